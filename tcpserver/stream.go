package tcpserver

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"parley/internal/egress"
	"parley/internal/sockets"
)

// stream is a connection that reads into borrowed buffers, so that an idle one holds none,
// and that can write without waiting. Both need the socket itself. Without a socket (a pipe
// in a test), or with TLS, stream reads and writes as any connection does.
type stream struct {
	net.Conn                 // for reading and writing
	accepted net.Conn        // the accepted connection: beneath TLS
	socket   syscall.RawConn // nil if there is no socket beneath
	raw      syscall.RawConn // socket, if it may be read and written without Conn; else nil
	reading  reading
	writing  writing
}

// reading holds the arguments and results of one read of the socket. It is reused for every read.
type reading struct {
	once func(fd uintptr) (done bool)
	buf  *[]byte // borrowed; nil while nothing has come
	n    int
	err  error
}

// writing is one write to the socket.
type writing struct {
	once func(fd uintptr)
	p    []byte
	n    int
	err  error
}

// readSize is how many bytes are read at once.
const readSize = 4 << 10

var readBuffers = sync.Pool{New: func() any { b := make([]byte, readSize); return &b }}

// newStream returns the stream of a connection. It uses TLS if secure is not nil.
func newStream(nc net.Conn, secure *tls.Config) *stream {
	s := &stream{Conn: nc, accepted: nc}
	s.socket = sockets.Of(nc)
	if secure != nil {
		s.Conn = tls.Server(nc, secure)
	} else {
		s.raw = s.socket
	}
	s.reading.once, s.writing.once = s.readOnce, s.writeOnce
	return s
}

// handshake performs the TLS handshake, if the stream uses TLS.
func (s *stream) handshake() error {
	if secure, ok := s.Conn.(*tls.Conn); ok {
		return secure.Handshake()
	}
	return nil
}

// Close closes the connection at once. TLS itself would first wait until its last record is
// taken.
func (s *stream) Close() error { return s.accepted.Close() }

// Receive passes what comes to take, piece by piece, until take returns an error or reading
// fails. It returns that error: [io.EOF] at the end of input. A piece is valid only during
// the call.
func (s *stream) Receive(take func([]byte) error) error {
	for {
		buf, n, err := s.read()
		if err == nil {
			err = take((*buf)[:n])
		}
		if buf != nil {
			readBuffers.Put(buf)
		}
		if err != nil {
			return err
		}
	}
}

// read reads once into a borrowed buffer, which is nil if there was an error.
func (s *stream) read() (buf *[]byte, n int, err error) {
	if s.raw == nil {
		buf = readBuffers.Get().(*[]byte)
		n, err = s.Read(*buf)
		if n > 0 {
			return buf, n, nil // the error recurs with the next read
		}
		return buf, 0, err
	}
	r := &s.reading
	r.buf = nil
	err = s.raw.Read(r.once)
	switch {
	case err != nil:
		return r.buf, 0, err
	case r.err != nil:
		return r.buf, 0, r.err
	case r.n == 0:
		return r.buf, 0, io.EOF
	}
	return r.buf, r.n, nil
}

// readOnce borrows a buffer and reads into it. It returns the buffer if nothing has come.
func (s *stream) readOnce(fd uintptr) (done bool) {
	r := &s.reading
	r.buf = readBuffers.Get().(*[]byte)
	if r.n, r.err = retry(syscall.Read, fd, *r.buf); r.err != syscall.EAGAIN {
		return true
	}
	readBuffers.Put(r.buf)
	r.buf = nil
	return false
}

// sink returns what a [egress.Writer] writes to. If there is a socket, the sink has a meter
// and can try to write. With TLS it cannot try.
func (s *stream) sink() egress.Sink {
	switch {
	case s.raw != nil && sockets.Measured:
		return s
	case s.raw != nil:
		return struct{ egress.Tryer }{s}
	case s.socket != nil && sockets.Measured:
		return struct{ egress.Meter }{s}
	}
	return struct{ egress.Sink }{s}
}

// Taken implements [egress.Meter]: it returns what the client's kernel has acknowledged.
func (s *stream) Taken() (n uint64, ok bool) { return s.Acked() }

// Acked implements [egress.Meter].
func (s *stream) Acked() (n uint64, ok bool) { return sockets.Acked(s.socket) }

// Pending implements [egress.Meter].
func (s *stream) Pending() (is, ok bool) {
	n, ok := sockets.Pending(s.socket)
	return n > 0, ok
}

// Patient implements [egress.Meter].
func (s *stream) Patient() { sockets.NoUserTimeout(s.socket) }

// TryWrite implements [egress.Tryer]. It never runs together with Write. So it needs only
// the socket, and not the write lock that [syscall.RawConn.Write] would take.
func (s *stream) TryWrite(p []byte) (n int, err error) {
	w := &s.writing
	w.p = p
	err = s.raw.Control(w.once)
	w.p = nil
	switch {
	case err != nil: // the socket is closed, and nothing was written
		return 0, err
	case w.err == syscall.EAGAIN:
		return 0, nil
	}
	return max(w.n, 0), w.err
}

func (s *stream) writeOnce(fd uintptr) {
	s.writing.n, s.writing.err = retry(syscall.Write, fd, s.writing.p)
}

// retry repeats a read or write as long as a signal interrupts it.
func retry(call func(int, []byte) (int, error), fd uintptr, p []byte) (int, error) {
	for {
		n, err := call(int(fd), p)
		if err != syscall.EINTR {
			return n, err
		}
	}
}

// lost reports whether the connection has been reset. A reader learns that by reading; lost
// is for times when nothing is read.
func (s *stream) lost() bool {
	if s.socket == nil {
		return false
	}
	poll := []unix.PollFd{{}}
	err := s.socket.Control(func(fd uintptr) {
		poll[0].Fd = int32(fd)
		_, _ = unix.Poll(poll, 0) // on failure Revents stays 0
	})
	return err != nil || poll[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
}

// lingerMost is how many bytes are read and dropped at the end of a connection. A client
// that sends more may lose the server's last lines. Without a limit it took 500 MiB a
// second of reading.
const lingerMost = 1 << 20

var errLingered = errors.New("too much came after the end")

// linger shuts down writing, then reads and drops input until the other side closes too,
// for at most d.
func (s *stream) linger(d time.Duration) {
	half, ok := s.Conn.(*tls.Conn)
	late := time.AfterFunc(d, func() { _ = s.Close() }) // a TLS client may not take its last record
	defer late.Stop()
	if ok && half.CloseWrite() != nil {
		return
	}
	if below, ok := sockets.Base(s.accepted).(interface{ CloseWrite() error }); !ok || below.CloseWrite() != nil {
		return
	}
	if s.SetReadDeadline(time.Now().Add(d)) != nil { // the old deadline may have passed: it wakes readers
		return
	}
	most := lingerMost
	_ = s.Receive(func(p []byte) error { // the error does not matter
		if most -= len(p); most < 0 {
			return errLingered
		}
		return nil
	})
}

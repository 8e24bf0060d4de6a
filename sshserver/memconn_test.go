package sshserver

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// memoryPipe returns the two ends of a connection in memory with a buffer of limit bytes in
// each direction. It is like net.Pipe, but both ends may write first, as in SSH.
func memoryPipe(limit int) (a, b net.Conn) {
	x, y := newHalf(limit), newHalf(limit)
	return &memoryConn{in: x, out: y}, &memoryConn{in: y, out: x}
}

type memoryConn struct{ in, out *half }

func (c *memoryConn) Read(p []byte) (int, error)  { return c.in.read(p) }
func (c *memoryConn) Write(p []byte) (int, error) { return c.out.write(p) }

func (c *memoryConn) Close() error {
	c.in.close()
	c.out.close()
	return nil
}

func (c *memoryConn) SetReadDeadline(t time.Time) error {
	c.in.setDeadline(&c.in.readBy, t)
	return nil
}
func (c *memoryConn) SetWriteDeadline(t time.Time) error {
	c.out.setDeadline(&c.out.writeBy, t)
	return nil
}

func (c *memoryConn) SetDeadline(t time.Time) error {
	_ = c.SetReadDeadline(t)
	return c.SetWriteDeadline(t)
}

func (c *memoryConn) LocalAddr() net.Addr  { return memoryAddr{} }
func (c *memoryConn) RemoteAddr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }

// half is one direction of a memory connection.
type half struct {
	limit int

	mu              sync.Mutex
	changed         sync.Cond
	buf             bytes.Buffer
	closed          bool
	readBy, writeBy time.Time
}

func newHalf(limit int) *half {
	h := &half{limit: limit}
	h.changed.L = &h.mu
	return h
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.buf.Len() == 0 {
		switch {
		case h.closed:
			return 0, io.EOF
		case past(h.readBy):
			return 0, os.ErrDeadlineExceeded
		}
		h.changed.Wait()
	}
	h.changed.Broadcast()
	return h.buf.Read(p)
}

func (h *half) write(p []byte) (n int, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for n < len(p) {
		switch {
		case h.closed:
			return n, io.ErrClosedPipe
		case past(h.writeBy):
			return n, os.ErrDeadlineExceeded
		case h.buf.Len() >= h.limit:
			h.changed.Wait()
			continue
		}
		k, _ := h.buf.Write(p[n:min(len(p), n+h.limit-h.buf.Len())])
		n += k
		h.changed.Broadcast()
	}
	return n, nil
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.changed.Broadcast()
}

func (h *half) setDeadline(which *time.Time, t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*which = t
	h.changed.Broadcast()
	if !t.IsZero() {
		time.AfterFunc(time.Until(t), func() {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.changed.Broadcast()
		})
	}
}

func past(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

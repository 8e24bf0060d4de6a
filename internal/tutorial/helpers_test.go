package tutorial

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience bounds what a test waits for; it is only spent by a test that fails.
const patience = 10 * time.Second

// output is a Writer that a test can wait on.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{} // closed and renewed at each Write
}

func newOutput() *output { return &output{changed: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.changed)
	o.changed = make(chan struct{})
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until text has been written.
func (o *output) await(t *testing.T, text string) {
	t.Helper()
	late := time.After(patience)
	for {
		o.mu.Lock()
		found, changed := strings.Contains(o.text.String(), text), o.changed
		o.mu.Unlock()
		if found {
			return
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("no %q in:\n%s", text, o)
		}
	}
}

// startEcho serves e on a loopback port until the end of the test, which fails if Serve does not end well.
func startEcho(t *testing.T, e *Echo) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, e, ln)
	return ln.Addr().String()
}

// serve serves e on ln until the end of the test or stop.
func serve(t *testing.T, e *Echo, ln net.Listener) (stop func()) {
	t.Helper()
	if e.Log == nil {
		e.Log = t.Output()
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Serve(ctx, ln) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(patience):
			t.Error("Serve does not end")
		}
	})
	t.Cleanup(stop)
	return stop
}

// dialTCP connects to addr until the end of the test.
func dialTCP(t *testing.T, addr string) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

func write(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatalf("write %.40q: %v", text, err)
	}
}

// expect reads exactly text.
func expect(t *testing.T, r io.Reader, text string) {
	t.Helper()
	if err := readText(r, text); err != nil {
		t.Fatal(err)
	}
}

// readText is expect for other goroutines than the test's.
func readText(r io.Reader, text string) error {
	got := make([]byte, len(text))
	n, err := io.ReadFull(r, got)
	if err != nil || string(got) != text {
		return fmt.Errorf("got %.80q (%v), want %.80q", got[:n], err, text)
	}
	return nil
}

// expectEnd reads the end of the connection and nothing before it.
func expectEnd(t *testing.T, r io.Reader) {
	t.Helper()
	rest, err := io.ReadAll(r)
	if err != nil || len(rest) > 0 {
		t.Fatalf("got %.80q (%v), want the end", rest, err)
	}
}

// exchange sends text, closes the sending side and returns all the server sends.
func exchange(t *testing.T, conn *net.TCPConn, text string) string {
	t.Helper()
	// Both directions at once: a text longer than the system's buffers would else wait for its own answers.
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(conn, text)
		sent <- errors.Join(err, conn.CloseWrite())
	}()
	answer, err := io.ReadAll(conn)
	if err := errors.Join(err, <-sent); err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// memListener hands out in-memory connections, for tests in a synctest bubble, where the network cannot be.
type memListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newMemListener() *memListener {
	return &memListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// dial returns the client's end of a new connection. A write of one end is one read of the other if it fits, so the
// packets of a transcript arrive as written.
func (l *memListener) dial() net.Conn {
	client, server := net.Pipe()
	l.conns <- memConn{server}
	return client
}

func (l *memListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *memListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *memListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8888} }

// memConn is a server's end whose client is the one of the tutorial.
type memConn struct{ net.Conn }

func (memConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 43632} }

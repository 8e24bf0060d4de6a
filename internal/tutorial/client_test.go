package tutorial

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// greeting is what the client of the tutorial prints first, for the server at addr.
func greeting(t *testing.T, addr string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return "Connected to " + host + " at port " + port + ".\nTo quit, type \"/quit\".\n"
}

// run runs c against addr on its own goroutine; wait waits for its end and returns its error.
func run(t *testing.T, c *Client, addr string) (wait func() error) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- c.Run(t.Context(), addr) }()
	return func() error {
		t.Helper()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			t.Fatal("the client does not end")
			return nil
		}
	}
}

// "The client should now be able to have a longer conversation with the server":
func TestConversationTranscript(t *testing.T) {
	addr := startEcho(t, &Echo{})
	out := newOutput()
	in, keyboard := io.Pipe()
	wait := run(t, &Client{In: in, Out: out}, addr)

	want := greeting(t, addr)
	for _, line := range []string{"hey", "how are you doing?", "I asked first", "stop copying me", "i said stop!"} {
		write(t, keyboard, line+"\n")
		want += strings.ToUpper(line) + "\n"
		out.await(t, strings.ToUpper(line)+"\n")
	}
	write(t, keyboard, "/quit\n")
	if err := wait(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if got := out.String(); got != want {
		t.Errorf("printed:\n%swant:\n%s", got, want)
	}
	keyboard.Close()
}

// "You can enter a single line of text, and should see it repeated (“echoed”) back to you. At that point the client
// will quit after realizing that the server dropped the connection". It does so although nothing more is typed.
func TestServerCloses(t *testing.T) {
	addr := startEcho(t, &Echo{Plain: true})
	out := newOutput()
	in, keyboard := io.Pipe()
	defer keyboard.Close()
	wait := run(t, &Client{In: in, Out: out}, addr)
	write(t, keyboard, "a single line\n")
	if err := wait(); err != nil {
		t.Errorf("Run: %v", err)
	}
	if want := greeting(t, addr) + "a single line\nConnection closed by server.\n"; out.String() != want {
		t.Errorf("printed:\n%swant:\n%s", out, want)
	}
}

// At the end of input everything that waits is printed, then the end: `printf 'a\nb\n' | parley client`.
func TestEndOfInput(t *testing.T) {
	tests := []struct{ name, typed, printed string }{
		{"lines", "a\nb\r\nc\n", "A\nB\nC\nConnection closed by server.\n"},
		{"nothing", "", "Connection closed by server.\n"},
		{"no newline", "a\nb", "A\nConnection closed by server.\n"},
		{"quit waits for the answers too", "a\nb\n/quit\nc\n", "A\nB\n"},
		{"quit without newline", "a\n/quit", "A\n"},
		{"much", strings.Repeat("line of text\n", 50_000), strings.Repeat("LINE OF TEXT\n", 50_000) + "Connection closed by server.\n"},
	}
	addr := startEcho(t, &Echo{Log: newOutput()})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := newOutput()
			if err := run(t, &Client{In: strings.NewReader(test.typed), Out: out}, addr)(); err != nil {
				t.Errorf("Run: %v", err)
			}
			if want := greeting(t, addr) + test.printed; out.String() != want {
				t.Errorf("printed:\n%.300s\nwant:\n%.300s", out, want)
			}
		})
	}
}

// A server that resets the connection has closed it, too.
func TestServerResets(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	in, keyboard := io.Pipe()
	defer keyboard.Close()
	out := newOutput()
	wait := run(t, &Client{In: in, Out: out}, ln.Addr().String())
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	out.await(t, "To quit") // before that the reset could be the dial's
	if err := errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close()); err != nil {
		t.Fatal(err)
	}
	if err := wait(); err != nil || !strings.HasSuffix(out.String(), "\nConnection closed by server.\n") {
		t.Errorf("Run: %v, printed:\n%s", err, out)
	}
}

// A line not whole is sent as soon as it is read; a "/" only when it cannot become /quit.
func TestSendsAsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		in, keyboard := io.Pipe()
		wait := run(t, &Client{In: in, Out: io.Discard, dial: dialTo(client)}, "127.0.0.1:8888")
		for _, step := range []struct{ typed, sent string }{
			{"Hi,", "Hi,"}, {"I um", "I um"}, {" have\n", " have\r\n"}, {"/", ""}, {"q", ""}, {"uote", "/quote"}, {"\n", "\r\n"},
		} {
			write(t, keyboard, step.typed)
			if step.sent != "" {
				expect(t, server, step.sent)
			}
		}
		server.Close()
		if err := wait(); err != nil {
			t.Errorf("Run: %v", err)
		}
		keyboard.Close()
	})
}

func dialTo(conn net.Conn) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return conn, nil }
}

// A server that never closes holds the client for the quiet time after its last byte, not for ever.
func TestQuietServer(t *testing.T) {
	for quiet, want := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Minute: time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			client, server := net.Pipe()
			defer server.Close()
			out := newOutput()
			start := time.Now()
			c := &Client{In: strings.NewReader(""), Out: out, Quiet: quiet, dial: dialTo(client)}
			ended := make(chan error, 1)
			go func() { ended <- c.Run(t.Context(), "127.0.0.1:8888") }()
			for range 3 {
				time.Sleep(want - time.Second)
				write(t, server, "still here\r\n")
			}
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
			if got := time.Since(start); got != 3*(want-time.Second)+want {
				t.Errorf("ended after %v", got)
			}
			if !strings.HasSuffix(out.String(), "\nstill here\nstill here\nstill here\n") {
				t.Errorf("printed:\n%s", out)
			}
		})
	}
}

// A server that goes on talking after /quit does not keep the client.
func TestQuitFromTalkativeServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		var talker sync.WaitGroup
		defer talker.Wait()
		talker.Go(func() {
			for {
				if _, err := io.WriteString(server, "blah\r\n"); err != nil {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
		start := time.Now()
		out := newOutput()
		c := &Client{In: strings.NewReader("/quit\n"), Out: out, dial: dialTo(client)}
		if err := c.Run(t.Context(), "127.0.0.1:8888"); err != nil {
			t.Errorf("Run: %v", err)
		}
		if got := time.Since(start); got != quitWait {
			t.Errorf("/quit took %v", got)
		}
		if strings.Contains(out.String(), "closed") {
			t.Errorf("printed:\n%s", out)
		}
	})
}

// A server that reads nothing holds what is typed, and ctx, or the server's end, ends that.
func TestServerNeverReads(t *testing.T) {
	for _, end := range []string{"ctx", "server"} {
		synctest.Test(t, func(t *testing.T) {
			client, server := net.Pipe()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			out := newOutput()
			c := &Client{In: strings.NewReader("hello\n"), Out: out, dial: dialTo(client)}
			ended := make(chan error, 1)
			go func() { ended <- c.Run(ctx, "127.0.0.1:8888") }()
			synctest.Wait()
			want := ""
			if end == "ctx" {
				cancel()
			} else {
				server.Close()
				want = "Connection closed by server.\n"
			}
			if err := <-ended; err != nil {
				t.Errorf("Run: %v", err)
			}
			if !strings.HasSuffix(out.String(), "\"/quit\".\n"+want) {
				t.Errorf("printed:\n%s", out)
			}
		})
	}
}

func TestCancelClient(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in, keyboard := io.Pipe()
	defer keyboard.Close()
	out := newOutput()
	ended := make(chan error, 1)
	addr := startEcho(t, &Echo{})
	go func() { ended <- (&Client{In: in, Out: out}).Run(ctx, addr) }()
	out.await(t, "To quit")
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if want := greeting(t, addr); out.String() != want {
		t.Errorf("printed:\n%s", out)
	}
}

// brokenPipe accepts the first n writes.
type brokenPipe struct{ n atomic.Int32 }

func (w *brokenPipe) Write(p []byte) (int, error) {
	if w.n.Add(-1) < 0 {
		return 0, syscall.EPIPE
	}
	return len(p), nil
}

// Output that cannot be written ends the client with an error, before and after the greeting.
func TestOutputFails(t *testing.T) {
	addr := startEcho(t, &Echo{})
	for n := range int32(2) {
		in, keyboard := io.Pipe()
		defer keyboard.Close()
		var out brokenPipe
		out.n.Store(n)
		wait := run(t, &Client{In: in, Out: &out}, addr)
		if n > 0 {
			write(t, keyboard, "hello\n")
		}
		if err := wait(); !errors.Is(err, syscall.EPIPE) || !strings.HasPrefix(err.Error(), "cannot print: ") {
			t.Errorf("after %d writes: %v", n, err)
		}
	}
}

// A failing input is the end of input, and an error when all is done.
func TestInputFails(t *testing.T) {
	addr := startEcho(t, &Echo{})
	out := newOutput()
	in, keyboard := io.Pipe()
	wait := run(t, &Client{In: in, Out: out}, addr)
	write(t, keyboard, "hello\n")
	keyboard.CloseWithError(syscall.EIO)
	if err := wait(); !errors.Is(err, syscall.EIO) || !strings.HasPrefix(err.Error(), "cannot read the input: ") {
		t.Errorf("Run: %v", err)
	}
	if !strings.HasSuffix(out.String(), "HELLO\nConnection closed by server.\n") {
		t.Errorf("printed:\n%s", out)
	}
}

func TestDialErrors(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"refused", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
			`cannot connect to 127.0.0.1:8888: connect: connection refused (nothing listens there: start "parley serve" or "parley echo", or give another host:port)`},
		{"name", &net.OpError{Op: "dial", Err: &net.DNSError{Name: "nowhere", Err: "no such host", IsNotFound: true}},
			`cannot connect to 127.0.0.1:8888: lookup nowhere: no such host (check the name of the host)`},
		{"timeout", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded},
			`cannot connect to 127.0.0.1:8888: i/o timeout (no answer within 5s: check the address and the firewall)`},
		{"network", &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)},
			`cannot connect to 127.0.0.1:8888: connect: network is unreachable (check the address and the network)`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Client{dial: func(context.Context, string, string) (net.Conn, error) { return nil, test.err }}
			if err := c.Run(t.Context(), "127.0.0.1:8888"); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// The real thing: a port where nothing listens, and a Run that was cancelled before it began.
func TestNoServer(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	addr := ln.Addr().String()
	err = (&Client{}).Run(t.Context(), addr)
	if err == nil || !errors.Is(err, syscall.ECONNREFUSED) || !strings.HasPrefix(err.Error(), "cannot connect to "+addr+": ") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (&Client{}).Run(ctx, addr); err != nil {
		t.Errorf("cancelled: %v", err)
	}
}

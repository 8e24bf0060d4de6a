package tutorial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// "it simply ... accepts connections from clients, waits for data from them, and writes it back to the clients"; the
// tutorial's first code prints what is in the log here, and closes the connection.
func TestPlain(t *testing.T) {
	log := newOutput()
	addr := startEcho(t, &Echo{Plain: true, Log: log})
	conn := dialTCP(t, addr)
	write(t, conn, "hello, it's me") // no newline is waited for
	expect(t, conn, "hello, it's me")
	expectEnd(t, conn)

	want := "Connection from " + peerName(conn.LocalAddr()) + "\n" +
		`Data received: "hello, it's me"` + "\n" +
		`Send: "hello, it's me"` + "\n" +
		"Close the client socket\n"
	if got := log.String(); got != want {
		t.Errorf("log:\n%swant:\n%s", got, want)
	}
}

func TestPlainClientLeaves(t *testing.T) {
	log := newOutput()
	addr := startEcho(t, &Echo{Plain: true, Log: log})
	if got := exchange(t, dialTCP(t, addr), ""); got != "" {
		t.Errorf("answer to nothing: %q", got)
	}
	log.await(t, "\nConnection closed\n")
}

// "if the client sends the line “hello” then the server should respond with the line “HELLO”."
// "buffers the data sent by the client until it receives a full line" and "to keep echoing the clients lines
// one-by-one until the client closes the connection".
func TestLines(t *testing.T) {
	long := strings.Repeat("a", maxLine)
	const tooLong = "!error line too long: 4096 bytes at most\r\n"
	tests := []struct{ name, send, want string }{
		{"one line", "hello\r\n", "HELLO\r\n"},
		{"LF", "hello\n", "HELLO\r\n"},
		{"mixed endings", "a\nb\r\nc\n\r\nd\r\n", "A\r\nB\r\nC\r\n\r\nD\r\n"},
		{"one CR only is dropped", "a\r\r\n", "A\r\r\n"},
		{"CR inside", "a\rb\n", "A\rB\r\n"},
		{"no newline", "hello", ""},
		{"rest without newline", "hello\nwor", "HELLO\r\n"},
		{"nothing", "", ""},
		{"Unicode", "déjà vu straße ﬁn\n", "DÉJÀ VU STRASSE FIN\r\n"},
		{"invalid UTF-8", "a\xff\xc3\n\xf0\x9f\n", "A\uFFFD\r\n\uFFFD\r\n"},
		{"NUL", "a\x00b\n", "A\x00B\r\n"},
		{"longest line", long + "\n", strings.ToUpper(long) + "\r\n"},
		{"longest line with CR", long + "\r\n", strings.ToUpper(long) + "\r\n"},
		{"one byte too long", long + "a\nb\n", tooLong + "B\r\n"},
		{"one byte too long, a CR", long + "\r\r\nb\n", tooLong + "B\r\n"},
		{"300 kB, answered once", strings.Repeat("x", 300<<10) + "\r\nb\n", tooLong + "B\r\n"},
		{"too long and no newline", strings.Repeat("x", 300<<10), tooLong},
		{"two too long", long + "aa\n" + long + "bb\n", tooLong + tooLong},
	}
	addr := startEcho(t, &Echo{Log: newOutput()})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := exchange(t, dialTCP(t, addr), test.send); got != test.want {
				t.Errorf("got %.200q, want %.200q", got, test.want)
			}
		})
	}
}

// "in practice the data may actually only arrive in chunks": the same text in all pieces gives the same answers.
func TestLinesInPieces(t *testing.T) {
	const text, want = "héllo\r\nto\n\r\nyou\r\n", "HÉLLO\r\nTO\r\n\r\nYOU\r\n"
	for size := 1; size <= len(text); size++ {
		synctest.Test(t, func(t *testing.T) {
			ln := newMemListener()
			stop := serve(t, &Echo{Log: newOutput()}, ln)
			defer stop()
			conn := ln.dial()
			defer conn.Close()
			go func() {
				for rest := text; rest != ""; {
					n, err := io.WriteString(conn, rest[:min(size, len(rest))])
					if err != nil {
						t.Error(err)
						return
					}
					rest = rest[n:]
				}
			}()
			expect(t, conn, want)
		})
	}
}

// "On the side of the server, the log of its interaction with the client may look something like this":
func TestOnceTranscript(t *testing.T) {
	const want = `Connection from ('127.0.0.1', 43632)
Data received: 'Hi,'
Current buffer: HI,
Data received: 'I um'
Current buffer: HI,I UM
Data received: ' have to tell you something!\r\n'
Current buffer: HI,I UM HAVE TO TELL YOU SOMETHING!
Send: 'HI,I UM HAVE TO TELL YOU SOMETHING!\r\n'
Close the client socket
`
	synctest.Test(t, func(t *testing.T) {
		log := newOutput()
		ln := newMemListener()
		stop := serve(t, &Echo{Once: true, Log: log}, ln)
		defer stop()
		conn := ln.dial()
		defer conn.Close()
		for _, piece := range []string{"Hi,", "I um", " have to tell you something!\r\n"} {
			write(t, conn, piece)
		}
		expect(t, conn, "HI,I UM HAVE TO TELL YOU SOMETHING!\r\n")
		expectEnd(t, conn)
		if got := log.String(); got != want {
			t.Errorf("log:\n%swant:\n%s", got, want)
		}
	})
}

// A client that sends more than its one line must still get the answer: a connection closed over unread data is
// reset, and a reset takes what the client has not read yet.
func TestOnceSendsMore(t *testing.T) {
	addr := startEcho(t, &Echo{Once: true, Log: newOutput()})
	for range 50 {
		conn := dialTCP(t, addr)
		write(t, conn, "first\nsecond\n")
		write(t, conn, strings.Repeat("more\n", 1000))
		expect(t, conn, "FIRST\r\n")
		expectEnd(t, conn)
	}
}

func TestOnceTooLong(t *testing.T) {
	addr := startEcho(t, &Echo{Once: true, Log: newOutput()})
	conn := dialTCP(t, addr)
	write(t, conn, strings.Repeat("x", 2*maxLine))
	expect(t, conn, "!error line too long: 4096 bytes at most\r\n")
	expectEnd(t, conn)
}

func TestLogSeveralLinesInOnePacket(t *testing.T) {
	const want = `Connection from ('127.0.0.1', 43632)
Data received: 'a\nb\r\nc'
Current buffer: A
Send: 'A\r\n'
Current buffer: B
Send: 'B\r\n'
Current buffer: C
Connection closed
`
	synctest.Test(t, func(t *testing.T) {
		log := newOutput()
		ln := newMemListener()
		stop := serve(t, &Echo{Log: log}, ln)
		conn := ln.dial()
		write(t, conn, "a\nb\r\nc")
		expect(t, conn, "A\r\nB\r\n")
		conn.Close()
		synctest.Wait()
		stop()
		if got := log.String(); got != want {
			t.Errorf("log:\n%swant:\n%s", got, want)
		}
	})
}

// What a client sends cannot write a line of its own into the log, drive the terminal that shows it or fill it.
func TestLogIsSafeAndBounded(t *testing.T) {
	log := newOutput()
	addr := startEcho(t, &Echo{Log: log})
	hostile := "\x1b]0;title\a\x9b31m\u009b\u202e\rConnection closed\\"
	got := exchange(t, dialTCP(t, addr), hostile+"\n"+strings.Repeat("é", 2000)+"\n")
	if !strings.HasPrefix(got, "\x1b]0;TITLE") {
		t.Errorf("answer %.60q", got)
	}
	log.await(t, "\nConnection closed\n")
	for line := range strings.Lines(log.String()) {
		if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' }) {
			t.Errorf("unsafe line %q", line)
		}
		if len(line) > 4*maxLogged {
			t.Errorf("line of %d bytes", len(line))
		}
	}
	log.await(t, `Current buffer: \x1b]0;TITLE\a`+"\uFFFD"+`31M\u009b\u202e\rCONNECTION CLOSED\\`+"\n")
	log.await(t, "É... (4000 bytes)\n")
}

func TestManyClients(t *testing.T) {
	const clients, lines = 100, 20
	log := newOutput()
	addr := startEcho(t, &Echo{Log: log})
	var all sync.WaitGroup
	for i := range clients {
		conn := dialTCP(t, addr)
		all.Go(func() {
			for j := range lines {
				text := fmt.Sprintf("client %d line %d", i, j)
				_, err := io.WriteString(conn, text+"\n")
				if err := errors.Join(err, readText(conn, strings.ToUpper(text)+"\r\n")); err != nil {
					t.Error(err)
				}
			}
			conn.Close()
		})
	}
	all.Wait()
	for line := range strings.Lines(log.String()) {
		word, _, _ := strings.Cut(line, " ")
		if !strings.Contains("Connection Data Current Send:", word) || strings.Count(line, "LINE") > 1 {
			t.Errorf("not a whole line of the log: %q", line)
		}
	}
	if got := strings.Count(log.String(), "\nSend: "); got != clients*lines {
		t.Errorf("%d answers logged, want %d", got, clients*lines)
	}
}

// A client that never reads holds its connection for writeTimeout, not for ever; a silent one may stay.
func TestClientNeverReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newOutput()
		ln := newMemListener()
		stop := serve(t, &Echo{Log: log}, ln)
		defer stop()
		idle := ln.dial()
		defer idle.Close()
		stuck := ln.dial()
		defer stuck.Close()

		write(t, stuck, "hello\n")
		time.Sleep(writeTimeout - time.Millisecond)
		synctest.Wait()
		if strings.Contains(log.String(), "closed") {
			t.Errorf("closed too early:\n%s", log)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if want := "Connection closed: the client read nothing for 10s\n"; !strings.HasSuffix(log.String(), want) {
			t.Errorf("log:\n%swant at its end: %s", log, want)
		}
		expectEnd(t, stuck)

		time.Sleep(24 * time.Hour)
		write(t, idle, "still here\n")
		expect(t, idle, "STILL HERE\r\n")
	})
}

// After the end of ctx nothing is left: a goroutine that is would fail the bubble.
func TestCancel(t *testing.T) {
	for _, echo := range []*Echo{{}, {Once: true}, {Plain: true}} {
		synctest.Test(t, func(t *testing.T) {
			echo.Log = newOutput()
			ln := newMemListener()
			stop := serve(t, echo, ln)
			silent, midLine := ln.dial(), ln.dial()
			if !echo.Plain {
				write(t, midLine, "half a li")
			}
			stop()
			expectEnd(t, silent)
			expectEnd(t, midLine)
			if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("the listener is still open: %v", err)
			}
		})
	}
}

// The same with the network: the connections and the port are closed when Serve returns.
func TestCancelTCP(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := serve(t, &Echo{Log: newOutput()}, ln)
	conn := dialTCP(t, ln.Addr().String())
	write(t, conn, "hello\n")
	expect(t, conn, "HELLO\r\n")
	stop()
	expectEnd(t, conn)
	if conn, err := net.Dial("tcp", ln.Addr().String()); err == nil {
		conn.Close()
		t.Error("the port is still open")
	}
}

// panicConn is a connection whose reads panic.
type panicConn struct{ net.Conn }

func (panicConn) Read([]byte) (int, error) { panic("read\x1b[2J") }

func TestPanicEndsOnlyItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newOutput()
		ln := newMemListener()
		stop := serve(t, &Echo{Log: log}, ln)
		defer stop()
		well := ln.dial()
		defer well.Close()
		client, server := net.Pipe()
		ln.conns <- panicConn{server}
		expectEnd(t, client)
		log.await(t, `Connection closed: panic: read\x1b[2J`+"\ngoroutine ")
		write(t, well, "hello\n")
		expect(t, well, "HELLO\r\n")
	})
}

// failingListener fails with the next of its errors, then accepts.
type failingListener struct {
	*memListener
	errs []error
}

func (l *failingListener) Accept() (net.Conn, error) {
	if len(l.errs) > 0 {
		err := l.errs[0]
		l.errs = l.errs[1:]
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: err}
	}
	return l.memListener.Accept()
}

// Out of descriptors for a while, the server waits and goes on.
func TestAcceptErrorPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newOutput()
		ln := newMemListener()
		stop := serve(t, &Echo{Log: log}, &failingListener{ln, []error{syscall.EMFILE, syscall.ECONNABORTED}})
		defer stop()
		conn := ln.dial()
		defer conn.Close()
		write(t, conn, "hello\n")
		expect(t, conn, "HELLO\r\n")
		log.await(t, "Accept failed, retry in 10ms: accept tcp: "+syscall.ECONNABORTED.Error()+"\n")
	})
}

func TestAcceptErrorEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ln := &failingListener{newMemListener(), []error{syscall.EBADF}}
		err := (&Echo{}).Serve(context.Background(), ln)
		if !errors.Is(err, syscall.EBADF) || !strings.HasPrefix(err.Error(), "accept connections: ") {
			t.Errorf("got %v", err)
		}
		if _, open := <-ln.closed; open {
			t.Error("the listener is still open")
		}
	})
}

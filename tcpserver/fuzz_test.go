package tcpserver

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
)

// FuzzSession sends anything over a raw connection. Other people online receive only text,
// and the connection ends with its client.
func FuzzSession(f *testing.F) {
	f.Add([]byte("eve\nhello\r\n!me waves\n#bob psst\n!enter dev\n@dev hi\n!nick zoe\n!quit \x1b[31mbye\n"))
	f.Add([]byte("eve\n\x1b]0;owned\x07\n\u202eevil\n\xff\xfd\x06\xff\xfa\x18\xff\xf0!users\n"))
	f.Add([]byte("\xff\xfb\x01e\xff\xf1ve\r\n!away \x9b2J\n!topic dev \x00\n!ignore bob\n"))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		log := slog.New(slog.DiscardHandler)
		core, flusher := chatcore.New(chatcore.Options{Outbox: 64 << 10}), egress.New(log)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go flusher.Run(ctx)
		s := New(Options{
			Core: core, Flusher: flusher, Log: log, Hints: true, Input: input.Limits{MaxLine: 4096},
			NickTimeout: 10 * time.Second, Drain: time.Second,
		})
		bob, eve := inMemory(s), inMemory(s)
		heard := make(chan string, 1)
		go func() {
			all, _ := io.ReadAll(bob)
			heard <- string(all)
		}()
		_, _ = io.WriteString(bob, "bob\n!notices on\n!echo on\n")
		go func() { _, _ = io.Copy(io.Discard, eve) }()
		_, _ = eve.Write(data) // fails if the connection is refused
		_ = eve.Close()
		for deadline := time.Now().Add(10 * time.Second); core.Stats().Users != 1; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%d users are left", core.Stats().Users)
			}
		}
		_, _ = io.WriteString(bob, "!users\n")
		core.Tick()
		core.Shutdown("bye")
		over, stop := context.WithTimeout(ctx, 5*time.Second)
		defer stop()
		s.Shutdown(over)
		safe(t, <-heard)
	})
}

// inMemory returns a connection to s without a network.
func inMemory(s *Server) net.Conn {
	ours, theirs := net.Pipe()
	s.conns.Handle(ours, s.serve)
	return theirs
}

// safe fails the test if text is not lines of text.
func safe(t *testing.T, text string) {
	t.Helper()
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		unsafe := func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Bidi_Control) }
		if !utf8.ValidString(line) || strings.ContainsFunc(line, unsafe) {
			t.Errorf("others hear %q", line)
		}
	}
}

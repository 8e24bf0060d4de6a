package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// tiny is enough to see that something is measured.
func tiny() Sizes {
	return Sizes{
		Rounds: 1, Seconds: .2, Senders: 3, MessageBytes: 64, PacedReceivers: 5, Rate: 200,
		SaturatedReceivers: 5, Window: 64, IdleRaw: 20, IdleSSH: 5,
	}
}

// listen serves on a free port until the test ends.
func listen(t *testing.T, serve func(context.Context, net.Listener) error) (addr string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("served until the end: %v", err)
		}
	})
	return ln.Addr().String()
}

// The baselines deliver every message, and answer all that is asked of them.
func TestBaselines(t *testing.T) {
	t.Parallel()
	for p, serve := range map[Protocol]func(context.Context, net.Listener) error{Raw: ServePlainTCP, SSH: ServePlainSSH} {
		s := &server{protocol: p, addr: listen(t, serve)}
		for _, sc := range scenarios {
			t.Run(string(p)+" "+sc.name, func(t *testing.T) {
				s.run = newRun()
				z := tiny()
				m, err := sc.measure(t.Context(), s, &z)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range faults {
					if m[f] != 0 {
						t.Errorf("%s is %v", f, m[f])
					}
				}
				for _, f := range []figure{connectRate, pacedP50, saturatedRate} {
					if v, known := m[f]; known && v <= 0 {
						t.Errorf("%s is %v", f, v)
					}
				}
				if len(m) == 0 {
					t.Error("nothing was measured")
				}
			})
		}
	}
}

// faulty is a chat of the raw protocol that makes mistakes: what one says goes to
// the others, the nth of them, as change returns it.
func faulty(change func(nth int, line string) []string) func(context.Context, net.Listener) error {
	return func(ctx context.Context, ln net.Listener) error {
		defer context.AfterFunc(ctx, func() { ln.Close() })()
		var mu sync.Mutex
		var people []net.Conn
		for {
			c, err := ln.Accept()
			if err != nil {
				return unlessDone(ctx, err)
			}
			go func() {
				in := bufio.NewScanner(c)
				in.Scan() // the nick
				mu.Lock()
				people = append(people, c)
				mu.Unlock()
				for in.Scan() {
					if in.Text()+"\r\n" == question {
						fmt.Fprint(c, noRooms)
						continue
					}
					mu.Lock()
					nth := 0
					for _, other := range people {
						if other != c {
							nth++
							fmt.Fprint(other, strings.Join(change(nth, "x: "+in.Text()+"\r\n"), ""))
						}
					}
					mu.Unlock()
				}
			}()
		}
	}
}

// numbered tells whether a line is the message with a number.
func numbered(line string, n int) bool {
	_, rest, _ := strings.Cut(line, string(mark))
	return strings.HasPrefix(rest[runDigits+whoDigits:], fmt.Sprintf("%0*x", noDigits, n))
}

// What a server does wrong is found.
func TestFaultsAreFound(t *testing.T) {
	t.Parallel()
	held := ""
	for _, tt := range []struct {
		name   string
		change func(nth int, line string) []string // under a lock
		want   map[figure]float64                  // 1 for some
	}{
		{"lost", func(nth int, line string) []string {
			if nth == 1 && numbered(line, 3) {
				return nil
			}
			return []string{line}
		}, map[figure]float64{pacedLost: 1}},
		{"repeated", func(nth int, line string) []string {
			if nth == 1 {
				return []string{line, line}
			}
			return []string{line}
		}, map[figure]float64{pacedRepeated: 1}},
		{"out of order", func(nth int, line string) []string {
			switch {
			case nth == 1 && numbered(line, 2):
				held = line
				return nil
			case nth == 1 && numbered(line, 3):
				return []string{line, held}
			}
			return []string{line}
		}, map[figure]float64{pacedDisorder: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &server{protocol: Raw, addr: listen(t, faulty(tt.change)), run: newRun()}
			z := tiny()
			z.Senders = 1
			m, err := paced(t.Context(), s, &z)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range []figure{pacedLost, pacedRepeated, pacedDisorder, pacedHeld} {
				if want := tt.want[f] != 0; (m[f] != 0) != want {
					t.Errorf("%s is %v", f, m[f])
				}
			}
		})
	}
}

// A server that takes messages and tells them to nobody holds them back: they are
// not lost on one of the receivers.
func TestHeldBack(t *testing.T) {
	t.Parallel()
	s := &server{protocol: Raw, run: newRun(), addr: listen(t, faulty(func(_ int, line string) []string {
		if numbered(line, 1) || numbered(line, 2) {
			return []string{line}
		}
		return nil
	}))}
	z := tiny()
	m, err := saturated(t.Context(), s, &z)
	if err != nil {
		t.Fatal(err)
	}
	if m[saturatedHeld] == 0 || m[saturatedLost] != 0 {
		t.Errorf("held back %v, lost %v", m[saturatedHeld], m[saturatedLost])
	}
}

// A server that closes connections is no server to measure.
func TestClosedConnections(t *testing.T) {
	t.Parallel()
	closing := func(after int) func(context.Context, net.Listener) error {
		return func(ctx context.Context, ln net.Listener) error {
			defer context.AfterFunc(ctx, func() { ln.Close() })()
			for {
				c, err := ln.Accept()
				if err != nil {
					return unlessDone(ctx, err)
				}
				go func() {
					defer c.Close()
					in := bufio.NewScanner(c)
					for n := 0; n < after && in.Scan(); n++ {
						if n == 1 {
							fmt.Fprint(c, noRooms)
						}
					}
				}()
			}
		}
	}
	z := tiny()
	for _, tt := range []struct {
		after   int
		measure func(context.Context, *server, *Sizes) (measured, error)
		want    string
	}{
		{1, fill, "of 20 to 127.0.0.1:"},
		{2, fill, "of 20 did not last: "},
		{3, paced, "of 8 clients that of"},
	} {
		s := &server{protocol: Raw, addr: listen(t, closing(tt.after)), run: newRun()}
		if _, err := tt.measure(t.Context(), s, &z); !errors.Is(err, errClosed) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("closed after %d lines: %v", tt.after, err)
		}
	}
}

// answering answers some questions of each connection, and then reads no more.
func answering(questions int) func(context.Context, net.Listener) error {
	return func(ctx context.Context, ln net.Listener) error {
		defer context.AfterFunc(ctx, func() { ln.Close() })()
		for {
			c, err := ln.Accept()
			if err != nil {
				return unlessDone(ctx, err)
			}
			defer c.Close()
			fmt.Fprint(c, strings.Repeat(noRooms, questions))
		}
	}
}

// A run that is interrupted ends at once, wherever it is.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		serve   func(context.Context, net.Listener) error
		measure func(context.Context, *server, *Sizes) (measured, error)
		after   time.Duration
	}{
		{"connecting", answering(0), fill, 200 * time.Millisecond},
		{"idle", ServePlainTCP, fill, 200 * time.Millisecond},
		{"asking again", answering(1), fill, settle + 500*time.Millisecond},
		{"paced", ServePlainTCP, paced, 200 * time.Millisecond},
		{"saturated", ServePlainTCP, saturated, 200 * time.Millisecond},
		{"sending to one who does not read", answering(1), saturated, 200 * time.Millisecond},
	} {
		z := tiny()
		z.Seconds, z.MessageBytes, z.Window = 60, 1024, 1e6
		ctx, cancel := context.WithTimeoutCause(t.Context(), tt.after, errLimit)
		defer cancel()
		began := time.Now()
		_, err := tt.measure(ctx, &server{protocol: Raw, addr: listen(t, tt.serve), run: newRun()}, &z)
		if !errors.Is(err, errLimit) || time.Since(began) > tt.after+5*time.Second {
			t.Errorf("%s: after %v: %v", tt.name, time.Since(began), err)
		}
	}
}

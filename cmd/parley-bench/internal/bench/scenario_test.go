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

// enough is time for any run of these.
const enough = time.Minute

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

// A door is a listener that lets in whom it wants to.
type door struct {
	net.Listener
	n    int
	lets func(nth int) bool // numbered from 1
}

func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if d.n++; d.lets(d.n) {
			return c, nil
		}
		c.Close()
	}
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

// A client that speaks does not receive its own line, which would be more work.
func TestBaselinesDoNotEcho(t *testing.T) {
	t.Parallel()
	for p, serve := range map[Protocol]func(context.Context, net.Listener) error{Raw: ServePlainTCP, SSH: ServePlainSSH} {
		talk, err := newTalk(t.Context(), &server{protocol: p, addr: listen(t, serve), run: newRun()}, 1, 1, 64)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := talk.hold(t.Context(), 100*time.Millisecond, talk.atRate(50)); err != nil {
			t.Fatal(err)
		}
		own, other := talk.listeners[0].lanes[0].last, talk.listeners[1].lanes[0].last
		if own != 0 || other == 0 {
			t.Errorf("%s: up to message %d for the sender, %d for the other", p, own, other)
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

// A server that takes messages and sends them to no client holds them back: they are not
// lost on one of the receivers. Nor is the time that they were waited for part of a rate.
func TestHeldBack(t *testing.T) {
	t.Parallel()
	s := &server{protocol: Raw, run: newRun(), addr: listen(t, faulty(func(_ int, line string) []string {
		if numbered(line, 1) || numbered(line, 2) {
			return []string{line}
		}
		return nil
	}))}
	talk, err := newTalk(t.Context(), s, 5, 3, 64)
	if err != nil {
		t.Fatal(err)
	}
	o, err := talk.hold(t.Context(), 200*time.Millisecond, talk.asFast(64))
	if err != nil {
		t.Fatal(err)
	}
	if o.held == 0 || o.lost != 0 {
		t.Errorf("held back %v, lost %v", o.held, o.lost)
	}
	if o.took >= quiet {
		t.Errorf("it took %v", o.took)
	}
}

// A talk in which the server refuses something does not count.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := &server{protocol: Raw, run: newRun(), addr: listen(t, faulty(func(_ int, line string) []string {
		return []string{"!error too fast\r\n", line}
	}))}
	z := tiny()
	if _, err := paced(t.Context(), s, &z); !errors.Is(err, errRefused) || err.Error() != "the server refused: !error too fast" {
		t.Error(err)
	}
}

// Nor does one in which a client could not send.
func TestCannotSend(t *testing.T) {
	t.Parallel()
	talk, err := newTalk(t.Context(), &server{protocol: Raw, addr: listen(t, ServePlainTCP), run: newRun()}, 1, 2, 64)
	if err != nil {
		t.Fatal(err)
	}
	_, err = talk.hold(t.Context(), time.Millisecond, func(_ context.Context, s *sender, _ time.Duration) error {
		if s.self == 1 {
			return errSlow
		}
		return nil
	})
	if !errors.Is(err, errSlow) || err.Error() != "cannot send: no answer in time" {
		t.Error(err)
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
		{1, connectAndIdle, "of 20 to 127.0.0.1:"},
		{2, connectAndIdle, "of 20 did not last: "},
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

// A server that reads no more does not take all the time there is.
func TestStuck(t *testing.T) {
	t.Parallel()
	s := &server{protocol: Raw, addr: listen(t, answering(1)), run: newRun()}
	talk, err := newTalk(t.Context(), s, 5, 3, 1024)
	if err != nil {
		t.Fatal(err)
	}
	talk.patience = 200 * time.Millisecond
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errLimit)
	defer cancel()
	_, err = talk.hold(ctx, 500*time.Millisecond, talk.asFast(1e6))
	if !errors.Is(err, errSlow) || !strings.Contains(err.Error(), "200ms after the time to send was over, not all was sent") {
		t.Error(err)
	}
}

// What is still coming when it is no longer waited for is not lost.
func TestStillComing(t *testing.T) {
	t.Parallel()
	s := &server{protocol: Raw, run: newRun(), addr: listen(t, faulty(func(_ int, line string) []string {
		time.Sleep(5 * time.Millisecond)
		return []string{line}
	}))}
	talk, err := newTalk(t.Context(), s, 5, 1, 64)
	if err != nil {
		t.Fatal(err)
	}
	talk.patience = 200 * time.Millisecond
	_, err = talk.hold(t.Context(), 200*time.Millisecond, talk.atRate(1000))
	if !errors.Is(err, errSlow) || !strings.Contains(err.Error(), "200ms after the last message was sent, more were still coming") {
		t.Error(err)
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
		{"connecting", answering(0), connectAndIdle, 200 * time.Millisecond},
		{"idle", ServePlainTCP, connectAndIdle, 200 * time.Millisecond},
		{"asking again", answering(1), connectAndIdle, settle + 500*time.Millisecond},
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
		// Where the time is up while an answer is waited for, the connection is closed under it.
		ended := errors.Is(err, errLimit) || errors.Is(err, net.ErrClosed) && errors.Is(context.Cause(ctx), errLimit)
		if !ended || time.Since(began) > tt.after+5*time.Second {
			t.Errorf("%s: after %v: %v", tt.name, time.Since(began), err)
		}
	}
}

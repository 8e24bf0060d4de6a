package sshserver

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/input"
)

// paced sets the program's default limits.
func paced(o *Options) { o.Input = input.Limits{MaxLine: 4096, Rate: 5, Burst: 10} }

// typedAtOnce returns n lines as sent by a terminal that does not mark pastes.
func typedAtOnce(n int) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, "line %d\r", k)
	}
	return b.String()
}

func (k *talker) expectTyped(t *testing.T, nick string, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		k.expect(t, fmt.Sprintf("%s: line %d", nick, n))
	}
}

func TestLinesTypedAtOnceArriveInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		time.Sleep(time.Minute)
		begun := time.Now()
		ann.press(typedAtOnce(60) + "a draft")
		bob.expectTyped(t, "ann", 0, 10) // at once
		if d := time.Since(begun); d > 50*time.Millisecond {
			t.Errorf("the first ones took %v", d)
		}
		ann.shows("hh:mm ann: line 9", "ann> a draft") // not long enough for the prompt to show that others wait
		time.Sleep(150 * time.Millisecond)
		ann.shows("hh:mm ann: line 9", "ann (50 waiting)> a draft")
		time.Sleep(time.Second)
		ann.shows("hh:mm ann: line 14", "ann (45 waiting)> a draft")
		bob.expectTyped(t, "ann", 10, 60)
		if d := time.Since(begun).Round(time.Second); d != 10*time.Second {
			t.Errorf("they took %v", d)
		}
		ann.shows("hh:mm ann: line 58", "hh:mm ann: line 59", "ann> a draft")
	})
}

func TestWhatIsTypedAtAUsualPaceDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		for n := range 60 {
			begun := time.Now()
			ann.enter(fmt.Sprintf("line %d", n))
			bob.expectTyped(t, "ann", n, n+1)
			if d := time.Since(begun); d > 50*time.Millisecond {
				t.Errorf("line %d took %v", n, d)
			}
			time.Sleep(time.Second)
		}
		if strings.Contains(ann.output(), "waiting") {
			t.Error("it says that lines wait")
		}
	})
}

func TestCtrlCDiscardsWaitingLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		time.Sleep(time.Minute)
		ann.press(typedAtOnce(60) + "a draft")
		time.Sleep(time.Second + 10*time.Millisecond)
		ann.shows("hh:mm ann: line 14", "ann (45 waiting)> a draft")
		ann.press("\x03") // the line first
		ann.shows("hh:mm ann: line 14", "ann (45 waiting)>")
		ann.press("\x03")
		ann.shows("hh:mm ann: line 14", "45 waiting lines are discarded.", "ann>")
		ann.enter("after that")
		bob.expectTyped(t, "ann", 0, 15)
		bob.expect(t, "ann: after that")
		time.Sleep(time.Minute)
		ann.shows("45 waiting lines are discarded.", "hh:mm ann: after that", "ann>")
		ann.press("\x03")
		ann.shows("hh:mm ann: after that", "Ctrl-C once more leaves, as Ctrl-D does.", "ann>")
	})
}

func TestCtrlDTellsOfWaitingLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		time.Sleep(time.Minute)
		ann.press(typedAtOnce(60))
		time.Sleep(time.Second + 10*time.Millisecond)
		const warning = "%d lines wait to be said. Ctrl-D leaves without, Ctrl-C discards."
		ann.press("\x04")
		ann.shows("hh:mm ann: line 14", fmt.Sprintf(warning, 45), "ann (45 waiting)>")
		ann.enter("line 60") // after another line, Ctrl-D warns again
		ann.press("\x04")
		ann.shows(fmt.Sprintf(warning, 45), "ann (45 waiting)>")
		time.Sleep(time.Minute)
		ann.shows("hh:mm ann: line 60", "ann>")
		ann.press("\x04")
		if code := ann.end(); code != 0 {
			t.Errorf("status %d", code)
		}
		ann.shows("hh:mm ann: line 60", "Goodbye.")
		bob.expectTyped(t, "ann", 0, 61)
		bob.waitFor(t, "bob")
	})
}

func TestCtrlDTwiceLeavesWithoutWaitingLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		time.Sleep(time.Minute)
		begun := time.Now()
		ann.press(typedAtOnce(60))
		bob.expectTyped(t, "ann", 0, 10)
		ann.press("\x04\x04")
		if code := ann.end(); code != 0 {
			t.Errorf("status %d", code)
		}
		if d := time.Since(begun); d > 200*time.Millisecond {
			t.Errorf("it took %v", d)
		}
		time.Sleep(time.Minute)
		bob.say(t, "!users") // nothing comes before the answer
		bob.expect(t, "bob")
	})
}

// What is entered last is done last: /quit, and the end of a client's input.
func TestTheEndWaitsItsTurn(t *testing.T) {
	for name, end := range map[string]func(*tty){
		"/quit":        func(k *tty) { k.press("/quit good night\r") },
		"end of input": func(k *tty) { _ = k.keys.(io.Closer).Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, paced)
				bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
				ann.shows("ann>")
				time.Sleep(time.Minute)
				ann.press(typedAtOnce(60))
				end(ann)
				bob.expectTyped(t, "ann", 0, 60)
				if code := ann.end(); code != 0 {
					t.Errorf("status %d", code)
				}
				bob.waitFor(t, "bob")
			})
		})
	}
}

func TestALostConnectionEndsWaitingLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, nc := s.plain(t, "bob", nil), s.inMemory()
		ann := openTerminal(t, login(t, nc, clientConfig("ann", newKey(t))), "xterm")
		ann.shows("ann>")
		time.Sleep(time.Minute)
		ann.press(typedAtOnce(60))
		bob.expectTyped(t, "ann", 0, 10)
		synctest.Wait()
		_ = nc.Close()
		synctest.Wait()
		if st := s.core.Stats(); st.Users != 1 || st.Closed[chatcore.HungUp] != 1 {
			t.Errorf("%d users, closed: %v", st.Users, st.Closed)
		}
		time.Sleep(time.Minute)
		bob.say(t, "!users") // nothing comes before the answer
		bob.expect(t, "bob")
	})
}

// Input beyond maxWaiting is read later, and none of it is lost.
func TestMoreThanMayWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, func(o *Options) { o.Input = input.Limits{MaxLine: 4096, Rate: 100, Burst: 10} })
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		const lines = 64<<10/(1+256) + 500
		pressed := make(chan struct{})
		go func() { ann.press(typedAtOnce(lines)); close(pressed) }()
		bob.expectTyped(t, "ann", 0, lines)
		<-pressed
		ann.shows(fmt.Sprintf("hh:mm ann: line %d", lines-1), "ann>")
	})
}

// A pasted text is one message, but its lines are that many rows on every screen.
func TestATextOfManyLinesCountsAsSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		time.Sleep(time.Minute)
		begun := time.Now()
		ann.press("x" + strings.Repeat("\x1b\rx", 99) + "\r") // as 10
		ann.press("y" + strings.Repeat("\x1b\ry", 50) + "\r") // as 6
		for range 100 {
			bob.expect(t, "ann: x")
		}
		if d := time.Since(begun); d > 50*time.Millisecond {
			t.Errorf("the first text took %v", d)
		}
		for range 51 {
			bob.expect(t, "ann: y")
		}
		if d := time.Since(begun).Round(100 * time.Millisecond); d != 1200*time.Millisecond {
			t.Errorf("both took %v", d)
		}
	})
}

package sshserver

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/input"
	"parley/internal/ratelimit"
)

// held logs in a person with a long draft, at an address that has drawn so much that
// redraws are held.
func (s *serverUnderTest) held(t *testing.T) *tty {
	t.Helper()
	ann := s.terminal(t, "ann", nil)
	ann.shows("ann>")
	if err := ann.WindowChange(50, 200); err != nil {
		t.Fatal(err)
	}
	ann.press(strings.Repeat("x", 1800))
	time.Sleep(3 * time.Second)
	onlyConn(t, s).near.redraws.Spend(ratelimit.AddressRedrawBurst+4*ratelimit.AddressRedrawRate, time.Now())
	return ann
}

// A client that reads is not too slow because a redraw is held, however fast others talk.
func TestHeld_AReaderIsNotTooSlow(t *testing.T) {
	for _, every := range []time.Duration{100 * time.Microsecond, 5 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, paced)
			ann, bob := s.held(t), sit(t, s, "bob")
			if err := input.Do(bob, "first words"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
			if strings.Contains(ann.output(), "first words") {
				t.Fatal("nothing is held")
			}
			begun := time.Now()
			for n := range 400 {
				if err := input.Do(bob, fmt.Sprintf("line %d, %s", n, strings.Repeat("y", 900))); err != nil {
					t.Fatal(err)
				}
				time.Sleep(every)
			}
			time.Sleep(2*ratelimit.RedrawLate - time.Since(begun))
			out := ann.output()
			for n := range 400 {
				if !strings.Contains(out, fmt.Sprintf("line %d,", n)) {
					t.Fatalf("line %d has not come; closed: %v", n, s.core.Stats().Closed)
				}
			}
		})
	}
}

// A line that is held is shown after the lines before it, and in time.
func TestHeld_ALineWaitsForALimitedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		ann, bob := s.held(t), sit(t, s, "bob")
		begun := time.Now()
		for n := range 4 {
			if err := input.Do(bob, fmt.Sprintf("line %d,", n)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
		}
		ann.came("line 3,")
		if late := time.Since(begun); late < time.Second || late > ratelimit.RedrawLate+100*time.Millisecond {
			t.Errorf("shown after %s", late)
		}
		out, at := ann.output(), 0
		for n := range 4 {
			next := strings.Index(out, fmt.Sprintf("line %d,", n))
			if next < at {
				t.Errorf("line %d is not behind the one before", n)
			}
			at = next
		}
	})
}

// When a session ends, what is held is written while there is time for it, and not only
// with the farewell.
func TestHeld_IsLetGoBeforeTheFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		ann, bob := s.held(t), sit(t, s, "bob")
		c := onlyConn(t, s).session
		bye, shown := c.bye, false
		c.bye = func() {
			time.Sleep(time.Millisecond) // so that the client takes it
			shown = strings.Contains(ann.output(), "first words")
			bye()
		}
		if err := input.Do(bob, "first words"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
		if strings.Contains(ann.output(), "first words") {
			t.Fatal("nothing is held")
		}
		go c.finish(chatcore.Quit, exitDone)
		<-c.done
		<-c.finished
		if !shown {
			t.Error("it was held until the last words")
		}
	})
}

// Messages of others, even long ones on a narrow terminal, do not use up what a person's
// own typing may draw.
func TestDrawn_MessagesAreNotCharged(t *testing.T) {
	for _, term := range []string{"xterm-256color", "dumb"} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, paced)
			ann := openTerminal(t, login(t, s.inMemory(), clientConfig("ann", nil)), term)
			ann.press("ab")
			time.Sleep(time.Second)
			if err := ann.WindowChange(24, 40); err != nil {
				t.Fatal(err)
			}
			bob := sit(t, s, "bob")
			for begun := time.Now(); time.Since(begun) < 30*time.Second; time.Sleep(100 * time.Millisecond) {
				for range 11 { // 100 KB a second
					if err := input.Do(bob, strings.Repeat("word ", 180)); err != nil {
						t.Fatal(err)
					}
				}
			}
			synctest.Wait()
			if spent := onlyConn(t, s).near.redraws.Spent(); spent {
				t.Error("others' messages are charged to the address")
			}
			before, begun := ann.output(), time.Now()
			ann.press("q")
			for !strings.Contains(ann.since(before), "q") && time.Since(begun) < time.Minute {
				time.Sleep(time.Millisecond)
			}
			if late := time.Since(begun); late > 10*time.Millisecond {
				t.Errorf("%s: a key is shown %s late", term, late)
			}
		})
	}
}

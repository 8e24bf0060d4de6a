package sshserver

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/input"
)

func newWaiting() *lineQueue {
	w := new(lineQueue)
	w.init()
	return w
}

// take carries out the line that has waited longest.
func (w *lineQueue) take(t *testing.T) string {
	t.Helper()
	e, turn, ok := w.next()
	if !ok || !w.took(turn) {
		t.Fatalf("no line: %q, %t", e.line, ok)
	}
	return e.line
}

func TestWaitingLinesComeInOrder(t *testing.T) {
	w := newWaiting()
	for n, line := range []string{"a", "b", "c"} {
		if carry, ok := w.add(entry{line: line}, nil); !ok || carry != (n == 0) {
			t.Errorf("%s: somebody is to carry lines out: %t, %t", line, carry, ok)
		}
	}
	if got := []string{w.take(t), w.take(t), w.take(t)}; !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("%q", got)
	}
	if _, _, ok := w.next(); ok {
		t.Error("there is one line more")
	}
	if carry, ok := w.add(entry{line: "d"}, nil); !carry || !ok {
		t.Error("nobody carries the next line out")
	}
	if w.take(t) != "d" {
		t.Error("not the next")
	}
}

// A line waits until it has been carried out. Until then it is counted and can be discarded.
func TestWaitingLinesAreCountedUntilTaken(t *testing.T) {
	w := newWaiting()
	_, _ = w.add(entry{line: "a"}, nil)
	_, _ = w.add(entry{line: "b"}, nil)
	_, turn, _ := w.next()
	if n := w.count(); n != 2 {
		t.Errorf("%d wait", n)
	}
	if !w.took(turn) || w.count() != 1 {
		t.Errorf("%d wait after one has been taken", w.count())
	}
}

func TestWaitingIsBounded(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		fit        int
	}{
		{"in lines", "x", maxWaiting / (1 + entrySize)},
		{"in bytes", strings.Repeat("x", 4096), maxWaiting / (4096 + entrySize)},
		{"but for one line", strings.Repeat("x", 2*maxWaiting), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, done := newWaiting(), make(chan struct{})
				var added int
				go func() {
					for range tt.fit + 2 {
						if _, ok := w.add(entry{line: tt.line}, done); !ok {
							return
						}
						added++
					}
				}()
				synctest.Wait()
				if added != tt.fit || w.count() != tt.fit {
					t.Errorf("%d lines were added, %d wait; want %d", added, w.count(), tt.fit)
				}
				w.take(t)
				synctest.Wait()
				if added != tt.fit+1 {
					t.Errorf("with room for one more, %d lines were added", added)
				}
				if n := w.discard(); n != tt.fit {
					t.Errorf("%d lines were discarded", n)
				}
				synctest.Wait()
				if added != tt.fit+2 || w.count() != 1 || w.size != len(tt.line)+entrySize {
					t.Errorf("with room for all, %d lines were added, %d of %d bytes wait", added, w.count(), w.size)
				}
				w.discard()
				close(done)
			})
		})
	}
}

func TestWhoWaitsForRoomIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, done := newWaiting(), make(chan struct{})
		const most = maxWaiting / (1 + entrySize)
		for range most {
			_, _ = w.add(entry{line: "x"}, done)
		}
		over := false
		go func() {
			_, ok := w.add(entry{line: "one more"}, done)
			over = !ok
		}()
		synctest.Wait()
		if over {
			t.Error("it was let go too early")
		}
		close(done)
		synctest.Wait()
		if !over || w.count() != most {
			t.Errorf("it was let go: %t; %d wait", over, w.count())
		}
	})
}

// A line that is discarded while it waits for its turn is not carried out, and not mistaken
// for a line entered since.
func TestDiscardedLinesAreNotCarriedOut(t *testing.T) {
	w := newWaiting()
	_, _ = w.add(entry{line: "a"}, nil)
	_, _ = w.add(entry{line: "b"}, nil)
	_, turn, _ := w.next()
	if n := w.discard(); n != 2 {
		t.Errorf("%d were discarded", n)
	}
	if n := w.discard(); n != 0 {
		t.Errorf("%d more were discarded", n)
	}
	if carry, ok := w.add(entry{line: "c"}, nil); carry || !ok {
		t.Error("two carry lines out")
	}
	if w.took(turn) {
		t.Error("a was carried out")
	}
	if w.count() != 1 || w.take(t) != "c" {
		t.Error("c was lost")
	}
}

// Lines are added, carried out and discarded concurrently. Each is either carried out or
// discarded, once, and those carried out come in order.
func TestWaitingRaces(t *testing.T) {
	w, done := newWaiting(), make(chan struct{})
	const lines = 5000
	var wg sync.WaitGroup
	var carried []string
	discarded := 0
	carry := func() {
		for {
			e, turn, ok := w.next()
			if !ok {
				return
			}
			if w.took(turn) {
				carried = append(carried, e.line)
			}
		}
	}
	stop := make(chan struct{})
	go func() {
		for n := range lines {
			if start, _ := w.add(entry{line: fmt.Sprintf("%05d", n)}, done); start {
				wg.Go(carry)
			}
		}
		close(stop)
	}()
	for over := false; !over; {
		discarded += w.discard()
		select {
		case <-stop:
			over = true
		default:
		}
	}
	w.settle(done)
	wg.Wait()
	if len(carried)+discarded != lines || !slices.IsSorted(carried) || w.count() != 0 || w.size != 0 {
		t.Errorf("%d of %d lines were carried out, %d discarded, %d bytes wait; in order: %t",
			len(carried), lines, discarded, w.size, slices.IsSorted(carried))
	}
}

func TestCloseWaitsForTheLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, done := newWaiting(), make(chan struct{})
		w.settle(done) // there are no lines
		_, _ = w.add(entry{line: "a"}, done)
		closed := false
		go func() { w.settle(done); closed = true }()
		synctest.Wait()
		w.take(t)
		synctest.Wait()
		if closed {
			t.Error("it did not wait for the line to be carried out")
		}
		_, _, _ = w.next() // the line has been taken
		synctest.Wait()
		if !closed {
			t.Error("it waits for nothing")
		}
		_, _ = w.add(entry{line: "b"}, done)
		close(done)
		w.settle(done) // the session is over, and the line is lost
	})
}

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
		if d := time.Since(begun); d > 2*noticeable {
			t.Errorf("it took %v", d)
		}
		time.Sleep(time.Minute)
		bob.say(t, "!users") // nothing comes before the answer
		bob.expect(t, "bob")
	})
}

// What is entered last is done last: /quit, and the end of a client's input.
func TestTheEndWaitsItsTurn(t *testing.T) {
	for name, end := range map[string]func(*terminal){
		"/quit":        func(k *terminal) { k.press("/quit good night\r") },
		"end of input": func(k *terminal) { _ = k.keys.(io.Closer).Close() },
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
		const lines = maxWaiting/(1+entrySize) + 500
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

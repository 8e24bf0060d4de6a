package terminal

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
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

func TestLineQueue_EndsTheWaitForRoom(t *testing.T) {
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

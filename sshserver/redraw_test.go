package sshserver

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestDrawn_IsPaidBackAtItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrawn(1000, 100)
		wait := func(want time.Duration) {
			t.Helper()
			if got := d.wait(time.Now()); got != want {
				t.Errorf("waits for %s, want %s", got, want)
			}
		}
		wait(0)
		d.spend(1000, time.Now())
		wait(0) // the burst is used up
		d.spend(500, time.Now())
		wait(5 * time.Second)
		for range 300 { // however often wait is called
			time.Sleep(time.Second / 300)
			d.wait(time.Now())
		}
		if got := d.wait(time.Now()); got < 4*time.Second || got > 4*time.Second+10*time.Millisecond {
			t.Errorf("after a second it waits for %s", got)
		}
		time.Sleep(10 * time.Second)
		wait(0)
		if !d.isSpent() {
			t.Error("the burst is paid back too early")
		}
		time.Sleep(5 * time.Second)
		if d.isSpent() {
			t.Error("all of it is not paid back")
		}
	})
}

// At an address that has used up its budget, people who type ordinary lines are not slowed
// down. A new connection does not renew the budget.
func TestDrawn_OrdinaryTypingIsNotHeldUpByNeighbours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		ann := s.terminal(t, "ann", nil)
		ann.shows("ann>")
		onlyConn(t, s).near.drawn.spend(100*addressDrawBurst, time.Now())
		for n := range 100 {
			begun := time.Now()
			ann.press("x")
			ann.shows("ann> " + strings.Repeat("x", 1+n%50))
			if late := time.Since(begun); late > 50*time.Millisecond {
				t.Fatalf("key %d is shown %s late", n, late)
			}
			if n%50 == 49 {
				ann.press("\x15")
			}
		}
	})
}

package sshserver

import (
	"parley/internal/ratelimit"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// At an address that has used up its budget, people who type ordinary lines are not slowed
// down. A new connection does not renew the budget.
func TestDrawn_OrdinaryTypingIsNotHeldUpByNeighbours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		ann := s.terminal(t, "ann", nil)
		ann.shows("ann>")
		onlyConn(t, s).near.redraws.Spend(100*ratelimit.AddressRedrawBurst, time.Now())
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

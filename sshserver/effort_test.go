package sshserver

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// Those of one address share what they may take; another address has its own, and
// nothing is left of an address when its last connection has gone.
func TestNeighboursShareAnEffort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all efforts
		here, there := netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("192.0.2.2/32")
		first, second, other := all.join(here), all.join(here), all.join(there)
		begun := time.Now()
		time.Sleep(105 * time.Millisecond)
		first.spend(begun)
		if got, want := second.rest(time.Now()), 500*time.Millisecond; got != want { // (105 - 5 ms) times 5
			t.Errorf("the neighbour rests for %s, want %s", got, want)
		}
		if got := other.rest(time.Now()); got != 0 {
			t.Errorf("another address rests for %s", got)
		}
		time.Sleep(500 * time.Millisecond)
		if got := second.rest(time.Now()); got != 0 {
			t.Errorf("then the neighbour rests for %s more", got)
		}
		for range 2 {
			all.leave(here)
		}
		all.leave(there)
		if len(all.all) != 0 {
			t.Errorf("%d addresses are remembered", len(all.all))
		}
	})
}

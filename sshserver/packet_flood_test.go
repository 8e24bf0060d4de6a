package sshserver

import (
	"testing"
	"testing/synctest"
	"time"
)

// All connections of one address share a limit on received bytes, because packets cost the
// server time, whatever they contain.
func TestThreat39_AnAddressSharesItsWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near := newNeighbours()
		const conns, each, piece = 32, 1 << 20, 4 << 10
		done := make(chan time.Duration)
		begun := time.Now()
		for range conns {
			w := newReadBudget(true)
			w.share(near.wire)
			go func() {
				for range each / piece {
					w.came(piece)
				}
				done <- time.Since(begun)
			}()
		}
		var last time.Duration
		for range conns {
			last = max(last, <-done)
		}
		// 32 MiB, of which 1 MiB comes at once, and 256 KiB a second.
		if want := 31 * 4 * time.Second; last < want-time.Second || last > want+5*time.Second {
			t.Errorf("32 MiB of one address came within %s, want %s", last, want)
		}
		other := newReadBudget(true)
		other.share(newNeighbours().wire)
		at := time.Now()
		other.came(each / 2)
		if d := time.Since(at); d > 0 {
			t.Errorf("another address waits for %s", d)
		}
		if !near.spent() {
			t.Error("an address that has used up its rate gets a fresh one by reconnecting")
		}
	})
}

//go:build e2e

package threats

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Row 39: as many packets as the server takes, which it must answer, from every connection
// of four addresses, hold no one up.
func TestThreat39_PacketsThatWantAnAnswer(t *testing.T) {
	addresses, conns := either(4, 1), either(32, 8)
	during := either(10*time.Second, 4*time.Second)
	s := start(t, "--connect-rate", "0", "--max-unauth", "0") // so that all can come at once
	all := seat(t, s, 200, 10, either(10, 2))
	var answered atomic.Int64
	var sending sync.WaitGroup
	var attackers []*wire
	for k := range addresses * conns {
		w, err := wired(s, address(k/conns), fmt.Sprint("eve", k))
		if err != nil {
			t.Fatal(err)
		}
		attackers = append(attackers, w)
		t.Cleanup(func() { _ = w.nc.Close() })
		channel, err := w.open(1 << 30)
		if err == nil {
			err = w.ask(channel, "shell", nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range attackers {
		sending.Go(func() { answered.Add(int64(w.drain())) })
		sending.Go(func() {
			for { // an empty ping@openssh.com: 36 bytes on the wire
				var packets []byte
				for range 100 {
					packets = w.out.seal(packets, []byte{192, 0, 0, 0, 0})
				}
				if _, err := w.nc.Write(packets); err != nil {
					return
				}
			}
		})
	}
	time.Sleep(either(5*time.Second, 2*time.Second)) // what may come at once
	before, begun := s.cpu(), time.Now()
	all.talk(250*time.Millisecond, during)
	share := float64(s.cpu()-before) / float64(time.Since(begun))
	t.Logf("the server takes %.0f %% of a core", 100*share)
	if full() && share > float64(addresses)*0.2 {
		t.Errorf("%d addresses take %.0f %% of a core, 20 at most each", addresses, 100*share)
	}
	all.judge(250 * time.Millisecond)
	for _, w := range attackers {
		_ = w.nc.Close()
	}
	sending.Wait()
	if n := answered.Load(); n < 10_000 {
		t.Errorf("only %d packets were answered: the attack does not attack", n)
	}
}

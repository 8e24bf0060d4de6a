//go:build e2e

package threats

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// Row 24: what one address can make a person receive is bounded, however many sessions it
// has and whichever way they speak. A person who reads 100 KB a second stays.
func TestThreat24_OneAddressFillsNobodysOutbox(t *testing.T) {
	for name, to := range map[string]string{"publicly": "", "in a room": "@dev ", "privately": "#victim "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			oneAddressShouts(t, to)
		})
	}
}

func oneAddressShouts(t *testing.T, to string) {
	const attackers, limit = 32, 32 << 10
	settle, during := either(15*time.Second, 6*time.Second), either(15*time.Second, 4*time.Second)
	s := start(t)
	victim, err := raw(s, address(1), "victim")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(victim.end)
	if err := victim.say("!enter dev"); err != nil {
		t.Fatal(err)
	}
	var shouting sync.WaitGroup
	defer shouting.Wait()
	for i := range attackers {
		nc := mustDial(t, address(2), s.tcp)
		defer nc.Close()
		shouting.Go(func() {
			_, err := fmt.Fprintf(nc, "eve%d\n!enter dev\n", i)
			for n := 0; err == nil; n++ { // each line differs: repeating one would cost more
				_, err = fmt.Fprintf(nc, "%s%d %d %s\n", to, i, n, strings.Repeat("x", 4000))
			}
		})
		shouting.Go(func() { _, _ = io.Copy(io.Discard, nc) })
	}
	const step = 100 * time.Millisecond
	buf := make([]byte, 10<<10) // 100 KB a second
	hear := func(span time.Duration) (heard int) {
		for end := time.Now().Add(span); time.Now().Before(end); time.Sleep(step) {
			n, err := victim.in.Read(buf)
			heard += n
			if err != nil {
				t.Fatalf("somebody who reads 100 KB a second is closed after %d bytes: %v", heard, err)
			}
		}
		return heard
	}
	hear(settle)
	heard := hear(during)
	rate := float64(heard) / during.Seconds()
	t.Logf("%s: the victim is sent %.0f KiB a second", to, rate/1024)
	if rate > (limit+attackers*256)*1.2 {
		t.Errorf("32 sessions of one address make others receive %.0f bytes a second, %d at most", rate, limit+attackers*256)
	}
	if rate < limit/4 {
		t.Errorf("only %.0f bytes a second are heard: the attack does not attack", rate)
	}
}

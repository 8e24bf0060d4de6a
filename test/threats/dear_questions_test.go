//go:build e2e

package threats

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Row 23: commands that make the server compare many names hold no one up. Three addresses
// send them as fast as they may, and a hundred people are ignored by each.
func TestThreat23_DearQuestionsHoldNobodyUp(t *testing.T) {
	const people, addresses, sessions = 100, 3, 32
	during := either(10*time.Second, 4*time.Second)
	guest := func(i int) string { return fmt.Sprint(strings.Repeat("각ж", 14), i) }   // the most expensive to compare
	s := start(t, "--rate-burst", "200", "--connect-rate", "0", "--max-unauth", "0") // so that all can come at once
	for i := range people {
		p, err := raw(s, address(100+i), guest(i))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
	}
	asks := []string{
		"!unignore zzz", "!unignore " + strings.Repeat("각", 32), "!unignore zzzz", "!ignore zzz", "!unignore zz", "!whois " + strings.Repeat("é", 300),
		"@" + strings.Repeat("ǆ", 32) + " x", "!leave " + strings.Repeat("각", 1000), "!members " + strings.Repeat("é", 32),
	}
	var flooding sync.WaitGroup
	defer flooding.Wait()
	for i := range addresses * sessions {
		nc := mustDial(t, address(i/sessions), s.tcp)
		defer nc.Close()
		flooding.Go(func() {
			_, err := fmt.Fprintf(nc, "eve%d\n", i)
			for n := 0; n < people && err == nil; n++ {
				_, err = fmt.Fprintln(nc, "!ignore", guest(n))
			}
			for n := 0; err == nil; n++ {
				_, err = fmt.Fprintln(nc, asks[n%len(asks)])
			}
		})
		flooding.Go(func() { _, _ = io.Copy(io.Discard, nc) })
	}
	time.Sleep(time.Second) // use up the burst
	before, begun := s.cpu(), time.Now()
	var waits []time.Duration
	for i := 0; time.Since(begun) < during; i++ {
		at := time.Now()
		p, err := raw(s, address(300+i%100), fmt.Sprint("newcomer", i))
		if err != nil {
			t.Fatal(err)
		}
		waits = append(waits, time.Since(at))
		p.end()
		time.Sleep(20 * time.Millisecond)
	}
	share := float64(s.cpu()-before) / float64(time.Since(begun))
	slices.Sort(waits)
	p99 := waits[len(waits)*99/100]
	t.Logf("%d newcomers waited %s, 99 %% of them; the server took %.0f %% of a core", len(waits), p99, 100*share)
	if limit := promptly(100 * time.Millisecond); p99 > limit {
		t.Errorf("newcomers wait for %s, %s at most", p99, limit)
	}
	if full() && share > 0.25 {
		t.Errorf("three addresses take %.0f %% of a core, 25 at most", 100*share)
	}
}

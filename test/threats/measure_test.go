//go:build e2e

package threats

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

const mib = 1 << 20

// collections is after how many collections the server's memory is read. After each of
// them up to 5 MiB more than it needs may remain. It remained after four in a row.
const collections = 12

// live returns the memory the server cannot do without, in bytes: its heap after a
// collection, and the stacks of its goroutines. Resident memory cannot measure a MiB: it
// moves by several with the pace of the collector, whoever connects. Asking for the
// metrics makes the server collect.
func (s *server) live() int {
	s.t.Helper()
	least, count, seen := 0.0, 0.0, -1 // the least in use; the collections so far: all, and those seen
	if !eventually(30*time.Second, func() bool {
		for range 20 { // eventually waits in between
			all, err := s.metrics()
			if err != nil {
				s.t.Fatalf("cannot read metrics: %v", err)
			}
			if now := all["go_gc_duration_seconds_count"]; now != count {
				count = now
				seen++ // returning memory runs several collections at once, which count as one
			}
			now := all["go_memstats_heap_alloc_bytes"] + all["go_memstats_stack_inuse_bytes"]
			if seen >= 2 && (least == 0 || now < least) {
				least = now
			}
			if seen >= collections {
				return true
			}
		}
		return false
	}) {
		s.t.Fatal("the server does not collect its memory within 30s")
	}
	return int(least)
}

// lives returns the live bytes of the server's heap, as the last collection found it,
// under whatever load. It is read from the collector's goal. So the test sets GOGC to 25,
// which makes the goal a quarter more than what is live, and each collection come early.
func (s *server) lives() int {
	all, err := s.metrics()
	if err != nil {
		s.t.Errorf("cannot read metrics: %v", err)
	}
	return int(all["go_memstats_next_gc_bytes"] / 1.25)
}

// highest calls look repeatedly. The function it returns stops that and returns the most seen.
func (s *server) highest(every time.Duration, look func() int) (most func() int) {
	highest, done := look(), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				highest = max(highest, look())
			case <-done:
				return
			}
		}
	})
	return func() int {
		close(done)
		wg.Wait()
		return max(highest, look())
	}
}

// grown fails the test if memory has grown by more than limit, and logs by how much.
func grown(t testing.TB, what string, before, after, limit int) {
	t.Helper()
	figure := fmt.Sprintf("%s: grew by %.2f MiB, from %.2f to %.2f", what, float64(after-before)/mib, float64(before)/mib, float64(after)/mib)
	if after-before > limit {
		t.Errorf("%s; %.2f are allowed", figure, float64(limit)/mib)
		return
	}
	t.Log(figure)
}

// rests waits until the server has done all its work: it uses next to no processor time
// for a while.
func (s *server) rests() {
	s.t.Helper()
	for begun := time.Now(); ; {
		before := s.cpu()
		time.Sleep(150 * time.Millisecond)
		if s.cpu()-before <= 10*time.Millisecond {
			return
		}
		if time.Since(begun) > 20*time.Second {
			s.t.Fatal("the server does not come to rest within 20s")
		}
	}
}

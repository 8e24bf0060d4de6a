package egress_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/egress"
)

// Publishers pass in the order in which they come, whatever they need: a long line is not
// overtaken by short ones that would still fit.
func TestThreat32_TheGateIsFirstComeFirstServed(t *testing.T) {
	for seed := range uint64(30) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			serve(t, func(s *server) { crowdTheGate(t, s, rand.New(rand.NewPCG(seed, 32))) })
		})
	}
}

// crowdTheGate has 200 publishers come at random, for anything from a byte to three
// quotas, half of them short. Writing takes a while, and so does publishing.
func crowdTheGate(t *testing.T, s *server, r *rand.Rand) {
	kinds := []string{"a connection that is tried", "a connection that waits"}
	var listeners []*conn
	for range 1 + r.IntN(12) {
		p := newPeer()
		p.slow = time.Duration(r.IntN(3000)) * time.Microsecond
		listeners = append(listeners, s.open(p, sinks[kinds[r.IntN(2)]]))
	}
	passed := make([]time.Duration, 200) // when each passed; less than 0: it gave up
	begun := time.Now()
	var all sync.WaitGroup
	for i := range passed {
		n := 1 + r.IntN([]int{100, 3 * s.Quota}[r.IntN(2)])
		works := time.Duration(r.IntN(500)) * time.Microsecond
		var done chan struct{}
		if r.IntN(10) == 0 {
			done = make(chan struct{})
			time.AfterFunc(time.Duration(r.IntN(20))*time.Millisecond, func() { close(done) })
		}
		from := s.open(newPeer(), sinks[kinds[r.IntN(2)]])
		all.Go(func() {
			if !from.Acquire(n, done) {
				passed[i] = -1
				return
			}
			passed[i] = time.Since(begun)
			if under, _ := s.Gate(); under > s.Quota && under != n {
				t.Errorf("%d bytes are under way with the %d of publisher %d", under, n, i)
			}
			time.Sleep(works)
			for _, c := range listeners {
				c.owe("x")
			}
			from.Release(n)
		})
		synctest.Wait() // it has passed, or waits
		if r.IntN(4) == 0 {
			time.Sleep(time.Duration(r.IntN(2000)) * time.Microsecond)
		}
	}
	all.Wait()
	quiet()
	var last time.Duration
	for i, at := range passed {
		if at >= 0 && at < last {
			t.Errorf("publisher %d passed after %s, one that came before it after %s", i, at, last)
		}
		last = max(last, at)
	}
	if left := s.UnderWay(); left != "" {
		t.Error(left)
	}
}

// A publisher that gives up while it waits lets those after it pass.
func TestThreat32_WhoGivesUpHoldsUpNobody(t *testing.T) {
	serve(t, func(s *server) {
		first, long, short := s.openTried(newPeer()), s.openTried(newPeer()), s.openTried(newPeer())
		if !first.Acquire(s.Quota/2, nil) {
			t.Fatal("the first did not pass")
		}
		done, passed := make(chan struct{}), make(chan time.Duration)
		begun := time.Now()
		go long.Acquire(s.Quota, done)
		synctest.Wait()
		go func() {
			short.Acquire(1, nil)
			passed <- time.Since(begun)
			short.Release(1)
		}()
		time.AfterFunc(time.Second, func() { close(done) })
		if at := <-passed; at != time.Second {
			t.Errorf("the one behind passed after %s, want 1s", at)
		}
		first.Release(s.Quota / 2)
		quiet()
		if left := s.UnderWay(); left != "" {
			t.Error(left)
		}
	})
}

// Ten thousand that hang up at once while they wait cost little, hold up no other, and leave
// nothing.
func TestThreat32_ThousandsGiveUpAtOnce(t *testing.T) {
	serve(t, func(s *server) {
		first := s.openTried(newPeer())
		if !first.Acquire(s.Quota, nil) {
			t.Fatal("the first did not pass")
		}
		const crowd = 10_000
		var all sync.WaitGroup
		done := make(chan struct{})
		w := s.openTried(newPeer())
		var passed atomic.Int64
		for i := range crowd {
			all.Go(func() {
				if i%10 > 0 {
					w.Acquire(1, done)
				} else if w.Acquire(1, nil) {
					passed.Add(1)
					w.Release(1)
				}
			})
		}
		synctest.Wait()
		if _, waiting := s.Gate(); waiting != crowd {
			t.Errorf("%d wait, want %d", waiting, crowd)
		}
		close(done)
		synctest.Wait()
		if _, waiting := s.Gate(); waiting != crowd/10 {
			t.Errorf("%d wait, want %d", waiting, crowd/10)
		}
		if n := s.Queued(); n > 2*crowd/10+1 {
			t.Errorf("the queue holds %d, of which %d wait", n, crowd/10)
		}
		first.Release(s.Quota)
		all.Wait()
		quiet()
		if n := passed.Load(); n != crowd/10 {
			t.Errorf("%d passed, want %d", n, crowd/10)
		}
		if left := s.UnderWay(); left != "" {
			t.Error(left)
		}
	})
}

// BenchmarkGiveUp is one of 10,000 that wait and give up, the last to come first.
func BenchmarkGiveUp(b *testing.B) {
	const crowd = 10_000
	f := egress.New(slog.New(slog.DiscardHandler))
	for n := 0; n < b.N; n += crowd {
		b.StopTimer()
		all := f.Crowd(crowd)
		b.StartTimer()
		for _, p := range slices.Backward(all) {
			f.GiveUp(p)
		}
	}
}

// A line that needs more than the quota passes within a few rounds while others publish as
// fast as they can.
func TestThreat32_ALongLinePassesAFlood(t *testing.T) {
	serve(t, func(s *server) {
		var flood sync.WaitGroup
		for range 20 {
			c := s.openTried(newPeer())
			flood.Go(func() {
				for begun := time.Now(); time.Since(begun) < 2*time.Second; {
					c.Acquire(4<<10, nil)
					time.Sleep(time.Millisecond)
					c.owe("x")
					c.Release(4 << 10)
				}
			})
		}
		time.Sleep(time.Second)
		long, begun := s.openTried(newPeer()), time.Now()
		if !long.Acquire(3*s.Quota, nil) {
			t.Error("did not pass")
		}
		if took := time.Since(begun); took > 50*time.Millisecond {
			t.Errorf("a long line passed after %s", took)
		}
		long.Release(3 * s.Quota)
		flood.Wait()
	})
}

func TestPassAllocatesNothingWhereThereIsRoom(t *testing.T) {
	s := alone(t)
	c := s.openTried(newPeer())
	if n := testing.AllocsPerRun(100, func() {
		c.Acquire(1, nil)
		c.Release(1)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkPass passes a line through a gate that has room.
func BenchmarkPass(b *testing.B) {
	f := egress.New(slog.New(slog.DiscardHandler))
	w := f.NewWriter(&queue{}, newPeer(), func(error) {})
	f.Quota = 1 << 62
	b.ReportAllocs()
	for b.Loop() {
		w.Acquire(100, nil)
		w.Release(100)
	}
}

package egress_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/egress"
)

// Outboxes gather for 100 µs for each write of the round, or twice that if it must be
// encrypted: from 2 ms on, and for 20 ms at most.
func TestGatheringIsForAsLongAsTheWritesAreWorth(t *testing.T) {
	for _, tt := range []struct {
		tried, waiting int // besides the first
		want           time.Duration
	}{
		{0, 0, 0}, {18, 0, 0}, {19, 0, 2 * time.Millisecond}, {79, 0, 8 * time.Millisecond}, {199, 0, 20 * time.Millisecond},
		{5000, 0, 20 * time.Millisecond}, {0, 9, 0}, {1, 9, 2 * time.Millisecond}, {39, 40, 12 * time.Millisecond}, // and the first
	} {
		t.Run(fmt.Sprint(tt.tried, tt.waiting), func(t *testing.T) {
			serve(t, func(s *server) {
				all := s.waiting(tt.waiting, newPeer)
				for range tt.tried {
					all = append(all, s.openTried(newPeer()))
				}
				first := s.openTried(newPeer())
				first.peer.slow = time.Millisecond // a round, in which the others get output
				first.owe("x")
				synctest.Wait()
				for _, c := range all {
					c.owe("x")
				}
				time.Sleep(time.Millisecond)
				synctest.Wait()
				begun := time.Now()
				first.peer.slow = 0
				first.owe("y")
				first.Drain(time.Hour)
				if got := time.Since(begun); got != tt.want {
					t.Errorf("gathered for %s, want %s", got, tt.want)
				}
				time.Sleep(time.Second)
				begun = time.Now()
				first.owe("z")
				first.Drain(time.Hour)
				if waited := time.Since(begun); waited != 0 {
					t.Errorf("a quiet server waited %s", waited)
				}
			})
		})
	}
}

// Answers to a client that asks again and again come at once. A flood of them gathers.
func TestSmallRoundsGatherWhereThereAreMany(t *testing.T) {
	for pause, want := range map[time.Duration]bool{
		99 * time.Microsecond: true, 100 * time.Microsecond: false, time.Millisecond: false,
	} {
		serve(t, func(s *server) {
			c := s.openTried(newPeer())
			waited := false
			for range 5000 {
				begun := time.Now()
				c.owe("x")
				synctest.Wait()
				c.Drain(time.Hour)
				waited = waited || time.Since(begun) > 0
				time.Sleep(pause)
			}
			if waited != want {
				t.Errorf("asked each %s, somebody waited: %t", pause, waited)
			}
		})
	}
}

func TestRunEndsWhileItGathers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{Flusher: egress.New(slog.New(slog.DiscardHandler)), t: t}
		ctx, cancel := context.WithCancel(t.Context())
		c := s.openTried(newPeer())
		c.peer.slow = time.Second
		begun := time.Now()
		time.AfterFunc(time.Second+time.Millisecond, cancel)
		c.owe("x")
		s.Run(ctx)
		if took := time.Since(begun); took != time.Second+time.Millisecond {
			t.Errorf("Run ended after %s", took)
		}
	})
}

// passing calls Pass and returns how long it waited.
func passing(c *conn, n int, done <-chan struct{}) time.Duration {
	begun := time.Now()
	if c.Acquire(n, done) {
		c.Release(n)
	}
	return time.Since(begun)
}

func TestPassWaitsForNothingUpToTheQuota(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		stuck, c := s.open(newStuckPeer(), sink), s.open(newPeer(), sink)
		stuck.owe("x")
		for range 64 {
			if d := passing(c, 1<<10, nil); d != 0 {
				t.Errorf("waited %s", d)
			}
		}
		stuck.Close()
	})
}

func TestPassWaitsUntilWhatWasPublishedIsWritten(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		p := newPeer()
		p.slow = 10 * time.Millisecond
		busy, c := s.open(p, sink), s.open(newPeer(), sink)
		passing(c, s.Quota, nil)
		busy.owe("x")
		if d := passing(c, 1, nil); d != p.slow {
			t.Errorf("waited %s, want %s: as long as the write", d, p.slow)
		}
		busy.got("x")
		if d := passing(c, s.Quota-1, nil); d != 0 {
			t.Errorf("waited %s again", d)
		}
	})
}

// However many publish at once, what is published between two writings is bounded.
// The order in which publishers and writers run decides how much is let through at one
// moment of fake time: about one time in ten it is more than usual. A gate that does not
// hold lets everything through each time.
func TestPassLetsAQuotaThroughAtATime(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		var wrong string
		for range 4 {
			if wrong = letThrough(s, sink); wrong == "" {
				return
			}
		}
		t.Error(wrong)
	})
}

// letThrough has forty publish at once, and tells what is wrong with how they are let
// through; nothing is, if it is empty.
func letThrough(s *server, sink func(*peer) egress.Sink) (wrong string) {
	p := newPeer()
	p.slow = 10 * time.Millisecond
	busy := s.open(p, sink)
	begun, line := time.Now(), s.Quota/4
	var mu sync.Mutex
	at := map[time.Duration]int{}
	var publishers sync.WaitGroup
	for range 40 {
		c := s.open(newPeer(), sink)
		publishers.Go(func() {
			c.Acquire(line, nil)
			mu.Lock()
			at[time.Since(begun)] += line
			mu.Unlock()
			busy.owe("x")
			c.Release(line)
		})
	}
	publishers.Wait()
	busy.Drain(time.Hour)
	for when, n := range at {
		if n > s.Quota {
			wrong = fmt.Sprintf("%d bytes were published at once, after %s", n, when)
		}
	}
	if len(at) < 10 {
		wrong = fmt.Sprintf("40 publishers were let through in %d parts", len(at))
	}
	return wrong
}

func TestPassDoesNotWaitForAClientThatIsSlow(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		stuck, c := s.open(newStuckPeer(), sink), s.open(newPeer(), sink)
		passing(c, s.Quota, nil)
		stuck.owe("x")
		if d := passing(c, s.Quota, nil); d > 101*time.Millisecond {
			t.Errorf("waited %s for a client that does not read", d)
		}
		for range 10 { // it is known to be slow by now
			if d := passing(c, s.Quota, nil); d != 0 {
				t.Errorf("waited %s more", d)
			}
		}
		stuck.alive()
		close(stuck.peer.reads)
		stuck.got("x")
	})
}

// Any client may be slow now and then. One that is slow again and again, and reads in
// between, no longer holds up the others.
func TestPassDoesNotWaitForAClientThatIsSlowAgainAndAgain(t *testing.T) {
	serve(t, func(s *server) {
		p := newPeer()
		p.slow = 200 * time.Millisecond
		slow, c := s.open(p, sinks["a connection that waits"]), s.openTried(newPeer())
		waits := func(want bool) {
			t.Helper()
			passing(c, s.Quota, nil)
			slow.owe("x")
			if d := passing(c, s.Quota, nil); d > 101*time.Millisecond || want != (d > 99*time.Millisecond) {
				t.Errorf("waited %s, which is to be so: %t", d, want)
			}
			slow.Drain(time.Hour)
		}
		for range 5 {
			waits(true)
		}
		for range 5 {
			waits(false)
		}
		time.Sleep(30 * time.Second)
		waits(true)
	})
}

func TestPassEndsTheGathering(t *testing.T) {
	serve(t, func(s *server) {
		busy, c := s.openTried(newPeer()), s.openTried(newPeer())
		busy.peer.slow = time.Second
		passing(c, s.Quota, nil)
		busy.owe("x")
		time.Sleep(time.Second + time.Millisecond) // it gathers
		passing(c, s.Quota, nil)
		c.owe("y")
		if d := passing(c, s.Quota, nil); d != 0 {
			t.Errorf("waited %s", d)
		}
		c.got("y")
	})
}

func TestPassWaitsUntilTheSessionHasTakenWhatItIsOwedItself(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newStuckPeer(), sink)
		c.owe("x")
		synctest.Wait()
		c.owe(strings.Repeat("x", s.Quota))
		if d := passing(c, 1, nil); d != 0 {
			t.Errorf("waited %s with no more than the quota waiting", d)
		}
		c.owe("x")
		time.AfterFunc(time.Second, func() { close(c.peer.reads) })
		if d := passing(c, 1, nil); d != time.Second {
			t.Errorf("waited %s, want 1s", d)
		}
		c.got(strings.Repeat("x", s.Quota+2))
	})
}

func TestPassEndsWithTheSessionAndWithTheConnection(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newStuckPeer(), sink)
		c.owe("x")
		synctest.Wait()
		c.owe(strings.Repeat("x", s.Quota+1))
		done := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(done) })
		if d := passing(c, 1, done); d != time.Second {
			t.Errorf("waited %s, and the session ended after 1s", d)
		}
		passing(c, s.Quota, done) // over as well: it may not wait for the round
		if d := passing(c, 1, nil); d > 9*time.Second {
			t.Errorf("waited %s more for a connection that stalled after 9s", d)
		}
		c.ended(egress.ErrStalled)
	})
}

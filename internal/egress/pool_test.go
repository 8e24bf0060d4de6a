package egress_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/egress"
)

// waiting opens connections that cannot be tried.
func (s *server) waiting(n int, peer func() *peer) (all []*conn) {
	for range n {
		all = append(all, s.open(peer(), sinks["a connection that waits"]))
	}
	return all
}

// However many wait for their clients, the others wait a millisecond each time the pool
// doubles, seven times here, and the same again if they are in the next round.
func TestStuckReaders_DoNotHoldUpOthers(t *testing.T) {
	serve(t, func(s *server) {
		stuck, readers := s.waiting(100, newStuckPeer), s.waiting(20, newPeer)
		begun := time.Now()
		for i, c := range append(stuck, readers...) {
			c.owe(fmt.Sprintf("%d\n", i))
		}
		for i, c := range readers {
			if !c.Drain(2*7*time.Millisecond + gathering) {
				t.Errorf("reader %d still waits after %s", i, time.Since(begun))
			}
			c.got(fmt.Sprintf("%d\n", 100+i))
		}
		for i, c := range stuck {
			c.got("")
			close(c.peer.reads)
			c.got(fmt.Sprintf("%d\n", i))
		}
	})
}

// There are as many workers as wait for their clients, however often that happens, and a
// quarter of a minute later as many as there are cores.
func TestTheCrewIsAsLargeAsItHasToBe(t *testing.T) {
	serve(t, func(s *server) {
		size := func(least, most int) {
			t.Helper()
			synctest.Wait()
			if n := s.PoolSize(); n < least || n > most {
				t.Errorf("a pool of %d on %d cores, want %d to %d", n, s.CrewCores(), least, most)
			}
		}
		owe := func(all []*conn) {
			for _, c := range all {
				c.owe("x")
			}
			time.Sleep(time.Second / 4)
		}
		size(0, 0)
		readers := s.waiting(50, newPeer)
		owe(readers)
		size(1, s.CrewCores())
		slow := s.waiting(50, newPeer)
		for _, c := range slow {
			c.peer.slow = 5 * time.Millisecond
		}
		for range 100 {
			owe(slow)
			size(1, 2*50) // it doubles, up to as many as are left
		}
		stuck := s.waiting(50, newStuckPeer)
		owe(stuck)
		owe(readers)
		size(50, 100+s.CrewCores())
		for _, c := range stuck {
			close(c.peer.reads)
		}
		time.Sleep(15 * time.Second)
		size(0, s.CrewCores())
	})
}

// A write that is timed begins when it begins, however long its goroutine has written
// for others.
func TestTheCrewTimesEachWriteByItself(t *testing.T) {
	serve(t, func(s *server) {
		slow := s.waiting(s.CrewCores()*20, newPeer)
		for _, c := range slow {
			c.peer.slow = 90 * time.Millisecond
			c.owe("x")
		}
		time.Sleep(20 * 90 * time.Millisecond)
		synctest.Wait()
		for _, c := range slow {
			c.got("x")
			if c.Lapsed() {
				t.Fatal("a write of 90 ms is late")
			}
		}
		late := s.waiting(1, newPeer)[0]
		late.peer.slow = 101 * time.Millisecond
		late.owe("x")
		time.Sleep(time.Second)
		if !late.Lapsed() {
			t.Error("a write of 101 ms is not late")
		}
	})
}

// A write that begins while the timer runs for an earlier one is given up in time too.
func TestStall_IsNoticedAfterQuickWrites(t *testing.T) {
	for _, gap := range []time.Duration{0, 30 * time.Millisecond, 99 * time.Millisecond, 150 * time.Millisecond} {
		serve(t, func(s *server) {
			quick := s.waiting(1, newPeer)[0]
			for range 5 {
				quick.owe("x")
				time.Sleep(30 * time.Millisecond)
			}
			time.Sleep(gap)
			stuck := s.waiting(3*s.CrewCores(), newStuckPeer)
			for _, c := range stuck {
				c.owe("x")
			}
			begun := time.Now()
			for _, c := range stuck {
				<-c.peer.gone
			}
			if took := time.Since(begun); took < 10*time.Second || took > 10*time.Second+50*time.Millisecond {
				t.Errorf("%s behind quick writes, a stall was noticed after %s", gap, took)
			}
			for _, c := range stuck {
				c.ended(egress.ErrStalled)
			}
			quick.alive()
		})
	}
}

// Writes that all take nearly as long as a handover hold up no other either.
func TestSlowReaders_DoNotHoldUpOthers(t *testing.T) {
	for _, slow := range []time.Duration{950 * time.Microsecond, 2 * time.Millisecond, 50 * time.Millisecond} {
		serve(t, func(s *server) {
			all, other := s.waiting(1000, newPeer), s.waiting(1, newPeer)[0]
			for _, c := range all {
				c.peer.slow = slow
			}
			for range 3 {
				for _, c := range all {
					c.owe("x")
				}
				other.owe("x")
				begun := time.Now()
				if !other.Drain(time.Second) || time.Since(begun) > 50*time.Millisecond {
					t.Errorf("beside writes of %s, another waited for %s", slow, time.Since(begun))
				}
				time.Sleep(time.Second)
			}
		})
	}
}

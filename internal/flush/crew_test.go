package flush_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// waiting opens connections that cannot be tried.
func (s *server) waiting(n int, peer func() *peer) (all []*conn) {
	for range n {
		all = append(all, s.open(peer(), sinks["a connection that waits"]))
	}
	return all
}

// However many wait for their clients, the others wait a millisecond each time the crew
// doubles, seven times here, and the same again where they are in the round behind.
func TestManyClientsThatDoNotReadHoldUpNobody(t *testing.T) {
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

func TestTheCrewIsAsLargeAsItHasToBe(t *testing.T) {
	serve(t, func(s *server) {
		size := func(want func(int) bool) {
			t.Helper()
			if n := s.CrewSize(); !want(n) {
				t.Errorf("a crew of %d on %d cores", n, s.CrewCores())
			}
		}
		size(func(n int) bool { return n == 0 })
		readers := s.waiting(50, newPeer)
		round := func() {
			for _, c := range readers {
				c.owe("x")
			}
			time.Sleep(time.Second / 4)
			synctest.Wait()
		}
		round()
		size(func(n int) bool { return 0 < n && n <= s.CrewCores() })
		stuck := s.waiting(50, newStuckPeer)
		for _, c := range stuck {
			c.owe("x")
		}
		round()
		size(func(n int) bool { return n >= 50 })
		for _, c := range stuck {
			close(c.peer.reads)
		}
		for range 200 { // one goes after each round
			round()
		}
		size(func(n int) bool { return n <= s.CrewCores() })
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

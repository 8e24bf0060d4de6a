package egress_test

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/internal/egress"
)

// A write may wait for as long as it likes, where the client takes something meanwhile.
func TestThreat25_WhoTakesSomethingStays(t *testing.T) {
	for _, every := range []time.Duration{time.Second, 5 * time.Second, 9 * time.Second} {
		both(t, func(s *server, sink func(*peer) egress.Sink) {
			c := s.open(newStuckPeer(), sink)
			c.owe("hello\n")
			for range 50 {
				time.Sleep(every)
				c.peer.takes(1)
				c.alive()
			}
			begun := time.Now()
			<-c.peer.gone // it takes no more
			if took := time.Since(begun); took < 10*time.Second || took > 11*time.Second {
				t.Errorf("a client that had taken something each %s was given up %s after the last", every, took)
			}
			c.ended(egress.ErrStalled)
		})
	}
}

// What was taken before a write began to wait is no progress of that write.
func TestThreat25_WhoTakesNothingGoesAfterTenSeconds(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		p := newStuckPeer()
		p.takes(1000)
		c := s.open(p, sink)
		c.owe("more\n")
		p.takes(1000)
		begun := time.Now()
		<-p.gone
		if took := time.Since(begun); took < 10*time.Second || took > 10*time.Second+gathering {
			t.Errorf("given up after %s", took)
		}
		c.ended(egress.ErrStalled)
	})
}

// Of a client that cannot be measured, so little is written at once that 500 bytes a second
// are enough.
func TestThreat25_WhoCannotBeMeasuredIsWrittenToInPieces(t *testing.T) {
	serve(t, func(s *server) {
		p := newPeer()
		p.slow = 4 << 10 * time.Second / 500
		c := s.open(p, blind)
		all := strings.Repeat("0123456789", 1600)
		c.owe(all)
		if !c.Drain(time.Hour) {
			t.Error("not written")
		}
		c.got(all)
		c.wrote(4<<10, 4<<10, 4<<10, 16000-12<<10)
		c.alive()
		p.slow = 11 * time.Second
		c.owe("x")
		<-p.gone
		c.ended(egress.ErrStalled)
		time.Sleep(p.slow) // until the write returns
	})
}

// slowly has a client whose kernel has been given all take some of it, each so often.
func (c *conn) slowly(every time.Duration, times int) {
	for range times {
		time.Sleep(every)
		c.peer.takes(1)
		c.alive()
	}
}

// setPending says whether some of what was written is not taken yet.
func (p *peer) setPending(is bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = is
}

// patienceAsked is how often the kernel has been told to be patient.
func (p *peer) patienceAsked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.patient
}

// A client that takes slowly what the kernel has is not for the kernel to judge: it is
// given up 16 to 20 s after it has last taken something.
func TestThreat25_ASlowClientIsJudgedByWhatItTakes(t *testing.T) {
	for _, every := range []time.Duration{time.Second, 5 * time.Second, 13 * time.Second} {
		both(t, func(s *server, sink func(*peer) egress.Sink) {
			c := s.open(newPeer(), sink)
			c.peer.setPending(true)
			c.owe("hello\n")
			c.slowly(every, 50)
			if n := c.peer.patienceAsked(); n != 1 {
				t.Errorf("the kernel was told to be patient %d times, want once", n)
			}
			begun := time.Now()
			<-c.peer.gone
			if took := time.Since(begun); took < 16*time.Second || took > 20*time.Second {
				t.Errorf("given up %s after it last took something", took)
			}
			c.peer.mu.Lock()
			defer c.peer.mu.Unlock()
			if len(c.failures) != 1 || !errors.Is(c.failures[0], syscall.ETIMEDOUT) {
				t.Errorf("told of %v, want of a dead client", c.failures)
			}
		})
	}
}

// A client that has taken all is left alone, and looked after again when it is written to.
func TestThreat25_ASlowClientMayRest(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newPeer(), sink)
		for range 3 {
			c.peer.setPending(true)
			c.owe("hello\n")
			c.slowly(time.Second, 20)
			c.peer.setPending(false)
			time.Sleep(time.Hour)
			c.alive()
		}
		c.peer.setPending(true)
		c.owe("hello\n")
		begun := time.Now()
		<-c.peer.gone
		if took := time.Since(begun); took < 16*time.Second || took > 20*time.Second+gathering {
			t.Errorf("given up after %s", took)
		}
	})
}

// A client that has been slow and has taken all is looked after still: what it does not
// acknowledge then may have been written by others, as a keepalive is.
func TestThreat12_AClientThatWasSlowIsFoundDead(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newPeer(), sink)
		c.peer.setPending(true)
		c.owe("hello\n")
		c.slowly(time.Second, 20)
		c.peer.setPending(false)
		time.Sleep(time.Hour)
		for range 100 { // keepalives, and answers to them
			c.peer.setPending(true)
			time.Sleep(10 * time.Second)
			c.peer.takes(1)
			c.peer.setPending(false)
			time.Sleep(20 * time.Second)
		}
		c.alive()
		c.peer.setPending(true)
		begun := time.Now()
		select {
		case <-c.peer.gone:
		case <-time.After(time.Hour):
		}
		if took := time.Since(begun); took < 16*time.Second || took > 20*time.Second {
			t.Errorf("given up after %s", took)
		}
	})
}

// No longer than it is connected.
func TestThreat12_AClientThatIsGoneIsNotLookedAfter(t *testing.T) {
	for _, slow := range []bool{false, true} {
		both(t, func(s *server, sink func(*peer) egress.Sink) {
			c := s.open(newPeer(), sink)
			c.peer.setPending(true)
			c.owe("hello\n")
			if slow {
				c.slowly(time.Second, 20)
				c.peer.setPending(false)
			}
			quiet()
			if n := s.Followed(); n != 1 {
				t.Fatalf("%d connections are looked after, want 1", n)
			}
			_ = c.peer.Close() // not through its Writer
			time.Sleep(2 * time.Second)
			quiet()
			if n := s.Followed(); n != 0 {
				t.Errorf("%d connections are looked after that are closed", n)
			}
		})
	}
}

// What is written to a client is no sign of its taking anything.
func TestThreat12_AClientThatIsWrittenToIsTheKernelsToJudge(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newPeer(), sink)
		c.peer.setPending(true)
		for range 60 {
			c.owe("hello\n")
			time.Sleep(time.Second)
		}
		if n := c.peer.patienceAsked(); n != 0 {
			t.Errorf("the kernel was told to be patient %d times with a client that takes nothing", n)
		}
		c.peer.takes(1)
		for begun := time.Now(); ; time.Sleep(time.Second) {
			select {
			case <-c.peer.gone:
				if took := time.Since(begun); took < 16*time.Second || took > 20*time.Second {
					t.Errorf("given up after %s", took)
				}
				return
			default:
			}
			if time.Since(begun) > time.Minute {
				s.t.Fatal("a slow client that takes nothing any more is alive while it is written to")
			}
			c.owe("hello\n")
		}
	})
}

// A client that takes nothing, or everything, is the kernel's to judge.
func TestThreat25_OthersAreTheKernelsToJudge(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		silent, quick := s.open(newPeer(), sink), s.open(newPeer(), sink)
		silent.peer.setPending(true)
		silent.owe("hello\n")
		for range 1000 {
			quick.owe("hello\n")
			quick.slowly(time.Second, 1)
		}
		for _, c := range []*conn{silent, quick} {
			if n := c.peer.patienceAsked(); n != 0 {
				t.Errorf("the kernel was told to be patient %d times", n)
			}
			c.alive()
		}
	})
}

// faultyMeter is a connection with a fault in what is asked of it.
type faultyMeter struct{ *peer }

func (faultyMeter) Taken() (uint64, bool) { panic("a fault in the meter") }
func (faultyMeter) Acked() (uint64, bool) { panic("a fault in the meter") }

func TestAFaultOfAMeterEndsItsOwnSessionOnly(t *testing.T) {
	for name, newPeer := range map[string]func() *peer{"a write waits": newStuckPeer, "all is written": newPeer} {
		t.Run(name, func(t *testing.T) {
			serve(t, func(s *server) {
				p := newPeer()
				p.pending = true
				good := s.several(1, sinks["a connection that is tried"])[0]
				bad := s.open(p, func(p *peer) egress.Sink { return faultyMeter{p} })
				bad.owe("hello\n")
				<-p.gone
				var fault *egress.PanicError
				if len(bad.failures) != 1 || !errors.As(bad.failures[0], &fault) {
					t.Errorf("told of %v", bad.failures)
				}
				good.owe("x")
				good.got("x")
				good.alive()
			})
		})
	}
}

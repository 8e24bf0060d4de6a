package egress_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/egress"
)

// both runs a test for both kinds of connection.
func both(t *testing.T, test func(*server, func(*peer) egress.Sink)) {
	t.Helper()
	for name, sink := range sinks {
		t.Run(name, func(t *testing.T) { serve(t, func(s *server) { test(s, sink) }) })
	}
}

func TestWhatIsOwedIsWrittenInOneWrite(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newPeer(), sink)
		var all strings.Builder
		for i := range 1000 {
			line := fmt.Sprintf("line %d\r\n", i)
			all.WriteString(line)
			c.push(line)
		}
		c.Ready()
		c.got(all.String())
		c.wrote(all.Len())
		c.owe("more")
		c.wrote(all.Len(), 4)
		c.alive()
	})
}

func TestMuchIsWrittenInChunks(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newPeer(), sink)
		all := strings.Repeat("0123456789", 10<<10)
		c.owe(all)
		c.got(all)
		c.wrote(32<<10, 32<<10, 32<<10, 4<<10)
	})
}

func TestWriter_WritesALongFrameInChunks(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		p := newPeer()
		p.room = 0
		c := s.open(p, sink)
		c.whole = true
		all := strings.Repeat("0123456789", 10<<10)
		c.owe(all)
		c.got(all)
		c.wrote(32<<10, 32<<10, 32<<10, 4<<10)
	})
}

func TestWriter_WritesWhatComesAfterTheLastLook(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newPeer(), sink)
		n := 0
		c.empty = func() {
			if n++; n <= 3 {
				c.owe(fmt.Sprintf("%d\n", n))
			}
		}
		c.owe("0\n")
		c.got("0\n1\n2\n3\n")
		c.wrote(2, 2, 2, 2)
	})
}

func TestWhatGathersWhileAWriteWaitsIsWrittenInOneWrite(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newStuckPeer(), sink)
		c.owe("first\n")
		synctest.Wait()
		for range 1000 {
			c.owe("more\n")
		}
		c.got("")
		close(c.peer.reads)
		c.got("first\n" + strings.Repeat("more\n", 1000))
		c.wrote(6, 5000)
	})
}

func TestAGoroutineWritesWhatWasNotTaken(t *testing.T) {
	serve(t, func(s *server) {
		p := newStuckPeer()
		p.room = 5
		c := s.openTried(p)
		c.owe("first second\n")
		c.got("first")
		c.owe("third\n")
		c.got("first")
		close(p.reads)
		c.got("first second\nthird\n")
		c.wrote(5, 8, 6)

		p.room = -1 // from now on it is tried again
		tries := p.tries
		c.owe("fourth\n")
		c.got("first second\nthird\nfourth\n")
		if p.tries != tries+1 {
			t.Errorf("tried %d times more, want once", p.tries-tries)
		}
	})
}

func TestStuckReader_DoesNotHoldUpOthers(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		stuck, reader := s.open(newStuckPeer(), sink), s.open(newPeer(), sink)
		var want string
		for i := range 100 {
			line := fmt.Sprintf("%d\n", i)
			want += line
			begun := time.Now()
			stuck.owe(line)
			reader.owe(line)
			if took := time.Since(begun); took != 0 {
				t.Errorf("a caller of Ready waited %s", took)
			}
			if !reader.Drain(gathering) {
				t.Errorf("the reader waits longer than %s for line %d", gathering, i)
			}
		}
		reader.got(want)
		stuck.got("")
		close(stuck.peer.reads)
		stuck.got(want)
	})
}

func TestAWriteThatStallsEndsItsConnection(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newStuckPeer(), sink)
		c.owe("hello\n")
		time.Sleep(10*time.Second - time.Millisecond)
		c.alive()
		time.Sleep(time.Millisecond)
		c.ended(egress.ErrStalled)
		c.owe("more\n")
		c.Ready()
		c.got("")
	})
}

func TestAWriteIsTimedAnewForEachChunk(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		p := newPeer()
		p.slow, p.room = 9*time.Second, 0
		c := s.open(p, sink)
		c.owe(strings.Repeat("x", 100<<10))
		if !c.Drain(time.Hour) {
			t.Error("not written")
		}
		c.alive()
	})
}

// A write may end in the very moment in which it becomes a slow one.
func TestAWriteThatWasSlowOnceIsNotGivenUpLater(t *testing.T) {
	serve(t, func(s *server) {
		var all []*conn
		for i := range 200 {
			p := newPeer()
			p.slow = 20*time.Millisecond + time.Duration(i%3-1)
			all = append(all, s.open(p, sinks["a connection that waits"]))
		}
		for range 5 {
			for _, c := range all {
				c.owe("x")
			}
			time.Sleep(time.Minute)
		}
		for _, c := range all {
			c.got("xxxxx")
			c.alive()
		}
	})
}

func TestAConnectionThatBreaksIsClosedOnceAndSaysWhy(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		p := newPeer()
		p.fails = errors.New("connection reset")
		c := s.open(p, sink)
		c.owe("hello\n")
		c.ended(p.fails)
		c.owe("more\n")
		c.Close()
		c.ended(p.fails)
	})
}

func TestAFaultEndsItsOwnSessionOnly(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		bad, good := s.open(newPeer(), sink), s.open(newPeer(), sink)
		bad.faulty = true
		bad.owe("x\n")
		good.owe("hello\n")
		good.got("hello\n")
		good.alive()
		var fault *egress.PanicError
		if len(bad.failures) != 1 || !errors.As(bad.failures[0], &fault) || fault.Value != "a fault in the source" {
			t.Fatalf("told of %v", bad.failures)
		}
		if len(fault.Stack) == 0 || fault.Error() != "panic while writing" {
			t.Errorf("the error says %q, with a stack of %d bytes", fault, len(fault.Stack))
		}
		bad.ended(fault)
		if n := strings.Count(s.log.String(), "\n"); n != 1 || !strings.Contains(s.log.String(), "a fault in the source") {
			t.Errorf("%d lines logged, want one that names the fault:\n%s", n, s.log.String())
		}
		bad.owe("y\n")
		good.owe("again\n")
		good.got("hello\nagain\n")
	})
}

func TestStall_AFaultInTheCallbackEndsItsSessionOnly(t *testing.T) {
	serve(t, func(s *server) {
		var q queue
		w := s.NewWriter(&q, newStuckPeer(), func(error) { panic("a fault in the session") })
		q.push("hello")
		w.Ready()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if !strings.Contains(s.log.String(), "a fault in the session") {
			t.Errorf("logged: %q", s.log.String())
		}
	})
}

func TestDrainWaitsForWhatIsOwed(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		p := newPeer()
		p.slow, p.room = 2*time.Second, 0
		c := s.open(p, sink)
		if !c.Drain(0) {
			t.Error("nothing waits, and Drain says that something does")
		}
		c.owe("hello\n")
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if !c.Drain(5 * time.Second) {
					t.Error("not written within 5 s")
				}
			})
		}
		if c.Drain(time.Second) {
			t.Error("written within 1 s")
		}
		wg.Wait()
		c.got("hello\n")
	})
}

func TestDrainEndsWithTheConnection(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		for name, end := range map[string]func(*conn){
			"closed":  func(c *conn) { c.Close() },
			"stalled": func(*conn) {},
		} {
			c := s.open(newStuckPeer(), sink)
			c.owe("hello\n")
			time.AfterFunc(time.Second, func() { end(c) })
			for range 2 { // while it ends, and when it has
				if c.Drain(time.Minute) {
					t.Errorf("%s: written, says Drain", name)
				}
			}
		}
	})
}

func TestCloseWakesAWriteAndIsNoFailure(t *testing.T) {
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		c := s.open(newStuckPeer(), sink)
		c.owe("hello\n")
		synctest.Wait()
		c.Close()
		c.Close()
		c.ended()
		asked := c.asked
		c.owe("more\n")
		c.Ready()
		synctest.Wait()
		if c.asked != asked {
			t.Error("a closed Writer takes output")
		}
	})
}

// Many give output at once to connections that take some of it now and some of it later.
// Output that no connection is told of would wait forever.
func TestNoWakeUpIsLostAndOrderIsKept(t *testing.T) {
	const senders, each = 4, 2000
	both(t, func(s *server, sink func(*peer) egress.Sink) {
		var conns []*conn
		for i := range 4 {
			p := newPeer()
			if i%2 == 1 {
				p.room = 1000 * i
			}
			conns = append(conns, s.open(p, sink))
		}
		var wg sync.WaitGroup
		for sender := range senders {
			wg.Go(func() {
				for m := range each {
					for _, c := range conns {
						c.owe(fmt.Sprintf("%d %d\n", sender, m))
					}
				}
			})
		}
		wg.Wait()
		for i, c := range conns {
			if !c.Drain(time.Minute) {
				t.Errorf("connection %d: not written", i)
			}
			checkLines(t, c.peer.got.String(), senders, each)
			if n := len(c.peer.writes); n >= senders*each {
				t.Errorf("connection %d: %d writes for %d lines", i, n, senders*each)
			}
		}
	})
}

// checkLines checks that each of the senders is heard saying 0, 1, 2 and so on.
func checkLines(t *testing.T, got string, senders, each int) {
	t.Helper()
	next := make([]int, senders)
	for line := range strings.Lines(got) {
		var sender, m int
		if _, err := fmt.Sscanf(line, "%d %d\n", &sender, &m); err != nil || m != next[sender] {
			t.Fatalf("%q came, want message %d of %d (%v)", line, next[sender], sender, err)
		}
		next[sender]++
	}
	for sender, n := range next {
		if n != each {
			t.Errorf("of %d %d lines came, want %d", sender, n, each)
		}
	}
}

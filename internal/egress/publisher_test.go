package egress_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/egress"
)

// alone is a Flusher that does not run: all that is written, publishers wrote.
func alone(t *testing.T) *server {
	return &server{Flusher: egress.New(slog.New(slog.DiscardHandler)), t: t}
}

// publish acquires, gives text to each of all, and releases.
func (c *conn) publish(text string, all ...*conn) {
	c.t.Helper()
	if !c.Acquire(len(text), nil) {
		c.t.Error("did not pass")
	}
	for _, to := range all {
		to.owe(text)
	}
	c.Release(len(text))
}

// several opens n connections.
func (s *server) several(n int, sink func(*peer) egress.Sink) (all []*conn) {
	for range n {
		all = append(all, s.open(newPeer(), sink))
	}
	return all
}

func TestEgress_PublishersWriteSmallRounds(t *testing.T) {
	for _, tt := range []struct {
		to      int
		waiting int // others that cannot be tried
		want    string
	}{{1, 0, "x"}, {8, 0, "x"}, {9, 0, ""}, {7, 1, ""}, {0, 1, ""}} {
		t.Run(fmt.Sprint(tt.to, tt.waiting), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := alone(t)
				tried, from := s.several(tt.to, sinks["a connection that is tried"]), s.openTried(newPeer())
				from.publish("x", append(tried, s.several(tt.waiting, sinks["a connection that waits"])...)...)
				for _, c := range tried {
					c.got(tt.want)
				}
			})
		})
	}
}

func TestEgress_AnswersOwnRequestsInline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := alone(t)
		for range 3 { // far more often than would be worth gathering
			c := s.openTried(newPeer())
			want := ""
			for range 1000 {
				c.publish("x", c)
				want += "x"
				if took := c.Drain(0); !took {
					t.Fatal("an answer has not been written")
				}
			}
			c.got(want)
		}
	})
}

func TestWhatIsPublishedTogetherIsWrittenTogether(t *testing.T) {
	serve(t, func(s *server) {
		c, from := s.openTried(newPeer()), s.openTried(newPeer())
		from.Acquire(2, nil)
		c.owe("x")
		synctest.Wait()
		c.owe("y")
		from.Release(2)
		c.wrote(2)
	})
}

// A server that is busy gathers, and who asks something is answered nevertheless.
func TestEgress_PublishersDoNotWriteWhileOutboxesGather(t *testing.T) {
	serve(t, func(s *server) {
		crowd, from := s.several(100, sinks["a connection that is tried"]), s.openTried(newPeer())
		from.publish("x", crowd...)
		synctest.Wait() // 100 writes: it gathers for 10 ms now
		begun := time.Now()
		from.publish("?", from)
		from.Drain(time.Hour)
		if d := time.Since(begun); d != 0 {
			t.Errorf("who asked waited %s", d)
		}
		from.publish("y", crowd[0])
		crowd[0].Drain(time.Hour)
		if d := time.Since(begun); d != 10*time.Millisecond {
			t.Errorf("a line was written after %s, want 10 ms", d)
		}
		crowd[0].got("xy")
	})
}

// Lines to few receivers gather too if there are many of them: 100 µs for each write.
func TestSmallRoomsGatherWhereMuchIsSaid(t *testing.T) {
	for pause, want := range map[time.Duration]bool{300 * time.Microsecond: true, 400 * time.Microsecond: false} {
		serve(t, func(s *server) {
			room, from := s.several(4, sinks["a connection that is tried"]), s.openTried(newPeer())
			waited := false
			for range 5000 {
				from.publish("x", room...)
				synctest.Wait()
				begun := time.Now()
				room[0].Drain(time.Hour)
				waited = waited || time.Since(begun) > 0
				time.Sleep(pause)
			}
			if waited != want {
				t.Errorf("a line each %s, somebody waited: %t", pause, waited)
			}
		})
	}
}

// A publisher writes all output that comes until it releases, no matter who caused it, and also
// if it waits itself.
func TestEgress_PublishersLeaveNothingUnwritten(t *testing.T) {
	serve(t, func(s *server) {
		other, from := s.openTried(newPeer()), s.openTried(newPeer())
		from.Acquire(1, nil)
		other.owe("news")
		from.Release(1)
		other.got("news")

		from.Acquire(1, nil)
		from.owe(string(make([]byte, s.Quota+1)))
		if !from.WaitBelowQuota(nil) {
			t.Error("did not catch up")
		}
		from.Release(1)
	})
}

// What was published counts until all that is under way has been written, by whomever.
func TestPass_WaitsForPublishersThatWrite(t *testing.T) {
	serve(t, func(s *server) {
		p := newPeer()
		p.slow = time.Second // in a try: it stands for a machine that is slow
		c, from, other := s.openTried(p), s.openTried(newPeer()), s.openTried(newPeer())
		begun := time.Now()
		go func() {
			from.Acquire(s.Quota, nil)
			c.owe("x")
			from.Release(s.Quota)
		}()
		synctest.Wait()
		other.owe("x") // a round of the flusher's meanwhile changes nothing
		other.publish("y", other)
		if d := time.Since(begun); d != time.Second {
			t.Errorf("waited %s, want a second", d)
		}
		other.got("xy")
	})
}

func TestAFaultOfOneIsNotTheOthers(t *testing.T) {
	serve(t, func(s *server) {
		bad, good, from := s.openTried(newPeer()), s.openTried(newPeer()), s.openTried(newPeer())
		bad.faulty = true
		from.publish("x", bad, good)
		good.got("x")
		from.publish("y", good)
		good.got("xy")
		if len(bad.failures) != 1 {
			t.Errorf("told of %v, want of one fault", bad.failures)
		}
	})
}

// A publisher that waits for another one to publish rests, and so does the flusher: time could not
// pass here otherwise.
func TestPassRestsWhileAnotherPublishes(t *testing.T) {
	serve(t, func(s *server) {
		from, begun := s.openTried(newPeer()), time.Now()
		from.Acquire(s.Quota, nil)
		time.AfterFunc(time.Second, func() { from.Release(s.Quota) })
		var others sync.WaitGroup
		for _, c := range s.several(50, sinks["a connection that is tried"]) {
			others.Go(func() { c.publish("x", c) })
		}
		others.Wait()
		if d := time.Since(begun); d != time.Second {
			t.Errorf("waited %s, want a second", d)
		}
	})
}

// Writers that no publisher would write to do not wait until a publisher is done.
func TestConnectionsThatWaitAreWrittenToMeanwhile(t *testing.T) {
	serve(t, func(s *server) {
		terminal, from := s.open(newPeer(), sinks["a connection that waits"]), s.openTried(newPeer())
		from.Acquire(1, nil)
		defer from.Release(1)
		terminal.owe("x")
		terminal.got("x")
	})
}

func TestEgress_APanicOfAPublisherEndsItsSessionOnly(t *testing.T) {
	serve(t, func(s *server) {
		c, from := s.openTried(newPeer()), s.openTried(newPeer())
		func() {
			defer func() {
				if v := recover(); v != "mine" {
					t.Errorf("recovered %v", v)
				}
			}()
			from.Acquire(1, nil)
			defer from.Release(1)
			c.owe("x")
			panic("mine")
		}()
		c.got("x")
		if s.log.Len() > 0 {
			t.Errorf("logged %s", s.log.String())
		}
	})
}

// Whatever many do at the same time, each receives all that was sent to them, in order, and nothing
// is under way in the end.
func TestEgress_ManyPublishersAtOnce(t *testing.T) {
	const people, lines = 50, 100
	s := &server{Flusher: egress.New(slog.New(slog.DiscardHandler)), t: t}
	ctx, cancel := context.WithCancel(t.Context())
	var run, talk sync.WaitGroup
	run.Go(func() { s.Run(ctx) })
	all := make([]*conn, people)
	for i := range all {
		p := newPeer()
		if i%5 == 1 {
			p.room = 10 * i // then a goroutine writes
		}
		all[i] = s.open(p, sinks[[]string{"a connection that is tried", "a connection that waits"}[i%7/6]])
	}
	for i, from := range all {
		talk.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			for n := range lines {
				fan := []int{1, 8, people}[r.IntN(3)]
				size := r.IntN(2 * s.Quota / fan)
				from.Acquire(size, nil)
				for k := range fan {
					all[(i+k)%people].owe(fmt.Sprintf("%d %d\n", i, n))
				}
				from.Release(size)
				if r.IntN(9) == 0 {
					from.WaitBelowQuota(nil)
				}
			}
		})
	}
	talk.Wait()
	for i, c := range all {
		if !c.Drain(time.Minute) {
			t.Errorf("%d has not been written all", i)
		}
		c.heard(i, people, lines)
	}
	cancel()
	run.Wait()
	if left := s.UnderWay(); left != "" {
		t.Error(left)
	}
}

// heard checks that c, the i-th of so many, heard each in order, and all of what i said.
func (c *conn) heard(i, people, lines int) {
	c.t.Helper()
	last := make([]int, people)
	for n := range last {
		last[n] = -1
	}
	for line := range strings.Lines(c.peer.got.String()) {
		var from, n int
		if _, err := fmt.Sscanf(line, "%d %d\n", &from, &n); err != nil || n <= last[from] || from == i && n != last[i]+1 {
			c.t.Errorf("%d heard %q behind %d", i, line, last[from])
			return
		}
		last[from] = n
	}
	if last[i] != lines-1 {
		c.t.Errorf("%d heard himself up to %d", i, last[i])
	}
}

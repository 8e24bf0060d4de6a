package bench

import (
	"bytes"
	"context"
	"sync/atomic"
	"time"
)

// A listener receives. What it has belongs to its goroutine until that has ended,
// but for the lanes' seen and for gone.
type listener struct {
	client  *client
	run     string
	self    int    // its place in the crowd; the first are the senders
	lanes   []lane // of each sender
	latency histogram
	refused string      // the first error that the server told it
	gone    atomic.Bool // the connection has ended
}

// listen reads until the connection ends.
func (l *listener) listen(began time.Time) {
	defer l.gone.Store(true)
	in := &l.client.in
	in.grow()
	for {
		now := time.Since(began)
		for line, ok := in.next(); ok; line, ok = in.next() {
			l.take(line, now)
		}
		for i := range l.lanes {
			if lane := &l.lanes[i]; lane.last != lane.seen.Load() {
				lane.seen.Store(lane.last)
			}
		}
		if err := in.fill(); err != nil {
			return
		}
	}
}

// take takes down a line that has come.
func (l *listener) take(line []byte, now time.Duration) {
	who, number, at, ok := parseMessage(line, l.run)
	switch {
	case ok && who < len(l.lanes):
		if l.lanes[who].note(number) {
			l.latency.add(now - at)
		}
	case l.refused == "" && bytes.HasPrefix(line, []byte("!error")):
		l.refused = string(line)
	}
}

// A sender sends. What it has belongs to its goroutine until that has ended.
type sender struct {
	client *client
	run    string
	self   int // its place in the crowd
	size   int // bytes of a message

	number uint64 // how many it has sent
	line   []byte // the last
}

// send sends the next message, which was due at a time since the beginning.
func (s *sender) send(due time.Duration) error {
	s.number++
	s.line = append(appendMessage(s.line[:0], s.run, s.self, s.number, due, s.size), '\r', '\n')
	_, err := s.client.Write(s.line)
	return explain(err)
}

// atRate sends messages at a fixed rate a second, all senders together. What could
// not be sent in time is sent as soon as it can, also when the time is over, and was due
// when it was due: to leave it out would be to leave out the slowest.
func (t *talk) atRate(perSecond float64) manner {
	each := time.Duration(float64(len(t.senders)) / perSecond * float64(time.Second))
	return func(ctx context.Context, s *sender, d time.Duration) error {
		for due := each * time.Duration(s.self) / time.Duration(len(t.senders)); due < d; due += each {
			if err := sleep(ctx, due-time.Since(t.began)); err != nil {
				return err
			}
			if err := s.send(due); err != nil {
				return err
			}
		}
		return nil
	}
}

// asFast sends messages as fast as all listeners take them: as long as the slowest
// is less than a window short, which the senders share.
func (t *talk) asFast(window int) manner {
	const wait = 200 * time.Microsecond
	share := uint64(window / len(t.senders))
	return func(ctx context.Context, s *sender, d time.Duration) error {
		for time.Since(t.began) < d {
			free := share - (s.number - t.slowest(s))
			if free == 0 {
				if err := sleep(ctx, wait); err != nil {
					return err
				}
			}
			for range free {
				if err := s.send(time.Since(t.began)); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

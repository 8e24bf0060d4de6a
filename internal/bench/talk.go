package bench

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A talk is a measurement in which some of a crowd send, and everybody receives
// what the others send.
type talk struct {
	server    *server
	listeners []*listener
	senders   []*sender
	began     time.Time // of the sending
}

// How long the end of what was sent is waited for.
const (
	quiet   = 3 * time.Second  // since something came
	lastOut = 20 * time.Second // in all
)

// newTalk connects everybody; messages have size bytes.
func newTalk(ctx context.Context, s *server, receivers, senders, size int) (*talk, error) {
	all, err := gather(ctx, s, senders+receivers)
	if err != nil {
		return nil, err
	}
	t := &talk{server: s}
	for i, c := range all {
		t.listeners = append(t.listeners, &listener{client: c, run: s.run, self: i, lanes: make([]lane, senders)})
		if i < senders {
			t.senders = append(t.senders, &sender{client: c, run: s.run, self: i, size: size})
		}
	}
	return t, nil
}

func (t *talk) close() {
	for _, l := range t.listeners {
		l.client.close()
	}
}

// An outcome is what came of a talk.
type outcome struct {
	took      time.Duration // until the last delivery
	cpu       amount        // of the server, in seconds
	delivered uint64        // messages, each counted for each who got it
	latency   histogram

	lost, repeated, disorder, held uint64 // see meanings
}

// hold lets each sender send for some time, as send does it, then waits for what is
// under way, and ends the connections.
func (t *talk) hold(ctx context.Context, duration time.Duration, send func(context.Context, *sender) error) (*outcome, error) {
	defer context.AfterFunc(ctx, t.close)()
	var listening, sending sync.WaitGroup
	cpu := t.server.usage.cpu()
	t.began = time.Now()
	for _, l := range t.listeners {
		listening.Go(func() { l.listen(t.began) })
	}
	sendingTime, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	for _, s := range t.senders {
		sending.Go(func() { s.err = send(sendingTime, s) })
	}
	sending.Wait()
	o := &outcome{took: t.await(ctx)}
	o.cpu = t.server.usage.cpu().minus(cpu)
	gone := t.gone()
	t.close()
	listening.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := t.failure(gone); err != nil {
		return nil, err
	}
	t.count(o)
	return o, nil
}

// await waits until all that was sent has come, or nothing comes any more. It
// returns how long it was from the beginning until something came last.
func (t *talk) await(ctx context.Context) time.Duration {
	const every = 2 * time.Millisecond
	stop := time.Now()
	came, last := t.progress(), stop
	for t.owed() && time.Since(last) < quiet && time.Since(stop) < lastOut {
		if sleep(ctx, every) != nil {
			break
		}
		if now := t.progress(); now != came {
			came, last = now, time.Now()
		}
	}
	return last.Sub(t.began)
}

// progress is a number that grows with what comes.
func (t *talk) progress() (n uint64) {
	for _, l := range t.listeners {
		for i := range l.lanes {
			n += l.lanes[i].seen.Load()
		}
	}
	return n
}

// owed tells whether somebody who is still there has not had the last message of
// each other.
func (t *talk) owed() bool {
	for _, s := range t.senders {
		if t.slowest(s) < s.number {
			return true
		}
	}
	return false
}

// slowest is the last message of a sender that everybody else has had.
func (t *talk) slowest(s *sender) uint64 {
	slowest := s.number
	for _, l := range t.listeners {
		if l.self != s.self && !l.gone.Load() {
			slowest = min(slowest, l.lanes[s.self].seen.Load())
		}
	}
	return slowest
}

// gone is how many connections the server has closed.
func (t *talk) gone() (n int) {
	for _, l := range t.listeners {
		if l.gone.Load() {
			n++
		}
	}
	return n
}

// failure is why a talk does not count.
func (t *talk) failure(gone int) error {
	for _, l := range t.listeners {
		if l.refused != "" {
			return fmt.Errorf("%w: %s", errRefused, l.refused)
		}
	}
	if gone > 0 {
		return fmt.Errorf("%w, of %d clients that of %d", errClosed, len(t.listeners), gone)
	}
	for _, s := range t.senders {
		if s.err != nil {
			return fmt.Errorf("cannot send: %w", s.err)
		}
	}
	return nil
}

// count adds up what everybody had.
func (t *talk) count(o *outcome) {
	for _, s := range t.senders {
		published := uint64(0) // up to which somebody had them
		for _, l := range t.listeners {
			published = max(published, l.lanes[s.self].last)
		}
		o.held += s.number - published
		for _, l := range t.listeners {
			if l.self == s.self {
				continue
			}
			lane := &l.lanes[s.self]
			missing := lane.missing(published)
			o.delivered += published - missing
			o.lost += missing
			o.repeated += lane.repeated
			o.disorder += lane.late
		}
	}
	for _, l := range t.listeners {
		o.latency.merge(&l.latency)
	}
}

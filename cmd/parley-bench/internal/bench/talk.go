package bench

import (
	"cmp"
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
	began     time.Time     // of the sending
	patience  time.Duration // with what is late

	closing sync.Once
	gone    int // connections that the server had closed before we did
}

// How long what is late is waited for.
const (
	quiet    = 3 * time.Second  // since something came
	patience = 20 * time.Second // in all: for sending, and then for receiving
)

// newTalk connects everybody; messages have size bytes.
func newTalk(ctx context.Context, s *server, receivers, senders, size int) (*talk, error) {
	all, err := gather(ctx, s, senders+receivers)
	if err != nil {
		return nil, err
	}
	t := &talk{server: s, patience: patience}
	for i, c := range all {
		t.listeners = append(t.listeners, &listener{client: c, run: s.run, self: i, lanes: make([]lane, senders)})
		if i < senders {
			t.senders = append(t.senders, &sender{client: c, run: s.run, self: i, size: size})
		}
	}
	return t, nil
}

// close ends the connections, once.
func (t *talk) close() {
	t.closing.Do(func() {
		for _, l := range t.listeners {
			if l.gone.Load() {
				t.gone++
			}
		}
		for _, l := range t.listeners {
			l.client.close()
		}
	})
}

// An outcome is what came of a talk.
type outcome struct {
	took      time.Duration // until the last delivery
	cpu       amount        // of the server, in seconds
	delivered uint64        // messages, each counted for each who got it
	latency   histogram

	lost, repeated, disorder, held uint64 // see meanings
}

// A manner is how a sender sends, for some time.
type manner func(ctx context.Context, s *sender, d time.Duration) error

// hold lets each sender send for some time, waits for what is under way, and ends the
// connections.
func (t *talk) hold(ctx context.Context, d time.Duration, send manner) (*outcome, error) {
	defer context.AfterFunc(ctx, t.close)()
	cpu := t.server.usage.cpu()
	t.began = time.Now()
	var listening sync.WaitGroup
	for _, l := range t.listeners {
		listening.Go(func() { l.listen(t.began) })
	}
	sending := t.send(ctx, d, send)
	took, coming := t.await(ctx)
	o := &outcome{took: took, cpu: t.server.usage.cpu().minus(cpu)}
	t.close()
	listening.Wait()
	if err := cmp.Or(context.Cause(ctx), t.failure(), sending, coming); err != nil {
		return nil, err
	}
	t.count(o)
	return o, nil
}

// send lets each sender send. A server that reads no more would hold them for ever:
// then the connections are closed.
func (t *talk) send(ctx context.Context, d time.Duration, send manner) error {
	stuck := time.AfterFunc(d+t.patience, t.close)
	errs := make([]error, len(t.senders))
	var sending sync.WaitGroup
	for i, s := range t.senders {
		sending.Go(func() { errs[i] = send(ctx, s, d) })
	}
	sending.Wait()
	if !stuck.Stop() {
		return fmt.Errorf("%w: %v after the time to send was over, not all was sent", errSlow, t.patience)
	}
	if err := cmp.Or(errs...); err != nil {
		return fmt.Errorf("cannot send: %w", err)
	}
	return nil
}

// await waits until all that was sent has come, or nothing comes any more. It returns
// how long it was from the beginning until something came last. It is an error when more
// is still coming: that is not lost, and would be counted so.
func (t *talk) await(ctx context.Context) (took time.Duration, err error) {
	const every = 2 * time.Millisecond
	stop := time.Now()
	came, last := t.progress(), stop
	for t.waiting() && time.Since(last) < quiet {
		if time.Since(stop) > t.patience {
			return 0, fmt.Errorf("%w: %v after the last message was sent, more were still coming", errSlow, t.patience)
		}
		if sleep(ctx, every) != nil {
			break
		}
		if now := t.progress(); now != came {
			came, last = now, time.Now()
		}
	}
	return last.Sub(t.began), nil
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

// waiting reports whether a client that is still there has not had the last message of
// each other.
func (t *talk) waiting() bool {
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

// failure is what a server did that makes a talk worthless. It may be asked when the
// listeners have ended.
func (t *talk) failure() error {
	for _, l := range t.listeners {
		if l.refused != "" {
			return fmt.Errorf("%w: %s", errRefused, l.refused)
		}
	}
	if t.gone > 0 {
		return fmt.Errorf("%w, of %d clients that of %d", errClosed, len(t.listeners), t.gone)
	}
	return nil
}

// count adds up what everybody had.
func (t *talk) count(o *outcome) {
	for _, s := range t.senders {
		published := uint64(0) // up to which some client had them
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

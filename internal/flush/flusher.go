// Package flush carries what sessions are owed to their connections.
//
// A write to the kernel costs 6 to 9 microseconds and appending to an outbox
// costs nothing beside it, so what matters is to write less often. One goroutine,
// the [Flusher], goes round all connections that are owed something and writes
// everything owed to each in one write. It begins at once when it was quiet; when
// it is busy, it lets outboxes gather for a moment between two rounds, so that
// the busier the server is, the more messages share a write.
//
// The Flusher itself never waits for a client. A connection that can say "not
// now" is tried; where it says so, and where it cannot be tried (SSH), a
// goroutine writes, which exists only as long as something is owed.
package flush

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// gatherFactor is how long outboxes gather between two rounds, in lengths of
	// the last round: a quiet server does not wait, a busy one writes less often.
	gatherFactor = 4
	// maxGather is the longest gathering: a person notices 100 ms.
	maxGather = 15 * time.Millisecond
	// chunk is what is written at once, in bytes: as much as one SSH packet takes.
	chunk = 32 << 10
	// stall is how long one write may take before its connection is given up.
	stall = 10 * time.Second
)

// Flusher writes for many connections. Make one with [New], and let one
// goroutine run it.
type Flusher struct {
	log  *slog.Logger
	wake chan struct{} // holds one token when due is not empty

	mu  sync.Mutex
	due []*Writer
}

// New returns a Flusher that logs faults to log.
func New(log *slog.Logger) *Flusher {
	return &Flusher{log: log, wake: make(chan struct{}, 1)}
}

// Run carries until ctx is done. Every Writer is to be closed before that.
func (f *Flusher) Run(ctx context.Context) {
	buf := make([]byte, 0, chunk)
	var round []*Writer
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		}
		begun := time.Now()
		f.mu.Lock()
		round, f.due = f.due, round[:0]
		f.mu.Unlock()
		for i, w := range round {
			f.carry(w, buf)
			round[i] = nil
		}
		gather(ctx, min(gatherFactor*time.Since(begun), maxGather))
	}
}

func (f *Flusher) carry(w *Writer, buf []byte) {
	defer w.recoverPanic()
	w.round(buf)
}

// gather lets outboxes gather for d.
func gather(ctx context.Context, d time.Duration) {
	const least = 50 * time.Microsecond // below what a timer can do
	if d < least {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// add makes w part of the next round.
func (f *Flusher) add(w *Writer) {
	f.mu.Lock()
	f.due = append(f.due, w)
	first := len(f.due) == 1
	f.mu.Unlock()
	if !first {
		return
	}
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

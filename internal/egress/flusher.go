// Package egress carries what sessions are owed to their connections.
//
// A write to the kernel costs 6 to 9 microseconds and appending to an outbox
// costs nothing beside it, so what matters is to write less often. One goroutine,
// the [Flusher], goes round all connections that are owed something and writes
// everything owed to each in one write. It begins at once when it was quiet; when
// it is busy, it lets outboxes gather for a moment between two rounds, so that
// the busier the server is, the more messages share a write. Where little is to be
// written on a server that is not busy, whoever published it writes it.
//
// No client is waited for. A connection that can say "not now" is tried; where it says
// so, a goroutine writes, which exists only as long as something is owed. Those that
// cannot be tried (SSH) are written to by a few goroutines, the pool, which grows by the
// millisecond when some of it have to wait.
package egress

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// chunk is what is written at once, in bytes: as much as one SSH packet takes.
	chunk = 32 << 10
	// stall is how long a client may take nothing while a write waits for it, before its
	// connection is given up.
	stall = 10 * time.Second
	// patience is how long a goroutine that writes is waited for by those who
	// publish much: beyond it, it is the client that is slow, not the machine.
	patience = 100 * time.Millisecond
	// A connection may be slow, and waited for all the same, slowBurst times and once
	// more each mending: anybody is at times, and who is time and again is not to
	// hold the others up.
	slowBurst  = 5
	slowRefill = 5 * time.Second
	// quotaWrite is about what a core takes to encrypt and write a quota to one client.
	quotaWrite = 200 * time.Microsecond
	// DefaultQuota is the Quota of a new Flusher: a quarter of an outbox of 256 KiB.
	DefaultQuota = 64 << 10
)

// Flusher writes for many connections. Make one with [New], and let one
// goroutine run it.
type Flusher struct {
	// Quota is how many bytes may be published until all that was published before
	// is written, and owed to one session before it is read again. It is set before
	// Run, to no more than a quarter of an outbox: see [Writer.Acquire].
	Quota int

	log   *slog.Logger
	wake  chan struct{} // holds one token when there is something to do
	hurry chan struct{} // holds one token when gathering is to end

	pool   *pool
	others []*Writer // of the round under way, those that cannot be tried

	writing atomic.Int64 // writers whose turn is waited for, and that have not run out of patience

	follows follower

	mu        sync.Mutex
	due       []*Writer
	busy      bool // the flusher has a round under way, or lets outboxes gather
	debt      gathering
	carrying  int         // rounds under way, those of publishers included
	carried   int         // of what is published, how much is carried by these, or has been
	let       int         // bytes let through that are not published yet
	published int         // bytes published that are not written yet
	queue     []*passer   // those that wait at the gate, first come, first served
	left      int         // of these, how many have given up
	settling  *time.Timer // gives up waiting for the goroutines that write; nil while none is waited for
}

// New returns a Flusher that logs faults to log.
func New(log *slog.Logger) *Flusher {
	return &Flusher{Quota: DefaultQuota, log: log, wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), pool: newPool()}
}

// Run carries until ctx is done. Every Writer is to be closed before that.
func (f *Flusher) Run(ctx context.Context) {
	defer f.pool.end()
	defer f.follows.end()
	buf := make([]byte, 0, chunk)
	var round []*Writer
	for {
		select {
		case <-ctx.Done():
			return
		case <-f.wake:
		}
		round = f.begin(round)
		f.carry(ctx, round, buf)
		due := f.end(len(round) + len(f.others)) // to encrypt is as much work again
		clear(round)
		clear(f.others)
		f.gather(ctx, due)
	}
}

// begin begins a round: of all that are due, for which it leaves spare.
func (f *Flusher) begin(spare []*Writer) (round []*Writer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	round, f.due = f.due, spare[:0]
	f.busy = true
	f.beginLocked()
	return round
}

// end ends a round that was worth so many writes, and returns how long to gather now.
func (f *Flusher) end(writes int) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endLocked()
	f.debt.add(writes)
	due := f.debt.take()
	f.busy = due > 0
	return due
}

// beginLocked notes that a round begins, with all that is due. More may be published while
// it lasts.
func (f *Flusher) beginLocked() {
	f.carrying++
	f.carried = f.published
}

// endLocked notes that a round ends. With the last one under way, all that was published
// before they began has been written, or is being written by goroutines: then they are
// waited for, as long as they take by the doing of this machine and not of their clients.
func (f *Flusher) endLocked() {
	f.carrying--
	writing := f.writing.Load()
	switch {
	case f.carrying > 0:
	case writing > 0:
		if len(f.queue) > 0 && f.settling == nil {
			f.settling = time.AfterFunc(patience+time.Duration(writing)*quotaWrite, f.settled)
		}
	case f.carried > 0: // else there is no more room than before, and nobody is to look for it
		f.published -= f.carried
		f.carried = 0
		f.releaseLocked()
	}
}

// carry is one round: while those that can be tried are, the pool writes to the others.
func (f *Flusher) carry(ctx context.Context, round []*Writer, buf []byte) {
	tried := round[:0]
	f.others = f.others[:0]
	for _, w := range round {
		switch {
		case w.tries:
			tried = append(tried, w)
		case w.coalescing():
			w.writeApart(nil, false)
		default:
			f.others = append(f.others, w)
		}
	}
	if len(f.others) > 0 {
		f.count(len(f.others))
		f.pool.give(f.others)
		defer f.pool.wait(ctx.Done())
	}
	for _, w := range tried {
		w.try(buf)
	}
}

// settled makes room for more: the goroutines have written, or took too long.
func (f *Flusher) settled() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settledLocked()
}

func (f *Flusher) settledLocked() {
	f.published, f.carried = 0, 0
	f.releaseLocked()
}

func (f *Flusher) releaseLocked() {
	if f.settling != nil {
		f.settling.Stop()
		f.settling = nil
	}
	f.admitLocked()
}

// count adds to the writers that are waited for. The last to be counted out looks
// whether a round waits for it: that round set its timer under the lock, or found none
// left. (It may be the next round's timer by then: that lets a quota through early.)
func (f *Flusher) count(n int) {
	if f.writing.Add(int64(n)) != 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.settling != nil {
		f.settledLocked()
	}
}

func token(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// gather lets outboxes gather for d, or until somebody waits.
func (f *Flusher) gather(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	defer f.rested()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-f.hurry:
	case <-ctx.Done():
	}
}

// rested notes that gathering has ended.
func (f *Flusher) rested() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy = false
}

// add makes w part of the next round. Where somebody publishes, who may write to w himself,
// it is his to see to that when he is done.
func (f *Flusher) add(w *Writer) {
	f.mu.Lock()
	f.due = append(f.due, w)
	wake := !w.tries || f.let == 0 && len(f.due) == 1
	f.mu.Unlock()
	if wake {
		token(f.wake)
	}
}

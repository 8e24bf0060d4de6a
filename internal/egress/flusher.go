// Package egress carries the output of sessions to their connections.
//
// A write to the kernel costs 6 to 9 microseconds. Compared with that, appending to an
// outbox costs nothing. So what matters is writing less often. One goroutine, the [Flusher],
// goes round all connections that have output, and writes all of it to each in one write.
// A quiet Flusher begins at once. A busy one lets outboxes gather for a moment between two
// rounds: the busier the server is, the more messages share a write. On a server that is
// not busy, a publisher writes small rounds itself.
//
// No client is waited for. A connection that can refuse a write without waiting is tried.
// If it refuses, a goroutine takes over, which lives only until the outbox is empty. A
// pool of a few goroutines writes to connections that cannot be tried (SSH). The pool
// doubles each millisecond while some of it must wait.
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
	// patience is how long publishers wait for a goroutine that writes. If it takes longer,
	// the client is slow, and not the machine.
	patience = 100 * time.Millisecond
	// Publishers wait for a connection that is slow slowBurst times, and once more each
	// slowRefill. Any client is slow at times. One that is slow again and again must not
	// hold up the others.
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
	// Quota is how many bytes may be published before earlier ones are written, and how many
	// may wait for one session before its input is read again. It must be set before Run,
	// to at most a quarter of an outbox: see [Writer.Acquire].
	Quota int

	log   *slog.Logger
	wake  chan struct{} // holds one token if there is work
	hurry chan struct{} // holds one token if gathering must end

	pool   *pool
	others []*Writer // the writers of the current round that cannot be tried

	writing atomic.Int64 // writers whose turn a round waits for, for patience at most

	follows follower

	mu        sync.Mutex
	due       []*Writer
	busy      bool // the flusher makes a round, or lets outboxes gather
	debt      gathering
	carrying  int         // rounds under way, including those of publishers
	carried   int         // how many of the published bytes these rounds carry, or have carried
	let       int         // bytes that passed the gate and are not published yet
	published int         // bytes published that are not written yet
	queue     []*passer   // the publishers that wait at the gate, first come, first served
	left      int         // how many of these have given up
	settling  *time.Timer // ends the wait for the goroutines that write; nil if there is no such wait
}

// New returns a Flusher that logs faults to log.
func New(log *slog.Logger) *Flusher {
	return &Flusher{Quota: DefaultQuota, log: log, wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1), pool: newPool()}
}

// Run writes until ctx is done. Every Writer must be closed by then.
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
		due := f.end(len(round) + len(f.others)) // encrypting is as much work again
		clear(round)
		clear(f.others)
		f.gather(ctx, due)
	}
}

// begin begins a round of all writers that are due. It reuses spare for the next one.
func (f *Flusher) begin(spare []*Writer) (round []*Writer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	round, f.due = f.due, spare[:0]
	f.busy = true
	f.beginLocked()
	return round
}

// end ends a round that cost so many writes, and returns how long to gather now.
func (f *Flusher) end(writes int) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endLocked()
	f.debt.add(writes)
	due := f.debt.take()
	f.busy = due > 0
	return due
}

// beginLocked notes that a round begins with all writers that are due. More may be
// published meanwhile.
func (f *Flusher) beginLocked() {
	f.carrying++
	f.carried = f.published
}

// endLocked notes that a round ends. When the last one ends, everything published before
// they began has been written, or goroutines are writing it. The gate then waits for these
// goroutines, for as long as this machine needs, and not for their clients.
func (f *Flusher) endLocked() {
	f.carrying--
	writing := f.writing.Load()
	switch {
	case f.carrying > 0:
	case writing > 0:
		if len(f.queue) > 0 && f.settling == nil {
			f.settling = time.AfterFunc(patience+time.Duration(writing)*quotaWrite, f.settled)
		}
	case f.carried > 0: // otherwise there is no more room than before
		f.published -= f.carried
		f.carried = 0
		f.releaseLocked()
	}
}

// carry makes one round. It tries the connections that can be tried, while the pool writes
// to the others.
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

// settled makes room for more. The goroutines have written, or took too long.
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

// count adds n to the number of writers that are waited for. When that reaches 0, count
// checks whether a round waits: such a round has set its timer under the lock. (By then it
// may be the timer of the next round. A quota then passes early.)
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

// gather lets outboxes gather for d, or until a publisher waits.
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

// add makes w part of the next round. While a publisher is between Acquire and Release, the
// flusher is not woken: Release writes to w or wakes it.
func (f *Flusher) add(w *Writer) {
	f.mu.Lock()
	f.due = append(f.due, w)
	wake := !w.tries || f.let == 0 && len(f.due) == 1
	f.mu.Unlock()
	if wake {
		token(f.wake)
	}
}

package egress

import (
	"fmt"
	"sync"
	"syscall"
	"time"
)

// What has been written is in the kernel's hands, and may be there for long though no
// write waits: its buffer takes megabytes. The server must notice a client that takes
// nothing of it.
//
// The kernel does, with TCP_USER_TIMEOUT, and it is right about a dead network. It is
// wrong about a client with a small window, and also about one whose window is
// closed at times. Since Linux 5.10 tcp_probe_timer gives a connection up if the oldest
// segment has not fitted the window for that long; tcp_ack_probe resets that clock only
// once the window has room for the whole segment, which may be 64 KB. A client that
// takes a thousand bytes a second with a window of 1 to 4 KB is given up after 18.3 s,
// though it acknowledges more each second or two (measured on Linux 6.18).
//
// So the Flusher looks, every two seconds, at each connection that has been written to and
// still has something pending. When its client takes some and leaves some, it is slow and
// alive. The kernel is told to be patient with it, and from then on the Flusher judges it,
// by what it acknowledges.
//
// The Flusher looks at such a client for as long as it is connected, even while nothing is
// pending. What is pending next may be written by others, as an SSH keepalive is, and the
// kernel would take 15 minutes to find out that the network is dead. The kernel's limit is
// not restored: its clock may still count from a window that was closed long ago. A client
// with a buffer of 4 KB had taken everything, and was given up 0.3 s after its window was
// closed again 20 s later.
//
// A write that the kernel here takes is no sign of life, so only what is acknowledged
// counts. Otherwise a client whose network is dead would seem slow as long as others talk.
const (
	// followEvery is how often connections are looked at. Each look asks the kernel one
	// thing, for a microsecond, of each connection that was written to, and another one
	// where something is pending: a thousand busy connections cost half a millisecond a
	// second. A slow client that rests costs half a microsecond a second.
	followEvery = 2 * time.Second
	// dead is how long a slow client may take nothing. It is seen with a delay of up to two
	// looks: 20 s in all, as with the kernel.
	dead = 16 * time.Second
)

// errDead is the end of a slow client that takes nothing any more: what the kernel says of
// others.
var errDead = fmt.Errorf("nothing acknowledged for %s: %w", dead, syscall.ETIMEDOUT)

// following is what is known of what a Writer has written.
type following struct {
	patient bool // the client is slow, or was; of the follower, as what is below
	seen    bool // acked is from the look before
	acked   uint64
	moved   time.Time // when the client was last seen to acknowledge some
}

// follower looks at the connections that have been written to.
type follower struct {
	mu    sync.Mutex
	all   []*Writer
	timer *time.Timer // nil while there are none
	over  bool
}

// written notes that something has been written.
func (w *Writer) written() {
	if !w.listed.Load() && w.meters && w.listed.CompareAndSwap(false, true) {
		w.flusher.follows.add(w)
	}
}

func (f *follower) add(all ...*Writer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, all...)
	if f.timer == nil && !f.over && len(f.all) > 0 {
		f.timer = time.AfterFunc(followEvery, f.look)
	}
}

// look looks at all. It keeps those that have something pending, and those that the kernel
// does not judge.
func (f *follower) look() {
	f.mu.Lock()
	all := f.all
	f.all, f.timer = nil, nil
	f.mu.Unlock()
	now := time.Now()
	kept := all[:0]
	for _, w := range all {
		if w.lookAfter(now) {
			kept = append(kept, w)
		}
	}
	clear(all[len(kept):])
	f.add(kept...)
}

func (f *follower) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	if f.timer != nil {
		f.timer.Stop()
	}
}

// lookAfter looks at what w has written, and tells whether to do so again.
func (w *Writer) lookAfter(now time.Time) (again bool) {
	defer w.recoverPanic()
	w.listed.Store(false) // before it is asked: what is written from now on lists it
	pending, open := w.meter().Pending()
	switch {
	case !open:
		return false
	case !pending:
		w.follow.seen = false
		if !w.follow.patient {
			return false
		}
	case !w.judge(now):
		w.fail(errDead)
		return false
	}
	return w.listed.CompareAndSwap(false, true)
}

// judge tells whether the client may still be alive.
func (w *Writer) judge(now time.Time) bool {
	f := &w.follow
	acked, ok := w.meter().Acked()
	if !ok {
		return true // it is closed
	}
	slow := f.seen && acked != f.acked
	if !f.seen || slow {
		f.seen, f.acked, f.moved = true, acked, now
	}
	if slow && !f.patient {
		f.patient = true
		w.meter().Patient()
	}
	return !f.patient || now.Sub(f.moved) < dead
}

package chatcore

import (
	"slices"
	"sync"
	"sync/atomic"
)

// keptFrames is how many frames an emptied outbox keeps room for: 24 bytes
// each, held by every idle session, against an allocation for every message.
const keptFrames = 16

// frameSize is what a frame takes beside its bytes: lines of six bytes would
// otherwise take five times what they count.
const frameSize = 24

// A frame of longFrame bytes is a long one, of which maxLong bytes may be owed to all
// sessions together before another one is asked for: a list may be a thousand times as
// long as the line that asks for it, and everybody may ask.
const (
	longFrame = 64 << 10
	maxLong   = 64 << 20
)

// outbox is what is owed to one session: encoded events, shared with the
// outboxes of others, in the order they were published. It is bounded in bytes;
// whoever pushes never waits.
type outbox struct {
	limit int           // bytes; 0 means no limit
	long  *atomic.Int64 // bytes of long frames, of all outboxes

	mu     sync.Mutex
	frames [][]byte
	bytes  int  // what frames cost
	queued bool // the receiver knows that something is owed
	closed bool // nothing more is taken in
}

// pushed says what became of a push.
type pushed uint8

const (
	queued   pushed = iota // it is owed, and the receiver knows that something is
	first                  // it is owed, and the receiver must be told
	overflow               // the outbox was full: it is closed now
	dropped                // the outbox was closed before
)

// cost is what a frame counts, half the limit at most: an answer may be longer than the
// limit, and who reads it is not to be closed for the next line behind it. A session
// that is owed such an answer asks for no other, for it is not read until it takes it.
func (o *outbox) cost(frame []byte) int {
	n := len(frame) + frameSize
	if o.limit > 0 {
		n = min(n, o.limit/2)
	}
	return n
}

// push adds a frame, which may be the last that is taken in. What is owed may exceed the
// limit by what one frame costs.
func (o *outbox) push(frame []byte, last bool) pushed {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return dropped
	}
	if o.limit > 0 && o.bytes >= o.limit {
		o.closed = true
		return overflow
	}
	o.frames = append(o.frames, frame)
	o.bytes += o.cost(frame)
	o.countLong(frame, +1)
	o.closed = last
	if o.queued {
		return queued
	}
	o.queued = true
	return first
}

// countLong counts a frame in, or out.
func (o *outbox) countLong(frame []byte, sign int64) {
	if o.long != nil && len(frame) >= longFrame {
		o.long.Add(sign * int64(len(frame)))
	}
}

// release counts out what is owed, at the end of the session: it may be written yet, or
// never.
func (o *outbox) release() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.releaseLocked()
}

func (o *outbox) releaseLocked() {
	for _, frame := range o.frames {
		o.countLong(frame, -1)
	}
	o.long = nil
}

// replace drops what is owed for one last frame and closes the outbox.
func (o *outbox) replace(frame []byte) pushed {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.releaseLocked()
	clear(o.frames)
	o.frames = append(o.frames[:0], frame)
	o.bytes, o.closed = o.cost(frame), true
	if o.queued {
		return queued
	}
	o.queued = true
	return first
}

// take appends what is owed to dst, whole frames of about max bytes in all, and
// at least one if any is owed. Where no more is owed, the next push will be a first.
func (o *outbox) take(dst []byte, max int) (owed []byte, more bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, size := 0, 0
	for n < len(o.frames) && (n == 0 || size+len(o.frames[n]) <= max) {
		dst = append(dst, o.frames[n]...)
		size += len(o.frames[n])
		o.bytes -= o.cost(o.frames[n])
		o.countLong(o.frames[n], -1)
		n++
	}
	if n < len(o.frames) {
		o.frames = slices.Delete(o.frames, 0, n)
		return dst, true
	}
	o.queued = false
	clear(o.frames)
	o.frames = o.frames[:0]
	if cap(o.frames) > keptFrames {
		o.frames = nil
	}
	return dst, false
}

// owed is what all that is owed costs, in bytes.
func (o *outbox) owed() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes
}

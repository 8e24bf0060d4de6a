package chatcore

import (
	"slices"
	"sync"
	"sync/atomic"
)

// keptFrames is how many frames an emptied outbox keeps capacity for. Each takes 24 bytes
// in every idle session; without them each message would allocate.
const keptFrames = 16

// frameSize is the memory that a frame takes besides its bytes. Otherwise lines of six
// bytes would take five times what they count.
const frameSize = 24

// A frame of longFrame bytes or more is long. While more than maxLong bytes of long
// frames wait for all sessions together, no more are accepted: a list may be a thousand
// times as long as the line that asks for it, and every session may ask.
const (
	longFrame = 64 << 10
	maxLong   = 64 << 20
)

// outbox is what waits for one session: encoded events, shared with the outboxes of
// others, in the order they were published. It is bounded in bytes. Pushing never waits.
type outbox struct {
	limit int           // in bytes; 0 means no limit
	long  *atomic.Int64 // bytes of long frames in all outboxes

	mu     sync.Mutex
	frames [][]byte
	bytes  int  // the cost of frames
	queued bool // the receiver knows that frames are waiting
	closed bool // no more frames are accepted
}

// pushed is the result of a push.
type pushed uint8

const (
	queued   pushed = iota // added; the receiver knows that frames are waiting
	first                  // added; the receiver must be told
	overflow               // the outbox was full, and is closed now
	dropped                // the outbox was closed before
)

// cost returns the bytes that a frame is charged, at most half the limit. An answer may
// exceed the limit, and the next line must not overflow the outbox of a client that
// reads. A session with such an answer waiting asks for no other: its lines are not read
// until it has taken it.
func (o *outbox) cost(frame []byte) int {
	n := len(frame) + frameSize
	if o.limit > 0 {
		n = min(n, o.limit/2)
	}
	return n
}

// push adds a frame; if last is set, no more are accepted. The cost of all frames may
// exceed the limit by that of one.
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

// countLong adds a long frame to the count, or subtracts it.
func (o *outbox) countLong(frame []byte, sign int64) {
	if o.long != nil && len(frame) >= longFrame {
		o.long.Add(sign * int64(len(frame)))
	}
}

// release stops counting the waiting frames, at the end of the session. They may still be
// written, or never.
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

// replace drops all waiting frames, adds one last frame and closes the outbox.
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

// take appends waiting frames to dst: whole ones, about max bytes in all, and at least
// one if there is any. If it takes all, the next push returns first.
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

// The total cost of the waiting frames, in bytes.
func (o *outbox) owed() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.bytes
}

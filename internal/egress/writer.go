package egress

import (
	"errors"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Source is where a Writer finds the output of a session.
type Source interface {
	// Take appends waiting output to dst, about max bytes of it. It returns the longer
	// slice, and whether more output waits. If none does, [Writer.Ready] must be called as
	// soon as some does. Take must not block.
	Take(dst []byte, max int) (output []byte, more bool)
	// Backlog returns how many bytes wait.
	Backlog() int
}

// Sink is the connection a Writer writes to.
type Sink interface {
	// Write writes all of p and may wait for the client. Close wakes it.
	Write(p []byte) (int, error)
	// Close closes the connection at once, whatever is under way.
	Close() error
}

// Tryer is a Sink that can also write without waiting.
type Tryer interface {
	Sink
	// TryWrite writes as much of p as can be written without waiting, which may
	// be nothing, and returns how much that was.
	TryWrite(p []byte) (int, error)
}

// Meter is a Sink that can tell what its client takes.
type Meter interface {
	Sink
	// Taken returns a number that changes whenever the client takes some of what a Write
	// that waits is writing. ok is false once the connection is closed.
	Taken() (n uint64, ok bool)
	// Acked returns how much the client's kernel has acknowledged so far, and nothing
	// else: a write that the kernel here takes does not change it.
	Acked() (n uint64, ok bool)
	// Pending reports whether the client's kernel has yet to acknowledge some of what has
	// been written, by whomever.
	Pending() (is, ok bool)
	// Patient is called when the client is found to be slow. From then on the Flusher
	// alone judges whether its network is alive, for as long as something is pending.
	Patient()
}

// ErrStalled is the end of a connection that took nothing for 10 seconds.
var ErrStalled = errors.New("write stalled")

// Writer writes the output of one session, in order. One goroutine at a time writes.
type Writer struct {
	flusher *Flusher
	source  Source
	sink    Sink
	failed  func(error)

	mu     sync.Mutex
	slow   *rate.Limiter // of lapses; nil before the first
	busy   bool          // in the flusher's round, or a goroutine writes
	again  bool          // output came while busy
	closed bool
	tries  bool          // sink is a Tryer. Like meters, it never changes. As bools they save 32 bytes a session
	meters bool          // sink is a Meter
	moved  chan struct{} // closed when w next moves; nil if no goroutine waits for that

	listed atomic.Bool // the follower looks at it; next to the fields that each write uses
	follow following
}

// NewWriter returns a Writer from source to sink. If the connection breaks or stalls, or a
// fault happens, the Writer closes it and calls failed once: with the sink's error,
// [ErrStalled] or a [*PanicError].
func (f *Flusher) NewWriter(source Source, sink Sink, failed func(error)) *Writer {
	w := &Writer{flusher: f, source: source, sink: sink, failed: failed}
	_, w.tries = sink.(Tryer)
	_, w.meters = sink.(Meter)
	return w
}

// meter returns the sink as a Meter.
func (w *Writer) meter() Meter { return w.sink.(Meter) }

// taken returns how much the client has taken, if that is known.
func (w *Writer) taken() (n uint64, ok bool) {
	if !w.meters {
		return 0, false
	}
	defer w.recoverPanic()
	return w.meter().Taken()
}

// Ready says that output waits. It never blocks.
func (w *Writer) Ready() {
	w.mu.Lock()
	start := !w.busy && !w.closed
	w.again = w.busy // a busy writer looks once more before it rests
	w.busy = w.busy || start
	w.mu.Unlock()
	if start {
		w.flusher.add(w)
	}
}

// Acquire waits until lines of the session may be carried out, which may make the server
// publish n bytes. It holds the input back while the server is late with its own writing,
// so that an outbox overflows only if its client is slow:
//
//   - If n and the bytes published before exceed a quota, it waits until these are written.
//   - If the output of this session exceeds a quota, it waits until the client has taken
//     some of it.
//
// It waits for no other client: one that does not take a write within 100 ms no longer
// counts. It returns false if done is closed first. Otherwise the caller must call
// [Writer.Release] with the same n when the lines have been carried out.
func (w *Writer) Acquire(n int, done <-chan struct{}) bool {
	return w.WaitBelowQuota(done) && w.flusher.pass(n, done)
}

// Release says that the lines have been carried out. It may write some of the output that
// they caused, and never waits.
func (w *Writer) Release(n int) { w.flusher.publish(w, n) }

// WaitBelowQuota waits until no more than a quota of the session's output waits. It
// returns false if done is closed first.
func (w *Writer) WaitBelowQuota(done <-chan struct{}) bool {
	for moved := w.whenMoved(); moved != nil && w.source.Backlog() > w.flusher.Quota; moved = w.whenMoved() {
		token(w.flusher.wake) // the flusher may have left it to a publisher, and this is one
		select {
		case <-moved:
		case <-done:
			return false
		}
	}
	return true
}

// whenMoved returns a channel that is closed when w next takes some output, comes to rest
// or is closed. It returns nil if w is at rest or closed now.
func (w *Writer) whenMoved() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.busy || w.closed {
		return nil
	}
	if w.moved == nil {
		w.moved = make(chan struct{})
	}
	return w.moved
}

func (w *Writer) movedLocked() {
	if w.moved != nil {
		close(w.moved)
		w.moved = nil
	}
}

// Drain waits until no output waits, the connection has failed, or within has passed. It
// reports whether everything has been written.
func (w *Writer) Drain(within time.Duration) bool {
	t := time.NewTimer(within)
	defer t.Stop()
	for moved := w.whenMoved(); moved != nil; moved = w.whenMoved() {
		select {
		case <-t.C:
			return false
		case <-moved:
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.closed
}

// Close closes the connection and ends writing. Waiting output is lost.
func (w *Writer) Close() { w.end(nil) }

// end closes the connection, unless it is closed. It reports the reason first, if it has
// one: a goroutine that reads from the connection sees that it is closed, and not why.
func (w *Writer) end(why error) {
	w.mu.Lock()
	open := !w.closed
	w.closed = true
	w.restLocked()
	w.mu.Unlock()
	if !open {
		return
	}
	defer w.sink.Close() // the connection is given up: nothing is left to save
	if why != nil {
		w.failed(why)
	}
}

func (w *Writer) restLocked() {
	w.busy, w.again = false, false
	w.movedLocked()
}

func (w *Writer) fail(err error) { w.end(err) }

// try is the turn of w in a round, if its connection can be tried. buf belongs to the
// caller.
func (w *Writer) try(buf []byte) {
	defer w.recoverPanic()
	for {
		output, more := w.take(buf)
		if len(output) > 0 {
			n, err := w.sink.(Tryer).TryWrite(output)
			if err != nil {
				w.fail(err)
				return
			}
			w.written()
			if n < len(output) {
				w.writeApart(append([]byte(nil), output[n:]...), !w.coalescing())
				return
			}
		}
		if !more || len(output) < much {
			w.rest(more)
			return
		}
	}
}

// writeApart writes what was taken, and then all other output, on a goroutine of its own, which
// waits for the client. counted says whether rounds wait for it.
func (w *Writer) writeApart(output []byte, counted bool) {
	if counted {
		w.flusher.count(+1)
	}
	go func() {
		buf := buffers.Get().(*[]byte)
		defer buffers.Put(buf)
		w.write(output, *buf, newWatch(), counted)
	}()
}

// coalescing reports whether the connection has been slow too often for publishers to wait
// for it.
func (w *Writer) coalescing() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slow != nil && w.slow.Tokens() < 1
}

// late notes that a write took longer than patience.
func (w *Writer) late() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.slow == nil {
		w.slow = rate.NewLimiter(rate.Every(slowRefill), slowBurst)
	}
	w.slow.Allow()
}

// much is how many bytes make a write worth its cost. After a shorter write, the rest of
// the output is left to the next round, because more may be added to it.
const much = chunk / 2

// take takes waiting output. It asks the source without the lock, so that Ready never
// waits for the source.
func (w *Writer) take(buf []byte) (output []byte, more bool) {
	w.mu.Lock()
	w.again = false
	w.mu.Unlock()
	output, more = w.source.Take(buf[:0], chunk)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.movedLocked()
	return output, more
}

// rest ends the turn of w. If more output waits, w gets another turn in the next round.
func (w *Writer) rest(more bool) {
	if !w.restless(more) {
		return
	}
	w.flusher.add(w)
}

func (w *Writer) restless(more bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if (more || w.again) && !w.closed {
		return true
	}
	w.restLocked()
	return false
}

// buffers are for the goroutines that write.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, chunk); return &b }}

// write writes what was taken, and then all other output, through buf. It waits for the client as
// long as that takes something every 10 seconds. counted says whether rounds wait for the
// turn.
func (w *Writer) write(output, buf []byte, watch *watch, counted bool) {
	defer w.recoverPanic()
	watch.attend(w, counted)
	defer watch.leave()
	more := true
	if len(output) == 0 {
		output, more = w.take(buf)
	}
	for len(output) > 0 {
		if err := w.writeOut(output, watch); err != nil {
			w.fail(err)
			return
		}
		if !more || len(output) < much {
			break
		}
		output, more = w.take(buf)
	}
	w.rest(more)
}

// piece is how many bytes are written at once to a client whose progress cannot be
// measured. A client that takes 500 bytes a second takes a piece within stall.
const piece = 4 << 10

// writeOut writes what was taken in parts.
func (w *Writer) writeOut(output []byte, watch *watch) error {
	most := chunk
	if !w.meters {
		most = piece
	}
	for part := range slices.Chunk(output, most) {
		watch.begin()
		if _, err := w.sink.Write(part); err != nil {
			return err
		}
		watch.written()
		w.written()
	}
	return nil
}

// PanicError is a fault in what a Writer calls.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return "panic while writing" }

// recoverPanic is deferred by each goroutine that writes. A fault ends this session only.
func (w *Writer) recoverPanic() {
	if v := recover(); v != nil {
		w.flusher.log.Error("panic while writing", "panic", v, "stack", string(debug.Stack()))
		w.fail(&PanicError{Value: v, Stack: debug.Stack()})
	}
}

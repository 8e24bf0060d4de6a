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

// Source is where a Writer finds what is owed.
type Source interface {
	// Take appends what is owed to dst, about max bytes of it, and returns it, and
	// whether more is owed. Where it is not, [Writer.Ready] is to be called as soon as
	// it is. It may not block.
	Take(dst []byte, max int) (owed []byte, more bool)
	// Backlog is how many bytes are owed.
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

// Writer writes what one session is owed, in order, by one goroutine at a time.
type Writer struct {
	flusher *Flusher
	source  Source
	sink    Sink
	failed  func(error)

	mu     sync.Mutex
	slow   *rate.Limiter // of lapses; nil before the first
	busy   bool          // in the flusher's round, or a goroutine writes
	again  bool          // something was owed while busy
	closed bool
	tries  bool          // sink is a Tryer. It never changes, nor does meters: as bools they are 32 bytes less a session
	meters bool          // sink is a Meter
	moved  chan struct{} // closed at the next move; nil while nobody waits

	listed atomic.Bool // the follower looks at it; here, beside what each write uses
	follow following
}

// NewWriter returns a Writer from source to sink. When the connection breaks,
// stalls or a fault happens, it is closed and failed is called, once, with
// [ErrStalled], a [*PanicError] or what the sink said.
func (f *Flusher) NewWriter(source Source, sink Sink, failed func(error)) *Writer {
	w := &Writer{flusher: f, source: source, sink: sink, failed: failed}
	_, w.tries = sink.(Tryer)
	_, w.meters = sink.(Meter)
	return w
}

// meter is the sink, which is one.
func (w *Writer) meter() Meter { return w.sink.(Meter) }

// taken is what the client has taken, if that is known.
func (w *Writer) taken() (n uint64, ok bool) {
	if !w.meters {
		return 0, false
	}
	defer w.recoverPanic()
	return w.meter().Taken()
}

// Ready says that something is owed. It never blocks.
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

// Acquire is called by a session's input before lines, which may make the server
// publish n bytes. It holds the input back while the server is behind with its
// own writing, so that an outbox overflows by the fault of its client only: until
// what was published before has been written, where that and n are more than a
// quota; and until this session has taken of what it is owed itself, where that is
// more than a quota. No other client is waited for: one that does not take a write
// within 100 ms no longer counts. It returns false when done is closed first;
// otherwise [Writer.Release] is to be called, with the same n, when the line has
// been carried out.
func (w *Writer) Acquire(n int, done <-chan struct{}) bool {
	return w.WaitBelowQuota(done) && w.flusher.pass(n, done)
}

// Release says that what passed has been carried out. It may write some of what is owed
// for it, never waiting.
func (w *Writer) Release(n int) { w.flusher.publish(w, n) }

// WaitBelowQuota waits until the session has taken all but a quota of what it is owed. It
// returns false when done is closed first.
func (w *Writer) WaitBelowQuota(done <-chan struct{}) bool {
	for moved := w.whenMoved(); moved != nil && w.source.Backlog() > w.flusher.Quota; moved = w.whenMoved() {
		token(w.flusher.wake) // it may be for those who wait here to see to it
		select {
		case <-moved:
		case <-done:
			return false
		}
	}
	return true
}

// whenMoved returns what is closed when w next has taken some of what is owed, has
// come to rest or is closed; nil when w is at rest or closed now.
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

// Drain waits until nothing is owed, the connection has failed, or within has
// passed. It returns whether everything has been written.
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

// Close closes the connection and ends writing; what is owed is lost.
func (w *Writer) Close() { w.end(nil) }

// end closes the connection, unless it is closed. Before that it says why, where
// there is a reason: those who read from it find it closed, and not why.
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

// try is w's turn in the flusher's round, where its connection can be tried. buf is
// the flusher's own.
func (w *Writer) try(buf []byte) {
	defer w.recoverPanic()
	for {
		owed, more := w.take(buf)
		if len(owed) > 0 {
			n, err := w.sink.(Tryer).TryWrite(owed)
			if err != nil {
				w.fail(err)
				return
			}
			w.written()
			if n < len(owed) {
				w.writeApart(append([]byte(nil), owed[n:]...), !w.coalescing())
				return
			}
		}
		if !more || len(owed) < much {
			w.rest(more)
			return
		}
	}
}

// writeApart writes owed, and what else is owed, on a goroutine of its own, which waits
// for the client; it is counted, or not.
func (w *Writer) writeApart(owed []byte, counted bool) {
	if counted {
		w.flusher.count(+1)
	}
	go func() {
		buf := buffers.Get().(*[]byte)
		defer buffers.Put(buf)
		w.write(owed, *buf, newWatch(), counted)
	}()
}

// coalescing tells whether the connection has been slow too coalescing for those who publish much
// to wait for it.
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

// much is from how many bytes on a write is worth its cost: what is owed besides is
// written at once then, and else in the next round, for more may come to it.
const much = chunk / 2

// take takes what is owed. The source is asked without the lock, for Owed never to
// wait for it.
func (w *Writer) take(buf []byte) (owed []byte, more bool) {
	w.mu.Lock()
	w.again = false
	w.mu.Unlock()
	owed, more = w.source.Take(buf[:0], chunk)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.movedLocked()
	return owed, more
}

// rest ends the turn of w. Where more is owed, or has come to be, it is to have another
// in the next round.
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

// write writes owed, then what is owed besides, into buf and out. It waits for the
// client, as long as that takes something every 10 seconds. The turn is counted, or not.
func (w *Writer) write(owed, buf []byte, watch *watch, counted bool) {
	defer w.recoverPanic()
	watch.attend(w, counted)
	defer watch.leave()
	more := true
	if len(owed) == 0 {
		owed, more = w.take(buf)
	}
	for len(owed) > 0 {
		if err := w.writeOut(owed, watch); err != nil {
			w.fail(err)
			return
		}
		if !more || len(owed) < much {
			break
		}
		owed, more = w.take(buf)
	}
	w.rest(more)
}

// piece is how much is written at once to a client of which it is not known what it takes
// meanwhile: a client that takes 500 bytes a second takes that within stall.
const piece = 4 << 10

// writeOut writes owed, a part at a time.
func (w *Writer) writeOut(owed []byte, watch *watch) error {
	most := chunk
	if !w.meters {
		most = piece
	}
	for part := range slices.Chunk(owed, most) {
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

// recoverPanic is deferred by whoever writes: a fault ends this session only.
func (w *Writer) recoverPanic() {
	if v := recover(); v != nil {
		w.flusher.log.Error("panic while writing", "panic", v, "stack", string(debug.Stack()))
		w.fail(&PanicError{Value: v, Stack: debug.Stack()})
	}
}

package flush

import (
	"sync"
	"time"
)

// watch looks after one goroutine that writes: it counts among those that a
// round waits for until a write of its takes longer than patience, and its
// connection is given up when one takes longer than stall.
type watch struct {
	writer *Writer
	timer  *time.Timer

	mu      sync.Mutex
	counted bool // among those that a round waits for
	late    bool // the write under way has taken longer than patience
	ended   bool // no write is under way any more
}

// newWatch returns the watch of a goroutine that its starter has counted, or not.
func newWatch(w *Writer, counted bool) *watch {
	h := &watch{writer: w, counted: counted}
	h.mu.Lock()
	defer h.mu.Unlock() // ring uses timer
	h.timer = time.AfterFunc(patience, h.ring)
	return h
}

// begin begins to time a write.
func (h *watch) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.late = false
	h.timer.Reset(patience)
}

// ring is called when a write has taken longer than patience, and again when it
// has taken longer than stall.
func (h *watch) ring() {
	defer h.writer.recoverPanic()
	if h.stalled() {
		h.writer.fail(ErrStalled)
	}
}

// stalled notes that the write under way is late. It returns whether that was
// noted before.
func (h *watch) stalled() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.late || h.ended {
		return !h.ended
	}
	h.late = true
	h.writer.late()
	h.timer.Reset(stall - patience)
	h.releaseLocked()
	return false
}

// end is the end of the goroutine. A ring may be under way: it finds the watch
// ended, and does not set the timer again.
func (h *watch) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	h.timer.Stop()
	h.releaseLocked()
}

func (h *watch) releaseLocked() {
	if h.counted {
		h.counted = false
		h.writer.flusher.count(-1)
	}
}

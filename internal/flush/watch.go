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
}

func newWatch(w *Writer) *watch {
	h := &watch{writer: w, counted: true} // as its starter has counted it
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
	h.mu.Lock()
	stalled := h.late
	if !stalled {
		h.late = true
		h.timer.Reset(stall - patience)
		h.releaseLocked()
	}
	h.mu.Unlock()
	if stalled {
		h.writer.fail(ErrStalled)
	}
}

// end is the end of the goroutine.
func (h *watch) end() {
	h.timer.Stop()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.releaseLocked()
}

func (h *watch) releaseLocked() {
	if h.counted {
		h.counted = false
		h.writer.flusher.count(-1)
	}
}

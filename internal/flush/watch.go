package flush

import (
	"sync"
	"time"
)

// watch looks after one goroutine that writes: the writer it writes for counts among
// those that a round waits for until a write takes longer than patience, and its
// connection is given up when one takes longer than stall.
type watch struct {
	timer *time.Timer

	mu      sync.Mutex
	armed   bool      // the timer is to ring within patience
	writer  *Writer   // whose turn it is; nil between turns
	counted bool      // writer is among those that a round waits for
	begun   time.Time // when the write under way began; zero while none is
	late    bool      // it has taken longer than patience
}

func newWatch() *watch {
	h := new(watch)
	h.timer = time.AfterFunc(patience, h.ring)
	h.timer.Stop()
	return h
}

// attend begins the turn of a writer, which its round has counted, or not.
func (h *watch) attend(w *Writer, counted bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.writer, h.counted = w, counted
}

// begin begins to time a write. The timer that runs is left to run, as long as it rings
// in time: setting it costs more.
func (h *watch) begin() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.begun, h.late = time.Now(), false
	if !h.armed {
		h.armed = true
		h.timer.Reset(patience)
	}
}

// written ends the timing of a write.
func (h *watch) written() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.begun = time.Time{}
}

// ring looks at the write under way.
func (h *watch) ring() {
	w, stalled := h.look()
	if !stalled {
		return
	}
	defer w.recoverPanic()
	w.fail(ErrStalled)
}

// look returns the writer whose write takes longer than stall, if it does. What takes
// longer than patience is late.
func (h *watch) look() (w *Writer, stalled bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.armed = false
	if h.begun.IsZero() {
		return nil, false
	}
	took := time.Since(h.begun)
	switch {
	case took >= stall:
		return h.writer, true
	case took >= patience && !h.late:
		h.late = true
		h.writer.late()
		h.releaseLocked()
	}
	if h.late {
		h.timer.Reset(stall - took)
		return nil, false
	}
	h.armed = true
	h.timer.Reset(patience - took)
	return nil, false
}

// leave ends the turn of a writer.
func (h *watch) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.begun = time.Time{}
	h.releaseLocked()
	h.writer = nil
}

func (h *watch) releaseLocked() {
	if h.counted {
		h.counted = false
		h.writer.flusher.count(-1)
	}
}

package egress

import (
	"sync"
	"time"
)

// watch looks after one goroutine that writes. The writer it writes for counts among
// those that a round waits for until a write takes longer than patience. Its connection
// is given up when the client has taken nothing for as long as stall.
//
// A write that takes long is no sign of a client that takes nothing. The kernel reports
// room only when a third of its buffer is free, which may have grown to megabytes: at
// 16 kbit/s a client that takes all it can get does not let a write pass for minutes. So
// a connection that is measured is asked, each second, whether its client has
// acknowledged more. Of one that is not, a write is no longer than piece.
type watch struct {
	timer *time.Timer

	mu      sync.Mutex
	armed   bool      // the timer rings within patience
	writer  *Writer   // whose turn it is; nil between turns
	counted bool      // writer is among those that a round waits for
	begun   time.Time // when the write under way began; zero while none is
	late    bool      // it has taken longer than patience
	moved   time.Time // when the client was last seen to take something; not before begun
	taken   uint64    // what it had taken by then
}

// looking is how often a write that is late is looked at.
const looking = time.Second

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
	h.moved = h.begun
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

// look returns the writer whose client has taken nothing for as long as stall, if there
// is one. A write that takes longer than patience is late.
func (h *watch) look() (w *Writer, stalled bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.armed = false
	if h.begun.IsZero() {
		return nil, false
	}
	now := time.Now()
	if took := now.Sub(h.begun); !h.late && took < patience {
		h.armed = true
		h.timer.Reset(patience - took)
		return nil, false
	}
	if !h.late {
		h.late = true
		h.taken, _ = h.writer.taken()
		h.writer.late()
		h.releaseLocked()
	} else if taken, ok := h.writer.taken(); ok && taken != h.taken {
		h.taken, h.moved = taken, now
	}
	idle := now.Sub(h.moved)
	if idle >= stall {
		return h.writer, true
	}
	h.timer.Reset(min(looking, stall-idle))
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

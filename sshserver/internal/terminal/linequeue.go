package terminal

import (
	"sync"

	"parley/internal/command"
)

const (
	// maxWaiting is how many bytes that were typed or pasted may wait to be carried out.
	// More is read later.
	maxWaiting = 64 << 10
	// entrySize is what an entry takes besides its line. Otherwise lines of one byte would
	// take 500 KB.
	entrySize = 320
)

// entry is something entered: a line, or a key that takes effect after the lines before it.
type entry struct {
	line string
	call *command.Call // what line asks for
	came int           // bytes typed for it
	key  func()        // what a key does, which has no line and no turn to wait for; nil for a line
}

func (e entry) size() int { return len(e.line) + entrySize }

// lineQueue holds what was entered and waits for its turn.
type lineQueue struct {
	mu       sync.Mutex
	entries  []entry
	size     int           // bytes, with entrySize for each entry
	carrying bool          // a goroutine carries lines out
	turn     int           // grows with each line that is removed
	changed  chan struct{} // closed when lines are removed
}

func (w *lineQueue) init() { w.changed = make(chan struct{}) }

// add adds an entry. It waits for room, and returns false if done is closed first. If carry
// is true, the caller must start a goroutine that carries out the lines.
func (w *lineQueue) add(e entry, done <-chan struct{}) (carry, ok bool) {
	for {
		changed, carry, added := w.tryAdd(e)
		if added {
			return carry, true
		}
		select {
		case <-changed:
		case <-done:
			return false, false
		}
	}
}

func (w *lineQueue) tryAdd(e entry) (changed <-chan struct{}, carry, added bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.entries) > 0 && w.size+e.size() > maxWaiting {
		return w.changed, false, false
	}
	w.entries = append(w.entries, e)
	w.size += e.size()
	carry = !w.carrying
	w.carrying = true
	return nil, carry, true
}

// next returns the entry that has waited longest. The entry stays until took is called with
// its turn. If there is none, ok is false and the goroutine that carries out lines must end.
func (w *lineQueue) next() (e entry, turn int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.entries) == 0 {
		w.entries, w.carrying = nil, false
		w.changeLocked()
		return e, 0, false
	}
	return w.entries[0], w.turn, true
}

// took removes the entry whose turn it was. It returns false if the entry has been discarded.
func (w *lineQueue) took(turn int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.turn != turn {
		return false
	}
	w.size -= w.entries[0].size()
	w.entries[0] = entry{}
	w.entries = w.entries[1:]
	w.turn++
	w.changeLocked()
	return true
}

// discard removes everything and returns how many lines there were.
func (w *lineQueue) discard() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.countLocked()
	w.entries, w.size = nil, 0
	w.turn++
	w.changeLocked()
	return n
}

// count returns how many lines wait.
func (w *lineQueue) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.countLocked()
}

func (w *lineQueue) countLocked() (n int) {
	for _, e := range w.entries {
		if e.key == nil {
			n++
		}
	}
	return n
}

// settle waits until all lines have been carried out or done is closed. It reports whether
// they have been carried out.
func (w *lineQueue) settle(done <-chan struct{}) bool {
	for {
		w.mu.Lock()
		changed, busy := w.changed, w.carrying
		w.mu.Unlock()
		if !busy {
			return true
		}
		select {
		case <-changed:
		case <-done:
			return false
		}
	}
}

func (w *lineQueue) changeLocked() {
	close(w.changed)
	w.changed = make(chan struct{})
}

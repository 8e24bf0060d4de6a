package sshserver

import "sync"

// maxWaiting is how much may be typed or pasted that is not carried out yet, in
// bytes and in lines; more is read later.
const (
	maxWaitingBytes = 64 << 10
	maxWaitingLines = 2000
)

// waiting are the lines that were entered and wait for their turn.
type waiting struct {
	mu       sync.Mutex
	lines    []string
	size     int           // bytes
	carrying bool          // somebody carries lines out
	turn     int           // grows with each line that is taken away
	changed  chan struct{} // closed when lines were taken away
}

func (w *waiting) init() { w.changed = make(chan struct{}) }

// add adds a line. It waits for room, and returns false where done is closed
// first. carry says that the caller is to see to the lines being carried out.
func (w *waiting) add(line string, done <-chan struct{}) (carry, ok bool) {
	for {
		changed, carry, added := w.tryAdd(line)
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

func (w *waiting) tryAdd(line string) (changed <-chan struct{}, carry, added bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) > 0 && (w.size+len(line) > maxWaitingBytes || len(w.lines) >= maxWaitingLines) {
		return w.changed, false, false
	}
	w.lines = append(w.lines, line)
	w.size += len(line)
	carry = !w.carrying
	w.carrying = true
	return nil, carry, true
}

// next is the line that has waited longest. It goes on waiting until took is
// called with its turn; where there is none, nobody carries lines out any more.
func (w *waiting) next() (line string, turn int, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) == 0 {
		w.lines, w.carrying = nil, false
		w.changeLocked()
		return "", 0, false
	}
	return w.lines[0], w.turn, true
}

// took removes the line whose turn it was from those that wait; false where it was
// discarded meanwhile.
func (w *waiting) took(turn int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.turn != turn {
		return false
	}
	w.size -= len(w.lines[0])
	w.lines = w.lines[1:]
	w.turn++
	w.changeLocked()
	return true
}

// discard removes all lines and returns how many there were.
func (w *waiting) discard() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.lines)
	w.lines, w.size = nil, 0
	w.turn++
	w.changeLocked()
	return n
}

// count is how many lines wait.
func (w *waiting) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.lines)
}

// settle waits until all lines have been carried out, or done is closed, and returns
// whether they have been.
func (w *waiting) settle(done <-chan struct{}) bool {
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

func (w *waiting) changeLocked() {
	close(w.changed)
	w.changed = make(chan struct{})
}

package sshserver

import (
	"bytes"
	"fmt"
	"sync"

	"parley/chatcore"
	"parley/internal/render"
)

// maxAhead is how many bytes of typed lines may wait for their turn: as many as at the prompt.
const maxAhead = 64 << 10

// ahead holds the lines that were typed in a command session and wait for their turn. A
// line that does not fit is left out whole, and counted.
type ahead struct {
	more chan struct{} // holds a value if there may be something to take
	room chan struct{} // holds a value if something was taken

	mu      sync.Mutex
	text    []byte
	begun   bool // the last line was added without its end
	skips   bool // the rest of a line is left out
	leftOut int  // lines left out
	ended   bool // nothing more is added
}

func newAhead() *ahead {
	return &ahead{more: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// fits reports whether nothing of text would be left out. text has maxAhead bytes at most.
func (a *ahead) fits(text []byte) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.text)+len(text) <= maxAhead
}

// add adds text, which has lines or parts of lines.
func (a *ahead) add(text []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for part := range bytes.Lines(text) {
		a.addLocked(part)
	}
	wake(a.more)
}

// addLocked adds the rest of a line, or a part of it.
//
// A line that was begun has room for maxAhead bytes more. If its rest does not fit, it is
// too long, and its first part is not said either. Its end is still added, to separate the
// next line.
func (a *ahead) addLocked(part []byte) {
	limit, ends := maxAhead, part[len(part)-1] == '\n'
	if a.begun {
		limit += maxAhead
	}
	switch {
	case !a.skips && len(a.text)+len(part) <= limit:
		a.text = append(a.text, part...)
		a.begun = !ends
		return
	case !a.skips:
		a.leftOut++
	}
	a.skips = !ends
	if ends && a.begun {
		a.text = append(a.text, '\n')
		a.begun = false
	}
}

// end notes that nothing more is added.
func (a *ahead) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	wake(a.more)
}

// take moves what waits to p, as far as it fits. more is false at the end.
func (a *ahead) take(p []byte) (n int, more bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n = copy(p, a.text)
	if a.text = a.text[n:]; len(a.text) == 0 {
		a.text = nil
	}
	wake(a.room)
	return n, n > 0 || !a.ended
}

// tooMuch returns an error if lines were left out.
func (a *ahead) tooMuch() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.leftOut == 0 {
		return nil
	}
	return &chatcore.Error{What: chatcore.ErrTooMany.What, Detail: fmt.Sprintf("%s left out: %d bytes may wait for their turn",
		render.Counted(a.leftOut, "line was", "lines were"), maxAhead)}
}

func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

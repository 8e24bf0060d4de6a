package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// patience bounds every wait. Only a test that fails spends it.
const patience = 20 * time.Second

// tape is what a client received: what of it was not looked at yet, and how it
// ended. It is an [io.Writer] for what comes.
type tape struct {
	mu      sync.Mutex
	unseen  []byte
	end     error         // io.EOF, or what else ended it; nil while more may come
	changed chan struct{} // closed and renewed with every change
}

func newTape() *tape { return &tape{changed: make(chan struct{})} }

func (t *tape) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unseen = append(t.unseen, p...)
	t.notifyLocked()
	return len(p), nil
}

// ended says that nothing more comes; nil is an end as it should be.
func (t *tape) ended(err error) {
	if err == nil {
		err = io.EOF
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = err
	t.notifyLocked()
}

func (t *tape) notifyLocked() {
	close(t.changed)
	t.changed = make(chan struct{})
}

var (
	errLate  = fmt.Errorf("it does not come within %v", patience)
	errOther = errors.New("something else came")
)

// look waits until judge has seen enough: it is given what is unseen and how the
// tape ended, and says how much of it is seen now and whether it waits for more.
func (t *tape) look(judge func(unseen []byte, end error) (seen int, more bool, err error)) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		t.mu.Lock()
		seen, more, err := judge(t.unseen, t.end)
		t.unseen = t.unseen[seen:]
		changed, end := t.changed, t.end
		t.mu.Unlock()
		switch {
		case err != nil:
			return err
		case !more:
			return nil
		case end != nil:
			return fmt.Errorf("the connection ended: %w", end)
		}
		select {
		case <-changed:
		case <-late.C:
			return errLate
		}
	}
}

// see waits for exactly want.
func (t *tape) see(want string) error {
	return t.look(func(unseen []byte, _ error) (int, bool, error) {
		n := min(len(unseen), len(want))
		switch {
		case string(unseen[:n]) != want[:n]:
			return 0, false, errOther
		case n < len(want):
			return 0, true, nil
		}
		return n, false, nil
	})
}

// line waits for a line and returns it with its ending.
func (t *tape) line() (line string, err error) {
	err = t.look(func(unseen []byte, _ error) (int, bool, error) {
		n := bytes.IndexByte(unseen, '\n') + 1
		line = string(unseen[:n])
		return n, n == 0, nil
	})
	return line, err
}

// seeEnd waits for the end, with nothing before it.
func (t *tape) seeEnd() error {
	return t.look(func(unseen []byte, end error) (int, bool, error) {
		switch {
		case len(unseen) > 0:
			return 0, false, errOther
		case end != nil && !errors.Is(end, io.EOF):
			return 0, false, end // a reset can take away what was sent
		}
		return 0, end == nil, nil
	})
}

// all waits for the end and returns what came before it.
func (t *tape) all() (text string, err error) {
	err = t.look(func(unseen []byte, end error) (int, bool, error) {
		if end == nil {
			return 0, true, nil
		}
		text = string(unseen)
		return len(unseen), false, nil
	})
	return text, err
}

// length is how much is unseen.
func (t *tape) length() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.unseen)
}

// shown is what is unseen, for a failure.
func (t *tape) shown() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := short(string(t.unseen))
	if t.end != nil {
		s += fmt.Sprintf(", then the end (%v)", t.end)
	}
	return s
}

// short quotes a text, and only the ends of a long one.
func short(s string) string {
	const most = 400
	if len(s) <= most {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q...(%d bytes, %d lines)...%q", s[:most/2], len(s), strings.Count(s, "\n"), s[len(s)-most/2:])
}

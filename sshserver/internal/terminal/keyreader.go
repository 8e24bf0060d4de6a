package terminal

import (
	"errors"
	"time"

	"parley/internal/lineedit"
)

// typingSize is how many bytes of what is typed are handled at once.
const typingSize = 64

// pasteSize is how many bytes of a paste are read at once. Each read is then made on its
// own goroutine.
const pasteSize = 1024

// errIdle means that nothing was typed for as long as the reader waited.
var errIdle = errors.New("nothing is typed")

// keyReader reads what is typed. Only the reading goroutine uses it.
type keyReader struct {
	lineedit.Pauses
	buf  [typingSize]byte
	cut  bool          // the last piece filled the buffer, and there was more
	came chan keyPiece // delivers the result of the current read; nil if there is none
}

// keyPiece is the result of one read.
type keyPiece struct {
	buf []byte
	n   int
	err error
}

// read returns what is typed next. If patience is not 0, it returns errIdle after that time
// without input. nothing is how long there was no input. together reports whether the piece
// came together with the previous one.
func (r *keyReader) read(c Client, patience time.Duration) (data []byte, nothing time.Duration, together bool, err error) {
	r.Begin(len(r.came) > 0 || c.More())
	p, ok := r.piece(c, patience)
	if !ok {
		return nil, 0, false, errIdle
	}
	nothing, together = r.End(), r.cut
	r.cut = p.n == len(p.buf) && c.More()
	return p.buf[:p.n], nothing, together, p.err
}

// piece reads once, and waits for as long as patience says.
//
// A read of an SSH channel cannot be cancelled. So a read that may have to end early is
// made on its own goroutine, which remains until something comes. After a paste, that is
// the next key.
func (r *keyReader) piece(c Client, patience time.Duration) (p keyPiece, ok bool) {
	if r.came == nil && patience == 0 {
		n, err := c.Read(r.buf[:])
		return keyPiece{r.buf[:], n, err}, true
	}
	if r.came == nil {
		came := make(chan keyPiece, 1)
		r.came = came
		c.Spawn(func() {
			buf := make([]byte, pasteSize)
			n, err := c.Read(buf)
			came <- keyPiece{buf, n, err}
		})
	}
	var late <-chan time.Time // nil if the wait has no limit
	if patience > 0 {
		t := time.NewTimer(patience)
		defer t.Stop()
		late = t.C
	}
	select {
	case p = <-r.came:
		r.came = nil
		return p, true
	case <-late:
		return p, false
	}
}

package sshserver

import (
	"errors"
	"time"
)

// typingSize is how much of what is typed is taken at once, in bytes.
const typingSize = 64

// pasteSize is how much is read at once of what is pasted, where each read is made on a
// goroutine of its own.
const pasteSize = 1024

// togetherWithin is in which time a piece follows one that filled the buffer, if both came
// together. What was there already is read in microseconds; a busy machine takes longer.
const togetherWithin = 20 * time.Millisecond

// errIdle says that nothing was typed for as long as was waited.
var errIdle = errors.New("nothing is typed")

// keyReader reads what is typed. It belongs to the goroutine that reads.
type keyReader struct {
	buf  [typingSize]byte
	full bool          // the last piece filled its buffer
	came chan keyPiece // what a read under way will bring; nil: there is none
}

// keyPiece is what one read has brought.
type keyPiece struct {
	buf []byte
	n   int
	err error
}

// read returns what is typed next. Where patience is not 0, it returns errIdle after that
// time without input. nothing is how long there was none, and together that the piece came
// together with the one before.
func (r *keyReader) read(l *conn, patience time.Duration) (data []byte, nothing time.Duration, together bool, err error) {
	begun := time.Now()
	p, ok := r.piece(l, patience)
	if !ok {
		return nil, 0, false, errIdle
	}
	nothing = time.Since(begun)
	together = r.full && nothing < togetherWithin
	r.full = p.n == len(p.buf)
	return p.buf[:p.n], nothing, together, p.err
}

// piece reads, for as long as patience says.
//
// A read of an SSH channel cannot be given up. So one that may have to be is made on a
// goroutine of its own, which stays until something comes: behind a paste, until the next
// key.
func (r *keyReader) piece(l *conn, patience time.Duration) (p keyPiece, ok bool) {
	if r.came == nil && patience == 0 {
		n, err := l.channel.Read(r.buf[:])
		return keyPiece{r.buf[:], n, err}, true
	}
	if r.came == nil {
		came := make(chan keyPiece, 1)
		r.came = came
		l.spawn(func() {
			buf := make([]byte, pasteSize)
			n, err := l.channel.Read(buf)
			came <- keyPiece{buf, n, err}
		})
	}
	var late <-chan time.Time // never, where it does not matter
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

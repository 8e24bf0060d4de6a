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

// errIdle says that nothing was typed for as long as was waited.
var errIdle = errors.New("nothing is typed")

// keyReader reads what is typed. It belongs to the goroutine that reads.
type keyReader struct {
	pauses
	buf  [typingSize]byte
	cut  bool          // the last piece was as much as fitted, and more of it was there
	came chan keyPiece // what a read under way will bring; nil: there is none
}

// pauses measures how long a client sends nothing.
type pauses struct {
	last    time.Time // when something was last read
	waiting bool      // more was there already when the read began: nobody knows since when
}

func (p *pauses) begin(there bool) { p.waiting = there }

// end returns how long there was nothing before what has been read. It is measured from the
// end of the last read: the time until the next one began was a pause, too. Where something
// was there by then it is taken for none.
func (p *pauses) end() (nothing time.Duration) {
	now := time.Now()
	if !p.waiting {
		nothing = now.Sub(p.last)
	}
	p.last = now
	return nothing
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
	r.begin(len(r.came) > 0 || l.readBudget.more())
	p, ok := r.piece(l, patience)
	if !ok {
		return nil, 0, false, errIdle
	}
	nothing, together = r.end(), r.cut
	r.cut = p.n == len(p.buf) && l.readBudget.more()
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

package tutorial

import (
	"bytes"
	"errors"
)

// maxLine is the longest line the echo server takes, in bytes and without its line ending (protocol.md, section 1).
const maxLine = 4096

// errLineTooLong is the answer to a longer line; its text goes to the client.
var errLineTooLong = errors.New("line too long: 4096 bytes at most")

// lineBuffer puts lines together from pieces that arrive in any size. It never holds more than maxLine bytes and the
// CR that may still belong to the line ending.
type lineBuffer struct {
	held     []byte
	skipping bool // the line being received was too long: nothing of it is kept
}

// add takes the next piece of a line, without the newline; ended says whether a newline followed it. It returns the
// line, without a CR before the newline, once it is whole; the line is valid until the next add. The first piece
// that makes a line too long returns errLineTooLong, the following ones nothing.
func (b *lineBuffer) add(piece []byte, ended bool) (line []byte, whole bool, err error) {
	if !b.skipping {
		if b.fits(piece) {
			b.held = append(b.held, piece...)
		} else {
			b.skipping, b.held = true, b.held[:0]
			err = errLineTooLong
		}
	}
	if !ended {
		return nil, false, err
	}
	if b.skipping {
		b.skipping = false
		return nil, false, err
	}
	line, b.held = b.text(), b.held[:0]
	return line, true, nil
}

// text is what is held, without a last CR: it would belong to the line ending.
func (b *lineBuffer) text() []byte { return bytes.TrimSuffix(b.held, []byte("\r")) }

// fits reports whether the line stays within maxLine with piece at its end. One byte more is right when it is a CR.
func (b *lineBuffer) fits(piece []byte) bool {
	size := len(b.held) + len(piece)
	if size != maxLine+1 {
		return size <= maxLine
	}
	return bytes.HasSuffix(piece, []byte("\r")) || len(piece) == 0 && bytes.HasSuffix(b.held, []byte("\r"))
}

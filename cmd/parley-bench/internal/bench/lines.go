package bench

import (
	"bytes"
	"io"
)

// How much a client reads at once: little until it listens, because there may be
// thousands of them.
const (
	smallBuffer = 2 << 10
	largeBuffer = 32 << 10
)

// lines cuts what is read into lines, without a copy of them.
type lines struct {
	from     io.Reader
	buf      []byte
	unread   []byte // the part of buf that was read and not yet returned
	tooLarge bool   // the rest of a line that did not fit must be skipped
}

// fill reads once. What next returned before is overwritten.
func (l *lines) fill() error {
	if l.buf == nil {
		l.buf = make([]byte, smallBuffer)
	}
	kept := copy(l.buf, l.unread)
	if kept == len(l.buf) { // a line that does not fit is none of ours
		kept, l.tooLarge = 0, true
	}
	n, err := l.from.Read(l.buf[kept:])
	l.unread = l.buf[:kept+n]
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// next returns a line that has been read, without its end.
func (l *lines) next() (line []byte, ok bool) {
	for {
		i := bytes.IndexByte(l.unread, '\n')
		if i < 0 {
			return nil, false
		}
		line, l.unread = l.unread[:i], l.unread[i+1:]
		if !l.tooLarge {
			return bytes.TrimSuffix(line, []byte{'\r'}), true
		}
		l.tooLarge = false
	}
}

// grow makes the buffer large, for one who listens.
func (l *lines) grow() {
	if len(l.buf) < largeBuffer {
		buf := make([]byte, largeBuffer)
		l.unread = buf[:copy(buf, l.unread)]
		l.buf = buf
	}
}

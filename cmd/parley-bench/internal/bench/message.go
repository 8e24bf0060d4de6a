package bench

import (
	"bytes"
	"fmt"
	"time"
)

// A message is a line of text that says which run it is of, who sent it, which of
// theirs it is and when it was due, in digits of fixed width:
//
//	^RRRRSSNNNNNNNNTTTTTTTTTTTTTTTT abcdef...
//
// where R is the run, S the sender, N the number (from 1) and T nanoseconds since
// the run began. It is looked for anywhere in a line, so that it does not matter
// what a server puts before it.
const (
	mark        = '^'
	runDigits   = 4
	whoDigits   = 2
	noDigits    = 8
	atDigits    = 16
	messageSize = 1 + runDigits + whoDigits + noDigits + atDigits // at least
	maxSenders  = 1 << (4 * whoDigits)
)

// appendMessage appends a message of size bytes, without the end of its line.
func appendMessage(b []byte, run string, who int, number uint64, at time.Duration, size int) []byte {
	from := len(b)
	b = fmt.Appendf(b, "%c%s%0*x%0*x%0*x ", mark, run, whoDigits, who, noDigits, number, atDigits, uint64(at))
	for len(b)-from < size {
		b = append(b, 'a'+byte(len(b)%26))
	}
	return b
}

// parseMessage finds the message of a run in a line; ok is false if there is none.
func parseMessage(line []byte, run string) (who int, number uint64, at time.Duration, ok bool) {
	i := bytes.IndexByte(line, mark)
	if i < 0 || len(line)-i < messageSize || string(line[i+1:i+1+runDigits]) != run {
		return 0, 0, 0, false
	}
	rest := line[i+1+runDigits:]
	w, ok1 := unhex(rest[:whoDigits])
	n, ok2 := unhex(rest[whoDigits : whoDigits+noDigits])
	t, ok3 := unhex(rest[whoDigits+noDigits : whoDigits+noDigits+atDigits])
	return int(w), n, time.Duration(t), ok1 && ok2 && ok3
}

// unhex reads digits as %x writes them.
func unhex(digits []byte) (v uint64, ok bool) {
	for _, c := range digits {
		d := hexDigits[c]
		if d < 0 {
			return 0, false
		}
		v = v<<4 | uint64(d)
	}
	return v, true
}

var hexDigits = func() (table [256]int8) {
	for c := range table {
		table[c] = int8(bytes.IndexByte([]byte("0123456789abcdef"), byte(c)))
	}
	return table
}()

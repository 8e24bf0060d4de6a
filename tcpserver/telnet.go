package tcpserver

import (
	"bytes"
	"slices"

	"parley/internal/proto"
)

// The bytes of telnet negotiation: RFC 854, and RFC 860 for the timing mark. Bytes from se
// upwards are commands.
const (
	iac  = 255
	dont = 254
	do   = 253
	wont = 252
	will = 251
	sb   = 250
	el   = 248 // erase line
	ec   = 247 // erase character
	ayt  = 246 // are you there
	se   = 240

	optionTimingMark = 6
)

// maxTelnetReplies bounds the answers to one connection, so that a peer cannot make the
// server talk to itself forever.
const maxTelnetReplies = 64

// maxSub is the length in bytes from which a line end also ends a subnegotiation. Otherwise
// a client that never ends one would not be heard again, and not be told.
const maxSub = 512

// telnet removes telnet negotiation from a byte stream that comes in any pieces. It agrees
// to nothing: DO x is answered WONT x, and WILL x is answered DONT x, once for each option
// (RFC 1143: no loops). DO TIMING-MARK must be answered each time: it is, with WONT, as
// long as replies are left. So is ARE YOU THERE. Of the other commands, only ERASE
// CHARACTER and ERASE LINE have an effect.
//
// Nothing that can be text is lost. A byte after IAC that is not a command is text. An
// option with the number of a line end also ends the line: in encodings other than UTF-8
// these bytes are letters. Otherwise the next line, which may be private, would become part
// of a public one.
type telnet struct {
	state   telnetState
	verb    byte      // do, will, ... while its option is awaited
	cr      bool      // the last byte of text was a CR
	line    int       // bytes of text in the line so far
	max     int       // maximum bytes in a line; 0 means any number. A longer line is skipped
	asked   bool      // see wasAsked
	options [2]bitset // options answered, after WILL and after DO
	replies int
	sub     int // bytes in the subnegotiation
}

type telnetState uint8

const (
	inText     telnetState = iota
	inCommand              // after IAC
	inOption               // after IAC and a verb
	inSub                  // between IAC SB and IAC SE
	inSubAfter             // after IAC within it
)

// filter removes negotiation from data, in place if possible, and appends the answers to
// reply. The line end CR NUL becomes CR LF. ERASE CHARACTER becomes a
// [proto.Backspace], and ERASE LINE one for each byte in the line.
func (t *telnet) filter(data, reply []byte) (text, replied []byte) {
	if t.state == inText && bytes.IndexByte(data, iac) < 0 && bytes.IndexByte(data, 0) < 0 {
		t.cr = bytes.HasSuffix(data, []byte{'\r'})
		if end := bytes.LastIndexByte(data, '\n'); end >= 0 {
			t.line = len(data) - end - 1
		} else {
			t.line += len(data)
		}
		return data, reply
	}
	text = data[:0]
	if t.state == inCommand { // its IAC may be text, for which data has no room
		text = make([]byte, 0, len(data)+1)
	}
	for _, b := range data {
		switch t.state {
		case inText:
			text = t.text(text, b)
		case inCommand:
			text = t.command(text, b)
		case inOption:
			reply = t.answer(reply, b)
			t.state = inText
			if b == '\r' || b == '\n' {
				text = t.text(text, b)
			}
		case inSub:
			text = t.within(text, b)
		case inSubAfter:
			switch {
			case b == se:
				t.state = inText
			case b > se && b != iac:
				text = t.command(text, b)
			default:
				text = t.within(text, b)
			}
		}
	}
	return text, reply
}

// text handles a byte of text.
func (t *telnet) text(text []byte, b byte) []byte {
	switch {
	case b == iac:
		t.state = inCommand
		return text
	case t.endsLine(b):
		b, t.line = '\n', 0
	default:
		t.line++
	}
	return append(text, b)
}

// endsLine reports whether b ends a line: LF does, and NUL after CR (RFC 1123, 3.3.1).
func (t *telnet) endsLine(b byte) bool {
	after := t.cr
	t.cr = b == '\r'
	return b == '\n' || b == 0 && after
}

// command handles the byte after IAC. IAC IAC is the byte 255.
func (t *telnet) command(text []byte, b byte) []byte {
	t.state = inText
	switch b {
	case do, dont, will, wont:
		t.verb, t.state = b, inOption
	case sb:
		t.state, t.sub, t.cr = inSub, 0, false
	case ec:
		text = t.text(text, proto.Backspace)
	case el:
		text = t.eraseLine(text)
	case ayt:
		t.asked = t.count() || t.asked
	case iac:
		text = t.invalid(text)
	default:
		if b < se {
			text = t.text(t.invalid(text), b)
		}
	}
	return text
}

// invalid appends the byte 255, which is part of no character.
func (t *telnet) invalid(text []byte) []byte {
	t.cr = false
	t.line++
	return append(text, iac)
}

// eraseLine erases the line with backspaces, so that the result does not depend on the
// pieces in which the line came. It appends no more bytes than the line had.
func (t *telnet) eraseLine(text []byte) []byte {
	n := t.line
	if t.max > 0 {
		n = min(n, t.max)
	}
	erasers := bytes.Repeat([]byte{proto.Backspace}, n)
	t.line, t.cr = 0, false
	return append(slices.Clip(text), erasers...) // after text the array holds data that is not handled yet
}

// wasAsked reports, once, whether the client has asked if the server is there.
func (t *telnet) wasAsked() bool {
	asked := t.asked
	t.asked = false
	return asked
}

// within handles a byte in a subnegotiation.
func (t *telnet) within(text []byte, b byte) []byte {
	t.sub++
	switch ends := t.endsLine(b); {
	case b == iac && t.state == inSub:
		t.state = inSubAfter
	case ends && t.sub >= maxSub:
		t.state, t.line = inText, 0
		return append(text, '\n')
	default:
		t.state = inSub
	}
	return text
}

// count counts a reply. It returns false if there have been too many.
func (t *telnet) count() bool {
	if t.replies == maxTelnetReplies {
		return false
	}
	t.replies++
	return true
}

func (t *telnet) answer(reply []byte, option byte) []byte {
	no, seen := byte(dont), &t.options[0]
	switch t.verb {
	case do:
		no, seen = wont, &t.options[1]
	case will:
	default:
		return reply // WONT and DONT are already so
	}
	again := seen.set(option) && (t.verb != do || option != optionTimingMark)
	if again || !t.count() {
		return reply
	}
	return append(reply, iac, no, option)
}

// bitset is a set of bytes.
type bitset [4]uint64

// set adds b and reports whether it was in the set.
func (s *bitset) set(b byte) bool {
	word, bit := &s[b/64], uint64(1)<<(b%64)
	had := *word&bit != 0
	*word |= bit
	return had
}

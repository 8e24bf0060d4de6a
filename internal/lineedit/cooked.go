package lineedit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// End is how typing comes to its end.
type End uint8

// The ends of typing.
const (
	Typing     End = iota // it has not come
	InputEnded            // Ctrl-D at the start of a line
	Interrupt             // Ctrl-C, or Ctrl-\
)

// Cooked is the line discipline of a terminal, as a kernel has it in its cooked mode: it is
// for a program that reads lines and knows nothing of terminals. What is typed is shown as
// it comes, and given to the program with the end of its line; until then it can be erased.
//
// It differs from a kernel's in three things. A character is erased as people see it. Keys
// that are no characters, and the answers of terminals, do nothing. And a line that is too
// long is given to the program in pieces, which can say so, rather than cut short.
type Cooked struct {
	max     int    // bytes of a line that are kept to be erased
	line    line   // what can be erased
	partial []byte // of a character
	skip    skipping
	wasCR   bool // the last key was CR: an LF after it is the same Enter
	begun   bool // something is shown in the row of the cursor
}

// NewCooked returns a Cooked for lines of max bytes.
func NewCooked(max int) *Cooked { return &Cooked{max: max} }

// Keys of the line discipline.
const (
	keyInterrupt = '\x03' // Ctrl-C
	keyEOF       = '\x04' // Ctrl-D
	keyErase     = '\b'   // and DEL
	keyKillLine  = '\x15' // Ctrl-U
	keyKillWord  = '\x17' // Ctrl-W
	keyQuit      = '\x1c' // Ctrl-\
)

// Typed is what came of what was typed.
type Typed struct {
	Read []byte // for the program
	Echo []byte // for the terminal
	End  End    // Rest was typed behind it
	Rest []byte
}

// Type takes in what was typed, up to an end. Call it again with what is left, if that matters.
func (c *Cooked) Type(data []byte) Typed {
	var read, echo []byte
	for i, b := range data {
		if c.skip.takes(b) {
			continue
		}
		switch b {
		case keyInterrupt, keyQuit:
			c.take()
			return Typed{read, append(echo, '^', b|0x40, '\r', '\n'), Interrupt, data[i+1:]}
		case keyEOF:
			if c.line.empty() {
				return Typed{read, c.endRow(echo), InputEnded, data[i+1:]}
			}
			read = append(read, c.take()...)
		case '\r', '\n':
			if b == '\n' && c.wasCR {
				break
			}
			read = append(append(read, c.take()...), '\n')
			c.begun = true // an empty line is shown too
			echo = c.endRow(echo)
		case keyErase, backspace:
			echo = c.erase(echo, 1)
		case keyKillLine:
			echo = c.erase(echo, len(c.line.before))
		case keyKillWord:
			echo = c.erase(echo, c.word())
		case '\t':
			read, echo = c.add(read, echo, ' ')
		default:
			read, echo = c.text(read, echo, b)
		}
		c.wasCR = b == '\r'
	}
	return Typed{Read: read, Echo: echo}
}

// EOF is told that nothing more will be typed. It returns what came of the line under way:
// nothing of it is lost.
func (c *Cooked) EOF() Typed {
	typed := c.Type([]byte{0}) // NUL does nothing, but ends what is not whole
	return Typed{Read: append(typed.Read, c.take()...), Echo: c.endRow(typed.Echo)}
}

// text takes in one byte of a character. Control characters do nothing, in whatever form.
func (c *Cooked) text(read, echo []byte, b byte) (toRead, toEcho []byte) {
	for c.partial = append(c.partial, b); utf8.FullRune(c.partial); {
		r, size := utf8.DecodeRune(c.partial)
		c.partial = append(c.partial[:0], c.partial[size:]...)
		if !unicode.IsControl(r) {
			read, echo = c.add(read, echo, r)
		}
		if len(c.partial) == 0 {
			break
		}
	}
	return read, echo
}

// add adds a character to the line.
func (c *Cooked) add(read, echo []byte, r rune) (toRead, toEcho []byte) {
	c.line.insert(string(r))
	c.begun = true
	if c.line.size > c.max {
		read = append(read, c.take()...)
	}
	return read, utf8.AppendRune(echo, r)
}

// take empties the line and returns it.
func (c *Cooked) take() string {
	c.partial = nil
	return c.line.take()
}

// endRow appends what ends the row of the cursor, where something is shown in it.
func (c *Cooked) endRow(echo []byte) []byte {
	if c.begun {
		echo = append(echo, '\r', '\n')
	}
	c.begun = false
	return echo
}

// erase removes the last n characters, as far as there are that many, and appends what
// takes them off the screen.
func (c *Cooked) erase(echo []byte, n int) []byte {
	c.partial = nil
	width := 0
	for n = min(n, len(c.line.before)); n > 0; n-- {
		width += c.line.before[len(c.line.before)-1].width
		c.line.takeBefore()
	}
	for _, s := range []string{"\b", " ", "\b"} {
		echo = append(echo, strings.Repeat(s, width)...)
	}
	return echo
}

// word is how many characters the last word has, with the spaces behind it.
func (c *Cooked) word() int {
	all, n := c.line.before, 0
	for n < len(all) && all[len(all)-1-n].text == " " {
		n++
	}
	for n < len(all) && all[len(all)-1-n].text != " " {
		n++
	}
	return n
}

// skipping is how far a control sequence has come that is skipped: a key that is no
// character, or an answer of the terminal.
type skipping uint8

const (
	noSequence  skipping = iota
	afterEscape          // ESC
	inControl            // ESC [: up to a letter
	afterShift           // ESC O: one byte more
	inString             // ESC ]: up to BEL, or ESC and a backslash
)

// takes reports whether b is of a sequence. A control character ends one, and is none of
// it: so Ctrl-C and Enter are heard, whatever came before.
func (s *skipping) takes(b byte) bool {
	was := *s
	switch {
	case b == escape:
		*s = afterEscape
	case was == noSequence:
		return false
	case b < ' ':
		*s = noSequence
		return was == inString && b == '\a'
	case was == afterEscape:
		*s = introduced(b)
	case was == afterShift, was == inControl && b >= '@':
		*s = noSequence
	}
	return true
}

// introduced is the kind of sequence that begins with ESC and b.
func introduced(b byte) skipping {
	switch b {
	case '[':
		return inControl
	case 'O':
		return afterShift
	case ']', 'P', 'X', '^', '_':
		return inString
	}
	return noSequence // Alt and a key, or the end of a string
}

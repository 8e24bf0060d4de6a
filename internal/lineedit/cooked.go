package lineedit

import (
	"strings"
	"time"
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
	max   int // bytes of a line that are kept to be erased
	keys  decoder
	line  line // what can be erased
	begun bool // something is shown in the row of the cursor
}

// NewCooked returns a Cooked for lines of max bytes.
func NewCooked(max int) *Cooked { return &Cooked{max: max} }

// Keys of the line discipline, in whatever way a keyboard sends them.
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
	End  End    // Rest was typed after it
	Rest []byte
}

// Pause says that what Type is given next did not come together with what it was given last,
// and for how long there was nothing between the two.
func (c *Cooked) Pause(nothing time.Duration) { c.keys.wait(nothing) }

// Type takes in what was typed, up to an end. Call it again with what is left, if that matters.
func (c *Cooked) Type(data []byte) Typed {
	var t Typed
	for t.End == Typing {
		k, rest, ok := c.keys.next(data)
		if !ok {
			return t
		}
		data = rest
		c.keys.stage = notPasting // what is pasted is typed
		c.press(k, &t)
	}
	t.Rest = data
	return t
}

// EOF is told that nothing more will be typed. It returns what came of the line under way:
// nothing of it is lost.
func (c *Cooked) EOF() Typed {
	c.Pause(keyPatience)
	t := c.Type([]byte{0}) // NUL does nothing, but ends what is not whole
	return Typed{Read: append(t.Read, c.line.take()...), Echo: c.endRow(t.Echo)}
}

// press carries out one key, and adds to t what comes of it.
func (c *Cooked) press(k key, t *Typed) {
	switch k.name {
	case keyInterrupt, keyQuit:
		c.line.take()
		t.Echo = append(t.Echo, '^', byte(k.name|0x40), '\r', '\n')
		t.End = Interrupt
	case keyEOF:
		if c.line.empty() {
			t.Echo, t.End = c.endRow(t.Echo), InputEnded
			return
		}
		t.Read = append(t.Read, c.line.take()...)
	case enter, '\n':
		t.Read = append(append(t.Read, c.line.take()...), '\n')
		c.begun = true // an empty line is shown too
		t.Echo = c.endRow(t.Echo)
	case keyErase, backspace:
		n := 1
		if k.alt {
			n = c.word()
		}
		t.Echo = c.erase(t.Echo, n)
	case keyKillLine:
		t.Echo = c.erase(t.Echo, len(c.line.before))
	case keyKillWord:
		t.Echo = c.erase(t.Echo, c.word())
	case '\t':
		c.add(' ', t)
	case keyPaste: // characters that came at once
		text, _, _ := c.keys.takePaste()
		for _, r := range text {
			c.add(r, t)
		}
	case keyVersion:
		c.keys.takePaste()
	default:
		if !k.alt {
			c.add(k.name, t)
		}
	}
}

// add adds a character to the line. Control characters, and keys that are no characters, do
// nothing.
func (c *Cooked) add(r rune, t *Typed) {
	if r < 0 || unicode.IsControl(r) {
		return
	}
	c.line.insert(string(r))
	c.begun = true
	if c.line.size > c.max {
		t.Read = append(t.Read, c.line.take()...)
	}
	t.Echo = utf8.AppendRune(t.Echo, r)
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

// word is how many characters the last word has, with the spaces after it.
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

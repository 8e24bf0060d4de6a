package sshserver

import (
	"errors"
	"io"
	"unicode"
	"unicode/utf8"
)

// Keys that typing makes something of, or makes for the line editor.
const (
	keyCtrlC  = 3
	keyCtrlD  = 4 // on an empty line: the end
	keyCtrlE  = 5 // to the end of the line
	keyBack   = 8
	keyTab    = 9
	keyCtrlU  = 21 // deletes what is before the cursor
	keyEscape = 27
	keyDelete = 127
)

const (
	// keysAtOnce is how many bytes of typing the line editor is given at once: it
	// redraws a whole line for some keys, so 16 bytes are 64 KiB of output at most
	// before it is asked whether the client takes any.
	keysAtOnce = 16
	// maxEscape is how long an escape sequence may be, in bytes; those of keys have
	// up to 8.
	maxEscape = 32
	// editorLine is how many characters the line editor takes in a line. It drops
	// what is over without a word, so no line gets there.
	editorLine = 4096
)

var errFull = errors.New("the line editor has no room to read")

// typing is what a person types, made fit for the line editor, which trusts its
// terminal: it would wait for the end of an endless escape sequence in a loop,
// stop at invalid text, cut long lines in silence and take a paste of any size.
type typing struct {
	in      io.Reader
	ready   func() // waits until the client has taken most of what it is owed
	tooLong func() // tells that a line was too long
	max     int    // bytes in a line

	raw    [keysAtOnce]byte
	held   int    // bytes in raw: the start of a character
	out    []byte // for the editor
	escape []byte // an escape sequence whose end has not come
	line   int    // bytes in the line, about: a deleted character counts as one
	over   bool   // the line is too long: what still comes of it is dropped
	last   rune   // the key before
}

// Read implements [io.Reader] for the line editor.
func (t *typing) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, errFull // it would ask again for ever
	}
	for len(t.out) == 0 {
		t.ready()
		n, err := t.in.Read(t.raw[t.held:])
		t.take(t.raw[:t.held+n])
		if err != nil && len(t.out) == 0 {
			return 0, err
		}
	}
	n := copy(p, t.out)
	t.out = t.out[n:]
	return n, nil
}

// take takes the whole characters in data, and holds the rest.
func (t *typing) take(data []byte) {
	t.out = t.out[:0]
	for len(data) > 0 && utf8.FullRune(data) {
		r, size := utf8.DecodeRune(data)
		t.key(r, data[:size])
		data = data[size:]
		t.last = r
	}
	t.held = copy(t.raw[:], data)
}

// key takes one character or key.
func (t *typing) key(r rune, bytes []byte) {
	switch {
	case len(t.escape) > 0:
		t.sequence(r, bytes)
	case r == keyEscape:
		t.escape = append(t.escape, keyEscape)
	case r == '\n' && t.last == '\r': // one end of a line, not two
	case r == '\r' || r == '\n':
		t.enter()
	case r == keyCtrlC:
		t.interrupt()
	case r == keyTab:
		t.text(' ')
	case r == utf8.RuneError: // invalid, or that very character: the editor stops at it
		t.text('?')
	case unicode.IsControl(r):
		t.control(byte(r))
	default:
		t.text(r)
	}
}

// sequence goes on with an escape sequence. The editor gets it whole, or not at
// all when it has no end. The marks of a bracketed paste, which was not asked for,
// are left out.
func (t *typing) sequence(r rune, bytes []byte) {
	t.escape = append(t.escape, bytes...)
	end := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '~'
	switch s := string(t.escape); {
	case s == "\x1bO": // the other way of terminals to send ESC [
		t.escape[1] = '['
		return
	case !end && len(t.escape) < maxEscape:
		return
	case end && s != "\x1b[200~" && s != "\x1b[201~":
		if same, ok := sameKey[s]; ok {
			s = same
		}
		t.out = append(t.out, s...)
	}
	t.escape = nil
}

// sameKey are the sequences of tmux, screen and others for keys that the editor
// knows by another: Home and End.
var sameKey = map[string]string{
	"\x1b[1~": "\x1b[H", "\x1b[7~": "\x1b[H",
	"\x1b[4~": "\x1b[F", "\x1b[8~": "\x1b[F",
}

func (t *typing) text(r rune) {
	if t.line += utf8.RuneLen(r); t.line > t.max {
		t.over = true
	}
	if !t.over {
		t.out = utf8.AppendRune(t.out, r)
	}
}

// enter ends a line. One that is too long is taken away, not sent.
func (t *typing) enter() {
	if t.over {
		t.out = append(t.out, keyCtrlE, keyCtrlU)
		t.tooLong()
	} else {
		t.out = append(t.out, '\r')
	}
	t.line, t.over = 0, false
}

// interrupt clears the line; twice in a row it leaves.
func (t *typing) interrupt() {
	if t.last == keyCtrlC {
		t.out = append(t.out, keyCtrlD)
		return
	}
	t.out = append(t.out, keyCtrlE, keyCtrlU)
	t.line, t.over = 0, false
}

func (t *typing) control(key byte) {
	switch key {
	case keyBack, keyDelete:
		t.line = max(0, t.line-1)
	case keyCtrlU:
		t.line = 0
	}
	if !t.over {
		t.out = append(t.out, key)
	}
}

// maxHistory is how much of what was typed is kept for the arrow keys, in bytes.
const maxHistory = 16 << 10

// history is the lines typed before, the newest first.
type history struct {
	lines []string
	size  int
}

// Add implements [term.History].
func (h *history) Add(line string) {
	h.lines = append([]string{line}, h.lines...)
	h.size += len(line)
	for last := len(h.lines) - 1; h.size > maxHistory && last > 0; last-- {
		h.size -= len(h.lines[last])
		h.lines = h.lines[:last]
	}
}

// Len implements [term.History].
func (h *history) Len() int { return len(h.lines) }

// At implements [term.History].
func (h *history) At(i int) string { return h.lines[i] }

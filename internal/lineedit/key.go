package lineedit

import (
	"time"
	"unicode/utf8"
)

// key is one key that was typed, or one paste.
type key struct {
	name rune // a character, a control character, or one of those below
	alt  bool
}

// Keys that are no character.
const (
	keyUp rune = -1 - iota
	keyDown
	keyLeft
	keyRight
	keyHome
	keyEnd
	keyDelete
	keyBackTab
	keyPaste   // the decoder's pasted holds what
	keyVersion // the terminal says what it is: the decoder's pasted holds that
	keyUnknown // one of no use here
	keyNone    // no key: a release, a click, an answer of the terminal
)

// ctrl is the control character that Ctrl and a letter make.
func ctrl(letter rune) rune { return letter & 0x1f }

const (
	enter     = '\r'
	escape    = 0x1b
	backspace = 0x7f
)

const (
	// maxSequence is how much of an escape sequence is kept, in bytes: those of
	// keys have up to 8, and up to 60 where they carry their text. What is over is
	// skipped, to its end.
	maxSequence = 64
	// keyPatience is how long a sequence or a string may go on without input before it
	// has ended without its end: as long as readline (keyseq-timeout) and tmux
	// (escape-time) wait.
	keyPatience = 500 * time.Millisecond
	// byHand is how long after each other two bytes come that a person types, at least: a
	// key that is held repeats 30 times a second, another one takes longer. What comes
	// sooner came together.
	byHand = 50 * time.Millisecond
)

// decoder makes keys of bytes, in whatever pieces they come: a state machine after
// ECMA-48 and the parser of the VT500 by Paul Williams (vt100.net/emu/dec_ansi_parser).
// What it keeps of them is bounded.
type decoder struct {
	partial []byte        // of a character, a sequence, or a string without its introducer
	alt     bool          // an escape came before it
	wasCR   bool          // the last key was CR: an LF after it is the same Enter
	waited  time.Duration // without input, since the last byte

	text  byte // what began the string that is being read: one of ] P X ^ _; 0: there is none
	last  byte // of that string
	sent  bool // a terminal sends that string: no person types it
	typed bool // what began as a string was typed: pasted has it

	pasting
}

// next returns the first key of data, and what is left of data after it; ok is
// false when there is none.
func (d *decoder) next(data []byte) (k key, rest []byte, ok bool) {
	for {
		if d.typed {
			d.typed = false
			return key{name: keyPaste}, data, true
		}
		if len(data) == 0 {
			return key{}, nil, false
		}
		if d.stage != notPasting {
			if d.paste(data) {
				return key{name: keyPaste}, nil, true
			}
			return key{}, nil, false
		}
		k, taken := d.step(data[0])
		if taken {
			data = data[1:]
		}
		if k.name == keyNone || d.same(k) {
			continue
		}
		return k, data, true
	}
}

// wait is told that nothing came for a while, after what next was given and before
// what it will be.
func (d *decoder) wait(while time.Duration) {
	d.pause(while)
	if d.text == 0 && (len(d.partial) == 0 || d.partial[0] != escape) {
		return // a network may cut a character in two
	}
	if d.waited += while; d.waited >= keyPatience {
		// After an Escape alone, [ and ] are keys as others are.
		alt := d.text == 0 && len(d.partial) == 1 || d.text != 0 && d.last == escape
		d.giveUp()
		d.alt = alt
	}
}

// begin makes the next byte the first of a key.
func (d *decoder) begin() {
	d.partial, d.alt, d.waited, d.text, d.last, d.sent = d.partial[:0], false, 0, 0, 0, false
}

// same tells whether k is the second half of CR LF.
func (d *decoder) same(k key) bool {
	half := d.wasCR && k.name == '\n' && !k.alt
	d.wasCR = k.name == enter
	return half
}

// step takes one byte. It returns the key that it ends, or keyNone; a byte that is not
// taken ends what came before it, and must be given again.
func (d *decoder) step(b byte) (k key, taken bool) {
	late := d.waited >= byHand
	d.waited = 0
	switch {
	case d.text != 0:
		return d.inString(b, late)
	case len(d.partial) > 1 && d.partial[0] == escape:
		return d.inSequence(b, late)
	case len(d.partial) == 1 && d.partial[0] == escape:
		return d.escaped(b)
	case len(d.partial) == 0 && b == escape:
		d.partial = append(d.partial, escape)
		return key{name: keyNone}, true
	}
	return d.character(b)
}

// escaped takes the byte after an escape.
func (d *decoder) escaped(b byte) (k key, taken bool) {
	switch b {
	case escape: // Alt, as PuTTY and rxvt send it with the arrows
		d.alt = true
	case '[', 'O':
		d.partial = append(d.partial, b)
	case ']', 'P', 'X', '^', '_': // OSC, DCS, SOS, PM, APC
		d.begin()
		d.text = b
	default:
		if isIntermediate(b) {
			d.partial = append(d.partial, b)
			break
		}
		d.partial, d.alt = d.partial[:0], true
		return d.character(b)
	}
	return key{name: keyNone}, true
}

// isIntroducer tells whether ESC b begins a sequence or a string. Each is also one
// character of the set C1, which comes as UTF-8 here (ECMA-48, 5.3).
func isIntroducer(b byte) bool {
	return b == '[' || b == 'O' || b == ']' || b == 'P' || b == 'X' || b == '^' || b == '_'
}

// character takes a byte of a character.
func (d *decoder) character(b byte) (k key, taken bool) {
	d.partial = append(d.partial, b)
	if !utf8.FullRune(d.partial) {
		return key{name: keyNone}, true
	}
	r, size := utf8.DecodeRune(d.partial) // what is broken off is one U+FFFD
	taken = size == len(d.partial)
	if c1 := r - 0x40; r >= 0x80 && r < 0xa0 && isIntroducer(byte(c1)) {
		d.partial = append(d.partial[:0], escape)
		return d.escaped(byte(c1))
	}
	k = key{r, d.alt}
	d.begin()
	return k, taken
}

package lineedit

import (
	"bytes"
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
	// keyPatience is how long a sequence may take from its first byte to its end, the
	// time without input counted: as long as readline (keyseq-timeout) and tmux
	// (escape-time) wait. What is not whole then was typed by a person: Alt-[ or
	// Alt-], say. Their next key is a key.
	keyPatience = 500 * time.Millisecond
	// byHand is how many bytes a person types within keyPatience at most: a key
	// that is held repeats 30 times a second. A longer string comes from a terminal,
	// and keyPatience counts from its last byte: over a slow line it takes longer.
	byHand = 32
)

// decoder makes keys of bytes, in whatever pieces they come: a state machine after
// ECMA-48 and the parser of the VT500 by Paul Williams (vt100.net/emu/dec_ansi_parser).
// What it keeps of them is bounded.
type decoder struct {
	partial []byte        // of a character, a sequence, or a string without its introducer
	alt     bool          // an escape came before it
	wasCR   bool          // the last key was CR: an LF after it is the same Enter
	waited  time.Duration // without input, since partial began

	text   byte  // what began the string that is being read: one of ] P X ^ _; 0: there is none
	last   byte  // of that string
	length uint8 // of that string, in bytes; one more than byHand where it is longer

	pasting
}

// next returns the first key of data, and what is left of data behind it; ok is
// false when there is none.
func (d *decoder) next(data []byte) (k key, rest []byte, ok bool) {
	for len(data) > 0 {
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
	return key{}, nil, false
}

// wait is told that nothing came for a while, after what next was given and before
// what it will be.
func (d *decoder) wait(while time.Duration) {
	d.pause()
	switch {
	case d.text == 0 && (len(d.partial) == 0 || d.partial[0] != escape):
		return // a network may cut a character in two
	case d.length > byHand:
		d.waited = 0
	}
	if d.waited += while; d.waited < keyPatience {
		return
	}
	// Behind an Escape alone, [ and ] are keys as others are.
	alt := d.text == 0 && len(d.partial) == 1 || d.text != 0 && d.last == escape
	d.begin()
	d.alt = alt
}

// begin makes the next byte the first of a key.
func (d *decoder) begin() {
	d.partial, d.alt, d.waited, d.text, d.last, d.length = d.partial[:0], false, 0, 0, 0, 0
}

// same tells whether k is the second half of CR LF.
func (d *decoder) same(k key) bool {
	half := d.wasCR && k.name == '\n' && !k.alt
	d.wasCR = k.name == enter
	return half
}

// step takes one byte. It returns the key that it ends, or keyNone; a byte that is not
// taken ends what came before it, and is to be given again.
func (d *decoder) step(b byte) (k key, taken bool) {
	switch {
	case d.text != 0:
		return d.inString(b)
	case len(d.partial) > 1 && d.partial[0] == escape:
		return d.inSequence(b)
	case len(d.partial) == 1 && d.partial[0] == escape:
		return d.escaped(b)
	case len(d.partial) == 0 && b == escape:
		d.partial = append(d.partial, escape)
		return key{name: keyNone}, true
	}
	return d.character(b)
}

// escaped takes the byte behind an escape.
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

// version is a string by which a terminal says what it is (XTVERSION of xterm's
// ctlseqs): DCS > | name and version ST.
const version = ">|"

// inString takes a byte of a string. Nothing of it is a key, however long it is, and
// only what says the terminal's version is kept.
//
// Control characters that no string may have end it and are keys: Ctrl-C is never
// deaf. ECMA-48 (5.6) lets 0x08 to 0x0d be in it.
func (d *decoder) inString(b byte) (k key, taken bool) {
	const utf8C1 = 0xc2 // the first byte of the characters of C1
	before := d.last
	d.last = b
	d.length = min(d.length+1, byHand+1)
	switch {
	case before == escape && b == '\\', before == utf8C1 && b == 0x9c, b == '\a' && d.text == ']':
		return d.stringEnd(before), true
	case before == escape:
		d.begin()
		d.partial = append(d.partial, escape)
		return d.escaped(b)
	case before == utf8C1 && b >= 0x80 && b < 0xa0 && isIntroducer(b-0x40):
		d.begin()
		d.partial = append(d.partial, escape)
		return d.escaped(b - 0x40)
	case b < ' ' && b != escape && (b < '\a' || b > '\r'):
		d.begin()
		return key{name: keyNone}, false
	}
	if len(d.partial) < maxSequence && d.text == 'P' {
		d.partial = append(d.partial, b)
	}
	return key{name: keyNone}, true
}

// stringEnd is the end of a string: ST, of which the first byte came before, or BEL.
func (d *decoder) stringEnd(first byte) key {
	k := key{name: keyNone}
	if d.text == 'P' {
		body := bytes.TrimSuffix(d.partial, []byte{first})
		if name, ok := bytes.CutPrefix(body, []byte(version)); ok && len(name) > 0 {
			d.pasted, k.name = bytes.Clone(name), keyVersion
		}
	}
	d.begin()
	return k
}

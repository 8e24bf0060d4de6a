package lineedit

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	pasteBegin = "\x1b[200~"
	mouse      = "\x1b[M" // three more follow, which say where
	console    = "\x1b[[" // F1 to F5 of the Linux console: one of A to E follows
)

// inSequence takes a byte of a control sequence (ESC [), or of a shorter kind: those that
// begin with ESC O, and those with a byte such as / or ( after the escape. What cannot be in
// one ends it, and is a key itself; so does what a person typed after Alt-[ or the like, which
// came late.
func (d *decoder) inSequence(b byte, late bool) (k key, taken bool) {
	p := d.partial
	switch {
	case b < ' ', late && isTyped(p, b):
		d.begin()
		return key{name: keyNone}, false
	case bytes.HasPrefix(p, []byte(mouse)):
		return d.inMouse(b)
	case string(p) == console:
		d.begin()
		return key{name: keyUnknown}, b >= 'A' && b <= 'E'
	case b >= backspace:
		d.begin()
		return key{name: keyNone}, false
	}
	if len(p) < maxSequence {
		d.partial = append(p, b)
	} else {
		p[maxSequence-1] = b
	}
	if !isFinal(d.partial, b) {
		return key{name: keyNone}, true
	}
	k = d.sequence(d.partial)
	d.begin()
	return k, true
}

// inMouse takes a byte of where a mouse was clicked: three characters from a space on.
// They are bytes, those from 0x80 on too; or in UTF-8, of two bytes at most (mode 1005
// of xterm). Two bytes that may be one character are taken for one: so no half of one is
// typed.
func (d *decoder) inMouse(b byte) (k key, taken bool) {
	const characters = 3
	n, lead := 0, false
	for _, c := range d.partial[len(mouse):] {
		if lead && isContinuation(c) {
			lead = false
			continue
		}
		n++
		lead = c >= 0xc2 && c <= 0xdf
	}
	more := lead && isContinuation(b)
	if n == characters && !more {
		d.begin()
		return key{name: keyNone}, false
	}
	d.partial = append(d.partial, b)
	if n == characters || n == characters-1 && !more && (b < 0xc2 || b > 0xdf) {
		d.begin()
	}
	return key{name: keyNone}, true
}

// isIntermediate tells whether ESC b begins a sequence that goes on: those that name a set of
// characters, and the answers of a VT52 (ECMA-35, 13.2.1).
func isIntermediate(b byte) bool { return b >= ' ' && b <= '/' }

// isTyped tells whether b, which came after a moment, is none of the sequence that p begins,
// as far as keys are known.
func isTyped(p []byte, b byte) bool {
	_, pad := keypad[b]
	return isIntermediate(p[1]) || len(p) == 2 && b > 'd' && b <= 'z' && !(p[1] == 'O' && pad)
}

func isContinuation(b byte) bool { return b >= 0x80 && b < 0xc0 }

// isFinal tells whether last ends the sequence p.
func isFinal(p []byte, last byte) bool {
	number := last == ';' || last >= '0' && last <= '9'
	switch {
	case isIntermediate(p[1]):
		return !isIntermediate(last)
	case p[1] == 'O': // old ones put a number in between
		return !number
	case string(p) == mouse, string(p) == console:
		return false
	case last == '$': // rxvt ends keys with Shift so, and others a part of their answers
		return len(p) > 3 && len(bytes.Trim(p[2:len(p)-1], "0123456789")) == 0
	}
	return last >= '@'
}

// Modifiers are what was held with a key, as xterm and kitty number them: one less
// than the parameter.
const (
	withShift = 1 << iota
	withAlt
	withCtrl
	withSuper // Meta of xterm
	withHyper
	withMeta
	withCaps // CapsLock is on
	withNum  // NumLock is on
)

// sequence is the key of a sequence that is whole.
func (d *decoder) sequence(p []byte) key {
	last, body := p[len(p)-1], p[2:len(p)-1]
	switch {
	case string(p) == pasteBegin:
		d.stage = inPaste
		return key{name: keyUnknown}
	case isIntermediate(p[1]):
		return key{name: keyNone}
	case len(p) == maxSequence:
		return key{name: keyUnknown}
	case len(bytes.Trim(body, "0123456789;:")) > 0:
		return key{name: keyNone} // keys have numbers only: an answer, or a click
	}
	second := 1 // the modifiers come after the number of the key
	if !bytes.ContainsRune(body, ';') && !isNumbered(last) {
		second = 0 // old ones send no number for a key that its end names: ESC [ 5 D
	}
	held := max(1, parameter(body, second, 0)) - 1
	k := key{name: keyUnknown}
	switch {
	case parameter(body, second, 1) == released:
		return key{name: keyNone}
	case last == 'u':
		return d.coded(coded{
			code: rune(parameter(body, 0, 0)), shifted: rune(parameter(body, 0, 1)), base: rune(parameter(body, 0, 2)),
			held: held, text: field(body, 2),
		})
	case last == '~' && parameter(body, 0, 0) == otherKey:
		return d.coded(coded{code: rune(parameter(body, 2, 0)), held: held})
	case last == '~' || last == '$':
		k.name = nameOf(numbered, parameter(body, 0, 0))
	case last == '^' || last == '@': // rxvt, with Ctrl, and with Shift too
		k.name = nameOf(numbered, parameter(body, 0, 0))
		held |= withCtrl
	case p[1] == 'O':
		k.name = nameOf(lettered, last)
		if name, ok := keypad[last]; ok {
			k.name = name
		}
		if last >= 'a' && last <= 'd' { // rxvt, with Ctrl
			k.name = nameOf(lettered, last-'a'+'A')
			held |= withCtrl
		}
	case last >= 'a' && last <= 'd': // rxvt, with Shift
		k.name = nameOf(lettered, last-'a'+'A')
	default:
		k.name = nameOf(lettered, last)
	}
	k.alt = k.name != keyNone && (d.alt || held&^(withShift|withCaps|withNum) != 0)
	return k
}

// field is one of the parameters of a sequence, those between semicolons.
func field(body []byte, n int) []byte {
	for ; n > 0; n-- {
		_, body, _ = bytes.Cut(body, []byte{';'})
	}
	body, _, _ = bytes.Cut(body, []byte{';'})
	return body
}

// parameter is one of the numbers of a parameter, those between colons; 0 where there
// is none, or one that is no code point.
func parameter(body []byte, n, sub int) int {
	body = field(body, n)
	for ; sub > 0; sub-- {
		_, body, _ = bytes.Cut(body, []byte{':'})
	}
	body, _, _ = bytes.Cut(body, []byte{':'})
	number := 0
	for _, c := range body {
		if number = 10*number + int(c-'0'); c < '0' || c > '9' || number > unicode.MaxRune {
			return 0
		}
	}
	if !utf8.ValidRune(rune(number)) {
		return 0 // half a surrogate pair
	}
	return number
}

// isNumbered tells whether a sequence that ends in last has the key as a number.
func isNumbered(last byte) bool { return strings.IndexByte("u~$^@", last) >= 0 }

func nameOf[K comparable](names map[K]rune, k K) rune {
	if name, ok := names[k]; ok {
		return name
	}
	return keyUnknown
}

// lettered and numbered are the names of keys by the end of their sequences, and,
// where that is ~, by their number. Terminals differ in Home and End.
var (
	lettered = map[byte]rune{
		'A': keyUp, 'B': keyDown, 'C': keyRight, 'D': keyLeft, 'H': keyHome, 'F': keyEnd, 'Z': keyBackTab,
		'I': keyNone, 'O': keyNone, // the terminal has got or lost the focus
		'M': keyNone, // a click, as urxvt tells it
	}
	numbered = map[int]rune{
		1: keyHome, 7: keyHome, 4: keyEnd, 8: keyEnd, 3: keyDelete,
	}
	// keypad are the keys of a number pad in its application mode, after ESC O: those
	// of the VT220. For 7 comes what PuTTY and rxvt may send for End in any mode.
	keypad = map[byte]rune{
		' ': ' ', 'I': '\t', 'M': enter, 'X': '=', 'j': '*', 'k': '+', 'l': ',', 'm': '-', 'n': '.', 'o': '/',
		'p': '0', 'q': '1', 'r': '2', 's': '3', 't': '4', 'u': '5', 'v': '6', 'w': keyEnd, 'x': '8', 'y': '9', 'O': keyUnknown,
	}
)

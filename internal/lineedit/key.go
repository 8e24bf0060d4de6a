package lineedit

import (
	"bytes"
	"strings"
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
	keyUnknown // one of no use here
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
	// keys have up to 8. What is over is skipped, to its end.
	maxSequence = 32
	// maxPaste is how much of one paste is kept, in bytes.
	maxPaste = 16 << 10
)

const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"

	keypadEnter = "\x1bOM"
)

// decoder makes keys of bytes, in whatever pieces they come. What it keeps of them
// is bounded.
type decoder struct {
	partial []byte // of a character or an escape sequence
	alt     bool   // an escape came before it
	wasCR   bool   // the last key was CR: an LF after it is the same Enter

	pasting  bool
	pasted   []byte // of a paste, maxPaste bytes at most
	overflow int    // how many bytes were more than that
}

// next returns the first key of data, and what is left of data behind it; ok is
// false when there is none.
func (d *decoder) next(data []byte) (k key, rest []byte, ok bool) {
	for len(data) > 0 {
		if d.pasting {
			if data, ok = d.paste(data); ok {
				return key{name: keyPaste}, data, true
			}
			continue
		}
		b := data[0]
		if len(d.partial) > 1 && d.partial[0] == escape && b < ' ' {
			d.partial, d.alt = d.partial[:0], false // a control character ends a sequence that had no end
		}
		if len(d.partial) < maxSequence {
			d.partial = append(d.partial, b)
		} else {
			d.partial[maxSequence-1] = b
		}
		k, whole, broken := d.whole()
		if !broken {
			data = data[1:]
		}
		if whole {
			d.partial, d.alt = d.partial[:0], false
			if d.same(k) {
				continue
			}
			return k, data, true
		}
	}
	return key{}, nil, false
}

// same tells whether k is the second half of CR LF.
func (d *decoder) same(k key) bool {
	half := d.wasCR && k.name == '\n' && !k.alt
	d.wasCR = k.name == enter
	return half
}

// whole returns the key that partial is, if it is whole; broken tells that the last
// byte of partial is not of it.
func (d *decoder) whole() (k key, whole, broken bool) {
	p := d.partial
	if p[0] != escape {
		if !utf8.FullRune(p) {
			return k, false, false
		}
		r, size := utf8.DecodeRune(p) // what is broken off is one U+FFFD
		return key{r, d.alt}, true, size < len(p)
	}
	switch {
	case len(p) == 1:
		return k, false, false
	case p[1] == escape: // Alt, as PuTTY and rxvt send it with the arrows
		d.partial, d.alt = p[:1], true
		return k, false, false
	case p[1] == '[' || p[1] == 'O':
		k, whole = d.sequence(p)
		return k, whole, false
	}
	d.partial, d.alt = append(p[:0], p[1:]...), true
	return d.whole()
}

// sequence is the key of a control sequence, or of the shorter kind that begins
// with ESC O.
func (d *decoder) sequence(p []byte) (k key, whole bool) {
	last := p[len(p)-1]
	if len(p) == 2 || !isFinal(p, last) {
		return k, false
	}
	s := string(p)
	if s == pasteBegin {
		d.pasting = true
		return key{name: keyUnknown}, true
	}
	k = key{keyUnknown, d.alt}
	parameters := strings.Split(s[2:len(s)-1], ";")
	switch {
	case s == keypadEnter:
		k.name = enter
	case len(p) == maxSequence || strings.Trim(s[2:len(s)-1], "0123456789;") != "":
		return k, true // a key's are short and have numbers; F1 of the linux console, a click, an answer
	case last == '~':
		k.name = nameOf(numbered, parameters[0])
	default:
		k.name = nameOf(lettered, string(last))
	}
	if n := len(parameters); n > 1 || p[1] == 'O' && parameters[0] != "" {
		k.alt = k.alt || modified(parameters[n-1])
	}
	return k, true
}

// isFinal tells whether last ends the sequence p.
func isFinal(p []byte, last byte) bool {
	if p[1] == 'O' { // old ones put a number in between
		return last != ';' && (last < '0' || last > '9')
	}
	return last >= '@' && last <= '~' && (len(p) > 3 || last != '[')
}

func nameOf(names map[string]rune, s string) rune {
	if name, ok := names[s]; ok {
		return name
	}
	return keyUnknown
}

// lettered and numbered are the names of keys by the end of their sequences, and,
// where that is ~, by their number. Terminals differ in Home and End.
var (
	lettered = map[string]rune{
		"A": keyUp, "B": keyDown, "C": keyRight, "D": keyLeft, "H": keyHome, "F": keyEnd, "Z": keyBackTab,
	}
	numbered = map[string]rune{
		"1": keyHome, "7": keyHome, "4": keyEnd, "8": keyEnd, "3": keyDelete,
	}
)

// modified tells whether a parameter says that Alt or Ctrl was held: with an arrow
// both mean the same here.
func modified(parameter string) bool {
	const shift = 1
	return len(parameter) == 1 && (parameter[0]-'1')&^shift != 0 && parameter[0] >= '1' && parameter[0] <= '9'
}

// paste takes data as pasted, until the paste ends.
func (d *decoder) paste(data []byte) (rest []byte, ended bool) {
	for i, b := range data {
		d.keep(b)
		if b == '~' && bytes.HasSuffix(d.partial, []byte(pasteEnd)) {
			d.pasting = false
			d.unkeep(len(pasteEnd))
			d.partial = d.partial[:0]
			return data[i+1:], true
		}
	}
	return nil, false
}

// keep keeps one byte of a paste, and in partial the last few.
func (d *decoder) keep(b byte) {
	if len(d.pasted) < maxPaste {
		d.pasted = append(d.pasted, b)
	} else {
		d.overflow++
	}
	if len(d.partial) == len(pasteEnd) {
		d.partial = append(d.partial[:0], d.partial[1:]...)
	}
	d.partial = append(d.partial, b)
}

// unkeep takes the last n bytes of a paste back.
func (d *decoder) unkeep(n int) {
	beyond := min(n, d.overflow)
	d.overflow -= beyond
	d.pasted = d.pasted[:len(d.pasted)-(n-beyond)]
}

// takePaste returns what was pasted, and how many bytes of it were not kept.
func (d *decoder) takePaste() (text string, overflow int) {
	text, overflow = string(d.pasted), d.overflow
	d.pasted, d.overflow = nil, 0
	return text, overflow
}

package lineedit

import (
	"bytes"
	"unicode"
)

// A program that has ended badly may leave a keyboard in a mode in which keys come as
// numbers: kitty's (sw.kovidgoyal.net/kitty/keyboard-protocol),
//
//	CSI code : shifted : base ; modifiers : event ; text u
//
// or modifyOtherKeys of xterm (ctlseqs), CSI 27 ; modifiers ; code ~. They do here what
// they do else. The modes are not taken back: the shell that called may want them.
const (
	otherKey = 27
	released = 3 // an event of kitty's
)

// coded is a key that comes as a number.
type coded struct {
	code    rune // of Unicode, or one of kitty's, without what is held
	shifted rune // what it is with Shift, where the terminal tells
	base    rune // what stands in its place on an American keyboard, where the terminal tells
	held    int
	text    []byte // code points between colons, where the terminal tells
}

// coded is the key that c is.
func (d *decoder) coded(c coded) key {
	if isModifier(c.code) {
		return key{name: keyNone}
	}
	name := c.code
	if n, ok := functional[name]; ok {
		name = n
	}
	shift, control, caps := c.held&withShift != 0, c.held&withCtrl != 0, c.held&withCaps != 0
	k := key{name: name, alt: d.alt || c.held&withAlt != 0}
	switch {
	case c.held&(withSuper|withHyper|withMeta) != 0:
		k.name = keyUnknown
	case name == enter: // Shift-Enter begins a line, as Alt-Enter does
		k.alt = k.alt || shift
	case name == '\t' && shift:
		k.name = keyBackTab
	case name == backspace && control:
		k.name = ctrl('h')
	case name == '\t', name == backspace:
	case name < 0:
		k.alt = k.alt || control
	case control:
		k.name = controlOf(c.latin(name))
	case k.alt:
		k.name = c.latin(name)
	case len(c.text) > 0:
		return d.spelled(c.text)
	case isPrivate(name), name < ' ', name > unicode.MaxRune:
		k.name = keyUnknown
	case shift && c.shifted > ' ' && !(caps && unicode.IsLetter(name)):
		k.name = c.shifted
	case shift != caps:
		k.name = unicode.ToUpper(name)
	}
	if k.name >= 0 && k.name < ' ' && !control && k.name != enter && k.name != '\t' {
		k.name = keyUnknown // Escape, for one
	}
	return k
}

// spelled is the text of a key: its code points. Several come at once from an input
// method, or from a key with marks.
func (d *decoder) spelled(points []byte) key {
	var text []rune
	for n := range bytes.Count(points, []byte{':'}) + 1 {
		if r := rune(parameter(points, 0, n)); r >= ' ' && r <= unicode.MaxRune {
			text = append(text, r)
		}
	}
	switch len(text) {
	case 0:
		return key{name: keyUnknown}
	case 1:
		return key{name: text[0]}
	}
	d.pasted = []byte(string(text))
	return key{name: keyPaste}
}

// latin is the letter that shortcuts go by: on a keyboard of another script, the one in
// its place.
func (c coded) latin(name rune) rune {
	if name >= 0x80 && c.base > 0 && c.base < 0x80 {
		return c.base
	}
	return name
}

// controlOf is the control character that Ctrl and a character make.
func controlOf(r rune) rune {
	switch {
	case r >= '@' && r <= '~' && ctrl(r) != escape && r != '`' && r != '|' && r != '~':
		return ctrl(r)
	case r == ' ':
		return 0
	}
	return keyUnknown
}

func isPrivate(r rune) bool { return r >= 0xe000 && r <= 0xf8ff }

// isModifier tells whether a code is of a key that does nothing alone: CapsLock to
// NumLock, and those that are held.
func isModifier(code rune) bool {
	return code >= 57358 && code <= 57360 || code >= 57441 && code <= 57454
}

// functional are the keys of the number pad, by kitty's codes, and the other code of
// Backspace: xterm sends that of what the key sends else.
var functional = map[rune]rune{
	'\b':  backspace,
	57399: '0', 57400: '1', 57401: '2', 57402: '3', 57403: '4', 57404: '5', 57405: '6', 57406: '7', 57407: '8', 57408: '9',
	57409: '.', 57410: '/', 57411: '*', 57412: '-', 57413: '+', 57414: enter, 57415: '=', 57416: ',',
	57417: keyLeft, 57418: keyRight, 57419: keyUp, 57420: keyDown, 57423: keyHome, 57424: keyEnd, 57426: keyDelete,
}

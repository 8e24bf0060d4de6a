package lineedit

import (
	"bytes"
	"regexp"
)

// A string is what a terminal answers, or what a person begins who types Alt-] or the like.
// A terminal sends it at once, and most of what one sends is known by its first bytes.
// So it is a terminal's where two of its bytes come together, or it begins as an answer does,
// however slowly: see [answers]. What may be the begin of one is held until that is clear. All
// else is typed: those are keys then, and none is lost.

// version is a string by which a terminal says what it is (XTVERSION of xterm's
// ctlseqs): DCS > | name and version ST.
const version = ">|"

// answers are how the strings begin that terminals send: those of xterm's ctlseqs, and of
// kitty's protocols. whole is enough of one to know it; begun may become one.
var answers = map[byte]struct{ whole, begun *regexp.Regexp }{
	']': {regexp.MustCompile(`^[0-9]{1,4};`), regexp.MustCompile(`^[0-9]{1,4}$`)},
	'P': {regexp.MustCompile(`^[0-9;]{0,8}(\$[rsu]|\+r|![|~]|>\||@k)`), regexp.MustCompile(`^[0-9;]{0,8}[$+!>@]?$`)},
	'_': {regexp.MustCompile(`^G[a-z]=`), regexp.MustCompile(`^G[a-z]?$`)},
}

// inString takes a byte of a string; late tells that it did not come together with the one
// before. Nothing that a terminal sends is a key, however long it is, and only its first
// bytes are kept.
//
// Control characters that no string may have end it and are keys: Ctrl-C is never
// deaf. ECMA-48 (5.6) lets 0x08 to 0x0d be in it.
func (d *decoder) inString(b byte, late bool) (k key, taken bool) {
	const utf8C1 = 0xc2 // the first byte of the characters of C1
	before := d.last
	d.last = b
	switch {
	case before == escape && b == '\\', before == utf8C1 && b == 0x9c, b == '\a' && d.text == ']':
		return d.stringEnd(before), true
	case before == escape:
		d.begin()
		d.partial = append(d.partial, escape)
		return key{name: keyNone}, false
	case before == utf8C1 && b >= 0x80 && b < 0xa0 && isIntroducer(b-0x40):
		d.begin()
		d.partial = append(d.partial, escape)
		return d.escaped(b - 0x40)
	case b == escape && !(late && d.unclear()):
		return key{name: keyNone}, true
	case b < ' ' && (b < '\a' || b > '\r'), !d.sent && !d.goesOn(b, late):
		if late {
			d.giveUp()
		}
		d.begin()
		return key{name: keyNone}, false
	}
	if len(d.partial) < maxSequence {
		d.partial = append(d.partial, b)
	}
	return key{name: keyNone}, true
}

// goesOn tells whether a string that may have been typed goes on with b.
func (d *decoder) goesOn(b byte, late bool) bool {
	first := len(d.partial) == 0
	if a, ok := answers[d.text]; ok {
		begin := append(d.partial, b)
		d.sent = a.whole.Match(begin)
		if d.sent || a.begun.Match(begin) {
			return true
		}
	}
	d.sent = !late && !first
	return d.sent || !late && b >= ' '
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

// giveUp ends what has no end. What has come of a string that no terminal sends was typed.
func (d *decoder) giveUp() {
	if d.unclear() {
		d.pasted, d.typed = bytes.Clone(d.partial), true
	}
	d.begin()
}

// unclear tells whether something of a string is held, which may have been typed.
func (d *decoder) unclear() bool { return d.text != 0 && !d.sent && len(d.partial) > 0 }

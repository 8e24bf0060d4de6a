package safetext

import (
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letter is what Key needs to know of one character.
type letter struct {
	parts     string // its small letters, in NFKD
	key       string // what those look like
	class     uint8  // canonical combining class
	reordered bool   // begins with what can change places with a mark before it
	misleads  bool   // is in no name
}

// letters has what was asked of characters, in blocks that come when they are needed.
// All of the 140,000 letters and marks together take 3 MB.
var letters [(unicode.MaxRune + 1) / blockSize]atomic.Pointer[block]

const blockSize = 256

type block [blockSize]atomic.Pointer[letter]

// letterOf returns the properties of r. Only letters that may be in a word are kept.
func letterOf(r rune) *letter {
	b := letters[r/blockSize].Load()
	if b != nil {
		if l := b[r%blockSize].Load(); l != nil {
			return l
		}
	}
	l := newLetter(r)
	if !traitsOf(r).has(named | attached) {
		return l
	}
	if b == nil {
		letters[r/blockSize].CompareAndSwap(nil, new(block))
		b = letters[r/blockSize].Load()
	}
	b[r%blockSize].Store(l)
	return l
}

// itself stands for the letters that are their own keys, as the most are.
var itself letter

// appendKey appends the key of the letter, which is r.
func (l *letter) appendKey(dst []byte, r rune) []byte {
	if l == &itself {
		return utf8.AppendRune(dst, r)
	}
	return append(dst, l.key...)
}

func newLetter(r rune) *letter {
	parts := strings.Clone(strings.Map(dropHidden, norm.NFKD.String(lunate.Replace(string(r)))))
	key := parts
	if looks := skeleton(foldFully(string(r))); looks != parts {
		key = strings.Clone(looks)
	}
	l := &letter{
		parts:     parts,
		key:       key,
		class:     class(parts),
		reordered: class(parts) != 0 || class(key) != 0,
		misleads:  unicode.Is(misleading, r),
	}
	if key == string(r) && parts == key && *l == (letter{parts: parts, key: key}) {
		return &itself
	}
	return l
}

func dropHidden(r rune) rune {
	if traitsOf(r).has(hidden) {
		return -1
	}
	return r
}

// class returns the canonical combining class of the first character of s.
func class(s string) uint8 {
	if s == "" {
		return 0
	}
	return norm.NFD.PropertiesString(s).CCC()
}

// appendKey appends the key of name to dst. It is not ok if name can be no name in any
// spelling.
func appendKey(dst []byte, name string) (key []byte, ok bool) {
	begin := len(dst)
	for _, r := range name {
		if ' ' <= r && r <= '~' {
			dst = append(dst, lower(byte(r)))
			continue
		}
		l := letterOf(r)
		switch {
		case l.misleads:
			return dst, false
		case l.reordered:
			return appendOrdered(dst[:begin], name)
		}
		dst = l.appendKey(dst, r)
	}
	return dst, true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// appendOrdered is appendKey for a name with marks. It takes the steps of skeleton and
// foldFully, but for what is known of the letters already.
func appendOrdered(dst []byte, name string) (key []byte, ok bool) {
	var space [2][2 * MaxName]rune
	parts, looks := space[0][:0], space[1][:0]
	for _, r := range name {
		if ' ' <= r && r <= '~' {
			parts = append(parts, r)
			continue
		}
		l := letterOf(r)
		if l.misleads {
			return dst, false
		}
		if l == &itself {
			parts = append(parts, r)
		}
		for _, part := range l.parts {
			parts = append(parts, part)
		}
	}
	if !order(parts) {
		return dst, false
	}
	for _, part := range parts {
		if ' ' <= part && part <= '~' {
			looks = append(looks, rune(lower(byte(part))))
			continue
		}
		l := letterOf(part)
		if l == &itself {
			looks = append(looks, part)
		}
		for _, look := range l.key {
			looks = append(looks, look)
		}
	}
	if !order(looks) {
		return dst, false
	}
	last := unknown
	for _, r := range looks {
		if r != dotAbove || last != 'i' {
			dst = utf8.AppendRune(dst, r)
		}
		last = r
	}
	return dst, true
}

// order puts the marks after each base into canonical order. It gives up if there are
// more of them than the norm package leaves together. No letter has so many.
func order(s []rune) bool {
	marks := 0
	for i, r := range s {
		c := classOf(r)
		if c == 0 {
			marks = 0
			continue
		}
		if marks++; marks > maxMarks {
			return false
		}
		for ; i > 0 && classOf(s[i-1]) > c; i-- {
			s[i], s[i-1] = s[i-1], s[i]
		}
	}
	return true
}

const maxMarks = 30 // UAX #15, section 13

func classOf(r rune) uint8 {
	if r < '\u0300' {
		return 0
	}
	return letterOf(r).class
}

package safetext

import (
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// appendKey appends the key of name to dst. It is not ok if name can be no name in any
// spelling. A name is short: see maxSpelling.
func appendKey(dst []byte, name string) (key []byte, ok bool) {
	begin := len(dst)
	for _, r := range name {
		if ' ' <= r && r <= '~' {
			dst = append(dst, lower(byte(r)))
			continue
		}
		l := letterOf(r)
		switch l.kind {
		case never:
			return dst, false
		case mark:
			return appendMarked(dst[:begin], name)
		}
		dst = append(dst, l.key...)
	}
	return dst, true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// appendMarked is appendKey for a name with marks. They belong to a name only as parts
// of a letter that has a code point of its own, maybe in small letters alone, as the
// capital of ǰ is spelled as two, or in the letters it looks like. The dot of an i does
// not count.
func appendMarked(dst []byte, name string) (key []byte, ok bool) {
	var space, composed [4 * maxSpelling]byte
	small := space[:0]
	for _, r := range name {
		switch {
		case traitsOf(r).has(hidden):
		case r == 'İ':
			small = append(small, "i\u0307"...) // the dot may have to go behind other marks
		default:
			small = utf8.AppendRune(small, unicode.ToLower(r))
		}
	}
	form := norm.NFC
	if strings.ContainsAny(name, halfWidthMarks) {
		form = norm.NFKC
	}
	last := len(dst) // where the key of the last letter begins
	for rest := form.Append(composed[:0], small...); len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if ' ' <= r && r <= '~' {
			last, dst = len(dst), append(dst, lower(byte(r)))
			rest = rest[size:]
			continue
		}
		switch l := letterOf(r); l.kind {
		case never:
			return dst, false
		case letter:
			last, dst = len(dst), append(dst, l.key...)
			rest = rest[size:]
		case mark:
			if dst, rest, ok = composeKey(dst, last, rest); !ok {
				return dst, false
			}
		}
	}
	return dst, true
}

// composeKey adds the marks that rest begins with to the key from last on, if they make
// one letter with it. It returns what follows them.
func composeKey(dst []byte, last int, rest []byte) (key, after []byte, ok bool) {
	var space [maxSpelling]byte
	letter := append(space[:0], dst[last:]...)
	for len(rest) > 0 {
		r, size := utf8.DecodeRune(rest)
		if letterOf(r).kind != mark {
			break
		}
		if r != dotAbove || string(letter) != "i" {
			letter = append(letter, likeness(r)...)
		}
		rest = rest[size:]
	}
	letter = norm.NFC.Bytes(letter)
	dst = dst[:last]
	for _, r := range string(letter) {
		if ' ' <= r && r <= '~' {
			dst = append(dst, byte(r))
		} else if l := letterOf(r); l.kind == 0 {
			dst = append(dst, l.key...)
		} else {
			return dst, rest, false
		}
	}
	return dst, rest, true
}

// halfWidthMarks are the voice marks of half-width Japanese.
const halfWidthMarks = "\uFF9E\uFF9F"

// keyed is what Key needs to know of a character.
type keyed struct {
	kind kind
	key  string
}

type kind uint8

const (
	letter kind = iota // adds its key, which begins with a base, or is not seen
	mark               // is drawn on the character before it
	never              // is in no name
)

// letters has what was asked of characters, in blocks that come when they are needed: at
// most 140,000 letters, which take 6 MB.
var letters [(unicode.MaxRune + 1) / blockSize]atomic.Pointer[block]

const blockSize = 256

type block [blockSize]atomic.Pointer[keyed]

// letterOf returns what there is to know of r. What is in no nick is not kept.
func letterOf(r rune) *keyed {
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

func newLetter(r rune) *keyed {
	switch t := traitsOf(r); {
	case t.has(hidden):
		return &keyed{}
	case unicode.Is(misleading, r):
		return &keyed{kind: never}
	case t.has(attached):
		return &keyed{kind: mark}
	}
	key := skeleton(foldFully(string(r)))
	if norm.NFD.PropertiesString(key).CCC() != 0 || strings.ContainsFunc(norm.NFC.String(string(r)), isMark) {
		return &keyed{kind: never}
	}
	return &keyed{key: strings.Clone(key)}
}

func isMark(r rune) bool { return traitsOf(r).has(attached) }

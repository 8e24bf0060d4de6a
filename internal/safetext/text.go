package safetext

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text returns s as it may be relayed, stored, logged and drawn: valid UTF-8 in
// NFC (UAX #15) where every character is seen.
//
//   - A run of bytes that are not UTF-8 becomes one U+FFFD, as does each code
//     point that is for private use or not assigned.
//   - A tab, a line separator and a paragraph separator become a space.
//   - What is not seen goes: control characters, line ends too, format
//     characters with every bidi control, and default ignorables.
//   - A zero-width joiner or non-joiner stays where it changes how a word is
//     drawn: see joiner.go. There is at most one on a character.
//   - A joiner, an emoji style (VS15, VS16) or a tag stays where an emoji sequence
//     (UTS #51) needs it. The only tags are those of the flags of regions: see
//     subdivision. Nothing of this stays elsewhere.
//   - A mark stays on its base, up to the limits of shape.go. At the start and
//     after a space there is no base: such a mark would be drawn on what the
//     server put before the text.
//
// Text(Text(s)) is Text(s), and any part of a safe text between two of its
// spaces is safe too. The result is at most three times as long as s, in bytes.
// Printable ASCII is returned as it is, and what is safe already without a copy. Anything
// else holds only its own bytes.
func Text(s string) string {
	if isPlain(s) {
		return s
	}
	normal := norm.NFC.String(replace(s))
	shaped := shape(normal)
	if len(shaped) == len(normal) {
		return shaped
	}
	// What shape took away can have stood between two characters that compose.
	// It leaves nothing that composing could make it take away in a second pass.
	return norm.NFC.String(shaped)
}

// Typed returns s as it may be drawn while it is typed: each character judged by
// itself, as in [Text]. What depends on its neighbours, which may come with the
// next key, is left for Text to judge.
func Typed(s string) string {
	if isPlain(s) {
		return s
	}
	return replace(s)
}

// isPlain reports whether s is printable ASCII, which is safe as it is.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i]-' ' > '~'-' ' {
			return false
		}
	}
	return true
}

// replace drops and replaces what can be judged by itself. Joiners, styles and
// tags are left to [shape]. What is not s is cloned: the strings package builds it in as
// many bytes as s has, however few are left.
func replace(s string) string {
	replaced := strings.Map(replaceRune, strings.ToValidUTF8(s, string(unknown)))
	if replaced == s {
		return s
	}
	return strings.Clone(replaced)
}

func replaceRune(r rune) rune {
	switch {
	case ' ' <= r && r <= '~':
		return r
	case r == '\t', r == '\u2028', r == '\u2029':
		return ' '
	case IsJoiner(r), isStyle(r), isTag(r):
		return r
	}
	switch t := traitsOf(r); {
	case t.has(hidden):
		return -1
	case t.has(shown):
		return r
	}
	return unknown
}

// shape drops what depends on its neighbours: see [shaper].
func shape(s string) string {
	var (
		sh  shaper
		out []byte // nil while nothing was dropped
	)
	for i, r := range s {
		width := utf8.RuneLen(r)
		switch {
		case !sh.keeps(r, s[i+width:]):
			sh.fixed = true
			if out == nil {
				out = append(make([]byte, 0, len(s)), s[:i]...)
			}
		case out != nil:
			out = append(out, s[i:i+width]...)
		}
	}
	if out == nil {
		return s
	}
	return string(out)
}

package safetext

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/rangetable"
)

// A joiner in a word changes how the letters next to it are drawn, where RFC 5892
// allows it (appendix A.1 and A.2):
//
//   - A ZWNJ keeps apart two letters of a cursive script that would be joined, as in
//     Persian and Kurdish. Each may have marks between itself and the ZWNJ.
//   - Either is right after a virama, as in most scripts of India and in Sinhala: a ZWNJ
//     shows the virama, a ZWJ asks for half a letter.
//
// Two rules are added to those of the RFC. The virama is on a character of its own script:
// on a Latin letter a joiner would be without effect. And a character has at most one
// joiner, and none after something on it was dropped: its marks may compose or change
// places then, and a second pass would judge the joiner in another way.

// keepsJoiner reports whether a ZWJ in a word stays.
func (s *shaper) keepsJoiner() bool {
	if s.fixed || !s.endsInVirama() {
		return false
	}
	s.fixed = true
	return true
}

// keepsNonJoiner reports whether a ZWNJ stays. One that does not is the last on its base
// for which rest is looked at.
func (s *shaper) keepsNonJoiner(rest string) bool {
	if s.fixed {
		return false
	}
	s.fixed = true
	return s.endsInVirama() || s.attached == s.stacked && joinsNext(s.base) && joinsPrevious(firstLetter(rest))
}

// firstLetter returns the first rune of s that is neither a mark nor a joiner, or 0.
func firstLetter(s string) rune {
	for _, r := range s {
		if !IsJoiner(r) && !traitsOf(r).has(stacked) {
			return r
		}
	}
	return 0
}

// joinsNext reports whether r is joined to a letter after it: Joining_Type is L or D.
func joinsNext(r rune) bool { return unicode.In(r, dualJoining, leftJoining) }

// joinsPrevious reports whether r is joined to a letter before it: Joining_Type is R or D.
func joinsPrevious(r rune) bool { return unicode.In(r, dualJoining, rightJoining) }

// endsInVirama reports whether the text so far ends in a virama on a character of its
// script.
func (s *shaper) endsInVirama() bool {
	script := viramas[s.last]
	return script != nil && unicode.Is(script, s.base)
}

// viramas has the marks whose Canonical_Combining_Class is Virama, and their scripts.
var viramas = func() map[rune]*unicode.RangeTable {
	const virama = 9
	all := map[rune]*unicode.RangeTable{}
	rangetable.Visit(unicode.M, func(r rune) {
		if class(string(r)) != virama {
			return
		}
		for _, script := range unicode.Scripts {
			if unicode.Is(script, r) {
				all[r] = script
			}
		}
	})
	return all
}()

// IsJoiner reports whether r is a ZWJ or a ZWNJ, which [Text] may leave between letters
// and which no name has.
func IsJoiner(r rune) bool { return r == joiner || r == nonJoiner }

// Unjoined returns s without joiners: what a word of a safe text is as a name.
func Unjoined(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Map(dropJoiner, s)
}

func dropJoiner(r rune) rune {
	if IsJoiner(r) {
		return -1
	}
	return r
}

package safetext

import "unicode/utf8"

// What may hang on one base, and how much one emoji may be joined of.
const (
	// maxStacked is for marks that share one place (Mn, Me): more is drawn over
	// the lines above and below. Burmese and Hebrew words use up to three.
	maxStacked = 4

	// maxAttached is for everything attached, with the marks that take width
	// (Mc): a Burmese word has up to six on a base, so these cannot share the
	// limit above.
	maxAttached = 8

	// maxJoins is what the longest sequence anyone draws has (a family, a kiss).
	// Longer ones are drawn apart, but counted as one emoji's width.
	maxJoins = 3
)

// end says what the text kept so far ends with, as far as emoji go.
type end int

const (
	endOther  end = iota
	endKeycap     // 0-9, # or *: takes a style if a keycap follows
	endEmoji      // a pictograph: takes a style, a skin tone or a joiner
	endStyled     // a pictograph with its style: takes a skin tone or a joiner
	endToned      // a pictograph with its skin tone: takes a joiner
	endJoined     // a joiner: a pictograph follows, and is part of the sequence
)

// shaper goes through a text in NFC, rune by rune, and says what stays.
type shaper struct {
	end      end
	joins    int  // joiners kept in the present emoji sequence
	tags     int  // tags to come that belong to the flag before them
	base     rune // what marks can be on, or 0
	last     rune // what was kept last, on the base or the base itself
	fixed    bool // there is a joiner on the base, or something on it was dropped
	stacked  int  // marks kept on the base that share one place
	attached int  // everything kept on the base
}

// keeps reports whether r stays, and takes note of it if so. rest is the text
// after r.
func (s *shaper) keeps(r rune, rest string) bool {
	switch {
	case r == joiner:
		return s.keepsEmojiJoiner(rest) || s.keepsJoiner()
	case r == nonJoiner:
		return s.keepsNonJoiner(rest)
	case isStyle(r):
		return s.keepsStyle(rest)
	case isTag(r):
		return s.keepsTag()
	}
	t := traitsOf(r)
	switch {
	case t.has(hidden): // the norm package puts U+034F into long runs of marks
		return false
	case t.has(attached):
		return s.keepsAttached(r, t)
	}
	s.take(r, t, rest)
	return true
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func (s *shaper) keepsEmojiJoiner(rest string) bool {
	if s.end < endEmoji || s.joins == maxJoins || !traitsOf(first(rest)).has(pictograph) {
		return false
	}
	s.end = endJoined
	s.joins++
	return true
}

func (s *shaper) keepsTag() bool {
	if s.tags == 0 {
		return false
	}
	s.tags--
	s.end = endOther
	return true
}

func (s *shaper) keepsStyle(rest string) bool {
	switch {
	case s.end == endEmoji:
		s.end = endStyled
	case s.end == endKeycap && first(rest) == keycap:
		s.end = endOther
	default:
		return false
	}
	s.attached++ // a style comes right after its base: within every limit
	s.stacked++
	return true
}

func (s *shaper) keepsAttached(r rune, t traits) bool {
	switch {
	case s.base == 0,
		s.attached == maxAttached,
		t.has(stacked) && s.stacked == maxStacked,
		// A mark makes another character of the arrow ↔, which would leave the
		// joiner before it with nothing to join.
		s.joins > 0 && s.end != endOther && !t.has(tone):
		return false
	}
	s.last = r
	s.attached++
	if t.has(stacked) {
		s.stacked++
	}
	if t.has(tone) && (s.end == endEmoji || s.end == endStyled) {
		s.end = endToned
	} else {
		s.end = endOther
	}
	return true
}

// take notes that r, which has the traits t and is not attached, is in the text.
func (s *shaper) take(r rune, t traits, rest string) {
	joins := s.joins
	if s.end != endJoined {
		joins = 0
	}
	*s = shaper{joins: joins}
	if !t.has(space) {
		s.base, s.last = r, r
	}
	switch {
	case t.has(pictograph):
		s.end = endEmoji
		if r == blackFlag && joins == 0 {
			s.tags = subdivision(rest)
		}
	case isKeycapBase(r):
		s.end = endKeycap
	}
}

// subdivision returns how many tags s begins with, if they are those of a flag: the
// region's code of two letters and the subdivision's of one to four letters or
// digits, as in "gbeng" (UTS #51, annex C), and the end of the tags; else 0.
//
// UTS #51 allows tags on any emoji, and any number of them. That is a way to send
// text that is not seen, and what anyone draws is flags.
func subdivision(s string) (tags int) {
	const least, most = 3, 6
	for _, r := range s {
		switch {
		case r == tagsEnd && tags >= least:
			return tags + 1
		case tags == most, !isTagLetter(r) && (tags < 2 || !isTagDigit(r)):
			return 0
		}
		tags++
	}
	return 0
}

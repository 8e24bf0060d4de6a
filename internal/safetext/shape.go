package safetext

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
	base     bool // there is a character that marks can be on
	stacked  int  // marks kept on the base that share one place
	attached int  // everything kept on the base
}

// keeps reports whether r stays, and takes note of it if so. next is the rune
// after r in the text, or [unicode.ReplacementChar] at its end.
func (s *shaper) keeps(r, next rune) bool {
	t := traitsOf(r)
	switch {
	case r == joiner:
		return s.keepsJoiner(next)
	case isStyle(r):
		return s.keepsStyle(next)
	case t.has(hidden): // the norm package puts U+034F into long runs of marks
		return false
	case t.has(attached):
		return s.keepsAttached(t)
	}
	s.take(r, t)
	return true
}

func (s *shaper) keepsJoiner(next rune) bool {
	if s.end < endEmoji || s.joins == maxJoins || !traitsOf(next).has(pictograph) {
		return false
	}
	s.end = endJoined
	s.joins++
	return true
}

func (s *shaper) keepsStyle(next rune) bool {
	switch {
	case s.end == endEmoji:
		s.end = endStyled
	case s.end == endKeycap && next == keycap:
		s.end = endOther
	default:
		return false
	}
	s.attached++ // a style comes right after its base: within every limit
	s.stacked++
	return true
}

func (s *shaper) keepsAttached(t traits) bool {
	switch {
	case !s.base,
		s.attached == maxAttached,
		t.has(stacked) && s.stacked == maxStacked,
		// A mark makes another character of the arrow ↔, which would leave the
		// joiner before it with nothing to join.
		s.joins > 0 && s.end != endOther && !t.has(tone):
		return false
	}
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
func (s *shaper) take(r rune, t traits) {
	joins := s.joins
	if s.end != endJoined {
		joins = 0
	}
	*s = shaper{base: !t.has(space), joins: joins}
	switch {
	case t.has(pictograph):
		s.end = endEmoji
	case isKeycapBase(r):
		s.end = endKeycap
	}
}

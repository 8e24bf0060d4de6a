package chatcore

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/safetext"
)

// A terminal with a raw connection wraps long lines at a width that the server does not
// know. A message padded to that width could begin a row with "bob: " and read as bob's.
// To prevent this, the line formats put a space before a colon that would make a row read
// so: "bob : send the money". JSON and terminal sessions have the text unchanged: a
// terminal session wraps its rows itself.
//
// Build logs and code are read on that port too, so only what can mislead is changed.
// That is a word directly before a colon and a space, 20 columns or more from the start
// of its line, if
//   - two blanks or more precede it, or
//   - it ends in the nick of another user who is online: a row may begin inside a word.

const (
	// narrowest is the first column at which a second row can begin: on a terminal of 20
	// columns, if a wide character did not fit.
	narrowest = 19
	// mostLetters is how many letters are examined in the suspects of a text. Each may
	// begin a nick, and takes 2 µs if it is not ASCII. Suspects after that are taken to be
	// forged.
	mostLetters = 160
)

// suspect is a colon that may make a row of a text read as another user's. Offsets are
// offsets in the text.
type suspect struct {
	colon  int
	line   int  // where its line begins
	row    int  // where the misleading row would begin
	last   int  // the last offset at which a nick may begin
	forged bool // taken to be forged, whoever is online
	word   word // the word directly before the colon
}

// word is a word in the keys that nicks are compared by, with the offsets at which a row
// may begin.
type word struct {
	begin      int    // its offset in the text
	key, drawn string // drawn is empty if it equals key
	runes      []cut  // nil if each letter is one byte
}

// len returns the number of letters of w.
func (w *word) len() int {
	if w.runes != nil {
		return len(w.runes)
	}
	return len(w.key)
}

// cut is the offset of a letter in the text, in key and in drawn.
type cut struct{ text, key, drawn int }

// suspects returns the suspects of a text. It takes a while to examine their letters, so
// this is done before any lock is taken. The text must be safe, with LF between its
// lines.
func suspects(text string) (all []suspect) {
	if strings.IndexByte(text, ':') < 0 && isASCII(text) {
		return nil
	}
	letters := 0
	line, before := 0, rune(0) // before is the character before i
	for i, r := range text {
		switch {
		case r == '\n':
			line = i + 1
		case isColon(r) && inNick(before):
			if s, ok := suspectAt(text, line, i, utf8.RuneLen(r), letters < mostLetters); ok {
				all = append(all, s)
				letters += s.word.len()
			}
		}
		before = r
	}
	return all
}

// suspectAt returns the suspect whose colon is at an offset, and reports whether it is
// one.
func suspectAt(text string, line, colon, size int, look bool) (s suspect, ok bool) {
	begin := line + lastWord(text[line:colon])
	row, spaced := introduction(text[line:begin])
	s = suspect{colon: colon, line: line, row: line + row, last: colon, forged: spaced}
	after, _ := utf8.DecodeRuneInString(text[colon+size:])
	if colon+size < len(text) && after != '\n' && !isBlank(after) {
		if s.last = colon - narrowest; s.row > s.last { // nor can its row end at the colon
			return s, false
		} else if s.row < begin {
			s.last = begin
		}
	}
	if !look {
		s.row, s.forged = colon-1, true
		return s, true
	}
	s.word = wordOf(text, begin, colon)
	return s, true
}

// wordOf returns the end of text[begin:end] as a word. It takes as many characters as a
// nick may have.
func wordOf(text string, begin, end int) word {
	if of := text[begin:end]; isASCII(of) {
		begin = max(begin, end-safetext.MaxName)
		return word{begin: begin, key: strings.ToLower(text[begin:end])}
	}
	w := word{begin: end}
	n := 0
	for n < safetext.MaxName && w.begin > begin {
		r, size := utf8.DecodeLastRuneInString(text[begin:w.begin])
		w.begin -= size
		if !safetext.IsJoiner(r) {
			n++
		}
	}
	w.runes = make([]cut, 0, n)
	var key, drawn strings.Builder
	for i, r := range text[w.begin:end] {
		w.runes = append(w.runes, cut{w.begin + i, key.Len(), drawn.Len()})
		letter := string(r)
		key.WriteString(safetext.Key(letter))
		drawn.WriteString(safetext.Drawn(letter))
	}
	if w.key, w.drawn = key.String(), drawn.String(); w.drawn == w.key {
		w.drawn = ""
	}
	return w
}

// lastWord returns the offset of the run of letters and digits at the end of text. The
// run includes invisible joiners.
func lastWord(text string) int {
	return len(text) - len(lastOf(text, func(r rune) bool { return inNick(r) || safetext.IsJoiner(r) }))
}

// lastOf returns the longest suffix of text in which every character satisfies so.
func lastOf(text string, so func(rune) bool) string {
	begin := strings.LastIndexFunc(text, func(r rune) bool { return !so(r) })
	if begin < 0 {
		return text
	}
	_, size := utf8.DecodeRuneInString(text[begin:])
	return text[begin+size:]
}

// introduction examines what precedes a word in its line. It returns the offset at which
// a row may begin that introduces a nick: with a time, a room, or the arrow of a private
// line. It also reports whether two blanks or more, or an arrow, precede that row or the
// word.
func introduction(before string) (begin int, spaced bool) {
	const most = 5 // "19:20 [dev] bob → you:" has four pieces before the word
	for range most {
		before = strings.TrimRight(before, "~#")
		rest := strings.TrimRightFunc(before, isBlank)
		if blanks := before[len(rest):]; len(blanks) > 1 {
			return len(before), true
		} else if blanks == "" {
			return len(before), false
		}
		piece := lastOf(rest, func(r rune) bool { return !isBlank(r) })
		if piece == "→" {
			return len(rest) - len(piece), true
		}
		if !introduces(piece) {
			return len(before), false
		}
		before = rest[:len(rest)-len(piece)]
	}
	return len(before), true
}

// introduces reports whether a row may have this piece of text before a nick.
func introduces(piece string) bool {
	return strings.ContainsAny(piece, "@#[]") || strings.Trim(piece, "0123456789:") == ""
}

// forgedLocked returns the offsets of the colons in the text of e before which the line
// formats put a space. all are its suspects, and from is its sender.
func (c *Core) forgedLocked(e *Event, all []suspect, from *User) (colons []int32) {
	for i := range all {
		s := &all[i]
		least := s.line + narrowest - e.prefix() // where a second row may begin
		if s.forged && s.row >= least || c.endsInNickLocked(s, least, from) {
			colons = append(colons, int32(s.colon))
		}
	}
	return colons
}

// endsInNickLocked reports whether the word of s ends in the nick of a user other than
// from, and that nick begins at offset least or later.
func (c *Core) endsInNickLocked(s *suspect, least int, from *User) bool {
	other := func(key string) bool {
		u := c.users[key]
		return u != nil && u != from
	}
	w := &s.word
	if w.runes == nil {
		for i := max(0, least-w.begin); i < len(w.key) && w.begin+i <= s.last; i++ {
			if other(w.key[i:]) {
				return true
			}
		}
		return false
	}
	for _, at := range w.runes {
		if at.text >= least && at.text <= s.last && (other(w.key[at.key:]) || w.drawn != "" && other(w.drawn[at.drawn:])) {
			return true
		}
	}
	return false
}

// prefix returns how many bytes precede the text of e in the line formats.
func (e *Event) prefix() int {
	n := len(e.From) + len(": ")
	switch {
	case e.Kind == Whispered:
		n += len("#")
	case e.Room != "":
		n += len("@ ") + len(e.Room)
	}
	if e.Kind == Emoted {
		n += len("* ") - len(":")
	}
	return n
}

// lineText returns the text of e, a message, as the line formats show it.
func (e *Event) lineText() string { return withSpaces(e.Text, e.forged) }

// noticeText returns the text of e, an event of the server, as the line formats show it.
// The text may contain a topic, last words, or an away text.
func (e *Event) noticeText() string {
	var colons []int32
	for _, s := range suspects(e.Text) {
		if s.forged && s.row >= narrowest-len("* ") {
			colons = append(colons, int32(s.colon))
		}
	}
	return withSpaces(e.Text, colons)
}

// withSpaces returns text with a space before each of the colons.
func withSpaces(text string, colons []int32) string {
	if len(colons) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + len(colons))
	begin := int32(0)
	for _, colon := range colons {
		b.WriteString(text[begin:colon])
		b.WriteByte(' ')
		begin = colon
	}
	b.WriteString(text[begin:])
	return b.String()
}

// isColon reports whether r looks like the colon after a nick.
func isColon(r rune) bool {
	switch r {
	case ':', '\u02F8', '\u0589', '\u05C3', '\u1365', '\u1804', '\u205A', '\u2236', '\uA789', '\uFE30', '\uFE55', '\uFF1A':
		return true
	}
	return false
}

// isBlank reports whether r looks like a space.
func isBlank(r rune) bool {
	switch r {
	case ' ', '\u2800', '\U0001D159':
		return true
	}
	return r >= utf8.RuneSelf && unicode.Is(unicode.Zs, r)
}

// inNick reports whether r may be in a nick.
func inNick(r rune) bool {
	if r < utf8.RuneSelf {
		return inWord(r)
	}
	return unicode.In(r, unicode.L, unicode.Nd)
}

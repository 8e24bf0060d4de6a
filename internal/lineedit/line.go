package lineedit

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// character is what a person sees as one: a grapheme cluster (UAX #29).
type character struct {
	text  string
	width int // in cells, by our measure
	room  int // in cells, by that of the terminal which gives it the most
}

// widely measures as terminals do that are set up for Chinese, Japanese or Korean:
// signs such as → and … take two cells there.
var widely = displaywidth.Options{EastAsianWidth: true}

// characterOf measures a character. The letters of alphabets that are as ambiguous
// as signs, Russian and Greek ones among them, are taken to be as wide everywhere.
func characterOf(text string, width int) character {
	if r, size := utf8.DecodeRuneInString(text); size == len(text) && unicode.IsLetter(r) {
		return character{text, width, width}
	}
	room := 0
	for _, r := range text { // where its parts are drawn side by side
		if room += widely.Rune(r); isRegional(r) {
			room++
		}
	}
	return character{text, width, max(width, room)}
}

// isRegional tells whether r is half a flag, which is as wide as half or a whole.
func isRegional(r rune) bool { return '\U0001F1E6' <= r && r <= '\U0001F1FF' }

// uncertain tells whether terminals differ in the width of c.
func (c character) uncertain() bool {
	return c.room != c.width || len(c.text) > 1 && utf8.RuneCountInString(c.text) > 1
}

const newline = "\n"

// maxCharacter is how long a character may be, in bytes: a family of four with
// skin tones has 41. More marks than that are left out.
const maxCharacter = 128

// line is the text that is edited, cut in two at the cursor. Every edit costs as
// much as what it adds, removes or passes, however long the line is.
type line struct {
	before []character
	after  []character // the last is the one at the cursor
	size   int         // bytes
}

// characters cuts text into characters.
func characters(text string) []character {
	var all []character
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		text := g.Value()
		if len(text) > maxCharacter {
			text = strings.ToValidUTF8(text[:maxCharacter], "")
		}
		all = append(all, characterOf(text, g.Width()))
	}
	return all
}

// insert puts text before the cursor.
func (l *line) insert(text string) {
	if n := len(l.before); n > 0 { // what is inserted may be a mark on it
		text = l.before[n-1].text + text
		l.takeBefore()
	}
	for _, c := range characters(text) {
		l.before = append(l.before, c)
		l.size += len(c.text)
	}
	l.mend()
}

// mend makes one character of the two at the cursor, if they are one.
func (l *line) mend() {
	n, m := len(l.before), len(l.after)
	if n == 0 || m == 0 {
		return
	}
	joined := characters(l.before[n-1].text + l.after[m-1].text)
	if len(joined) == 1 {
		l.takeAfter()
		l.takeBefore()
		l.before = append(l.before, joined[0])
		l.size += len(joined[0].text)
	}
}

// takeBefore removes the character before the cursor.
func (l *line) takeBefore() string {
	last := len(l.before) - 1
	text := l.before[last].text
	l.before = l.before[:last]
	l.size -= len(text)
	return text
}

// takeAfter removes the character at the cursor.
func (l *line) takeAfter() string {
	last := len(l.after) - 1
	text := l.after[last].text
	l.after = l.after[:last]
	l.size -= len(text)
	return text
}

// left moves the cursor n characters to the left.
func (l *line) left(n int) {
	for ; n > 0; n-- {
		last := len(l.before) - 1
		l.after = append(l.after, l.before[last])
		l.before = l.before[:last]
	}
	if len(l.before) == 0 {
		l.before = nil // it may have room for thousands
	}
}

// right moves the cursor n characters to the right.
func (l *line) right(n int) {
	for ; n > 0; n-- {
		last := len(l.after) - 1
		l.before = append(l.before, l.after[last])
		l.after = l.after[:last]
	}
	if len(l.after) == 0 {
		l.after = nil
	}
}

// cutBefore removes n characters before the cursor and returns them.
func (l *line) cutBefore(n int) string {
	text := textOf(l.before[len(l.before)-n:])
	for ; n > 0; n-- {
		l.takeBefore()
	}
	l.mend()
	return text
}

// cutAfter removes n characters at the cursor and returns them.
func (l *line) cutAfter(n int) string {
	var text strings.Builder
	for ; n > 0; n-- {
		text.WriteString(l.takeAfter())
	}
	l.mend()
	return text.String()
}

// take empties the line and returns it.
func (l *line) take() string {
	text := l.text()
	*l = line{}
	return text
}

// set makes text the line, with the cursor at its end.
func (l *line) set(text string) {
	*l = line{}
	l.insert(text)
}

func (l *line) empty() bool { return len(l.before)+len(l.after) == 0 }

// text is the whole line.
func (l *line) text() string { return textOf(l.all()) }

// all is the line's characters in order.
func (l *line) all() []character {
	all := slices.Grow(slices.Clone(l.before), len(l.after))
	for i := len(l.after) - 1; i >= 0; i-- {
		all = append(all, l.after[i])
	}
	return all
}

func textOf(all []character) string {
	var text strings.Builder
	for _, c := range all {
		text.WriteString(c.text)
	}
	return text.String()
}

// lines is how many lines the text has.
func (l *line) lines() int {
	n := 1
	for _, part := range [][]character{l.before, l.after} {
		for _, c := range part {
			if c.text == newline {
				n++
			}
		}
	}
	return n
}

// toStart and toEnd count the characters from the cursor to the start and to the
// end of the text's line it is in.
func (l *line) toStart() int {
	return lastRun(l.before, func(c character) bool { return c.text != newline })
}
func (l *line) toEnd() int {
	return lastRun(l.after, func(c character) bool { return c.text != newline })
}

// wordLeft and wordRight count the characters from the cursor to the far end of
// the next word.
func (l *line) wordLeft() int  { return farEnd(l.before, isWord) }
func (l *line) wordRight() int { return farEnd(l.after, isWord) }

// spacedLeft counts the characters to the start of what stands between spaces.
func (l *line) spacedLeft() int { return farEnd(l.before, isNoSpace) }

// farEnd counts, from the end of all, what is not in a word and then what is.
func farEnd(all []character, in func(character) bool) int {
	gap := lastRun(all, func(c character) bool { return !in(c) })
	return gap + lastRun(all[:len(all)-gap], in)
}

// lastRun counts how many at the end of all are so.
func lastRun(all []character, so func(character) bool) int {
	n := 0
	for n < len(all) && so(all[len(all)-1-n]) {
		n++
	}
	return n
}

func isWord(c character) bool {
	r, _ := utf8.DecodeRuneInString(c.text)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func isNoSpace(c character) bool { return c.text != " " && c.text != newline }

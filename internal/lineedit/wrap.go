package lineedit

import (
	"bytes"
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// What is printed above the line is cut into rows here, and not by the terminal. A
// terminal begins a row at its first column, so that a message padded to the width of
// the screen could begin one with "19:20 bob: " and read as bob's. Here each row but the
// first is indented, and no message has a first row that begins with a space.

const (
	// leastWrapped is the least width that is wrapped for. Below it, an indentation
	// leaves too little of a row.
	leastWrapped = 8
	// hanging is how far the rows of a line after its first are indented, from the
	// indentation of the first.
	hanging = 4
	// mostHanging is the most they are indented in all, however far the first one is:
	// a row adds so many bytes to what is sent.
	mostHanging = 20
)

// appendWrapped appends text, lines ended by CR LF, cut into rows of at most width
// columns. Most lines fit, and are appended as they are.
func appendWrapped(dst, text []byte, width int) []byte {
	if width < leastWrapped {
		return append(dst, text...)
	}
	for len(text) > width {
		end := bytes.IndexByte(text, '\n') + 1
		if end == 0 {
			end = len(text)
		}
		if fits(text[:end], width) {
			dst = append(dst, text[:end]...)
		} else {
			dst = appendRows(dst, text[:end], width)
		}
		text = text[end:]
	}
	return append(dst, text...)
}

// fits reports whether a line takes at most width columns in every terminal. No
// character takes more columns than it has bytes.
func fits(line []byte, width int) bool {
	if len(line) <= width {
		return true
	}
	n := 0
	for i := 0; i < len(line) && n <= width; {
		switch b := line[i]; {
		case ' ' <= b && b < utf8.RuneSelf:
			n++
			i++
		case b < ' ':
			i += controlLength(line[i:])
		default:
			r, size := utf8.DecodeRune(line[i:])
			n += widest(r)
			i += size
		}
	}
	return n <= width
}

// controlLength is the length of the control character or sequence that text begins
// with. Those that style makes are BEL, CSI sequences, and OSC sequences ended by BEL.
func controlLength(text []byte) int {
	if text[0] != '\x1b' || len(text) == 1 {
		return 1
	}
	switch text[1] {
	case '[':
		for i := 2; i < len(text); i++ {
			if '@' <= text[i] && text[i] <= '~' {
				return i + 1
			}
		}
	case ']':
		if end := bytes.IndexByte(text, '\a'); end >= 0 {
			return end + 1
		}
	}
	return len(text)
}

// widest is how many columns r takes in the terminal that gives it the most, alone or in
// a sequence: terminals that know no sequences draw their parts side by side. The letters
// of alphabets that are as ambiguous as signs are taken to be as wide everywhere, as in
// characterOf.
func widest(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	if r < tabledEnd {
		return int(widths()[r])
	}
	return measureWidest(r)
}

// tabledEnd is the end of what widths has: the alphabets, and the signs after them.
const tabledEnd = 0x3000

// widths has what measureWidest says of the first characters: without it a line of
// Russian took as long to measure as the rest of its printing.
var widths = sync.OnceValue(func() *[tabledEnd]uint8 {
	var all [tabledEnd]uint8
	for r := range rune(tabledEnd) {
		all[r] = uint8(measureWidest(r))
	}
	return &all
})

func measureWidest(r rune) int {
	const iconStyle = '\uFE0F' // makes a narrow sign before it wide
	switch {
	case r == iconStyle:
		return 1
	case isRegional(r), '\U0001F3FB' <= r && r <= '\U0001F3FF':
		return 2
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.IsLetter(r):
		return max(1, displaywidth.Rune(r))
	}
	return max(1, widely.Rune(r))
}

// wrapper cuts one line into rows.
type wrapper struct {
	dst    []byte
	width  int
	indent int    // of the rows after the first
	column int    // where the next character goes
	blank  bool   // nothing but spaces has come yet
	sgr    []byte // the style that is on; empty for none
	gap    gap    // the last in the row
}

// gap is a place after spaces, or on either side of a wide character, where a row may end.
type gap struct {
	at     int // in dst; 0 for none
	column int
	sgr    []byte
}

// appendRows appends a line that takes more than one row.
func appendRows(dst, line []byte, width int) []byte {
	w := wrapper{dst: dst, width: width, blank: true}
	for len(line) > 0 {
		n := 1
		switch b := line[0]; {
		case b == ' ':
			w.space()
		case b < ' ':
			n = controlLength(line)
			w.control(line[:n])
		default:
			for n < len(line) && line[n] > ' ' {
				n++
			}
			w.word(line[:n])
		}
		line = line[n:]
	}
	return w.dst
}

// control appends a control character or sequence, which takes no column.
func (w *wrapper) control(sequence []byte) {
	if sequence[len(sequence)-1] == 'm' && sequence[0] == '\x1b' {
		if w.sgr = sequence; string(sequence) == "\x1b[m" {
			w.sgr = nil
		}
	}
	w.dst = append(w.dst, sequence...)
}

// space appends a space. One for which a row has no room is left out: the row ends there.
func (w *wrapper) space() {
	if w.column < w.width {
		w.dst = append(w.dst, ' ')
		w.column++
	}
	if !w.blank { // the indentation of code stays in its row
		w.gap = gap{len(w.dst), w.column, w.sgr}
	}
}

// word appends what has no space in it.
func (w *wrapper) word(text []byte) {
	if w.blank {
		w.blank = false
		w.indent = min(w.column+hanging, w.width/2, mostHanging)
	}
	if isASCII(text) {
		w.letters(text)
		return
	}
	for g := displaywidth.BytesGraphemes(text); g.Next(); {
		w.cluster(g.Value())
	}
}

func isASCII(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// letters appends what takes a column a byte.
func (w *wrapper) letters(text []byte) {
	for {
		n := min(len(text), w.width-w.column)
		w.dst = append(w.dst, text[:n]...)
		w.column += n
		if text = text[n:]; len(text) == 0 {
			return
		}
		w.wrap()
	}
}

// cluster appends what a person sees as one character. One that is wider than a row, as a
// letter of Devanagari may be that is joined of thirty, is cut into its code points.
func (w *wrapper) cluster(text []byte) {
	columns := 0
	for _, r := range string(text) {
		columns += widest(r)
	}
	if columns <= w.width-w.indent {
		w.put(text, columns)
		return
	}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		w.put(text[:size], widest(r))
		text = text[size:]
	}
}

func (w *wrapper) put(text []byte, columns int) {
	if columns > 1 {
		w.gap = gap{len(w.dst), w.column, w.sgr}
	}
	for w.column+columns > w.width { // twice at most: after the word it is a part of, and alone
		w.wrap()
	}
	w.dst = append(w.dst, text...)
	w.column += columns
	if columns > 1 {
		w.gap = gap{len(w.dst), w.column, w.sgr}
	}
}

// wrap begins a row: with the word that is under way, where that began in the second half of
// the row, else in its middle.
func (w *wrapper) wrap() {
	end := gap{len(w.dst), w.column, w.sgr}
	if w.gap.at > 0 && w.column-w.gap.column <= (w.width-w.indent)/2 {
		end = w.gap
	}
	var buf [3 + 2 + mostHanging + 32]byte
	between := buf[:0]
	if len(end.sgr) > 0 {
		between = append(between, "\x1b[m"...) // or the indentation would be in reverse
	}
	between = append(between, "\r\n"...)
	for range w.indent {
		between = append(between, ' ')
	}
	between = append(between, end.sgr...)
	w.dst = slices.Insert(w.dst, end.at, between...)
	w.column = w.indent + w.column - end.column
	w.gap = gap{}
}

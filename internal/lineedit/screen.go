package lineedit

import "strconv"

// most of a screen's rows for the line: enough for a thousand characters on 24
// rows of 80, and little to draw again for every message, however wide the screen is.
const (
	mostRows   = 20
	mostCells  = 2000
	leastRows  = 3
	leastWidth = 2 // a wide character
)

// screen is a terminal whose cursor can be moved.
type screen struct {
	width, height int

	shown      frame
	shownWidth int    // the width that shown was drawn for
	drawn      []byte // what draws shown, from its top-left corner
}

func newScreen(width, height int) *screen {
	s := &screen{}
	s.resize(width, height)
	s.shownWidth = s.width
	return s
}

func (s *screen) resize(width, height int) {
	s.width, s.height = max(width, leastWidth), height
}

// most is how many rows the line may take.
func (s *screen) most() int {
	return max(min(s.height/2, mostRows, mostCells/s.width), leastRows)
}

func (s *screen) cost() int { return len(s.drawn) }

func (s *screen) show(dst, text []byte, e *Editor) []byte {
	resized := s.width != s.shownWidth
	next := s.shown
	if e.stale || resized {
		next = e.layout(s.width, s.most())
	}
	if len(text) == 0 && !resized {
		return s.change(dst, next)
	}
	dst = erase(s.home(dst), position{})
	dst = e.print(dst, text, s.width)
	if e.stale || resized {
		s.drawn = draw(s.drawn[:0], next, position{})
		s.shown, s.shownWidth = next, s.width
	}
	return append(dst, s.drawn...)
}

func (s *screen) leave(dst []byte, e *Editor) []byte {
	switch {
	case e.line.empty():
		dst = erase(s.home(dst), position{})
	case len(s.shown.rows) > 0:
		if s.width != s.shownWidth {
			dst = s.show(dst, nil, e) // so that it is known where its last row is
		}
		last := position{row: len(s.shown.rows) - 1}
		dst = append(move(dst, s.shown.cursor, last), "\r\n"...)
	}
	s.shown, s.shownWidth, s.drawn = frame{}, s.width, nil
	return dst
}

// entered does nothing: what was entered is shown where it was said.
func (s *screen) entered(*Editor) {}

func (s *screen) clear(dst []byte) []byte {
	s.shown, s.shownWidth, s.drawn = frame{}, s.width, nil
	return append(dst, ClearScreen...)
}

// home appends what moves to the top-left corner of the line, after a change of
// width too. Where the line ends in a full row then, terminals disagree whether the
// cursor is in that row or in the next: after two spaces it is in the next.
func (s *screen) home(dst []byte) []byte {
	if s.width == s.shownWidth {
		return move(dst, s.shown.cursor, position{})
	}
	at := rewrapped(s.shown.rows, s.shown.cursor, s.width)
	if at.column == s.width {
		dst = append(dst, "  "...)
		at = position{at.row + 1, 2}
	}
	return move(dst, at, position{})
}

// change appends what makes next of what is shown: drawn from the first cell that
// differs on.
func (s *screen) change(dst []byte, next frame) []byte {
	from, same := differ(s.shown.rows, next.rows)
	if same {
		dst = move(dst, s.shown.cursor, next.cursor)
	} else {
		erasing := s.shown.hasBehind(from)
		// A row with others below is erased whole, unless it is full: to tmux what was
		// erased at its end is a part of it still, and takes rows when the width changes.
		if from.row < len(next.rows)-1 && next.rows[from.row].width() < s.width {
			from.column, erasing = 0, true
		}
		dst = move(dst, s.shown.cursor, from)
		if erasing {
			dst = erase(dst, from)
		}
		dst = draw(dst, next, from)
	}
	if !same || s.shown.cursor != next.cursor {
		s.drawn = draw(s.drawn[:0], next, position{})
	}
	s.shown, s.shownWidth = next, s.width
	return dst
}

// differ returns where b has to be drawn from when a is shown.
func differ(a, b []row) (from position, same bool) {
	if len(a) == 0 {
		return position{}, false
	}
	for r := range b {
		if r >= len(a) { // a row that is not there: from the end of the one before
			return position{r - 1, b[r-1].width()}, false
		}
		n := commonCells(a[r].cells, b[r].cells)
		if n < len(a[r].cells) || n < len(b[r].cells) {
			return position{r, row{b[r].cells[:n]}.width()}, false
		}
	}
	if len(a) > len(b) {
		return position{row: len(b)}, false
	}
	return position{}, true
}

func commonCells(a, b []cell) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// hasBehind reports whether something is shown after p.
func (f frame) hasBehind(p position) bool {
	return len(f.rows) > p.row+1 || len(f.rows) == p.row+1 && f.rows[p.row].width() > p.column
}

// draw appends what draws f from a position on, where the cursor is, and puts the
// cursor in its place.
func draw(dst []byte, f frame, from position) []byte {
	style, column := "", from.column
	for r := from.row; r < len(f.rows); r++ {
		if r > from.row {
			dst = append(dst, "\r\n"...)
			column = 0
		}
		at := 0
		for _, c := range f.rows[r].cells {
			if at += c.width; at <= column {
				continue // left of where drawing begins
			}
			dst, style = restyle(dst, style, c.style)
			dst = append(dst, c.text...)
			if column = at; c.uncertain() {
				dst = toColumn(dst, column)
			}
		}
	}
	dst, _ = restyle(dst, style, "")
	if last := len(f.rows) - 1; from.row <= last {
		from = position{last, f.rows[last].width()}
	}
	return move(dst, from, f.cursor)
}

// ClearScreen clears a terminal whose cursor can be moved. It may be a part of what
// is printed above the line.
const ClearScreen = "\x1b[H\x1b[2J"

// Control sequences (ECMA-48).
const (
	eraseBelow = "\x1b[J"
	eraseRow   = "\x1b[K"
)

// erase appends what erases everything from a position on, where the cursor is. The
// corner may be that of the screen: tmux takes a whole screen that is erased at
// once for one to be kept in its history, with the line in it.
func erase(dst []byte, from position) []byte {
	if from == (position{}) {
		return append(dst, eraseRow+" "+eraseBelow+"\r"...)
	}
	return append(dst, eraseBelow...)
}

func restyle(dst []byte, from, to string) ([]byte, string) {
	switch {
	case from == to:
	case to == "":
		dst = append(dst, "\x1b[m"...)
	default:
		dst = append(append(append(dst, "\x1b[0;"...), to...), 'm')
	}
	return dst, to
}

// move appends what moves the cursor from one position to another.
func move(dst []byte, from, to position) []byte {
	switch {
	case to.row < from.row:
		dst = sequence(dst, from.row-to.row, 'A')
	case to.row > from.row:
		dst = sequence(dst, to.row-from.row, 'B')
	}
	if from.column == to.column && from.column > 0 || from == to {
		return dst
	}
	return toColumn(dst, to.column)
}

func toColumn(dst []byte, column int) []byte {
	dst = append(dst, '\r')
	if column == 0 {
		return dst
	}
	return sequence(dst, column, 'C')
}

func sequence(dst []byte, n int, final byte) []byte {
	dst = append(dst, "\x1b["...)
	if n > 1 {
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return append(dst, final)
}

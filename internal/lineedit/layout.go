package lineedit

import "fmt"

// cell is a character in its place on the screen.
type cell struct {
	character
	style string // parameters of SGR
}

// row is a row of the screen. Each ends in CR LF, full or not: see package comment.
type row struct {
	cells []cell
}

// width is how many cells of the row are taken.
func (r row) width() int {
	n := 0
	for _, c := range r.cells {
		n += c.width
	}
	return n
}

// position is a place on the screen, from the top-left corner of the input line.
type position struct{ row, column int }

// frame is the input line as it is drawn.
type frame struct {
	rows   []row
	cursor position
}

// layer lays cells out in rows. It keeps the cells of some rows only: a text of
// 16 KiB has hundreds, of which 20 are shown.
type layer struct {
	width  int
	keep   func(row int) bool
	rows   []row
	column int
}

func none(int) bool { return false }

func newLayer(width int, keep func(row int) bool) *layer {
	return &layer{width: width, keep: keep, rows: make([]row, 1)}
}

// put puts c after what is there. Where it does not fit into the row, or would
// not in every terminal, spaces fill the row, so that it is wrapped in each. What
// has no width is not seen, and is not drawn: it would change the character before
// it.
func (l *layer) put(c cell) {
	if c.width == 0 {
		return
	}
	room := c.width
	if c.uncertain() {
		room = c.room + 1 // and not at the end of the row, where no movement to its end leads
	}
	if l.column > 0 && l.column+room > l.width {
		for l.column < l.width {
			l.add(cell{character: character{" ", 1, 1}})
		}
	}
	if l.column+c.width > l.width {
		l.wrap()
	}
	l.add(c)
}

func (l *layer) add(c cell) {
	if last := len(l.rows) - 1; l.keep(last) {
		l.rows[last].cells = append(l.rows[last].cells, c)
	}
	l.column += c.width
}

func (l *layer) wrap() {
	l.rows = append(l.rows, row{})
	l.column = 0
}

// putAll puts characters after what is there; a newline begins a row.
func (l *layer) putAll(all []character, style string) {
	for _, c := range all {
		if c.text == newline {
			l.wrap()
			continue
		}
		l.put(cell{c, style})
	}
}

func (l *layer) putSpans(spans []Span) {
	for _, s := range spans {
		l.putAll(characters(s.Text), s.Style)
	}
}

// here is the position after what is there. After a full row that is the start
// of the next, which is made.
func (l *layer) here() position {
	if l.column >= l.width {
		l.wrap()
	}
	return position{len(l.rows) - 1, l.column}
}

// faint is the style of what explains.
const faint = "2"

// layout lays the prompt and the line out for a terminal of the given width, in
// most rows at most: those around the cursor.
func (e *Editor) layout(width, most int) frame {
	f, pinned := e.rows(width, none) // how many there are, and where the cursor is
	w := windowOf(f, pinned, most)
	f, _ = e.rows(width, w.has)
	return w.of(f)
}

// rows lays out all rows, and counts those that are not to scroll away. A text of
// several lines, or one that is too long, stands below its prompt, which tells how
// much it is.
func (e *Editor) rows(width int, keep func(row int) bool) (f frame, pinned int) {
	l := newLayer(width, keep)
	prompt := e.prompt
	if e.search != nil {
		prompt = e.search.prompt()
	}
	l.putSpans(prompt)
	if label := e.label(); label != "" {
		l.putSpans([]Span{{label, faint}})
		l.wrap()
		pinned = len(l.rows) - 1
	}
	l.putAll(e.line.before, "")
	cursor := l.cursor(e.line.after)
	l.putAll(reversed(e.line.after), "")
	return frame{l.rows, cursor}, pinned
}

// label tells how much there is, where that is not plain to see.
func (e *Editor) label() string {
	n, o := e.line.lines(), e.options
	switch {
	case e.line.size > o.Max:
		return fmt.Sprintf("[%d bytes, %d at most: shorten it, or Ctrl-C discards it]", e.line.size, o.Max)
	case n > o.MaxLines:
		return fmt.Sprintf("[%d lines, %d at most: shorten it, or Ctrl-C discards it]", n, o.MaxLines)
	case n > 1:
		return fmt.Sprintf("[%d lines, %d bytes: Enter sends them, Ctrl-C discards them]", n, e.line.size)
	}
	return ""
}

// cursor is the position of the cursor, with the text after following it: where the first of
// those characters will be, which may be wrapped.
func (l *layer) cursor(after []character) position {
	n := len(after)
	for n > 0 && after[n-1].width == 0 && after[n-1].text != newline {
		n-- // is not drawn
	}
	if n == 0 || after[n-1].text == newline {
		return l.here()
	}
	next := cell{character: after[n-1]}
	trial := layer{l.width, none, make([]row, 1), l.column}
	trial.put(next)
	return position{len(l.rows) + len(trial.rows) - 2, trial.column - next.width}
}

func reversed(all []character) []character {
	out := make([]character, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		out = append(out, all[i])
	}
	return out
}

// window is the rows that are shown: those before pinned, and from first to end.
type window struct{ pinned, first, end int }

// windowOf is the window of f around the cursor, of most rows at most.
func windowOf(f frame, pinned, most int) window {
	if len(f.rows) <= most {
		return window{0, 0, len(f.rows)}
	}
	pinned = min(pinned, most/2)
	room := most - pinned
	first := min(max(pinned, f.cursor.row-room/2), len(f.rows)-room)
	return window{pinned, first, first + room}
}

func (w window) has(row int) bool { return row < w.pinned || row >= w.first && row < w.end }

// of leaves of f what is in the window.
func (w window) of(f frame) frame {
	rows := append(f.rows[:w.pinned:w.pinned], f.rows[w.first:w.end]...)
	if f.cursor.row >= w.pinned {
		f.cursor.row -= w.first - w.pinned
	}
	return frame{rows, f.cursor}
}

// rewrapped is where p, the position of the cursor in rows, is when the terminal
// wraps them again for another width. Its column is that width where the row is
// full and nothing follows.
func rewrapped(rows []row, p position, width int) position {
	l := newLayer(width, none)
	for i, r := range rows {
		if i > 0 {
			l.wrap()
		}
		if i == p.row {
			return l.find(r, p.column)
		}
		for _, c := range r.cells {
			l.flow(c)
		}
	}
	return position{}
}

// find puts what is left of a column of r after what is there, and returns the
// position of what is in that column.
func (l *layer) find(r row, column int) position {
	at := 0
	for _, c := range r.cells {
		l.flow(c)
		if at += c.width; at > column {
			return position{len(l.rows) - 1, l.column - c.width}
		}
	}
	return position{len(l.rows) - 1, l.column}
}

// flow puts c after what is there as a terminal does.
func (l *layer) flow(c cell) {
	if l.column+c.width > l.width {
		l.wrap()
	}
	l.add(c)
}

package lineedit

import "fmt"

// cell is a character in its place on the screen.
type cell struct {
	character
	style string // parameters of SGR
}

// row is a row of the screen.
type row struct {
	cells []cell
	soft  bool // the terminal wrapped the row before at its end: this one goes on with it
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

// layer lays cells out in rows.
type layer struct {
	width  int
	rows   []row
	column int
}

func newLayer(width int) *layer { return &layer{width: width, rows: make([]row, 1)} }

// put puts c behind what is there. Where it does not fit into the row, or would
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
		l.wrap(true)
	}
	l.add(c)
}

func (l *layer) add(c cell) {
	last := len(l.rows) - 1
	l.rows[last].cells = append(l.rows[last].cells, c)
	l.column += c.width
}

func (l *layer) wrap(soft bool) {
	l.rows = append(l.rows, row{soft: soft})
	l.column = 0
}

// putAll puts characters behind what is there; a newline begins a row.
func (l *layer) putAll(all []character, style string) {
	for _, c := range all {
		if c.text == newline {
			l.wrap(false)
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

// here is the position behind what is there. Behind a full row that is the start
// of the next, which is made.
func (l *layer) here() position {
	if l.column >= l.width {
		l.wrap(true)
	}
	return position{len(l.rows) - 1, l.column}
}

// faint is the style of what explains.
const faint = "2"

// layout lays the prompt and the line out for a terminal of the given width, in
// most rows at most: those around the cursor. A text of several lines stands below
// its prompt, which tells how much it is.
func (e *Editor) layout(width, most int) frame {
	l := newLayer(width)
	prompt := e.prompt
	if e.search != nil {
		prompt = e.search.prompt()
	}
	l.putSpans(prompt)
	pinned := 0
	if n := e.line.lines(); n > 1 {
		l.putSpans([]Span{{fmt.Sprintf("[%d lines, %d bytes: Enter sends them, Ctrl-C discards them]", n, e.line.size), faint}})
		l.wrap(false)
		pinned = len(l.rows) - 1
	}
	l.putAll(e.line.before, "")
	cursor := l.cursor(e.line.after)
	l.putAll(reversed(e.line.after), "")
	return window(frame{l.rows, cursor}, pinned, most)
}

// cursor is the position of the cursor, with after behind it: where the first of
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
	trial := layer{l.width, []row{{}}, l.column}
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

// window leaves of f the first pinned rows, and of the others those around the
// cursor, most in all.
func window(f frame, pinned, most int) frame {
	if len(f.rows) <= most {
		return f
	}
	pinned = min(pinned, most/2)
	room := most - pinned
	first := min(max(pinned, f.cursor.row-room/2), len(f.rows)-room)
	rows := append(f.rows[:pinned:pinned], f.rows[first:first+room]...)
	if pinned < len(rows) {
		rows[pinned].soft = pinned > 0 && first == pinned && rows[pinned].soft
	}
	if f.cursor.row >= pinned {
		f.cursor.row -= first - pinned
	}
	return frame{rows, f.cursor}
}

// rewrapped is where p, the position of the cursor in rows, is when the terminal
// wraps them again for another width. Its column is that width where the row is
// full and nothing follows.
func rewrapped(rows []row, p position, width int) position {
	l := newLayer(width)
	for i, r := range rows {
		if i > 0 && !r.soft {
			l.wrap(false)
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

// find puts what is left of a column of r behind what is there, and returns the
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

// flow puts c behind what is there as a terminal does.
func (l *layer) flow(c cell) {
	if l.column+c.width > l.width {
		l.wrap(true)
	}
	l.add(c)
}

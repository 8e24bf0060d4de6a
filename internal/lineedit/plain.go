package lineedit

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// teletype is a terminal whose cursor is not moved but by backspace: each message
// is one line, or rows of it, and nothing is drawn again unless it has to be. The prompt comes
// with the first key, so that it does not follow every message.
type teletype struct {
	open   bool   // something is shown in the row of the cursor
	before string // of the line, as it is shown
	after  string // after the cursor
	unsent []byte // what shows the lines that were entered
}

// between stands for a line end in a text of several lines.
const between = " | "

func (t *teletype) show(dst, text []byte, e *Editor) []byte {
	dst = append(dst, t.unsent...)
	t.unsent = nil
	if len(text) > 0 {
		dst = t.close(dst)
		dst = e.print(dst, text, e.options.Width)
	}
	if e.line.empty() && e.search == nil {
		return t.close(dst)
	}
	return t.line(dst, e)
}

// line appends what shows the line.
func (t *teletype) line(dst []byte, e *Editor) []byte {
	before, after := t.oneLine(e.line.before), t.oneLine(reversed(e.line.after))
	if e.search != nil {
		before = e.search.prompt()[0].Text + before
	} else {
		for i := len(e.prompt) - 1; i >= 0; i-- {
			before = e.prompt[i].Text + before
		}
	}
	dst = t.change(dst, before, after)
	t.open, t.before, t.after = true, before, after
	return dst
}

func (t *teletype) oneLine(all []character) string {
	return strings.ReplaceAll(textOf(all), newline, between)
}

// change appends what shows before and after in place of what is shown.
func (t *teletype) change(dst []byte, before, after string) []byte {
	added, longer := strings.CutPrefix(before, t.before)
	removed, shorter := strings.CutPrefix(t.before, before)
	switch {
	case !t.open:
	case before+after == t.before+t.after && longer: // the cursor moved right
		return append(dst, added...)
	case before+after == t.before+t.after && shorter:
		return back(dst, removed)
	case t.after == "" && after == "" && longer:
		return append(dst, added...)
	case t.after == "" && after == "" && shorter:
		dst = back(dst, removed)
		dst = append(dst, strings.Repeat(" ", displaywidth.String(removed))...)
		return back(dst, removed)
	default:
		dst = append(dst, "\r\n"...)
	}
	dst = append(append(dst, before...), after...)
	return back(dst, after)
}

// back appends what moves the cursor back over text.
func back(dst []byte, text string) []byte {
	return append(dst, strings.Repeat("\b", displaywidth.String(text))...)
}

// entered keeps what shows the line as it was entered, and ends its row.
func (t *teletype) entered(e *Editor) {
	if !e.line.empty() {
		t.unsent = t.line(t.unsent, e)
	}
	t.unsent = t.close(t.unsent)
}

// close ends the row of the cursor, where something is shown in it.
func (t *teletype) close(dst []byte) []byte {
	if t.open {
		dst = append(dst, "\r\n"...)
	}
	*t = teletype{unsent: t.unsent}
	return dst
}

func (t *teletype) leave(dst []byte, _ *Editor) []byte {
	dst = append(dst, t.unsent...)
	t.unsent = nil
	return t.close(dst)
}

func (t *teletype) clear(dst []byte) []byte { return dst } // nothing is drawn over
func (t *teletype) resize(int, int)         {}

func (t *teletype) cost() int { return len(t.before) + 2*len(t.after) }

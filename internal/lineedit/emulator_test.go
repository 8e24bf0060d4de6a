package lineedit

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// wrapping is a terminal that wraps as terminals do: the emulator alone lets the
// character that comes after a wide one at the end of a row overwrite its half, and
// drops a wide one for which there is half the room.
type wrapping struct {
	*vt.Emulator
	full bool // the last character ended its row
}

func (w *wrapping) draw(s string) {
	for state := ansi.NormalState; s != ""; {
		seq, width, n, next := ansi.DecodeSequence(s, state, nil)
		if s[0] >= ' ' && state == ansi.NormalState {
			seq, width = ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
			n, next = len(seq), state
		}
		x := w.CursorPosition().X
		if width > 0 && (w.full || x+width > w.Width()) {
			_, _ = w.WriteString("\r\n")
			x = 0
		}
		_, _ = w.WriteString(seq)
		w.full = width > 0 && x+width >= w.Width() || width == 0 && w.full && strings.HasSuffix(seq, "m")
		s, state = s[n:], next
	}
}

// emulator is a terminal as people have it, and the editor that draws on it.
type emulator struct {
	*wrapping
	*Editor
	t    testing.TB
	sent int // bytes
}

func newEmulator(t testing.TB, width, height int, o Options) *emulator {
	o.Width, o.Height = width, height
	if o.Max == 0 {
		o.Max, o.MaxLines = 4096, 100
	}
	m := &emulator{wrapping: &wrapping{Emulator: vt.NewEmulator(width, height)}, Editor: New(o), t: t}
	m.SetPrompt(Span{Text: "ann> "})
	m.print("")
	return m
}

// print prints text above the line, and shows the line.
func (m *emulator) print(text string) {
	b := m.Editor.Render(nil, []byte(text))
	m.sent += len(b)
	m.draw(string(b))
}

// typed types keys, draws after each piece of them, and returns the events.
func (m *emulator) typed(pieces ...string) []Event {
	var all []Event
	for _, p := range pieces {
		for data := []byte(p); ; {
			e, rest := m.Type(data)
			if e.Kind == None {
				break
			}
			all = append(all, e)
			data = rest
		}
		m.print("")
	}
	return all
}

// rowText is what a row of cells shows, a wide character once.
func rowText(width int, at func(x int) (string, int)) string {
	var b strings.Builder
	for x := 0; x < width; {
		text, w := at(x)
		if text == "" {
			text = " "
		}
		b.WriteString(text)
		x += max(1, w)
	}
	return strings.TrimRight(b.String(), " ")
}

func (m *emulator) row(y int) string {
	return rowText(m.Width(), func(x int) (string, int) {
		c := m.CellAt(x, y)
		if c == nil {
			return "", 1
		}
		return c.Content, c.Width
	})
}

// content is everything printed, what has scrolled away too, without the empty
// rows at the end; and the row of the cursor in it, and its column.
func (m *emulator) content() (rows []string, y, x int) {
	for i := range m.ScrollbackLen() {
		l := m.Scrollback().Line(i)
		rows = append(rows, rowText(len(l), func(x int) (string, int) { return l[x].Content, l[x].Width }))
	}
	p := m.CursorPosition()
	y, x = len(rows)+p.Y, p.X
	for i := range m.Height() {
		rows = append(rows, m.row(i))
	}
	for len(rows) > y+1 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows, y, x
}

// screen is the content in one text, with the cursor shown as a bar below its
// column when it is not at the end of the last row.
func (m *emulator) shown() string {
	rows, _, _ := m.content()
	return strings.Join(rows, "\n")
}

// wants compares the content, and where the cursor is: at the bar in want's row
// that has one.
func (m *emulator) wants(want string) {
	m.t.Helper()
	rows, y, x := m.content()
	if strings.Count(want, "|") == 1 && y < len(rows) {
		rows[y] = withBar(rows[y], x)
	}
	if got := strings.Join(rows, "\n"); got != want {
		m.t.Errorf("the screen shows\n%s\n\nwant\n%s", got, want)
	}
}

// withBar puts a bar into a row of text before the cell at column x.
func withBar(row string, x int) string {
	column := 0
	var b strings.Builder
	for _, c := range characters(row) {
		if column == x {
			b.WriteString("|")
		}
		b.WriteString(c.text)
		column += c.width
	}
	if column <= x {
		b.WriteString(strings.Repeat(" ", x-column) + "|")
	}
	return b.String()
}

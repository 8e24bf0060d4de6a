package lineedit

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// device is a terminal without its keyboard: a sheet, or x/vt, which others wrote
// but does not wrap its lines again.
type device interface {
	draw(s string)
	// content is everything printed, what has scrolled away too, without the empty
	// rows at the end; and the row of the cursor in it, and its column.
	content() (rows []string, y, x int)
}

// emulator is a terminal as people have it, and the editor that draws on it.
type emulator struct {
	device
	*Editor
	t    testing.TB
	sent int // bytes
}

// prompt is what the tests have before the line: 5 cells.
var prompt = Span{Text: "ann> "}

// limits completes what a test says of its Options.
func limits(width, height int, o Options) Options {
	o.Width, o.Height = width, height
	if o.Max == 0 {
		o.Max, o.MaxLines = 4096, 100
	}
	return o
}

// newEmulator returns an editor on a sheet.
func newEmulator(t testing.TB, width, height int, o Options) *emulator {
	return newEmulatorOn(newSheet(t, width, height), t, limits(width, height, o))
}

func newEmulatorOn(d device, t testing.TB, o Options) *emulator {
	m := &emulator{device: d, Editor: New(o), t: t}
	m.SetPrompt(prompt)
	m.print("")
	return m
}

func (m *emulator) sheet() *sheet { return m.device.(*sheet) }

// print prints text above the line, and shows the line.
func (m *emulator) print(text string) {
	m.t.Helper()
	b := m.Render(nil, []byte(text))
	m.sent += len(b)
	m.draw(string(b))
}

// typed types keys, draws after each piece of them, and returns the events.
func (m *emulator) typed(pieces ...string) []Event {
	m.t.Helper()
	var all []Event
	for _, p := range pieces {
		all = append(all, press(m.Editor, p)...)
		m.print("")
	}
	return all
}

// resize is what happens when a window is resized.
func (m *emulator) resize(width, height int) {
	m.t.Helper()
	m.sheet().resize(width, height)
	m.Resize(width, height)
	m.print("")
}

// press types keys without drawing, with a pause after each paste, and returns the events.
func press(e *Editor, keys string) []Event {
	var all []Event
	for part := range strings.SplitAfterSeq(keys, pasteEnd) {
		all = append(all, atOnce(e, part)...)
		if strings.HasSuffix(part, pasteEnd) {
			e.Idle()
		}
	}
	return all
}

// atOnce types keys at once.
func atOnce(e *Editor, keys string) []Event {
	var all []Event
	for data := []byte(keys); ; {
		ev, rest := e.Type(data)
		if ev.Kind == None {
			return all
		}
		all = append(all, ev)
		data = rest
	}
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

// wrapped is text as it is printed at the width of now.
func (m *emulator) wrapped(text string) string {
	return string(appendWrapped(nil, []byte(text), m.options.Width))
}

// fresh shows on d what has been printed and is shown now, as if all had been
// drawn at once.
func (m *emulator) fresh(d device, printed string) device {
	e := *m.Editor
	e.terminal = newScreen(e.options.Width, e.options.Height)
	e.stale = true
	d.draw(printed)
	d.draw(string(e.Render(nil, nil)))
	return d
}

// wrapping is x/vt, made to wrap as terminals do: alone it lets the character that
// comes after a wide one at the end of a row overwrite its half, and drops a wide
// one for which there is half the room.
type wrapping struct {
	*vt.Emulator
	full bool // the last character ended its row
}

func newWrapping(width, height int) *wrapping {
	return &wrapping{Emulator: vt.NewEmulator(width, height)}
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

func (w *wrapping) content() (rows []string, y, x int) {
	for i := range w.ScrollbackLen() {
		l := w.Scrollback().Line(i)
		rows = append(rows, rowText(len(l), func(x int) (string, int) { return l[x].Content, l[x].Width }))
	}
	p := w.CursorPosition()
	y, x = len(rows)+p.Y, p.X
	for i := range w.Height() {
		rows = append(rows, rowText(w.Width(), func(x int) (string, int) {
			if c := w.CellAt(x, i); c != nil {
				return c.Content, c.Width
			}
			return "", 1
		}))
	}
	for len(rows) > y+1 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows, y, x
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

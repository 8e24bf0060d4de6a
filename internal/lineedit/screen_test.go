package lineedit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
)

func TestTheLineStaysAtTheBottom(t *testing.T) {
	m := newEmulator(t, 20, 6, Options{})
	m.typed("half a li")
	m.print("bob: hi\r\n")
	m.wants("bob: hi\nann> half a li|")
	m.typed("ne")
	m.print("bob: one\r\nbob: two\r\n")
	m.wants("bob: hi\nbob: one\nbob: two\nann> half a line|")
	if got := m.typed("\r"); len(got) != 1 || got[0].Kind != Submitted || got[0].Text != "half a line" {
		t.Errorf("events: %v", got)
	}
	m.print("ann: half a line\r\n")
	m.wants("bob: hi\nbob: one\nbob: two\nann: half a line\nann> |")
}

func TestLongLinesWrapAndAreEditedInTheMiddle(t *testing.T) {
	m := newEmulator(t, 20, 10, Options{})
	m.typed("123456789012345") // a full row with the prompt
	m.wants("ann> 123456789012345\n|")
	m.typed("abc")
	m.wants("ann> 123456789012345\nabc|")
	m.typed(strings.Repeat("\x1b[D", 5))
	m.wants("ann> 1234567890123|45\nabc")
	m.typed("XY")
	m.wants("ann> 1234567890123XY\n|45abc")
	m.print("bob: a line that is longer than the screen\r\n")
	m.wants("bob: a line that is\nlonger than the scre\nen\nann> 1234567890123XY\n|45abc")
	m.typed("\x01\x0b")
	m.wants("bob: a line that is\nlonger than the scre\nen\nann> |")
}

func TestWideCharacters(t *testing.T) {
	m := newEmulator(t, 20, 8, Options{})
	m.typed("你好世界你好世a") // 15 cells: a full row
	m.wants("ann> 你好世界你好世a\n|")
	m.typed("\x7f\x7f\x7f好")
	m.wants("ann> 你好世界你好|")
	m.typed("\x1b[D\x1b[D!")
	m.wants("ann> 你好世界!|你好")
	m.typed("\x05x你") // does not fit into the last column
	m.wants("ann> 你好世界!你好x\n你|")
}

func TestCharactersOfSeveralCodePoints(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"a family", "👨‍👩‍👧"}, {"a skin tone", "👍🏽"}, {"a flag", "🇩🇪"}, {"emoji style", "❤️"},
		{"a mark", "e\u0301"}, {"a keycap", "1️⃣"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, pieces := range [][]string{{tt.text}, strings.Split(tt.text, "")} {
				m := newEmulator(t, 20, 8, Options{})
				m.typed("a")
				m.typed(pieces...)
				m.typed("b\x1b[D\x1b[D")
				if _, _, x := m.content(); x != 6 {
					t.Errorf("the cursor is in column %d, not at the character", x)
				}
				m.typed("\x05\x7f\x7f")
				m.wants("ann> a|")
				if got := m.Text(); got != "a" {
					t.Errorf("left is %q", got)
				}
			}
		})
	}
}

// reference shows what m has printed and shows now, drawn at once on a new
// terminal.
func (m *emulator) reference(printed string, width int) *emulator {
	r := &emulator{wrapping: &wrapping{Emulator: vt.NewEmulator(width, m.Height())}, t: m.t}
	e := *m.Editor
	e.terminal = newScreen(width, m.Height())
	e.stale = true
	r.Editor = &e
	r.draw(printed)
	r.draw(string(e.Render(nil, nil)))
	return r
}

var pieces = []string{
	"a", "word ", "你", "好", "👨‍👩‍👧", "🇩🇪", "🇫", "e\u0301", "\u0301", "\u200d", "👍🏽", "❤️", "שלום", "ｈ", "한", "-", " ", "ア",
	"\x1b[D", "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F", "\x01", "\x05", "\x7f", "\x7f", "\x1b[3~", "\x17", "\x0b", "\x15", "\x19", "\x14",
	"\x1bb", "\x1bf", "\x1bd", "\x1b\x7f", "\x1b\r", "\x1b[A", "\x1b[B", "\x12a", "\r", "\x03",
	"\x1b[200~one\ntwo\nthree\x1b[201~", "a longer run of words that wraps ",
}

// Whatever is typed and printed, in whatever order: the screen is as if all had
// been drawn at once.
func TestEveryRedrawIsExact(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		width, height := 20+rng.IntN(30), 6+rng.IntN(20)
		m := newEmulator(t, width, height, Options{})
		var printed, script strings.Builder
		for range 60 {
			if rng.IntN(4) == 0 {
				text := strings.Repeat(fmt.Sprintf("bob: %d 你好 ", rng.IntN(100)), 1+rng.IntN(4)) + "\r\n"
				printed.WriteString(text)
				fmt.Fprintf(&script, "print %q\n", text)
				m.print(text)
			} else {
				piece := pieces[rng.IntN(len(pieces))]
				fmt.Fprintf(&script, "%q\n", piece)
				m.typed(piece)
			}
			got, y, x := m.content()
			r := m.reference(printed.String(), width)
			want, wantY, wantX := r.content()
			if !slices.Equal(got, want) || y != wantY || x != wantX {
				t.Fatalf("seed %d, width %d, height %d\n%s\nshown, cursor %d,%d:\n%s\n\nwant, cursor %d,%d:\n%s", seed, width, height, script.String(), y, x, strings.Join(got, "\n"), wantY, wantX, strings.Join(want, "\n"))
			}
		}
	}
}

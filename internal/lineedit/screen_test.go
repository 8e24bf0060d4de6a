package lineedit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
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

func TestAMessageLeavesTheCursorInTheMiddle(t *testing.T) {
	m := newEmulator(t, 20, 6, Options{})
	m.typed("a draft\x1bb")
	m.print("bob: hi\r\n")
	m.wants("bob: hi\nann> a |draft")
	m.typed("new ")
	m.wants("bob: hi\nann> a new |draft")
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
	m.wants("bob: a line that is\n    longer than the\n    screen\nann> 1234567890123XY\n|45abc")
	m.typed("\x01\x0b")
	m.wants("bob: a line that is\n    longer than the\n    screen\nann> |")
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
	for _, tt := range scripts {
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

func TestSeveralLinesStandBelowTheirCount(t *testing.T) {
	m := newEmulator(t, 80, 12, Options{})
	m.typed("\x1b[200~one\ntwo\nthree\x1b[201~")
	block := "ann> [3 lines, 13 bytes: Enter sends them, Ctrl-C discards them]\none\ntwo\nthree|"
	m.wants(block)
	m.print("bob: hi\r\n")
	m.wants("bob: hi\n" + block)
	m.typed("\x1b[A!") // goes up inside
	m.wants("bob: hi\nann> [3 lines, 14 bytes: Enter sends them, Ctrl-C discards them]\none\ntwo!|\nthree")
	m.typed("\x03")
	m.wants("bob: hi\nann> |")
}

func TestATextTallerThanItsShareShowsTheRowsAroundTheCursor(t *testing.T) {
	m := newEmulator(t, 80, 12, Options{}) // 6 rows for the line
	m.print("bob: hi\r\n")
	m.typed("\x1b[200~1\n2\n3\n4\n5\n6\n7\n8\n9\x1b[201~")
	label := "bob: hi\nann> [9 lines, 17 bytes: Enter sends them, Ctrl-C discards them]\n"
	m.wants(label + "5\n6\n7\n8\n9|")
	m.typed("\x1b[A", "\x1b[A", "\x1b[A", "\x1b[A")
	m.wants(label + "3\n4\n5|\n6\n7")
	m.typed("\x1b[A", "\x1b[A", "\x1b[A", "\x1b[A")
	m.wants(label + "1|\n2\n3\n4\n5")
	m.print("bob: still here\r\n")
	m.wants("bob: hi\nbob: still here\n" + strings.TrimPrefix(label, "bob: hi\n") + "1|\n2\n3\n4\n5")
	if got := m.typed("\r"); len(got) != 1 || got[0].Text != "1\n2\n3\n4\n5\n6\n7\n8\n9" {
		t.Errorf("events: %v", got)
	}
	m.wants("bob: hi\nbob: still here\nann> |")
}

func TestClearLeavesTheDraftAtTheTop(t *testing.T) {
	m := newEmulator(t, 20, 6, Options{})
	m.print("bob: one\r\nbob: two\r\n")
	m.typed("dra\x1b[D", "\x0c")
	m.wants("ann> dr|a")
	m.print("bob: three\r\n")
	m.wants("bob: three\nann> dr|a")
}

func TestThePromptIsStyledAndTheTextIsNot(t *testing.T) {
	e := New(limits(20, 6, Options{}))
	e.SetPrompt(Span{Text: "#a", Style: "1;32"}, Span{Text: "> "})
	press(e, "x")
	if got, want := string(e.Render(nil, nil)), "\x1b[0;1;32m#a\x1b[m> x"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestALateKeyCostsItsOwnBytes(t *testing.T) {
	m := newEmulator(t, 80, 24, Options{})
	m.typed("hello")
	for _, tt := range []struct{ key, want string }{
		{"!", "!"},
		{"\x7f", "\r\x1b[10C\x1b[J"},
		{"\x1b[D", "\r\x1b[9C"},
		{"\x1b[D", "\r\x1b[8C"},
		{"\x1b[F", "\r\x1b[10C"},
		{"\x1b[F", ""},
		{"\x1b[15~", ""},
	} {
		press(m.Editor, tt.key)
		if got := string(m.Render(nil, nil)); got != tt.want {
			t.Errorf("%q sends %q, want %q", tt.key, got, tt.want)
		}
	}
	if m.Stale() {
		t.Error("there is something to do after Render")
	}
}

func TestNothingIsSentWhenNothingIsNew(t *testing.T) {
	e := New(limits(20, 6, Options{}))
	if !e.Stale() {
		t.Error("a new editor has nothing to show")
	}
	if got := e.Render(nil, nil); e.Stale() || len(got) != 0 {
		t.Errorf("no prompt and no text send %q, stale %v", got, e.Stale())
	}
	e.SetPrompt(prompt)
	if got := string(e.Render(nil, nil)); got != "ann> " {
		t.Errorf("a prompt sends %q", got)
	}
	e.Resize(20, 6)
	if e.Stale() {
		t.Error("the size it has makes it stale")
	}
	if got := string(e.Render([]byte("before"), nil)); got != "before" {
		t.Errorf("Render returns %q", got)
	}
}

func TestLeaveEndsInAnEmptyRow(t *testing.T) {
	for _, tt := range []struct{ name, keys, want string }{
		{"an empty line goes", "", "bob: hi\nbye|"},
		{"what is typed stays", "draft", "bob: hi\nann> draft\nbye|"},
		{"from its middle too", "one two three four\x01", "bob: hi\nann> one two three f\nour\nbye|"},
		{"behind a full row", "123456789012345\x1b[D", "bob: hi\nann> 123456789012345\nbye|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newEmulator(t, 20, 8, Options{})
			m.print("bob: hi\r\n")
			m.typed(tt.keys)
			m.draw(string(m.Leave(nil)))
			m.draw(string(m.Leave(nil))) // there is nothing to leave any more
			m.draw("bye")
			m.wants(tt.want)
		})
	}
	t.Run("after a resize", func(t *testing.T) {
		m := newEmulator(t, 40, 8, Options{})
		m.print("bob: hi\r\n")
		m.typed("one two three four five six\x01")
		m.sheet().resize(20, 8)
		m.Resize(20, 8)
		m.draw(string(m.Leave(nil)) + "bye")
		m.wants("bob: hi\nann> one two three f\nour five six\nbye|")
	})
	t.Run("and comes back", func(t *testing.T) {
		m := newEmulator(t, 20, 8, Options{})
		m.typed("draft")
		m.draw(string(m.Leave(nil)) + "a page\r\n")
		m.print("")
		m.wants("ann> draft\na page\nann> draft|")
	})
	t.Run("before anything is shown", func(t *testing.T) {
		p := newSheet(t, 20, 8)
		e := New(limits(20, 8, Options{}))
		press(e, "x")
		p.draw(string(e.Leave(nil)) + "bye")
		if rows, _, _ := p.content(); strings.Join(rows, "\n") != "bye" {
			t.Errorf("the screen shows %q", rows)
		}
	})
}

var pieces = []string{
	"a", "word ", "你", "好", "👨‍👩‍👧", "🇩🇪", "🇫", "e\u0301", "\u0301", "\u200d", "👍🏽", "❤️", "שלום", "ｈ", "한", "-", " ", "ア", "क्षि",
	"\x1b[D", "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F", "\x01", "\x05", "\x7f", "\x7f", "\x1b[3~", "\x17", "\x0b", "\x15", "\x19", "\x14",
	"\x1bb", "\x1bf", "\x1bd", "\x1b\x7f", "\x1b\r", "\x1b[A", "\x1b[B", "\x12a", "\r", "\x03",
	"\x1b[200~one\ntwo\nthree\x1b[201~", "a longer run of words that wraps ",
}

// Whatever is typed and printed, in whatever order: the screen is as if all had
// been drawn at once.
func TestEveryRedrawIsExact(t *testing.T) {
	for _, tt := range []struct {
		name  string
		seeds uint64
		on    func(width, height int) device
	}{
		{"a sheet", 40, func(w, h int) device { return newSheet(t, w, h) }},
		{"vt", 4, func(w, h int) device { return newWrapping(w, h) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range tt.seeds {
				rng := rand.New(rand.NewPCG(seed, 1))
				width, height := 20+rng.IntN(30), 6+rng.IntN(20)
				m := newEmulatorOn(tt.on(width, height), t, limits(width, height, Options{}))
				var printed, script strings.Builder
				for range 60 {
					if rng.IntN(4) == 0 {
						text := strings.Repeat(fmt.Sprintf("bob: %d 你好 ", rng.IntN(100)), 1+rng.IntN(4)) + "\r\n"
						printed.WriteString(m.wrapped(text))
						fmt.Fprintf(&script, "print %q\n", text)
						m.print(text)
					} else {
						piece := pieces[rng.IntN(len(pieces))]
						fmt.Fprintf(&script, "%q\n", piece)
						m.typed(piece)
					}
					same(t, fmt.Sprintf("seed %d, width %d, height %d\n%s", seed, width, height, script.String()),
						m.device, m.fresh(tt.on(width, height), printed.String()))
				}
			}
		})
	}
}

package lineedit

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// area is the most that drawing a line of certain characters can take: its cells,
// four bytes each, and some for the movements.
func area(width, height int) int { return 4*width*newScreen(width, height).most() + 64 }

func TestAMessageAboveADraftAllocatesNothing(t *testing.T) {
	e := newEditor(Options{})
	e.SetPrompt(prompt)
	press(e, "a draft of 20 letter")
	message := []byte("bob: hello there\r\n")
	dst := e.Render(make([]byte, 0, 4096), message)
	if n := testing.AllocsPerRun(100, func() { dst = e.Render(dst[:0], message) }); n != 0 {
		t.Errorf("it allocates %v times", n)
	}
	if want := "\r\x1b[K \x1b[J\rbob: hello there\r\nann> a draft of 20 letter"; string(dst) != want {
		t.Errorf("it sends %q, want %q", dst, want)
	}
}

// 200 messages a second above a draft of 4 KiB: each costs the draft's rows at most,
// and no key is lost between them.
func TestAMessageCostsNoMoreThanTheRowsShown(t *testing.T) {
	m := newEmulator(t, 80, 24, Options{})
	m.typed(pasted(strings.Repeat("0123456789abcdef", 256)))
	var printed strings.Builder
	for i := range 200 {
		text := fmt.Sprintf("bob: message %d\r\n", i)
		printed.WriteString(text)
		if i%5 == 0 {
			press(m.Editor, string(rune('a'+i/5%26)))
		}
		before := m.sent
		m.print(text)
		if n := m.sent - before; n > area(80, 24)+len(text) {
			t.Fatalf("a message of %d bytes costs %d", len(text), n)
		}
	}
	if got := m.Text()[4096:]; got != "abcdefghijklmnopqrstuvwxyzabcdefghijklmn" {
		t.Errorf("typed meanwhile: %q", got)
	}
	same(t, "", m.device, m.fresh(newSheet(t, 80, 24), printed.String()))
}

// However much is typed, a key costs the rows shown at most, in a long line too.
func TestTypingSixteenKiBCostsNoMoreThanTheRowsShown(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
	}{
		{"at the end", ""},
		{"at the start", "\x01"},
		{"in the middle", "\x01" + strings.Repeat("\x1bf", 20)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			e.SetPrompt(prompt)
			press(e, pasted(strings.Repeat("word ", 400))+tt.keys)
			var out []byte
			for i := 2000; i < Capacity; i++ {
				press(e, "x")
				if i%512 != 0 && i < Capacity-20 { // as keys come that are typed fast
					continue
				}
				if out = e.Render(out[:0], nil); len(out) > area(80, 24) {
					t.Fatalf("after %d bytes a key costs %d", i, len(out))
				}
			}
			if got := press(e, "x"); len(e.Text()) != Capacity || len(got) != 1 || got[0].Kind != Full {
				t.Errorf("%d bytes, events %+v", len(e.Text()), got)
			}
		})
	}
}

func TestTypingAtTheEndCostsTheKeys(t *testing.T) {
	m := newEmulator(t, 80, 24, Options{})
	before := m.sent
	for range 800 { // stays within the rows that are shown
		m.typed("x")
	}
	if n := m.sent - before; n > 2*800 {
		t.Errorf("800 letters cost %d bytes", n)
	}
}

// What no one reads gathers nowhere: a thousand keys and messages are one drawing.
func TestAThousandKeysAreOneDrawing(t *testing.T) {
	e := newEditor(Options{})
	e.SetPrompt(prompt)
	e.Render(nil, nil)
	press(e, strings.Repeat("one two\x15", 1000))
	text := bytes.Repeat([]byte("bob: hi\r\n"), 1000)
	if out := e.Render(nil, text); len(out) > len(text)+200 {
		t.Errorf("%d bytes above those of the messages", len(out)-len(text))
	}
}

func BenchmarkPrintAbove(b *testing.B) {
	e := newEditor(Options{})
	e.SetPrompt(prompt)
	press(e, "a draft of 20 letter")
	message := []byte("bob: hello there\r\n")
	dst := e.Render(nil, message)
	b.ReportAllocs()
	b.SetBytes(int64(len(message)))
	for b.Loop() {
		dst = e.Render(dst[:0], message)
	}
}

func BenchmarkType(b *testing.B) {
	for _, size := range []int{0, 80, 4096} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			e := newEditor(Options{})
			e.SetPrompt(prompt)
			press(e, pasted(strings.Repeat("x", size)))
			keys := [][]byte{[]byte("a"), []byte("\x7f")}
			dst := slices.Grow(e.Render(nil, nil), 1<<16)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				e.Type(keys[i%2])
				dst = e.Render(dst[:0], nil)
			}
		})
	}
}

// However wide the terminal is and whatever is typed, a message costs some 2,000 cells of
// the draft at most.
func TestAMessageCostsLittleOnAWideTerminal(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		most       int
	}{
		{"letters", "x", mostCells + 64},
		{"wide", "漢", 3*mostCells/2 + 64},
		{"emoji", "👍🏽", 20 << 10},
		{"families", "👨‍👩‍👧‍👦", 40 << 10},
		{"marks", "e\u0301\u0302\u0303\u0304", 40 << 10},
		{"of doubtful width", "❤\ufe0f", 40 << 10},
	} {
		e := New(limits(500, 500, Options{}))
		press(e, pasted(strings.Repeat(tt.text, Capacity/len(tt.text))))
		e.Render(nil, nil)
		text := []byte("bob: hello there\r\n")
		n := len(e.Render(nil, text)) - len(text)
		if n > tt.most || n < mostCells/2 {
			t.Errorf("%s: it costs %d bytes, want %d at most", tt.name, n, tt.most)
		}
		if cost := e.Cost(); cost < n-32 || cost > n {
			t.Errorf("%s: it is said to cost %d, and costs %d", tt.name, cost, n)
		}
	}
}

func TestAPlainTerminalTellsWhatTheLineCosts(t *testing.T) {
	e := newEditor(Options{})
	e.SetPlain(true)
	press(e, "a draft\x1bb") // the cursor is before its last word
	e.Render(nil, nil)
	text := []byte("bob: hello there\r\n")
	n := len(e.Render(nil, text)) - len(text)
	if cost := e.Cost(); cost < n-8 || cost > n {
		t.Errorf("it is said to cost %d, and costs %d", cost, n)
	}
}

// What text takes is told apart from what the line takes, cut into rows and not, on every
// kind of terminal.
func TestPrintedIsWhatTheTextTakes(t *testing.T) {
	text := []byte("bob: " + strings.Repeat("word ", 180) + "\r\n")
	for _, plain := range []bool{false, true} {
		e := New(Options{Width: 40, Height: 24, Max: 4096, MaxLines: 100})
		e.SetPlain(plain)
		e.SetPrompt(Span{Text: "ann> "})
		e.Type([]byte("half a line"))
		e.Render(nil, nil)
		if n := e.Printed(); n != 0 {
			t.Errorf("plain %t: %d bytes of nothing", plain, n)
		}
		n := len(e.Render(nil, text))
		if want := len(appendWrapped(nil, text, 40)); e.Printed() != want || want <= len(text) {
			t.Errorf("plain %t: %d bytes of text, want %d", plain, e.Printed(), want)
		}
		if line := n - e.Printed(); line < len("ann> half a line") || line > 40 {
			t.Errorf("plain %t: the line took %d bytes", plain, line)
		}
		if e.Render(nil, nil); e.Printed() != 0 {
			t.Errorf("plain %t: %d bytes of nothing", plain, e.Printed())
		}
	}
}

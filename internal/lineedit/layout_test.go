package lineedit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// certain are characters that take the same cells in every terminal.
var certain = strings.Split("a b c d e 1 - . 你 好 界 ア 한 ｈ ש ა", " ")

// someText is n of parts in any order.
func someText(rng *rand.Rand, n int, parts []string) []string {
	all := make([]string, n)
	for i := range all {
		if all[i] = parts[rng.IntN(len(parts))]; rng.IntN(6) == 0 {
			all[i] = " "
		}
	}
	return all
}

func testWidths() []int {
	widths := []int{80, 200, 500}
	for w := 20; w <= 60; w++ {
		widths = append(widths, w)
	}
	return widths
}

// What a terminal makes of prompt and text by itself, wrapping at its end, is what
// the editor draws; and its cursor is where the terminal puts the next character.
func TestTheLineWrapsAsATerminalDoes(t *testing.T) {
	for _, width := range testWidths() {
		for seed := range uint64(4) {
			rng := rand.New(rand.NewPCG(seed, uint64(width)))
			text := someText(rng, rng.IntN(min(3*width, 200)), certain)
			m := newEmulator(t, width, 100, Options{})
			m.print("bob: hi\r\n")
			m.typed(text...)
			for range 4 {
				at := rng.IntN(len(text) + 1)
				m.typed("\x01" + strings.Repeat("\x1b[C", at))
				want := newSheet(t, width, 100)
				want.draw("bob: hi\r\nann> " + strings.Join(text, ""))
				want.y, want.x = nextCell(t, width, "bob: hi\r\nann> "+strings.Join(text[:at], ""), strings.Join(text[at:], ""))
				want.reach(want.y)
				same(t, fmt.Sprintf("width %d, seed %d, cursor at %d of %q", width, seed, at, text), m.device, want)
			}
		}
	}
}

// nextCell is where a terminal that shows before puts the first character of after,
// or where that would be.
func nextCell(t testing.TB, width int, before, after string) (y, x int) {
	p := newSheet(t, width, 100)
	p.draw(before)
	if after == "" {
		after = "x"
	}
	first := byCluster(after)[0]
	p.put(first)
	return p.y, p.x - first.width
}

func TestTheSameOnATerminalThatOthersWrote(t *testing.T) {
	for _, width := range []int{20, 21, 40, 80, 500} {
		rng := rand.New(rand.NewPCG(uint64(width), 2))
		text := strings.Join(someText(rng, min(3*width, 150), certain), "") + "."
		m := newEmulatorOn(newWrapping(width, 50), t, limits(width, 50, Options{}))
		m.typed(text)
		want := newWrapping(width, 50)
		want.draw("ann> " + text)
		rows, y, x := want.content()
		if x == width-1 && want.full {
			m.typed("x") // its cursor cannot stand after the row
			want.draw("x")
			rows, y, x = want.content()
		}
		gotRows, gotY, gotX := m.content()
		if strings.Join(gotRows, "\n") != strings.Join(rows, "\n") || gotY != y || gotX != x {
			t.Errorf("width %d, cursor %d,%d:\n%s\n\nwant %d,%d:\n%s", width, gotY, gotX, strings.Join(gotRows, "\n"), y, x, strings.Join(rows, "\n"))
		}
	}
}

// uncertain are characters that terminals measure differently.
var uncertain = []string{
	"👍🏽", "❤️", "1️⃣", "क्षि", "👨‍👩‍👧", "👩🏽‍🤝‍👨🏿", "🇩🇪", "🇫", "🏴‍☠️", "→", "…", "é", "e\u0301", "ที่", "กำ", "☺︎", "®️", "שּׁ", "ж", "ñ",
}

var measures = []struct {
	name string
	measure
}{
	{"as we do", byCluster},
	{"by code point, as tmux", byCodePoint},
	{"by code point, wide in East Asia", byEastAsianCodePoint},
}

// Where a terminal measures otherwise, only that character looks different: what
// comes after it and the cursor are in their place.
func TestOtherMeasuresDisplaceNothing(t *testing.T) {
	edits := []string{"\x1b[D", "\x1b[D", "\x1b[C", "\x01", "\x05", "\x7f", "\x1b[3~", "\x14", "\x1bb", "\x17", "\x19", "print"}
	for _, tt := range measures {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(25) {
				rng := rand.New(rand.NewPCG(seed, 3))
				width := 20 + rng.IntN(41)
				d := newSheet(t, width, 60)
				d.measure = tt.measure
				m := newEmulatorOn(d, t, limits(width, 60, Options{}))
				m.print("first\r\n")
				above, script := "first", ""
				for range 80 {
					var k string
					switch rng.IntN(5) {
					case 0, 1:
						k = certain[rng.IntN(len(certain))]
					case 2, 3:
						k = uncertain[rng.IntN(len(uncertain))]
					default:
						k = edits[rng.IntN(len(edits))]
					}
					script += fmt.Sprintf("%q ", k)
					if k == "print" {
						above = fmt.Sprintf("bob: %d", rng.IntN(100))
						m.print(above + "\r\n")
					} else {
						m.typed(k)
					}
					if wrong := displaced(m, above); wrong != "" {
						t.Fatalf("seed %d, width %d, %s\n%s", seed, width, script, wrong)
					}
				}
			}
		})
	}
}

// displaced tells what is not where the editor says: the message above the line,
// a character in whose width all agree, or the cursor.
func displaced(m *emulator, above string) string {
	d, shown := m.sheet(), m.terminal.(*screen).shown
	top := d.y - shown.cursor.row
	if d.x != shown.cursor.column {
		return fmt.Sprintf("the cursor is in column %d, not %d", d.x, shown.cursor.column)
	}
	if got := strings.TrimRight(d.strips[max(0, top-1)].text(), " "); got != above {
		return fmt.Sprintf("above the line is %q, not %q", got, above)
	}
	for y, r := range shown.rows {
		x := 0
		for _, c := range r.cells {
			if got := d.at(top+y, x); !c.uncertain() && got != c.text && (c.text != " " || got != "") {
				return fmt.Sprintf("in row %d, column %d is %q, not %q", y, x, got, c.text)
			}
			x += c.width
		}
		if x > d.width {
			return fmt.Sprintf("row %d has %d cells", y, x)
		}
	}
	return ""
}

// The prompt is measured too.
func TestAPromptOfUncertainWidthDisplacesNothing(t *testing.T) {
	for _, tt := range measures {
		t.Run(tt.name, func(t *testing.T) {
			d := newSheet(t, 20, 20)
			d.measure = tt.measure
			m := newEmulatorOn(d, t, limits(20, 20, Options{}))
			m.SetPrompt(Span{Text: "👍🏽→", Style: "1"}, Span{Text: "❤️> "})
			m.print("first\r\n")
			m.typed("one two three four")
			if wrong := displaced(m, "first"); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

func TestTheCursorIsInsideOfWhatIsDrawn(t *testing.T) {
	for _, tt := range []struct{ name, prompt, line string }{
		{"an invisible character behind a full prompt", strings.Repeat(">", 20), "|\u200dx"},
		{"invisible characters only", strings.Repeat(">", 20), "|\u200d"},
		{"an invisible character in a line of its own", "> ", "a\n|\u0301"},
		{"a full row", "> ", "123456789012345678|"},
		{"before the first of the next row", "> ", "123456789012345678|9"},
		{"before a wide one that does not fit", "> ", "12345678901234567|你"},
		{"before one that might not", "> ", "1234567890123456|👍🏽"},
		{"a full row before a line end", "> ", "123456789012345678|\n9"},
		{"a prompt wider than the screen", strings.Repeat("abc", 20), "x|y"},
		{"nothing at all", "", "|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newEmulator(t, 20, 20, Options{})
			m.SetPrompt(Span{Text: tt.prompt})
			at(m.Editor, tt.line)
			f := m.layout(20, 20)
			inside(t, f, 20)
			m.stale = true
			m.print("first\r\n")
			if wrong := displaced(m, "first"); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

// inside fails the test when a frame does not hold its cursor.
func inside(t testing.TB, f frame, width int) {
	t.Helper()
	if f.cursor.row < 0 || f.cursor.row >= len(f.rows) || f.cursor.column < 0 || f.cursor.column >= width {
		t.Fatalf("the cursor is at %v, of %d rows of %d cells", f.cursor, len(f.rows), width)
	}
	for i, r := range f.rows {
		if r.width() > width {
			t.Fatalf("row %d has %d of %d cells", i, r.width(), width)
		}
	}
}

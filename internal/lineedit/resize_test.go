package lineedit

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// script is what happens to a terminal: a step each of typing, printing, resizing.
type script struct {
	rng     *rand.Rand
	m       *emulator
	printed strings.Builder
	log     strings.Builder
	width   int
	height  int
	pieces  []string
}

// narrowPieces and widePieces are what is typed and printed: only what terminals
// agree on, for where they do not, each wraps its lines again in its own way.
var (
	narrowPieces = append(strings.Split("a b c d e f ש . -", " "),
		" ", "word ", "a longer run of words ", strings.Repeat("x", 20), strings.Repeat("y", 60),
		"\x1b[D", "\x1b[D", "\x1b[C", "\x01", "\x05", "\x7f", "\x7f", "\x1b[3~", "\x17", "\x0b", "\x15", "\x19", "\x14", "\x1bb", "\x1bf",
		"\x1b\r", "\x1b[A", "\x1b[B", "\r", "\x03", "\x12a", "\x1b[200~one\ntwo\x1b[201~")
	widePieces = append(strings.Split("你好 你 好 한 ｈ", " "), append(narrowPieces, "和一些别的字 ")...)
)

// step does one thing, and returns true when that was a resize.
func (s *script) step(resize func(width, height int)) bool {
	s.m.t.Helper()
	switch s.rng.IntN(6) {
	case 0:
		text := strings.TrimSpace(strings.Repeat(fmt.Sprintf("bob: %d %s ", s.rng.IntN(100), s.pieces[0]), 1+s.rng.IntN(8))) + "\r\n"
		s.printed.WriteString(s.m.wrapped(text))
		fmt.Fprintf(&s.log, "print %q\n", text)
		s.m.print(text)
	case 1:
		s.width = 20 + s.rng.IntN(101)
		if s.rng.IntN(3) == 0 { // to where the last row is full, or nearly
			s.width = min(max(20, s.lastRow()+s.rng.IntN(3)-1), 120)
		}
		fmt.Fprintf(&s.log, "resize %d\n", s.width)
		resize(s.width, s.height)
		s.m.Resize(s.width, s.height)
		s.m.print("")
		return true
	default:
		piece := s.pieces[s.rng.IntN(len(s.pieces))]
		fmt.Fprintf(&s.log, "%q\n", piece)
		s.m.typed(piece)
	}
	return false
}

// lastRow is how many cells the line has in its last row.
func (s *script) lastRow() int {
	rows := s.m.terminal.(*screen).shown.rows
	return rows[len(rows)-1].width()
}

// Whatever is typed, printed and resized: the terminal shows each message once, and
// the draft and the cursor as if all had been drawn at once at the size it has now.
func TestResize_LeavesNothing(t *testing.T) {
	for name, after := range map[string]after{"as tmux": afterRow, "to the next row": nextRow, "to the last column": lastColumn} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(20) {
				d := newSheet(t, 80, 400)
				d.after = after
				s := &script{rng: rand.New(rand.NewPCG(seed, 4)), m: newEmulatorOn(d, t, limits(80, 24, Options{})), width: 80, height: 24, pieces: widePieces}
				for range 50 {
					if s.step(func(width, _ int) { d.resize(width, 400) }) {
						same(t, fmt.Sprintf("seed %d\n%s", seed, s.log.String()), d, s.m.fresh(newSheet(t, s.width, 400), s.printed.String()))
					}
				}
			}
		})
	}
}

// beforeResizes are edits after which a terminal has to know still what belongs
// together, on a screen of 40 columns.
var beforeResizes = []struct{ name, keys string }{
	{"a full row", strings.Repeat("x", 35)},
	{"a full row and the cursor in its middle", strings.Repeat("x", 35) + "\x1b[D\x1b[D"},
	{"a full row less one", strings.Repeat("x", 34)},
	{"two full rows", strings.Repeat("x", 75)},
	{"the first of a row changed", strings.Repeat("x", 34) + "abcdef\x1bb\x1b[C" + "\x1b[3~"},
	{"the first of a row replaced", strings.Repeat("x", 45) + strings.Repeat("\x1b[D", 10) + "\x1b[3~y\x1b[D"},
	{"the second row emptied", strings.Repeat("x", 45) + strings.Repeat("\x7f", 10)},
	{"the second row gone", strings.Repeat("x", 45) + strings.Repeat("\x7f", 11)},
	{"and back", strings.Repeat("x", 45) + strings.Repeat("\x7f", 11) + "yyyyy"},
	{"a long line made short", strings.Repeat("x", 70) + "\x15ab"},
	{"and a second line", strings.Repeat("x", 70) + "\x15\x1b\rab"},
	{"a line above made shorter", pasted("one two three four five six seven\ntwo") + up + "\x17\x17\x17\x17" + down},
	{"the end of a line above deleted", strings.Repeat("x", 70) + "\x1b\rab" + up + "\x0b" + down},
	{"the second row of a line above changed", pasted(strings.Repeat("x", 40)+"abcd\ntwo") + up + "\x05\x14" + down},
	{"a search", "one two three four five six seven eight nine\r" + ctrlR + "two" + "\x1bb"},
}

func TestWhatBelongsTogetherIsWrappedTogether(t *testing.T) {
	for _, tt := range beforeResizes {
		for width := 20; width <= 90; width += 1 + width/42*8 {
			d := newSheet(t, 40, 100)
			m := newEmulatorOn(d, t, limits(40, 24, Options{}))
			m.print("bob: hi\r\n")
			m.typed(strings.SplitAfter(tt.keys, "")...)
			d.resize(width, 100)
			m.Resize(width, 24)
			m.print("")
			same(t, fmt.Sprintf("%s, width %d", tt.name, width), d, m.fresh(newSheet(t, width, 100), "bob: hi\r\n"))
		}
	}
}

// A window is dragged: many sizes before anything is drawn.
func TestManyResizesAreOne(t *testing.T) {
	for _, keys := range []string{"a draft of some words that wraps", strings.Repeat("x", 75), strings.Repeat("你", 60) + "\x1b[D\x1b[D\x1b[D"} {
		d := newSheet(t, 80, 100)
		m := newEmulatorOn(d, t, limits(80, 24, Options{}))
		m.print("bob: hi\r\n")
		m.typed(keys)
		sent := m.sent
		for width := 80; width >= 20; width-- {
			d.resize(width, 100)
			m.Resize(width, 24)
		}
		for width := 20; width <= 40; width++ {
			d.resize(width, 100)
			m.Resize(width, 24)
		}
		m.print("")
		same(t, fmt.Sprintf("%q", keys), d, m.fresh(newSheet(t, 40, 100), "bob: hi\r\n"))
		if n := m.sent - sent; n > 500 {
			t.Errorf("%q: %d bytes were sent", keys, n)
		}
	}
}

func TestAMessageAndAResizeAtOnce(t *testing.T) {
	for width := 20; width <= 100; width++ {
		d := newSheet(t, 80, 100)
		m := newEmulatorOn(d, t, limits(80, 24, Options{}))
		m.print("bob: hi\r\n")
		m.typed("a draft of words that wraps at some width, 你好你好\x1bb")
		d.resize(width, 100)
		m.Resize(width, 24)
		press(m.Editor, "more ")
		m.print("bob: ho\r\n")
		same(t, fmt.Sprint("width ", width), d, m.fresh(newSheet(t, width, 100), "bob: hi\r\nbob: ho\r\n"))
	}
}

// The rows a line may have go with the height: lower, it shows fewer.
func TestALowerScreenShowsFewerRows(t *testing.T) {
	d := newSheet(t, 20, 30)
	m := newEmulatorOn(d, t, limits(20, 30, Options{}))
	m.print("bob: hi\r\n")
	m.typed(strings.Repeat("0123456789", 20) + ".") // 11 rows
	for _, height := range []int{24, 12, 8, 6, 5, 3, 12, 30} {
		m.resize(20, height)
		rows, y, x := d.visible()
		most := min(max(height/2, 3), 11)
		if len(rows) > height || len(rows) < min(most, height) || y != len(rows)-1 || x != 6 || rows[y] != "56789." {
			t.Errorf("of %d rows, the cursor at %d,%d:\n%s", height, y, x, strings.Join(rows, "\n"))
		}
		if n := len(m.terminal.(*screen).shown.rows); n != most {
			t.Errorf("of %d rows the line has %d, not %d", height, n, most)
		}
		m.print("bob: ho\r\n")
		rows, _, _ = d.visible()
		if len(rows) > most && rows[len(rows)-1-most] != "bob: ho" {
			t.Errorf("of %d rows, the message is not above the line:\n%s", height, strings.Join(rows, "\n"))
		}
	}
}

func TestSizesThatAreNone(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 1}, {-1, -5}, {3, 100000}, {1 << 30, 1 << 30}} {
		m := newEmulator(t, 80, 24, Options{})
		m.typed("abc你")
		m.Resize(size[0], size[1])
		width := max(2, size[0])
		m.sheet().resize(width, max(3, size[1]))
		m.print("bob: hi\r\n")
		inside(t, m.terminal.(*screen).shown, width)
		if m.Text() != "abc你" {
			t.Errorf("of %v the text is %q", size, m.Text())
		}
	}
}

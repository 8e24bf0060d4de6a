package lineedit

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

func TestWrap(t *testing.T) {
	const hi = "19:20 ~eve: "
	for _, tt := range []struct {
		name, line string
		width      int
		want       string // with | between rows
	}{
		{"a line that fits", hi + "12345678", 20, hi + "12345678"},
		{"a word that does not goes on in the next row", hi + "one two three", 20, hi + "one two |    three"},
		{"a long word is cut", hi + "https://example.org/a/b/c", 24, hi + "https://exam|    ple.org/a/b/c"},
		{"behind a short one", hi + "see https://example.org/a/b/c", 24, hi + "see |    https://example.org/|    a/b/c"},
		{"spaces at the end of a row go", hi + "one     two", 17, hi + "one  |    two"},
		{"spaces up to the next row", hi + strings.Repeat(" ", 68) + "19:20 bob: send the money", 80, hi + strings.Repeat(" ", 68) + "|    19:20 bob: send the money"},
		{"letters up to the next row", hi + strings.Repeat("x", 68) + "bob: send the money", 80, hi + strings.Repeat("x", 68) + "|    bob: send the money"},
		{"other blanks are characters", "~eve: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0bob: hi", 14, "~eve: \u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0|    bob: hi"},
		{"wide characters", hi + "你好你好你好", 20, hi + "你好你好|    你好"},
		{"a sign that some draw wide", hi + "→→→→→", 20, hi + "→→→→|    →"},
		{"a family is as wide as its members", hi + "👨‍👩‍👧👍🏽", 20, hi + "👨‍👩‍👧|    👍🏽"},
		{"marks stay on their letters", hi + strings.Repeat("n\u0308", 9), 20, hi + "|    " + strings.Repeat("n\u0308", 9)},
		{"a letter of Devanagari that is wider than a row", "~eve: " + strings.Repeat("क्", 20) + "क bob: hi", 12, "~eve: " + strings.Repeat("क्", 6) + "|    " + strings.Repeat("क्", 8) + "|    " + strings.Repeat("क्", 6) + "क |    bob: hi"},
		{"code keeps its indentation", "      if x { return x }", 20, "      if x { return |          x }"},
		{"in one row, however far", "            return_nil", 20, "            return_n|          il"},
		{"and further", strings.Repeat(" ", 25) + "x", 20, strings.Repeat(" ", 20) + "|          x"},
		{"a style goes on", "~eve: \x1b[1mone two three four\x1b[m", 20, "~eve: \x1b[1mone two three \x1b[m|    \x1b[1mfour\x1b[m"},
		{"a style that has ended does not", "\x1b[2m19:20 \x1b[m\x1b[38;5;29;7m~eve\x1b[m: one two three", 20, "\x1b[2m19:20 \x1b[m\x1b[38;5;29;7m~eve\x1b[m: one two |    three"},
		{"in the middle of a nick", "19:20 \x1b[38;5;29;7m~eveeveeveeveeveeveeve\x1b[m: hi", 20, "19:20 \x1b[38;5;29;7m~eveeveeveevee\x1b[m|    \x1b[38;5;29;7mveeveeve\x1b[m: hi"},
		{"a notification takes no room", "\a\x1b]9;a long notification of something\a" + hi + "12345678", 20, "\a\x1b]9;a long notification of something\a" + hi + "12345678"},
		{"and is not cut", "\a\x1b]777;notify;parley;one two three four\a" + hi + "one two three", 20, "\a\x1b]777;notify;parley;one two three four\a" + hi + "one two |    three"},
		{"the screen is cleared first", ClearScreen + hi + "one two three", 20, ClearScreen + hi + "one two |    three"},
		{"a terminal too narrow for it", "~eve: one two", 7, "~eve: one two"},
		{"the narrowest", "~eve: one two", 8, "~eve: |    one |    two"},
		{"a row full to its end", "~eve: 12345678901234 56", 20, "~eve: 12345678901234|    56"},
		{"spaces at the end of the line", "~eve: 1234567890123456" + strings.Repeat(" ", 30), 22, "~eve: 1234567890123456"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := strings.ReplaceAll(tt.want, "|", "\r\n") + "\r\n"
			if got := string(appendWrapped(nil, []byte(tt.line+"\r\n"), tt.width)); got != want {
				t.Errorf("got\n%q, want\n%q", got, want)
			}
			around := "bob: hi\r\n"
			if got := string(appendWrapped([]byte("x"), []byte(around+tt.line+"\r\n"+around), tt.width)); got != "x"+string(appendWrapped(nil, []byte(around), tt.width))+want+string(appendWrapped(nil, []byte(around), tt.width)) {
				t.Errorf("among others: %q", got)
			}
		})
	}
}

func TestWrapIsForBothKindsOfTerminal(t *testing.T) {
	text := "~eve: " + strings.Repeat("x", 14) + "bob: send the money\r\n"
	for _, plain := range []bool{false, true} {
		e := New(limits(20, 24, Options{}))
		e.SetPlain(plain)
		if got := string(e.Render(nil, []byte(text))); !strings.HasSuffix(got, "\r\n    bob: send the \r\n    money\r\n") {
			t.Errorf("plain %v: it sends %q", plain, got)
		}
		e.Resize(60, 24)
		if got := string(e.Render(nil, []byte(text))); !strings.HasSuffix(got, text) {
			t.Errorf("plain %v, wider: it sends %q", plain, got)
		}
	}
}

// Whatever is wrapped, no row is wider than the terminal in any of them, each row after
// the first is indented, a style is on for the same characters, and nothing is lost but
// spaces.
func TestWrapFitsEverywhere(t *testing.T) {
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	styles := []string{"\x1b[1m", "\x1b[m", "\x1b[38;5;29;7m", "\x1b[m"}
	rng := rand.New(rand.NewPCG(1, 26))
	for range 3000 {
		width := leastWrapped + rng.IntN(100)
		line := strings.Repeat(" ", max(0, rng.IntN(20)-10)) + "x"
		for n := rng.IntN(60); n > 0; n-- {
			if line += pads[rng.IntN(len(pads)-1)]; rng.IntN(10) == 0 {
				line += styles[rng.IntN(len(styles))]
			}
		}
		line = strings.NewReplacer("\t", " ", "\u200b", "", "\u3164", "").Replace(line) + "\x1b[m"
		out := string(appendWrapped(nil, []byte(line+"\r\n"), width))
		if got, want := inStyles(sgr, out), inStyles(sgr, line); got != want {
			t.Fatalf("width %d: %q becomes %q:\n%q, not\n%q", width, line, out, got, want)
		}
		for i, row := range strings.Split(strings.TrimSuffix(out, "\r\n"), "\r\n") {
			if i > 0 && !strings.HasPrefix(row, strings.Repeat(" ", hanging)) {
				t.Errorf("width %d: %q is not indented", width, row)
			}
			for _, m := range []measure{byCluster, byCodePoint, byEastAsianCodePoint} {
				n := 0
				for _, s := range m(sgr.ReplaceAllString(row, "")) {
					n += s.width
				}
				if n > width {
					t.Errorf("width %d: %q takes %d", width, row, n)
				}
			}
		}
	}
}

// inStyles is text without spaces and line ends, each character after its style.
func inStyles(sgr *regexp.Regexp, text string) string {
	var b strings.Builder
	style, at := "", 0
	for _, m := range append(sgr.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		for _, r := range text[at:m[0]] {
			if !strings.ContainsRune(" \r\n", r) {
				b.WriteString(style + string(r))
			}
		}
		style, at = strings.TrimSuffix(text[m[0]:m[1]], "\x1b[m"), m[1]
	}
	return b.String()
}

func TestNoCharacterIsWiderThanItsBytes(t *testing.T) {
	for r := range rune(0x110000) {
		if r < ' ' || r >= 0xd800 && r < 0xe000 {
			continue
		}
		switch n := widest(r); {
		case n > len(string(r)):
			t.Errorf("%U takes %d columns and has %d bytes", r, n, len(string(r)))
		case n < displaywidth.Rune(r):
			t.Errorf("%U takes %d columns, and displaywidth says %d", r, n, displaywidth.Rune(r))
		}
	}
	for _, p := range slices.Concat(pads, pieces) {
		for _, c := range characters(p) {
			n := 0
			for _, r := range c.text {
				n += widest(r)
			}
			if r, _ := utf8.DecodeRuneInString(c.text); n < c.room && !isRegional(r) && c.text >= " " && c.text[0] != 0x7f {
				t.Errorf("%q takes %d columns, and has room for %d", c.text, n, c.room)
			}
		}
	}
}

func TestWrapOfWhatFitsAllocatesNothing(t *testing.T) {
	dst := make([]byte, 0, 4096)
	for _, text := range []string{
		"bob: hi\r\n", strings.Repeat("bob: hello there\r\n", 20),
		"\x1b[2m19:20 \x1b[m\x1b[38;5;131m~bob\x1b[m: " + strings.Repeat("x", 67) + "\r\n",
		"19:20 ~bob: " + strings.Repeat("привет ", 9) + "\r\n", // more bytes than columns
	} {
		if n := testing.AllocsPerRun(100, func() { dst = appendWrapped(dst[:0], []byte(text), 80) }); n > 1 || string(dst) != text { // the slice is one
			t.Errorf("it allocates %v times, and makes %q of %q", n, dst, text)
		}
	}
}

// However narrow the terminal and however deep the indentation, what is sent is a small
// multiple of what there is.
func TestWrapAddsLittle(t *testing.T) {
	for _, width := range []int{8, 20, 40, 80, 200} {
		for _, unit := range []string{"x", "x ", "你", "👨‍👩‍👧", "क्"} {
			line := strings.Repeat(" ", width/2) + "\x1b[38;5;29;7m" + strings.Repeat(unit, 4096/len(unit)) + "\x1b[m\r\n"
			most := 10 // 19 bytes and the indentation for each 4 columns
			if width >= 20 {
				most = 4
			}
			if n := len(appendWrapped(nil, []byte(line), width)); n > most*len(line) {
				t.Errorf("width %d, %q: %d bytes of %d", width, unit, n, len(line))
			}
		}
	}
}

func BenchmarkWrap(b *testing.B) {
	for name, text := range map[string]string{
		"short":         "\x1b[2m19:20 \x1b[m\x1b[38;5;131m~bob\x1b[m: hello there\r\n",
		"fits":          "\x1b[2m19:20 \x1b[m\x1b[38;5;131m~bob\x1b[m: " + strings.Repeat("x", 67) + "\r\n",
		"Russian, fits": "\x1b[2m19:20 \x1b[m\x1b[38;5;131m~bob\x1b[m: " + strings.Repeat("привет ", 9) + "\r\n",
		"long":          "\x1b[2m19:20 \x1b[m\x1b[38;5;131m~bob\x1b[m: " + strings.Repeat("hello there ", 20) + "\r\n",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			dst, line := make([]byte, 0, 4096), []byte(text)
			for b.Loop() {
				dst = appendWrapped(dst[:0], line, 80)
			}
		})
	}
}

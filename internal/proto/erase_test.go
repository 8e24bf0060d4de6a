package proto

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Issue 12, 3: what is typed and erased is not in the line, whatever pieces it comes in.
func TestErasing(t *testing.T) {
	family := "👩🏽‍👩🏽‍👧🏽‍👦🏽" // 41 bytes
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"backspace", "helk\blo\n", []string{"line hello"}},
		{"delete", "helk\x7flo\r\n", []string{"line hello"}},
		{"what began otherwise", ";\b!users\n", []string{"line !users"}},
		{"never past the start of the line", "one\n\b\b\x7f\btwo\b\b\b\b\b2\n", []string{"line one", "line 2"}},
		{"all of it", "one\b\b\b\n\b\n", []string{"line ", "line "}},
		{"two bytes", "žž\b\n", []string{"line ž"}},
		{"three bytes", "你好\x7f\n", []string{"line 你"}},
		{"a letter and its marks", "xe\u0301\u0323\by\n", []string{"line xy"}},
		{"more marks than any letter has", "xe" + strings.Repeat("\u0301", 300) + "\by\n", []string{"line xy"}},
		{"a mark on the text before a mark that was erased", "a\u0301\b\u0301b\n", []string{"line \u0301b"}},
		{"a flag", "🇨🇿🇫🇷\b\n", []string{"line 🇨🇿"}},
		{"half a flag", "🇨🇿🇫\b\n", []string{"line 🇨🇿"}},
		{"a row of flags", strings.Repeat("🇨🇿", 40) + "\b\n", []string{"line " + strings.Repeat("🇨🇿", 39)}},
		{"a family", "x" + family + family + "\b\n", []string{"line x" + family}},
		{"a flag of tags", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f\bx\n", []string{"line x"}},
		{"a syllable of Hangul", "가각\u1100\u1161\u11a8\b\n", []string{"line 가각"}},
		{"a conjunct of Devanagari", "कक्ष\b\n", []string{"line क"}},
		{"a byte that is not UTF-8", "a\xff\xfe\b\bb\n", []string{"line ab"}},
		{"bytes that follow none", "é\x80\x80\b\n", []string{"line é\x80"}},
		{"a character that is cut off", "a\xe4\xbd\bb\xf0\x9f\x98\b\n", []string{"line ab"}},
		{"a control character", "a\x07\b\n", []string{"line a"}},
		{"a CR", "ab\r\b\n", []string{"line ab"}},
		{"CRs, one of them", "ab\r\r\bc\n", []string{"line ab\rc"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for piece := 1; piece <= len(tt.in); piece++ {
				if got := split(4096, []byte(tt.in), piece); !slices.Equal(got, tt.want) {
					t.Errorf("in pieces of %d: %q, want %q", piece, got, tt.want)
				}
			}
		})
	}
}

// A line that was too long stays so, and what was erased does not count.
func TestErasingAtTheLimit(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"erased before the limit", "0123456789\b\b89\n", []string{"line 0123456789"}},
		{"erased behind the limit", "0123456789x\b\nnext\n", []string{"too long", "line next"}},
		{"erased in what is skipped", "0123456789xxxx" + strings.Repeat("\b", 40) + "ab\nnext\n", []string{"too long", "line next"}},
		{"far more typed than the limit", strings.Repeat("ab\b\x7f", 1000) + "hello\n", []string{"line hello"}},
		{"a flood of backspaces", strings.Repeat("\b", 1000) + "hello\n", []string{"line hello"}},
	} {
		for piece := 1; piece <= len(tt.in); piece++ {
			if got := split(10, []byte(tt.in), piece); !slices.Equal(got, tt.want) {
				t.Errorf("%s, in pieces of %d: %q, want %q", tt.name, piece, got, tt.want)
			}
		}
	}
}

// erasingFloods are what makes erasing as dear as it can be: a line, and what is typed and
// erased at its end again and again.
var erasingFloods = []struct{ name, before, again string }{
	{"letters", "x", "a\b"},
	{"letters of two bytes", "é", "é\b"},
	{"letters behind marks", "\u0301", "é\b"},
	{"letters behind CRs", "\r", "a\b"},
	{"marks", "\u0301", strings.Repeat("\u0301", 20) + "a\b"},
	{"half flags", "🇨", "🇨🇨\b"},
	{"conjuncts", "क्", "aक\b\b"},
	{"joined", "👩‍", "a👩\b\b"},
	{"bytes that are no UTF-8", "\x80", "\x80\b"},
	{"bytes that are no UTF-8 and letters", "\x80", "é\b"},
	{"backspaces", "x", "\b"},
}

// typedBehind is such a flood of 16 KiB after a line of so many bytes.
func typedBehind(line int, before, again string) []byte {
	begin := "a" + strings.Repeat(before, line/len(before))
	return []byte(begin + strings.Repeat(again, 16<<10/len(again)))
}

// What it costs to erase is not more the longer the line is.
func TestErasingIsLinear(t *testing.T) {
	for _, f := range erasingFloods {
		took := func(line int) time.Duration {
			flood, best := typedBehind(line, f.before, f.again), time.Hour
			for range 7 {
				begun := time.Now()
				split(8192, flood, 4096)
				best = min(best, time.Since(begun))
			}
			return best
		}
		if short, long := took(400), took(6400); long > 5*short {
			t.Errorf("%s: %s behind a line of 400 bytes, %s behind one of 6,400", f.name, short, long)
		}
	}
}

func BenchmarkErasing(b *testing.B) {
	for _, f := range erasingFloods {
		flood := typedBehind(3000, f.before, f.again)
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(int64(len(flood)))
			for b.Loop() {
				split(4096, flood, 4096)
			}
		})
	}
}

func BenchmarkLines(b *testing.B) {
	data := []byte(strings.Repeat("hello, how are you\r\n", 100))
	s := NewSplitter(4096)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for rest, found := data, Whole; found == Whole; {
			_, rest, found = s.Next(rest)
		}
	}
}

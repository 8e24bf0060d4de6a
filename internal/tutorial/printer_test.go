package tutorial

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrinter(t *testing.T) {
	tests := []struct {
		name   string
		pieces string // one read each, parted by |
		text   string // what a terminal gets, after each and at the end
		raw    string // what a pipe gets
	}{
		{"a line", "HELLO\r\n", "HELLO\n|", "HELLO\n|"},
		{"as it comes", "HEL|LO|\r|\n", "HEL|LO||\n|", "HEL|LO||\n|"},
		{"LF", "a\nb", "a\nb|", "a\nb|"},
		{"CR", "a\rb|\r|\rc\r", "ab||c|", "a\rb||\r\rc|\r"},
		{"CR CR LF", "a\r\r\n", "a\n|", "a\r\n|"},
		{"tab", "a\tb\r\n", "a\tb\n|", "a\tb\n|"},
		{"colour", "\x1b[31mred\x1b[m", "[31mred[m|", "\x1b[31mred\x1b[m|"},
		{"escape across reads", "\x1b|]0;title\a", "|]0;title|", "\x1b|]0;title\a|"},
		{"C1", "\u009b31m\u0085", "31m|", "\u009b31m\u0085|"},
		{"C1 across reads", "\xc2|\x9b31m", "|31m|", "\xc2|\x9b31m|"},
		{"8-bit C1", "\x9b31m", "\uFFFD31m|", "\x9b31m|"},
		{"other controls", "\x00\b\v\f\x0e\x7f", "|", "\x00\b\v\f\x0e\x7f|"},
		{"characters across reads", "d\xc3|\xa9j\xf0|\x9f|\x99|\x82\r\n", "d|éj|||🙂\n|", "d\xc3|\xa9j\xf0|\x9f|\x99|\x82\n|"},
		{"half a character", "a\xf0\x9f\x99", "a|\uFFFD", "a\xf0\x9f\x99|"},
		{"half a character and more", "\xf0\x9f|a", "|\uFFFD\uFFFDa|", "\xf0\x9f|a|"},
		{"telnet", "\xff\xfb\x01a", "\uFFFD\uFFFD\x01a|", "\xff\xfb\x01a|"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := strings.ReplaceAll(test.text, "\x01", "")
			if got := printAll(t, false, strings.Split(test.pieces, "|")); got != want {
				t.Errorf("on a terminal %q, want %q", got, want)
			}
			if got := printAll(t, true, strings.Split(test.pieces, "|")); got != test.raw {
				t.Errorf("raw %q, want %q", got, test.raw)
			}
		})
	}
}

// printAll prints the pieces and the end and returns what was written for each, parted by |.
func printAll(t *testing.T, raw bool, pieces []string) string {
	t.Helper()
	var out strings.Builder
	p := printer{out: &out, raw: raw}
	for _, piece := range pieces {
		if err := p.print([]byte(piece)); err != nil {
			t.Fatal(err)
		}
		out.WriteByte('|')
	}
	if err := p.notice(""); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPrinterNotice(t *testing.T) {
	for printed, want := range map[string]string{
		"":         "Bye.\n",
		"a\r\n":    "a\nBye.\n",
		"a":        "a\nBye.\n",
		"a\xc3":    "a\uFFFD\nBye.\n",
		"a\n\x1b":  "a\nBye.\n",
		"a\n\xf0":  "a\n\uFFFD\nBye.\n",
		"a\n\n\r":  "a\n\nBye.\n",
		"\x1b[A\r": "[A\nBye.\n",
	} {
		var out strings.Builder
		p := printer{out: &out}
		if err := p.print([]byte(printed)); err != nil {
			t.Fatal(err)
		}
		if err := p.notice("Bye."); err != nil || out.String() != want {
			t.Errorf("after %q: got %q, %v, want %q", printed, out.String(), err, want)
		}
	}
}

// Whatever comes, in whatever pieces: a terminal gets the same valid text without a control character, and a pipe the
// bytes with LF for CRLF.
func FuzzPrinter(f *testing.F) {
	f.Add("a\r\n\x1b[31m\u009b\xc2", "\x9b\r\r\n\xff🙂", uint8(3))
	f.Fuzz(func(t *testing.T, a, b string, at uint8) {
		cut := min(int(at), len(a))
		strip := func(s string) string { return strings.ReplaceAll(s, "|", "") }
		text := strip(printAll(t, false, []string{a[:cut], a[cut:], b}))
		if text != strip(printAll(t, false, []string{a + b})) {
			t.Errorf("pieces change the text: %q", text)
		}
		bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
		if !utf8.ValidString(text) || strings.ContainsFunc(text, bad) {
			t.Errorf("unsafe: %q", text)
		}
		raw := strip(printAll(t, true, []string{a[:cut], a[cut:], b}))
		if want := strip(strings.ReplaceAll(a+b, "\r\n", "\n")); raw != want {
			t.Errorf("raw %q, want %q", raw, want)
		}
	})
}

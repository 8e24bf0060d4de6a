package bench

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// all is every line that comes out of a reader.
func all(from io.Reader, grow bool) (got []string) {
	l := lines{from: from}
	for {
		for line, ok := l.next(); ok; line, ok = l.next() {
			got = append(got, string(line))
			if grow {
				l.grow()
			}
		}
		if l.fill() != nil {
			return got
		}
	}
}

func TestLines(t *testing.T) {
	long := strings.Repeat("x", smallBuffer)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"one\r\ntwo\n\r\nthree", []string{"one", "two", ""}},
		{long + "\r\nshort\r\n", []string{"short"}},
		{"a\n" + long + long + "\nb\nc\n", []string{"a", "b", "c"}},
		{long[:smallBuffer-2] + "\r\nnext\r\n", []string{long[:smallBuffer-2], "next"}},
	} {
		for name, pieces := range map[string]func(io.Reader) io.Reader{
			"at once": func(r io.Reader) io.Reader { return r },
			"bytes":   iotest.OneByteReader,
			"halves":  iotest.HalfReader,
			"at end":  iotest.DataErrReader,
		} {
			if got := all(pieces(strings.NewReader(tt.text)), false); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %.20q...: %q, want %q", name, tt.text, got, tt.want)
			}
		}
	}
}

// A buffer that grows keeps what was read into the small one.
func TestLinesGrow(t *testing.T) {
	long := strings.Repeat("x", smallBuffer)
	if got := all(strings.NewReader("a\nb\n"+long+"\nc\n"), true); !slices.Equal(got, []string{"a", "b", long, "c"}) {
		t.Errorf("%.40q", got)
	}
}

// A client waits for the answer to its question, whatever comes before it.
func TestHear(t *testing.T) {
	for text, want := range map[string]error{
		"\r\n":        nil,
		"dev ops\r\n": nil,
		"!hello give a nick\r\n! news\r\nbob: hi\r\n@dev bob: hi\r\n#bob: hi\r\n* bob waves\r\n\r\n": nil,
		"!hello give a nick\r\nbob: hi\r\n@dev bob: hi\r\n#bob: hi\r\n* bob waves\r\n":               io.EOF,
		"!error refused: too many connections from your address\r\n":                                 errRefused,
	} {
		c := client{in: lines{from: strings.NewReader(text)}, words: func() string { return "" }}
		if err := c.hear(); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	c := client{in: lines{from: strings.NewReader("")}, words: func() string { return "!error nick in use: bob" }}
	if err := c.hear(); !errors.Is(err, errRefused) || !strings.Contains(err.Error(), "nick in use") {
		t.Errorf("with last words: %v", err)
	}
}

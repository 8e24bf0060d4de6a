package sshserver

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"golang.org/x/term"
)

// typed types keys and returns what the line editor gets, and how many lines were
// told to be too long.
func typed(t *testing.T, keys string, pieces func(io.Reader) io.Reader) (got string, tooLong int) {
	t.Helper()
	k := &typing{in: pieces(strings.NewReader(keys)), ready: func() {}, tooLong: func() { tooLong++ }, max: 20}
	b, err := io.ReadAll(k)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), tooLong
}

func TestTyping(t *testing.T) {
	long := strings.Repeat("x", 21)
	const kill = "\x05\x15" // to the end, delete before the cursor
	for _, tt := range []struct {
		name, keys, want string
		tooLong          int
	}{
		{"text of all kinds", "héllo 世界 🚀\r", "héllo 世界 🚀\r", 0},
		{"a line", "hello\r", "hello\r", 0},
		{"CR LF is one end", "a\r\nb\n\rc", "a\rb\r\rc", 0},
		{"as long as may be", long[:20] + "\r", long[:20] + "\r", 0},
		{"a line too long is taken away and told", long + "yy\rnext\r", long[:20] + kill + "next\r", 1},
		{"what is deleted does not count", long[:20] + "\x7f\x7fyy\r", long[:20] + "\x7f\x7fyy\r", 0},
		{"a tab is a space", "a\tb", "a b", 0},
		{"invalid bytes are marked", "caf\xe9 \xff!\r", "caf? ?!\r", 0},
		{"and so is the mark of them", "a�b", "a?b", 0},
		{"keys go through whole", "a\x1b[A\x1b[1;5C\x1bb", "a\x1b[A\x1b[1;5C\x1bb", 0},
		{"the other arrows are arrows", "\x1bOA\x1bOD", "\x1b[A\x1b[D", 0},
		{"Home and End of tmux are Home and End", "\x1b[1~a\x1b[4~", "\x1b[Ha\x1b[F", 0},
		{"an endless escape sequence is text", "a\x1b" + strings.Repeat("0", 400) + "b\r", "a" + strings.Repeat("0", 19) + kill, 1},
		{"the marks of a paste do not", "\x1b[200~one\rtwo\x1b[201~\r", "one\rtwo\r", 0},
		{"Ctrl-C clears the line", "abc\x03def\r", "abc" + kill + "def\r", 0},
		{"twice it leaves", "abc\x03\x03", "abc" + kill + "\x04", 0},
		{"after it a line may be long again", long + "\x03ok\r", long[:20] + kill + "ok\r", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, pieces := range map[string]func(io.Reader) io.Reader{
				"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "with an error at the end": iotest.DataErrReader,
			} {
				if got, tooLong := typed(t, tt.keys, pieces); got != tt.want || tooLong != tt.tooLong {
					t.Errorf("%s: the editor gets %q, %d too long; want %q, %d", name, got, tooLong, tt.want, tt.tooLong)
				}
			}
		})
	}
}

func TestTypingIntoNoRoomIsAnError(t *testing.T) {
	k := &typing{in: strings.NewReader("x"), ready: func() {}, tooLong: func() {}, max: 20}
	if _, err := k.Read(nil); !errors.Is(err, errFull) {
		t.Errorf("reading nothing: %v", err)
	}
}

// Whatever is typed, the line editor comes to the end of it, and no line of its is
// too long or invalid.
func FuzzTyping(f *testing.F) {
	for _, s := range []string{"hello\r", "\x1b[200~a\r", "\x1b" + strings.Repeat("0", 300), "caf\xe9\r", "\x03\x03", strings.Repeat("é", 50) + "\r", "\x1b[A\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, keys string) {
		const most = 20
		k := &typing{in: strings.NewReader(keys), ready: func() {}, tooLong: func() {}, max: most}
		editor := term.NewTerminal(struct {
			io.Reader
			io.Writer
		}{k, io.Discard}, "> ")
		editor.History = new(history)
		for {
			line, err := editor.ReadLine()
			if err != nil {
				return
			}
			if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' }) {
				t.Errorf("a line is %q", line)
			}
		}
	})
}

func TestHistoryIsBounded(t *testing.T) {
	h := new(history)
	h.Add("first")
	for range 1000 {
		h.Add(strings.Repeat("x", 1000))
	}
	if h.size > maxHistory || h.Len() != maxHistory/1000 || h.At(0) != strings.Repeat("x", 1000) {
		t.Errorf("%d lines, %d bytes", h.Len(), h.size)
	}
	h.Add(strings.Repeat("y", 2*maxHistory))
	if h.Len() != 1 {
		t.Errorf("after one line over the limit: %d lines", h.Len())
	}
}

package lineedit

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCooked(t *testing.T) {
	const family = "👩\u200d👩\u200d👧"
	for _, tt := range []struct {
		name, typed string
		read, echo  string
		end         End
	}{
		{"nothing before Enter", "hi", "", "hi", Typing},
		{"CR ends a line", "hi\r", "hi\n", "hi\r\n", Typing},
		{"LF ends a line", "hi\n", "hi\n", "hi\r\n", Typing},
		{"CR LF ends one line", "hi\r\nyo\r\n", "hi\nyo\n", "hi\r\nyo\r\n", Typing},
		{"two CR end two", "a\r\rb\n\n", "a\n\nb\n\n", "a\r\n\r\nb\r\n\r\n", Typing},
		{"CR NUL ends one", "a\r\x00b\r\x00", "a\nb\n", "a\r\nb\r\n", Typing},
		{"DEL erases", "helk\x7flo\r", "hello\n", "helk\b \blo\r\n", Typing},
		{"BS erases", "helk\blo\r", "hello\n", "helk\b \blo\r\n", Typing},
		{"not past the start", "a\r\b\b\bb\r", "a\nb\n", "a\r\nb\r\n", Typing},
		{"what is wide takes two cells", "漢\b\r", "\n", "漢\b\b  \b\b\r\n", Typing},
		{"a mark goes with its letter", "e\u0301x\b\b\r", "\n", "e\u0301x\b \b\b \b\r\n", Typing},
		{"a family goes together", family + "\br\r", "r\n", family + "\b\b  \b\br\r\n", Typing},
		{"Ctrl-U erases the line", "one two\x15x\r", "x\n", "one two" + strings.Repeat("\b", 7) + strings.Repeat(" ", 7) + strings.Repeat("\b", 7) + "x\r\n", Typing},
		{"Ctrl-W erases a word", "a bc \x17\r", "a \n", "a bc " + "\b\b\b   \b\b\b" + "\r\n", Typing},
		{"a tab is a space", "a\tb\r", "a b\n", "a b\r\n", Typing},
		{"Ctrl-C", "one\rtwo\x03three\r", "one\n", "one\r\ntwo^C\r\n", Interrupt},
		{"Ctrl-\\", "\x1c", "", "^\\\r\n", Interrupt},
		{"Ctrl-D at the start", "one\r\x04two", "one\n", "one\r\n", InputEnded},
		{"Ctrl-D within a line gives what there is", "one\x04", "one", "one", Typing},
		{"and another one ends", "one\x04\x04", "one", "one\r\n", InputEnded},
		{"which can be erased no more", "one\x04\b\x15\rx", "one\n", "one\r\nx", Typing},
		{"control characters do nothing", "a\x00\x01\x07\x0b\x0e\x1ab\u0085\u009bc\r", "abc\n", "abc\r\n", Typing},
		{"keys do nothing", "a\x1b[A\x1b[1;5C\x1bOP\x1b[3~\x1bxb\r", "ab\n", "ab\r\n", Typing},
		{"a paste is typed", "\x1b[200~one\ntwo\x1b[201~\r", "one\ntwo\n", "one\r\ntwo\r\n", Typing},
		{"answers do nothing", "a\x1b]11;rgb:1e1e/1e1e\ab\x1bP>|xterm(388)\x1b\\c\x1b_x\x1b\\\r", "abc\n", "abc\r\n", Typing},
		{"whatever is open, Enter is heard", "\x1b[\ra\x1b]\rb\x1b\rc\x1bO\r", "\na\nb\nc\n", "\r\na\r\nb\r\nc\r\n", Typing},
		{"and Ctrl-C", "\x1b]0;\x03", "", "^C\r\n", Interrupt},
		{"invalid bytes", "a\xff\xc2b\xe2\x82\r", "a\ufffd\ufffdb\n", "a\ufffd\ufffdb\r\n", Typing},
		{"a line too long is given in pieces", strings.Repeat("x", 45) + "\r", strings.Repeat("x", 45) + "\n", strings.Repeat("x", 45) + "\r\n", Typing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, piece := range []int{1, len(tt.typed)} {
				if read, echo, end := typeCooked([]byte(tt.typed), piece); string(read) != tt.read || string(echo) != tt.echo || end != tt.end {
					t.Errorf("in pieces of %d: read %q, want %q; echo %q, want %q; end %d, want %d", piece, read, tt.read, echo, tt.echo, end, tt.end)
				}
			}
		})
	}
}

// typeCooked types data in pieces, up to an end.
func typeCooked(data []byte, piece int) (read, echo []byte, end End) {
	c := NewCooked(40)
	for len(data) > 0 && end == Typing {
		n := min(piece, len(data))
		typed := c.Type(data[:n])
		read, echo, end = append(read, typed.Read...), append(echo, typed.Echo...), typed.End
		data = data[n:]
	}
	return read, echo, end
}

// What is typed before the end of input is for the program, whatever is open.
func TestCookedEOF(t *testing.T) {
	for _, tt := range []struct{ typed, read, echo string }{
		{"", "", ""},
		{"one\r", "one\n", "one\r\n"},
		{"one\rlast", "one\nlast", "one\r\nlast\r\n"},
		{"helk\blo", "hello", "helk\b \blo\r\n"},
		{"gone\x15", "", "gone\b\b\b\b    \b\b\b\b\r\n"},
		{"last\x04", "last", "last\r\n"},
		{"last\x04\x1b[", "last", "last\r\n"},
		{"caf\xc3", "caf\ufffd", "caf\ufffd\r\n"},
	} {
		c := NewCooked(40)
		typed := c.Type([]byte(tt.typed))
		end := c.EOF()
		if read := string(typed.Read) + string(end.Read); read != tt.read {
			t.Errorf("%q: read %q, want %q", tt.typed, read, tt.read)
		}
		if echo := string(typed.Echo) + string(end.Echo); echo != tt.echo {
			t.Errorf("%q: echo %q, want %q", tt.typed, echo, tt.echo)
		}
	}
}

func FuzzCooked(f *testing.F) {
	for _, seed := range []string{"helk\blo\r\n", "e\u0301\x7f\x15\x17漢\b\x04\x04", "\x1b]11;x\a\x1b[200~a\x03", "\xff\xc2\u0085\x00\t", "👩\u200d👩\b"} {
		f.Add([]byte(seed), 1)
	}
	f.Fuzz(func(t *testing.T, data []byte, piece int) {
		if piece < 1 {
			piece = 1
		}
		read, echo, end := typeCooked(data, piece)
		wholeRead, wholeEcho, wholeEnd := typeCooked(data, max(1, len(data)))
		if !bytes.Equal(read, wholeRead) || !bytes.Equal(echo, wholeEcho) || end != wholeEnd {
			t.Errorf("in pieces of %d: %q %q %d, at once %q %q %d", piece, read, echo, end, wholeRead, wholeEcho, wholeEnd)
		}
		for _, out := range [][]byte{read, echo} {
			if !utf8.Valid(out) {
				t.Errorf("%q is not UTF-8", out)
			}
			if len(out) > 8*len(data)+4 {
				t.Errorf("%d bytes for %d", len(out), len(data))
			}
		}
		for _, r := range string(read) {
			if unicode.IsControl(r) && r != '\n' {
				t.Errorf("the program reads %q", read)
			}
		}
		for _, r := range string(echo) {
			if unicode.IsControl(r) && !strings.ContainsRune("\r\n\b", r) {
				t.Errorf("the terminal is sent %q", echo)
			}
		}
		if lines, rows := bytes.Count(read, []byte("\n")), bytes.Count(echo, []byte("\r\n")); lines > rows {
			t.Errorf("%d lines in %d rows", lines, rows)
		}
	})
}

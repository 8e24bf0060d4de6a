package lineedit

import (
	"bytes"
	"strings"
	"testing"
	"time"
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
		{"control characters do nothing", "a\x00\x01\x07\x0b\x0e\x1ab\u0085\u0084c\r", "abc\n", "abc\r\n", Typing},
		{"keys do nothing", "a\x1b[A\x1b[1;5C\x1bOP\x1b[3~\x1bxb\r", "ab\n", "ab\r\n", Typing},
		{"of a terminal that sends C1", "a\u009bA\u009b1;5C\u008fPb\r", "ab\n", "ab\r\n", Typing},
		{"Ctrl-C of kitty", "one\x1b[99;5u", "", "one^C\r\n", Interrupt},
		{"Ctrl-C of modifyOtherKeys", "one\x1b[27;5;99~", "", "one^C\r\n", Interrupt},
		{"Ctrl-\\ of both", "\x1b[92;5u", "", "^\\\r\n", Interrupt},
		{"Ctrl-D of both", "one\x1b[13u\x1b[100;5u", "one\n", "one\r\n", InputEnded},
		{"and within a line", "one\x1b[27;5;100~", "one", "one", Typing},
		{"letters, and a CR", "a\x1b[111u\r", "ao\n", "ao\r\n", Typing},
		{"letters of both, with Shift, and Enter", "\x1b[104;2u\x1b[27;1;105~\x1b[27;2;33~\x1b[32u\x1b[233;1:1u\x1b[233;1:3u\x1b[27;1;13~", "Hi! é\n", "Hi! é\r\n", Typing},
		{"Enter with whatever is held", "a\x1b[13;2ub\x1b[27;5;13~c\x1b\rd\x1b[57414u\x1bOM", "a\nb\nc\nd\n\n", "a\r\nb\r\nc\r\nd\r\n\r\n", Typing},
		{"releases, and keys that are held, do nothing", "\x1b[57442;5u\x1b[99;5:3u\x1b[57442;1:3ua\x1b[97;1:3u\r", "a\n", "a\r\n", Typing},
		{"Backspace of both", "ab\x1b[127u\x1b[27;5;8~c\r", "c\n", "ab\b \b\b \bc\r\n", Typing},
		{"Alt-Backspace erases a word", "a bc\x1b\x7f\x1b[127;3u\r", "\n", "a bc\b\b  \b\b\b\b  \b\b\r\n", Typing},
		{"Ctrl-U and Ctrl-W of both", "a b\x1b[119;5u\x1b[27;5;117~c\r", "c\n", "a b\b \b\b\b  \b\bc\r\n", Typing},
		{"a number pad", "\x1bOp\x1bOk\x1b[57400u\r", "0+1\n", "0+1\r\n", Typing},
		{"characters of an input method", "\x1b[0;;20320:22909u\r", "你好\n", "你好\r\n", Typing},
		{"what is no character", "\x1b[55296u\x1b[1114112u\x1b[57376u\x1b[155u\x1b[3ua\r", "a\n", "a\r\n", Typing},
		{"answers of a VT52", "\x1b/Za\x1b(B\r", "a\n", "a\r\n", Typing},
		{"a paste is typed", "\x1b[200~one\ntwo\x1b[201~\r", "one\ntwo\n", "one\r\ntwo\r\n", Typing},
		{"answers do nothing", "a\x1b]11;rgb:1e1e/1e1e\ab\x1bP>|xterm(388)\x1b\\c\x1b_x\x1b\\\r", "abc\n", "abc\r\n", Typing},
		{"whatever is open, Enter is heard", "\x1b[\ra\x1b]\rb\x1b\rc\x1bO\r", "\na\nb\nc\n", "\r\na\r\nb\r\nc\r\n", Typing},
		{"and Ctrl-C", "\x1b]0;\x03", "", "^C\r\n", Interrupt},
		{"invalid bytes", "a\xff\xc2b\xe2\x82\r", "a\ufffd\ufffdb\ufffd\n", "a\ufffd\ufffdb\ufffd\r\n", Typing},
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
		{"last\x1b]11;rgb:", "last", "last\r\n"},
		{"last\x1b]1", "last1", "last1\r\n"},
		{"last\x1b[200~more", "lastmore", "lastmore\r\n"},
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

// What begins as a string and is typed by hand is typed.
func TestCookedPause(t *testing.T) {
	for _, tt := range []struct {
		pieces []string
		while  time.Duration
		read   string
	}{
		{[]string{"\x1b]", "h", "i", "\r"}, 120 * time.Millisecond, "hi\n"},
		{[]string{"\x1bP", "1", "1", "\r"}, 120 * time.Millisecond, "11\n"},
		{[]string{"a\x1b]11;", "rgb:", "1/2/3", "\az\r"}, 300 * time.Millisecond, "az\n"},
		{[]string{"a\x1b]11;rgb:", "b\r"}, time.Second, "ab\n"},
		{[]string{"a\x1b[", "b\r"}, time.Second, "ab\n"},
	} {
		c, read := NewCooked(40), ""
		for _, piece := range tt.pieces {
			c.Pause(tt.while)
			read += string(c.Type([]byte(piece)).Read)
		}
		if read != tt.read {
			t.Errorf("%q every %s: read %q, want %q", tt.pieces, tt.while, read, tt.read)
		}
	}
}

func FuzzCooked(f *testing.F) {
	for _, seed := range []string{"helk\blo\r\n", "e\u0301\x7f\x15\x17漢\b\x04\x04", "\x1b]11;x\a\x1b[200~a\x03", "\xff\xc2\u0085\x00\t", "👩\u200d👩\b", "\x1b[99;5u\x1b[0;;20320:22909u\x1b/Z\x1b\x7f", "\x1b]1\x1b\x03"} {
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

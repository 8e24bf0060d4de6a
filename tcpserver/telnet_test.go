package tcpserver

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"parley/internal/proto"
)

// Lines have at most this many bytes in these tests. A longer one is reported as tooLong.
const (
	maxTyped = 2 * maxSub
	tooLong  = "(too long)"
)

// typed returns the result of a client's bytes, in pieces of given sizes: its lines, and
// the answers. Text without a line end comes last, if it is not empty.
func typed(data []byte, sizes ...int) (lines []string, reply []byte, asked int) {
	var t telnet
	s := proto.NewSplitter(maxTyped)
	take := func(piece []byte) {
		var text []byte
		text, reply = t.filter(bytes.Clone(piece), reply)
		if t.wasAsked() {
			asked++
		}
		for found := proto.Whole; found == proto.Whole; {
			var line []byte
			switch line, text, found = s.Next(text); found {
			case proto.Whole:
				lines = append(lines, string(line))
			case proto.TooLong:
				lines, found = append(lines, tooLong), proto.Whole
			}
		}
	}
	for i := 0; len(data) > 0; i++ {
		n := min(sizes[i%len(sizes)], len(data))
		take(data[:n])
		data = data[n:]
	}
	if line, _, found := s.Next([]byte("\n")); found == proto.Whole && len(line) > 0 {
		lines = append(lines, string(line)+" ...")
	}
	return lines, reply, asked
}

// Issue 12, 1 to 4: what is text, and where its lines end, in whatever pieces it comes.
func TestThreat46_Telnet(t *testing.T) {
	long := strings.Repeat("x", maxSub)
	for _, tt := range []struct {
		name, in string
		lines    []string
		reply    string
	}{
		{"a byte that is no command is text", "hello \xff\n#ann my private words\n", []string{"hello \xff", "#ann my private words"}, ""},
		{"CR LF behind such a byte", "hello \xff\r\nnext\r\n", []string{"hello \xff", "next"}, ""},
		{"a line erased after it was too long", strings.Repeat("y", maxTyped+1) + "\xff\xf8hi\nnext\n", []string{tooLong, "next"}, ""},
		{"a long line erased in time", strings.Repeat("y", maxTyped) + "\xff\xf8hi\nnext\n", []string{"hi", "next"}, ""},
		{"lines before an erased one", "one\ntwo\xff\xf8three\xff\xf8\xff\xf8four\n", []string{"one", "four"}, ""},
		{"wide characters erased", "e\u0301日本👍🏽\xff\xf8x\n", []string{"x"}, ""},
		{"CR, an invalid byte, NUL", "a\r\xff\x00b\n", []string{"a\r\xff\x00b"}, ""},
		{"CR NUL behind such a byte", "hello \xff\r\x00next\r\x00", []string{"hello \xff", "next"}, ""},
		{"a letter behind such a byte", "\xffhello\n", []string{"\xffhello"}, ""},
		{"the last byte before the commands", "a\xff\xefb\n", []string{"a\xff\xefb"}, ""},
		{"every command of one byte", "h\xff\xf0e\xff\xf1l\xff\xf2l\xff\xf3o\xff\xf4 \xff\xf5y\xff\xf9ou\n", []string{"hello you"}, ""},
		{"IAC IAC is a byte", "hel\xff\xfflo\n", []string{"hel\xfflo"}, ""},
		{"IAC IAC at the end of a line", "hel\xff\xff\nlo\n", []string{"hel\xff", "lo"}, ""},
		{"three of them", "hel\xff\xff\xff\nlo\n", []string{"hel\xff\xff", "lo"}, ""},
		{"an option", "hel\xff\xfd\x01lo\n", []string{"hello"}, "\xff\xfc\x01"},
		{"an option that is a line end", "hello \xff\xfd\n#ann private\n", []string{"hello ", "#ann private"}, "\xff\xfc\n"},
		{"an option that is CR", "hello \xff\xfb\r\x00#ann private\n", []string{"hello ", "#ann private"}, "\xff\xfe\r"},
		{"the option 0 behind a CR", "a\r\xff\xfb\x00b\n", []string{"a\rb"}, "\xff\xfe\x00"},

		{"a subnegotiation", "hel\xff\xfa\x18\x00xterm\r\n\xff\xff!quit\r\n\xff\xf0lo\n", []string{"hello"}, ""},
		{"a command ends one", "\xff\xfa\xc9Core.Hello {\"a\":1}\xff\xfb\x1fhi\r\n!users\r\n", []string{"hi", "!users"}, "\xff\xfe\x1f"},
		{"the next one ends one", "\xff\xfa\x18xterm\xff\xfa\x1f\x00\x50\xff\xf0hi\n", []string{"hi"}, ""},
		{"NOP ends one", "\xff\xfa\x18xterm\xff\xf1hi\n", []string{"hi"}, ""},
		{"erasing ends one", "hellp\xff\xfa\x18xterm\xff\xf7o\n", []string{"hello"}, ""},
		{"no command within one", "\xff\xfa\x1f\x00\xff\x00\x18\xff\xf0hi\n", []string{"hi"}, ""},
		{"never ended", "\xff\xfa\x18" + long + "\r\nhello\r\n", []string{"", "hello"}, ""},
		{"never ended, lines of CR NUL", "\xff\xfa\x18" + long + "\r\x00hello\r\x00", []string{"", "hello"}, ""},
		{"never ended, in a line", "one\xff\xfa" + long + "two\nhello\n", []string{"one", "hello"}, ""},
		{"never ended, many lines", "\xff\xfa\x18" + strings.Repeat("lost\n", maxSub/5) + "a\nb\n", []string{"", "b"}, ""},
		{"never ended, IAC before the line end", "\xff\xfa" + long + "\xff\nhello\n", []string{"", "hello"}, ""},
		{"the bound is a line end", "\xff\xfa" + long[1:] + "\nhello\n", []string{"", "hello"}, ""},
		{"the byte before the bound is", "\xff\xfa" + long[2:] + "\nlost\nhello\n", []string{"", "hello"}, ""},
		{"longer than the bound, and ended", "hel\xff\xfa" + long + long + "\xff\xf0lo\n", []string{"hello"}, ""},

		{"backspace and delete", ";\b!users\nhelk\x7flo\n", []string{"!users", "hello"}, ""},
		{"erase character", "helk\xff\xf7lo\n", []string{"hello"}, ""},
		{"erase character, a letter of two bytes", "ž\xff\xf7\xff\xf7x\n", []string{"x"}, ""},
		{"erase line", "one\nhelk\xff\xf8hello\n", []string{"one", "hello"}, ""},
		{"erase line, twice", "one\nhelk\xff\xf8hel\xff\xf8\xff\xf8hello\n", []string{"one", "hello"}, ""},
		{"erase line, an empty one", "one\n\xff\xf8two\n", []string{"one", "two"}, ""},
		{"a command between a character and what erases it", "helk\xff\xf1\blo\n", []string{"hello"}, ""},
		{"a command within a character that is erased", "a\xe4\xbd\xff\xf1\xa0\bb\n", []string{"ab"}, ""},
		{"erasing what stands for IAC", "a\xff\bb\n", []string{"ab"}, ""},
		{"erasing IAC IAC", "a\xff\xff\xff\xf7b\n", []string{"ab"}, ""},

		{"CR NUL ends a line", "one\r\x00two\r\x00", []string{"one", "two"}, ""},
		{"each kind of line end", "one\r\x00two\r\nthree\nfour\r\r\nfive\r\r\x00six\n", []string{"one", "two", "three", "four", "five", "six"}, ""},
		{"a lone CR ends none", "one\rtwo\n", []string{"one\rtwo"}, ""},
		{"nor does a lone NUL", "one\x00two\n\x00", []string{"one\x00two", "\x00 ..."}, ""},
		{"nor does NUL behind a CR that was erased", "one\r\b\x00two\n", []string{"one\x00two"}, ""},
		{"a command between CR and NUL", "one\r\xff\xf1\x00two\r\xff\xfd\x01\n", []string{"one", "two"}, "\xff\xfc\x01"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for piece := 1; piece <= len(tt.in); piece++ {
				lines, reply, _ := typed([]byte(tt.in), piece)
				if !slices.Equal(lines, tt.lines) || string(reply) != tt.reply {
					t.Errorf("in pieces of %d: %q, answered %q; want %q, %q", piece, lines, reply, tt.lines, tt.reply)
				}
			}
		})
	}
}

// A line that ends in CR NUL does not wait for the next byte.
func TestTelnetEndsALineWithItsLastByte(t *testing.T) {
	var n telnet
	first, _ := n.filter([]byte("hi\r"), nil)
	second, _ := n.filter([]byte{0}, nil)
	if string(first)+string(second) != "hi\r\n" {
		t.Errorf("%q, %q", first, second)
	}
}

func TestTelnetAnswersAreBounded(t *testing.T) {
	if _, _, asked := typed(bytes.Repeat([]byte{iac, ayt}, 1000), 2); asked != maxTelnetReplies {
		t.Errorf("ARE YOU THERE was answered %d times", asked)
	}
}

// FuzzTelnet checks that pieces do not matter, that a line end outside a subnegotiation
// ends a line, and that the answers are bounded and refuse.
func FuzzTelnet(f *testing.F) {
	f.Add([]byte("hello\r\n"), 3)
	f.Add([]byte{iac, do, 1, iac, will, 3, 'a', iac, sb, 24, 1, iac, se, 'b', iac, iac, 'c'}, 2)
	f.Add([]byte{iac, do, optionTimingMark, iac, do, optionTimingMark, iac, dont, 1, iac, 241}, 1)
	f.Add([]byte("a\xff\nb\b\xff\xf7\r\x00\xff\xf8\xff\xfa1\xff\xfa2\xff\xfd\nc"), 5)
	f.Add([]byte(strings.Repeat("x", maxTyped+1)+"\xff\xf8a\n"), 7)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		lines, reply, asked := typed(data, 1)
		cut = max(1, min(cut, len(data)))
		for _, sizes := range [][]int{{cut}, {len(data)}, {cut, len(data)}} {
			if got, answer, _ := typed(data, sizes...); !slices.Equal(got, lines) || string(answer) != string(reply) {
				t.Errorf("in pieces of %d: %q, %q; byte by byte %q, %q", sizes, got, answer, lines, reply)
			}
		}
		if least := bytes.Count(data, []byte("\n")); !bytes.Contains(data, []byte{sb}) && len(lines) < least {
			t.Errorf("%d lines of %d: %q", len(lines), least, lines)
		}
		if len(reply)/3+asked > maxTelnetReplies || len(reply)%3 != 0 {
			t.Errorf("%d bytes of replies", len(reply))
		}
		for i := 0; i < len(reply); i += 3 {
			if reply[i] != iac || reply[i+1] != wont && reply[i+1] != dont {
				t.Errorf("reply % x", reply[i:i+3])
			}
		}
	})
}

func BenchmarkTelnet(b *testing.B) {
	data := []byte(strings.Repeat("hello, how are you\r\n", 100))
	var n telnet
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		n.filter(data, nil)
	}
}

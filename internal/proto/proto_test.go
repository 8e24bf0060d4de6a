package proto

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// split feeds data in pieces of the given size and writes down what was found.
func split(max int, data []byte, piece int) []string {
	s := NewSplitter(max)
	var got []string
	for chunk := range slices.Chunk(data, piece) {
		for rest := chunk; ; {
			line, next, found := s.Next(rest)
			switch found {
			case Whole:
				got = append(got, "line "+string(line))
			case TooLong:
				got = append(got, "too long")
			case Endless:
				return append(got, "endless")
			}
			if found == NeedMore {
				break
			}
			rest = next
		}
	}
	return got
}

func TestSplitter(t *testing.T) {
	long := strings.Repeat("x", 11)
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"a line ends in LF", "a\nb\n", []string{"line a", "line b"}},
		{"the CRs before it are dropped", "a\r\nb\r\r\n\r\r\r\n", []string{"line a", "line b", "line "}},
		{"a CR elsewhere is text", "a\rb\n", []string{"line a\rb"}},
		{"an empty line is a line", "\n\r\n", []string{"line ", "line "}},
		{"what has no newline is no line", "a\nrest", []string{"line a"}},
		{"as long as the limit", long[:10] + "\r\n", []string{"line " + long[:10]}},
		{"as long as the limit, without its CRs", long[:10] + "\r\r\r\n", []string{"line " + long[:10]}},
		{"a CR that is at the end when what is behind it is erased", "\r0\b\r\n", []string{"line "}},
		{"CRs elsewhere count", long[:9] + "\r\rx\n", []string{"too long"}},
		{"one over the limit", long + "\nnext\n", []string{"too long", "line next"}},
		{"far over the limit, told once", strings.Repeat(long, 50) + "\r\nnext\n", []string{"too long", "line next"}},
		{"two in a row, told twice", long + "\n" + long + "\n", []string{"too long", "too long"}},
		{"too long and never ended", long + long, []string{"too long"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for piece := 1; piece <= len(tt.in); piece++ {
				if got := split(10, []byte(tt.in), piece); !slices.Equal(got, tt.want) {
					t.Errorf("in pieces of %d: %q, want %q", piece, got, tt.want)
				}
			}
		})
	}
}

func TestSplitterEndless(t *testing.T) {
	data := bytes.Repeat([]byte("x"), MaxRun+1)
	got := split(10, append(data, "\nhello\n"...), 4096)
	if want := []string{"too long", "endless"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := split(10, append(data[:MaxRun], "\nhello\n"...), 4096), []string{"too long", "line hello"}; !slices.Equal(got, want) {
		t.Errorf("as long as the limit: got %q, want %q", got, want)
	}
}

func TestSplitterHoldsNothingWhileSkipping(t *testing.T) {
	s := NewSplitter(10)
	s.Next(bytes.Repeat([]byte("x"), 300_000))
	if s.partial != nil {
		t.Errorf("%d bytes are held of a line that is skipped", cap(s.partial))
	}
}

// naive is the specification of the splitter, over all of the data at once.
func naive(max int, data []byte) []string {
	var got []string
	for {
		part, rest, ended := bytes.Cut(data, []byte{'\n'})
		if len(part) > MaxRun {
			return append(got, "too long", "endless")
		}
		switch line, fits := erased(max, part); {
		case !fits:
			got = append(got, "too long")
		case ended:
			got = append(got, "line "+line)
		}
		if !ended {
			return got
		}
		data = rest
	}
}

// erased types a line byte by byte, and tells whether it was within its limit all the time.
func erased(max int, typed []byte) (line string, fits bool) {
	for _, b := range typed {
		if b != Backspace && b != Delete {
			line += string([]byte{b})
		} else {
			line = line[:lastOf(line)]
		}
		if len(strings.TrimRight(line, "\r")) > max {
			return "", false
		}
	}
	return strings.TrimRight(line, "\r"), true
}

// lastOf returns where the last character of a line begins: the whole line is looked at. A
// byte that is not UTF-8 is in no other character.
func lastOf(line string) (start int) {
	after := 0
	for i, r := range line {
		switch _, size := utf8.DecodeRuneInString(line[i:]); {
		case r != utf8.RuneError || size > 1:
		case !utf8.FullRuneInString(line[i:]): // it is cut off
			return i
		default:
			after, start = i+1, i
		}
	}
	for chars := graphemes.FromString(line[after:]); chars.Next(); {
		start = after + chars.Start()
	}
	return start
}

func FuzzSplitter(f *testing.F) {
	f.Add([]byte("bob\r\nhello\n\n!users\r\n"), 1, 8)
	f.Add([]byte("0123456789\r\n0123456789\r"), 3, 9)
	f.Add([]byte("\r\r\n\xff\xfb\x01\n"), 2, 1)
	f.Add([]byte("helk\blo\n;\b\b\b!users\r\r\b\n e\u0301\u0301\x7f\xe4\xbd\b\xff\xfe\b🇨🇿🇨🇿🇨\b👩‍👩‍👧‍👦\b"), 2, 40)
	f.Fuzz(func(t *testing.T, data []byte, piece, max int) {
		if piece < 1 || max < 1 || max > MaxRun {
			t.Skip("not a case: sizes are positive")
		}
		if got, want := split(max, data, piece), naive(max, data); !slices.Equal(got, want) {
			t.Errorf("in pieces of %d: %q, want %q", piece, got, want)
		}
	})
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Line
	}{
		{"", Line{}},
		{"   ", Line{}},
		{"hello all", Line{Public, "", "hello all"}},
		{"  two spaces", Line{Public, "", "  two spaces"}},
		{" #hashtag", Line{Public, "", " #hashtag"}},
		{"#bob hi", Line{Private, "bob", "hi"}},
		{"#bob  hi ", Line{Private, "bob", " hi "}},
		{"#bob", Line{Private, "bob", ""}},
		{"# bob hi", Line{Private, "", "bob hi"}},
		{"@dev #1 done", Line{Room, "dev", "#1 done"}},
		{"@", Line{Room, "", ""}},
		{"!users", Line{Command, "users", ""}},
		{"!enter   dev  ", Line{Command, "enter", "dev"}},
		{"!", Line{Command, "", ""}},
	} {
		if got := Parse(tt.in); got != tt.want {
			t.Errorf("Parse(%q) = %+v, want %+v", tt.in, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "hi", "#bob hi", "@dev  x", "!enter dev", "!me  waves ", " #x"} {
		f.Add(s)
	}
	sigil := map[Kind]string{Private: "#", Room: "@", Command: "!"}
	f.Fuzz(func(t *testing.T, line string) {
		got := Parse(line)
		switch {
		case got.Kind == Empty:
			if strings.Trim(line, " ") != "" {
				t.Errorf("Parse(%q) is empty", line)
			}
		case got.Kind == Public:
			if got.Text != line {
				t.Errorf("Parse(%q) changed the text to %q", line, got.Text)
			}
		default:
			back := sigil[got.Kind] + got.Target + " " + got.Text
			if got.Kind != Command && back != line && back != line+" " {
				t.Errorf("Parse(%q) = %+v does not go back", line, got)
			}
			if strings.Contains(got.Target, " ") {
				t.Errorf("Parse(%q): target %q has a space", line, got.Target)
			}
			if again := Parse(back); again != got {
				t.Errorf("Parse(%q) = %+v, again %+v", line, got, again)
			}
		}
	})
}

func TestWord(t *testing.T) {
	for _, tt := range [][3]string{
		{"", "", ""}, {"dev", "dev", ""}, {"  dev", "dev", ""}, {"dev a b", "dev", "a b"}, {"dev  a", "dev", " a"},
	} {
		if w, r := Word(tt[0]); w != tt[1] || r != tt[2] {
			t.Errorf("Word(%q) = %q, %q", tt[0], w, r)
		}
	}
}

func TestFromSlash(t *testing.T) {
	for in, want := range map[string]string{
		"/users": "!users", "//shrug": "/shrug", "hi": "hi", "!users": "!users", "": "", "/": "!", "a/b": "a/b", "@dev /x": "@dev /x",
	} {
		if got := FromSlash(in); got != want {
			t.Errorf("FromSlash(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct {
		got  []byte
		want string
	}{
		{AppendPublic(nil, "ann", "hi"), "ann: hi\r\n"},
		{AppendRoom(nil, "dev", "ann", "hi"), "@dev ann: hi\r\n"},
		{AppendPrivate(nil, "ann", "hi"), "#ann: hi\r\n"},
		{AppendEvent(nil, "", "ann waves"), "* ann waves\r\n"},
		{AppendEvent(nil, "dev", "ann waves"), "@dev * ann waves\r\n"},
		{AppendError(nil, "no such user", "bob"), "!error no such user: bob\r\n"},
		{AppendNote(nil, "bye"), "! bye\r\n"},
		{AppendAnswer(nil, []string{"ann", "bob"}), "ann bob\r\n"},
		{AppendAnswer([]byte("x"), nil), "x\r\n"},
	} {
		if string(tt.got) != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func BenchmarkSplitAndParse(b *testing.B) {
	data := []byte(fmt.Sprintf("%s\r\n", strings.Repeat("a", 64)))
	s := NewSplitter(DefaultMaxLine)
	b.ReportAllocs()
	for b.Loop() {
		line, _, _ := s.Next(data)
		Parse(string(line))
	}
}

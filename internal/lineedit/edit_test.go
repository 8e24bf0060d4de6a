package lineedit

import (
	"slices"
	"strings"
	"testing"
)

// scripts are characters as people see them, one each.
var scripts = []struct{ name, text string }{
	{"a letter", "x"},
	{"a wide sign", "你"},
	{"a full-width letter", "ｈ"},
	{"a syllable of Hangul", "한"},
	{"Hangul in pieces", "\u1112\u1161\u11ab"},
	{"an emoji", "🎉"},
	{"a family", "👨‍👩‍👧"},
	{"a family with skin tones", "👩🏽‍🤝‍👨🏿"},
	{"a skin tone", "👍🏽"},
	{"a flag", "🇩🇪"},
	{"half a flag", "🇫"},
	{"a flag of tags", "🏴‍☠️"},
	{"emoji style", "❤️"},
	{"a keycap", "1️⃣"},
	{"a letter with its mark", "e\u0301"},
	{"a letter with marks", "a\u0323\u0302\u0301"},
	{"a letter of Hebrew", "ש"},
	{"Hebrew with points", "שּׁ"},
	{"Arabic with a mark", "بّ"},
	{"a syllable of Devanagari", "क्षि"},
	{"Thai with marks", "ที่"},
	{"a sign of uncertain width", "→"},
}

// at sets the line, with | for the cursor.
func at(e *Editor, line string) {
	before, after, _ := strings.Cut(line, "|")
	e.line = line_(before, after)
}

func line_(before, after string) line {
	var l line
	l.set(after)
	l.left(len(l.before))
	l.insert(before)
	return l
}

// shown is the line, with | for the cursor.
func shown(e *Editor) string {
	return textOf(e.line.before) + "|" + textOf(reversed(e.line.after))
}

func newEditor(o Options) *Editor { return New(limits(80, 24, o)) }

func TestEveryBinding(t *testing.T) {
	for _, tt := range []struct{ name, line, keys, want string }{
		{"a character is put at the cursor", "a|c", "b", "ab|c"},
		{"Alt-Enter begins a line", "a|b", "\x1b\r", "a\n|b"},

		{"Left", "ab|c", "\x1b[D", "a|bc"},
		{"Left at the start stays", "|abc", "\x1b[D", "|abc"},
		{"Left goes over a line end", "a\n|b", "\x1b[D", "a|\nb"},
		{"Right", "a|bc", "\x1b[C", "ab|c"},
		{"Right at the end stays", "abc|", "\x1b[C", "abc|"},
		{"Ctrl-B", "ab|c", "\x02", "a|bc"},
		{"Ctrl-B at the start stays", "|abc", "\x02", "|abc"},
		{"Ctrl-F", "a|bc", "\x06", "ab|c"},
		{"Ctrl-F at the end stays", "abc|", "\x06", "abc|"},
		{"Home", "abc|", "\x1b[H", "|abc"},
		{"Home of the line of the text", "a\nbc|\nd", "\x1b[H", "a\n|bc\nd"},
		{"Ctrl-A", "abc|d", "\x01", "|abcd"},
		{"End", "|abc", "\x1b[F", "abc|"},
		{"End of the line of the text", "a\n|bc\nd", "\x1b[F", "a\nbc|\nd"},
		{"Ctrl-E", "a|bcd", "\x05", "abcd|"},

		{"Alt-B", "one, two|", "\x1bb", "one, |two"},
		{"Alt-B inside a word", "one tw|o", "\x1bb", "one |two"},
		{"Alt-B over signs", "one, |two", "\x1bb", "|one, two"},
		{"Alt-B at the start stays", "|one", "\x1bb", "|one"},
		{"Alt-Left", "one two|", "\x1b[1;3D", "one |two"},
		{"Ctrl-Left", "one two|", "\x1b[1;5D", "one |two"},
		{"Ctrl-Left of an old xterm", "one two|", "\x1b[5D", "one |two"},
		{"Alt-F", "|one, two", "\x1bf", "one|, two"},
		{"Alt-F over signs", "one|, two", "\x1bf", "one, two|"},
		{"Alt-F at the end stays", "one|", "\x1bf", "one|"},
		{"Alt-Right", "|one two", "\x1b[1;3C", "one| two"},
		{"Ctrl-Right", "|one two", "\x1b[1;5C", "one| two"},
		{"words of any script", "|שלום мир", "\x1bf", "שלום| мир"},

		{"Backspace", "ab|c", "\x7f", "a|c"},
		{"Backspace at the start", "|abc", "\x7f", "|abc"},
		{"Backspace joins lines", "a\n|b", "\x7f", "a|b"},
		{"Ctrl-H", "ab|c", "\x08", "a|c"},
		{"Delete", "a|bc", "\x1b[3~", "a|c"},
		{"Delete at the end", "abc|", "\x1b[3~", "abc|"},
		{"Ctrl-D deletes", "a|bc", "\x04", "a|c"},
		{"Ctrl-D at the end of a text stays", "abc|", "\x04", "abc|"},

		{"Ctrl-K", "ab|cd", "\x0b", "ab|"},
		{"Ctrl-K to the end of the line of the text", "a|b\nc", "\x0b", "a|\nc"},
		{"Ctrl-K at the end of it joins", "ab|\nc", "\x0b", "ab|c"},
		{"Ctrl-U", "ab|cd", "\x15", "|cd"},
		{"Ctrl-U to the start of the line of the text", "a\nb|c", "\x15", "a\n|c"},
		{"Ctrl-U at the start of it joins", "a\n|bc", "\x15", "a|bc"},
		{"Ctrl-W takes what stands between spaces", "one t-w,o|", "\x17", "one |"},
		{"Ctrl-W takes the spaces behind", "one two  |x", "\x17", "one |x"},
		{"Ctrl-W at the start", "|x", "\x17", "|x"},
		{"Alt-Backspace", "one t-w|", "\x1b\x7f", "one t-|"},
		{"Alt-Ctrl-H", "one t-w|", "\x1b\x08", "one t-|"},
		{"Alt-D", "|one, two", "\x1bd", "|, two"},
		{"Alt-D over signs", "one|, two x", "\x1bd", "one| x"},
		{"Alt-D at the end", "one|", "\x1bd", "one|"},
		{"Ctrl-Y with nothing", "a|b", "\x19", "a|b"},
		{"Ctrl-Y", "ab|cd", "\x0b\x01\x19", "cd|ab"},
		{"Ctrl-Y twice", "ab|cd", "\x0b\x19\x19", "abcdcd|"},

		{"Ctrl-T", "ab|c", "\x14", "acb|"},
		{"Ctrl-T at the end takes the last two", "abc|", "\x14", "acb|"},
		{"Ctrl-T at the start", "|abc", "\x14", "|abc"},
		{"Ctrl-T with one", "a|", "\x14", "a|"},
		{"Ctrl-T with none", "|", "\x14", "|"},
		{"Ctrl-T with wide ones", "你|好", "\x14", "好你|"},
		{"Ctrl-T with a family", "👨‍👩‍👧|x", "\x14", "x👨‍👩‍👧|"},
		{"Ctrl-T with flags", "🇩🇪🇫🇷|", "\x14", "🇫🇷🇩🇪|"},

		{"unbound keys do nothing", "a|b", "\x1b[15~\x1bOP\x1bx\x00\x1c\x1b[3;5~\x1b[Z\t", "a|b"},
		{"Ctrl-L leaves the line", "a|b", "\x0c", "a|b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			at(e, tt.line)
			if events := press(e, tt.keys); len(events) != 0 {
				t.Errorf("events: %v", events)
			}
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			check(t, e)
		})
	}
}

func TestWhatIsCutTogetherIsPutBackTogether(t *testing.T) {
	for _, tt := range []struct{ name, line, keys, want string }{
		{"backwards", "one two three|", "\x17\x17\x19", "one two three|"},
		{"forwards", "|one two three", "\x1bd\x1bd\x19", "one two| three"},
		{"both ways", "one two| three", "\x17\x0b\x19", "one two three|"},
		{"not with a movement between", "one two|", "\x17\x01\x0b\x19", "one |"},
		{"not with a character between", "one two|", "\x17x\x17\x19", "one x|"},
		{"not with putting back between", "abc|", "\x15\x19\x15\x19", "abc|"},
		{"not after a key of no use", "one two|", "\x17\x1b[15~\x17\x19", "one |"},
		{"nothing is cut: the last stays", "abc|", "\x15\x0b\x01\x15\x17\x1bd\x19", "abc|"},
		{"nothing is cut: more is added", "one two|", "\x17\x0b\x17\x19", "one two|"},
		{"Backspace is no cut", "ab cd|", "\x17\x7f\x7f\x19", "acd|"},
		{"Ctrl-C is one", "abc|", "\x03\x19", "abc|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			at(e, tt.line)
			press(e, tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestKeysGoByWhatPeopleSeeAsOneCharacter(t *testing.T) {
	for _, tt := range scripts {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.text
			for _, k := range []struct{ line, keys, want string }{
				{"a|b", c, "a" + c + "|b"},
				{"a|b", strings.Join(strings.Split(c, ""), "\x1b[15~"), "a" + c + "|b"}, // code point by code point
				{"a" + c + "|b", "\x1b[D", "a|" + c + "b"},
				{"a|" + c + "b", "\x1b[C", "a" + c + "|b"},
				{"a" + c + "|b", "\x7f", "a|b"},
				{"a|" + c + "b", "\x1b[3~", "a|b"},
				{"a|" + c + "b", "\x04", "a|b"},
				{"a" + c + "|b", "\x14", "ab" + c + "|"},
				{"a" + c + "b|", "\x17\x19", "a" + c + "b|"},
				{"|" + c, "\x06\x02\x05\x7f", "|"},
			} {
				e := newEditor(Options{})
				at(e, k.line)
				press(e, k.keys)
				if got := shown(e); got != k.want {
					t.Errorf("%q and %q make %q, want %q", k.line, k.keys, got, k.want)
				}
				check(t, e)
			}
		})
	}
}

func TestAMarkBelongsToTheCharacterBefore(t *testing.T) {
	for _, tt := range []struct{ name, line, keys, want string }{
		{"typed in the middle", "e|x", "\u0301", "e\u0301|x"},
		{"one character then", "e\u0301|x", "\x7f", "|x"},
		{"a non-joiner belongs to the letter before", "می|خ", "\u200c", "می\u200c|خ"},
		{"and goes with it", "می\u200c|خ", "\x7f", "م|خ"},
		{"a joiner in a word too", "ශ්|ය", "\u200d\x7f", "|ය"},
		{"the tags of a flag make one character", "🏴|x", "\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F\x7f", "|x"},
		{"a joiner joins what stands behind", "👨|👩", "\u200d", "👨\u200d👩|"},
		{"and they go as one", "👨|👩", "\u200d\x7f", "|"},
		{"what stood between is deleted before the cursor", "👨\u200dx|👩", "\x7f", "👨\u200d👩|"},
		{"and at it", "👨\u200d|x👩", "\x1b[3~", "👨\u200d👩|"},
		{"and cut", "👨\u200d|xyz👩", "\x1bd", "👨\u200d👩|"},
		{"a mark alone at the start", "|\u0301x", "e", "e\u0301|x"},
		{"the line end before a mark is deleted", "e\n|\u0301x", "\x7f", "e\u0301|x"},
		{"half flags meet", "🇩x|🇪", "\x7f", "🇩🇪|"},
		{"half flags meet by Ctrl-T", "🇩x|🇪", "\x14", "🇩🇪x|"},
		{"and go as one", "🇩x|🇪", "\x14\x7f\x7f", "|"},
		{"a flag typed before a flag", "|🇫🇷", "🇩🇪", "🇩🇪|🇫🇷"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			at(e, tt.line)
			press(e, tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			check(t, e)
		})
	}
}

func TestACharacterHasAnEnd(t *testing.T) {
	e := newEditor(Options{})
	press(e, "e"+strings.Repeat("\u0301", 5000))
	if n := len(e.Text()); n > maxCharacter || n < maxCharacter-1 {
		t.Errorf("a letter with endless marks takes %d bytes", n)
	}
	check(t, e)
	press(e, "\x7f")
	if e.Text() != "" {
		t.Errorf("left is %.20q", e.Text())
	}
}

func TestUpAndDownGoThroughTheLinesOfAText(t *testing.T) {
	for _, tt := range []struct{ name, line, keys, want string }{
		{"up", "one\ntwo|", "\x1b[A", "one|\ntwo"},
		{"up keeps the column", "one\nt|wo", "\x1b[A", "o|ne\ntwo"},
		{"up into a shorter line", "o\n\ntwo|", "\x1b[A", "o\n|\ntwo"},
		{"up to its end", "o\ntwo|", "\x1b[A", "o|\ntwo"},
		{"up from the first stays, without a history", "o|ne\ntwo", "\x1b[A", "o|ne\ntwo"},
		{"down", "one|\ntwo", "\x1b[B", "one\ntwo|"},
		{"down keeps the column", "o|ne\ntwo", "\x1b[B", "one\nt|wo"},
		{"down into a shorter line", "two|\n\no", "\x1b[B", "two\n|\no"},
		{"down to its end", "two|\no", "\x1b[B", "two\no|"},
		{"down from the last stays, without a history", "one\nt|wo", "\x1b[B", "one\nt|wo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			at(e, tt.line)
			press(e, tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// check fails the test when the line is not what it has to be, whatever was typed.
func check(t testing.TB, e *Editor) {
	t.Helper()
	text := e.Text()
	if !isClean(text) {
		t.Fatalf("the text has what is no text: %q", text)
	}
	if e.line.size != len(text) || len(text) > Capacity {
		t.Fatalf("the size is %d, of a text of %d bytes", e.line.size, len(text))
	}
	if n := strings.Count(text, newline) + 1; e.line.lines() != n {
		t.Fatalf("a text of %d lines is counted as %d", n, e.line.lines())
	}
	for _, c := range e.line.all() {
		if c.text == "" || len(c.text) > maxCharacter || len(c.text) > 1 && strings.Contains(c.text, newline) {
			t.Fatalf("%q is no character", c.text)
		}
		if slices.ContainsFunc(characters(c.text), func(part character) bool { return part != c }) {
			t.Fatalf("%q is measured as %d cells and %d", c.text, c.width, c.room)
		}
	}
}

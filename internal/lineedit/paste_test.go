package lineedit

import (
	"strings"
	"testing"
)

func pasted(text string) string { return pasteBegin + text + pasteEnd }

func TestPaste(t *testing.T) {
	for _, tt := range []struct{ name, line, text, want string }{
		{"one line is typed", "a|b", "one", "aone|b"},
		{"lines stay lines", "|", "one\ntwo", "one\ntwo|"},
		{"CR is a line end", "|", "one\rtwo\r\nthree", "one\ntwo\nthree|"},
		{"empty lines stay", "|", "one\n\n\ntwo", "one\n\n\ntwo|"},
		{"line ends around it go", "|", "\n\r\none\ntwo\r\n\n", "one\ntwo|"},
		{"nothing but line ends", "a|b", "\n\r\n", "a|b"},
		{"nothing", "a|b", "", "a|b"},
		{"into the middle of lines", "a\n|b", "1\n2", "a\n1\n2|b"},
		{"keys are no keys", "|", "a\x03b\x04c\x15d\x1b[De\td", "abcd[De d|"},
		{"sequences are no sequences", "|", "\x1b[31mred\x1b[m", "[31mred[m|"},
		{"control characters go", "|", "a\x00\x07\x7f\u0085\u009bb", "ab|"},
		{"what turns the text around goes", "|", "a\u202eb\u2066c", "abc|"},
		{"other line ends are spaces", "|", "a\u2028b\u2029c", "a b c|"},
		{"bytes that are not UTF-8", "|", "a\xff\xfe\xe4b", "a\uFFFDb|"},
		{"a mark joins what stands before", "e|x", "\u0301y", "e\u0301y|x"},
		{"a tab is a space", "|", "a\tb", "a b|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			at(e, tt.line)
			if events := press(e, pasted(tt.text)); len(events) != 0 {
				t.Errorf("it carried something out: %+v", events)
			}
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			check(t, e)
		})
	}
}

func TestAPasteIsSentByEnterAsOneMessage(t *testing.T) {
	e := newEditor(Options{})
	got := press(e, pasted("one\n/quit\nthree\n"))
	if len(got) != 0 {
		t.Fatalf("events before Enter: %+v", got)
	}
	got = press(e, "\r")
	if len(got) != 1 || got[0].Kind != Submitted || got[0].Text != "one\n/quit\nthree" {
		t.Errorf("events %+v", got)
	}
}

func TestAPasteIsCountedWhileItIsEdited(t *testing.T) {
	m := newEmulator(t, 80, 20, Options{})
	m.typed(pasted("one\ntwo"))
	m.wants("ann> [2 lines, 7 bytes: Enter sends them, Ctrl-C discards them]\none\ntwo|")
	m.typed("é")
	m.wants("ann> [2 lines, 9 bytes: Enter sends them, Ctrl-C discards them]\none\ntwoé|")
	m.typed("\x15\x7f")
	m.wants("ann> one|")
}

// Typed is no way around what pasting forbids.
func TestNoControlCharacterIsTyped(t *testing.T) {
	e := newEditor(Options{})
	for r := range rune(0x2100) {
		if r == '\r' || r == '\n' {
			continue
		}
		e.line = line{}
		press(e, "x"+string(r)+noUse)
		if !isClean(e.Text()) || strings.Contains(e.Text(), newline) {
			t.Fatalf("U+%04X makes %q", r, e.Text())
		}
	}
	for _, r := range []rune{0x202e, 0x2066, 0xfeff, 0xe0041, 0x115f, 0x3164, 0xad, 0x61c} {
		e.line = line{}
		press(e, string(r))
		if e.Text() != "" {
			t.Errorf("U+%04X makes %q", r, e.Text())
		}
	}
	e.line = line{}
	press(e, "\xff\xc0\x80\xed\xa0\x80\uE000")
	if got := strings.Trim(e.Text(), "\uFFFD"); got != "" || e.Text() == "" {
		t.Errorf("what is no character makes %q", e.Text())
	}
}

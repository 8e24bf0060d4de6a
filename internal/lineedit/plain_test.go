package lineedit

import (
	"strings"
	"testing"
)

func newPlain() *Editor {
	e := newEditor(names("ann", "anna"))
	e.SetPrompt(Span{Text: "ann", Style: "1;32"}, Span{Text: "> "})
	e.SetPlain(true)
	return e
}

// A step is what happens, and what is sent then.
func TestPlainSendsNoMoreThanItHasTo(t *testing.T) {
	type step struct{ typed, print, want string }
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"nothing until something is typed", []step{{"", "", ""}}},
		{"a message while idle is one line", []step{{"", "bob: hi\r\n", "bob: hi\r\n"}, {"", "bob: ho\r\n", "bob: ho\r\n"}}},
		{"the prompt comes with the first key", []step{{"h", "", "ann> h"}, {"i", "", "i"}, {" you", "", " you"}}},
		{"Enter ends the line", []step{{"hi", "", "ann> hi"}, {"\r", "", "\r\n"}, {"", "ann: hi\r\n", "ann: hi\r\n"}}},
		{"Enter with the message it makes", []step{{"hi", "", "ann> hi"}, {"\r", "ann: hi\r\n", "\r\nann: hi\r\n"}}},
		{"a key and Enter at once", []step{{"h", "", "ann> h"}, {"i\r", "", "i\r\n"}}},
		{"what comes after Enter at once", []step{{"hi\ryo", "", "ann> hi\r\nann> yo"}, {"u\r", "ann: hi\r\n", "u\r\nann: hi\r\n"}}},
		{"Enter in the middle", []step{{"abc\x1b[D", "", "ann> abc\b"}, {"\r", "", "\r\n"}}},
		{"Enter on nothing", []step{{"\r", "", ""}}},
		{"Backspace", []step{{"hi", "", "ann> hi"}, {"\x7f", "", "\b \b"}}},
		{"Backspace over a wide character", []step{{"a你", "", "ann> a你"}, {"\x7f", "", "\b\b  \b\b"}}},
		{"Backspace over a family", []step{{"a👨‍👩‍👧", "", "ann> a👨‍👩‍👧"}, {"\x7f", "", "\b\b  \b\b"}}},
		{"Backspace to nothing ends the line", []step{{"a", "", "ann> a"}, {"\x7f", "", "\r\n"}}},
		{"a mark is put on what is there", []step{{"e", "", "ann> e"}, {"\u0301", "", "\u0301"}, {"x\x7f", "", ""}}},
		{"Ctrl-W", []step{{"one two", "", "ann> one two"}, {"\x17", "", "\b\b\b   \b\b\b"}}},
		{"Ctrl-C", []step{{"one", "", "ann> one"}, {ctrlC, "", "\r\n"}}},
		{"cursor left and right", []step{{"a你c", "", "ann> a你c"}, {"\x1b[D", "", "\b"}, {"\x1b[D", "", "\b\b"}, {"\x1b[C", "", "你"}, {"\x05", "", "c"}}},
		{"the start of the line", []step{{"abc", "", "ann> abc"}, {"\x01", "", "\b\b\b"}, {"\x1bf", "", "abc"}}},
		{"in the middle the line is written again", []step{{"ac\x1b[D", "", "ann> ac\b"}, {"b", "", "\r\nann> abc\b"}, {"\x7f", "", "\r\nann> ac\b"}}},
		{"a message while typing", []step{{"half", "", "ann> half"}, {"", "bob: hi\r\n", "\r\nbob: hi\r\nann> half"}, {"\r", "", "\r\n"}}},
		{"a message with the cursor in the middle", []step{{"abc\x1b[D", "", "ann> abc\b"}, {"", "bob: hi\r\n", "\r\nbob: hi\r\nann> abc\b"}}},
		{"two messages at once", []step{{"half", "", "ann> half"}, {"", "bob: 1\r\nbob: 2\r\n", "\r\nbob: 1\r\nbob: 2\r\nann> half"}}},
		{"a key and a message at once", []step{{"hal", "", "ann> hal"}, {"f", "bob: hi\r\n", "\r\nbob: hi\r\nann> half"}}},
		{"a key of no use", []step{{"a", "", "ann> a"}, {noUse, "", ""}, {"\x1b[A", "", ""}}},
		{"history", []step{{"one\rtwo\r", "", "ann> one\r\nann> two\r\n"}, {ctrlP, "", "ann> two"}, {ctrlP, "", "\r\nann> one"}, {ctrlN, "", "\r\nann> two"}, {ctrlN, "", "\r\n"}}},
		{"a paste of lines", []step{{"\x1b[200~one\ntwo\r\nthree\x1b[201~", "", "ann> one | two | three"}, {"\x7f", "", "\b \b"}, {"\r", "", "\r\n"}}},
		{"search", []step{{"apple\r", "", "ann> apple\r\n"}, {ctrlR, "", "(search: ) "}, {"p", "", "\r\n(search: p) apple"}, {"z", "", "\a\r\n(not found: pz) apple"}, {ctrlG, "", "\r\n"}}},
		{"completion", []step{{"a", "", "ann> a"}, {"\t", "", "nn"}, {"\t", "", "a"}, {"\t", "", "\b \b"}}},
		{"nothing to complete", []step{{"z\t", "", "\aann> z"}}},
		{"Ctrl-L has nothing to clear", []step{{"one", "", "ann> one"}, {"\x0c", "", ""}, {"!", "", "!"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newPlain()
			for i, s := range tt.steps {
				press(e, s.typed)
				got := string(e.Render(nil, []byte(s.print)))
				if strings.ContainsRune(got, '\x1b') {
					t.Errorf("step %d sends an escape sequence: %q", i, got)
				}
				if got != s.want {
					t.Fatalf("step %d, %q and %q, sends %q, want %q", i, s.typed, s.print, got, s.want)
				}
			}
		})
	}
}

func TestPlainLeavesAndResizesWithoutATrace(t *testing.T) {
	e := newPlain()
	press(e, "half")
	e.Render(nil, nil)
	e.Resize(20, 5)
	if got := string(e.Render(nil, nil)); got != "" {
		t.Errorf("a resize sends %q", got)
	}
	if got := string(e.Leave(nil)); got != "\r\n" {
		t.Errorf("leaving sends %q", got)
	}
	if got := string(e.Leave(nil)); got != "" {
		t.Errorf("leaving again sends %q", got)
	}
	if got := string(e.Render(nil, nil)); got != "ann> half" {
		t.Errorf("coming back sends %q", got)
	}
}

func TestPlainCanBeSwitched(t *testing.T) {
	m := newEmulator(t, 20, 6, Options{})
	m.typed("dra")
	toPlain := m.Leave(nil)
	m.SetPlain(true)
	toPlain = m.Render(toPlain, []byte("bob: hi\r\n"))
	if got, want := string(toPlain), "\r\nbob: hi\r\nann> dra"; !strings.HasSuffix(got, want) {
		t.Errorf("to plain: %q, want %q", got, want)
	}
	m.draw(string(toPlain))
	m.Resize(30, 6)
	m.sheet().resize(30, 6)
	m.draw(string(m.Leave(nil)))
	m.SetPlain(false)
	m.print("bob: ho\r\n")
	m.wants("ann> dra\nbob: hi\nann> dra\nbob: ho\nann> dra|")
}

// What is kept for the next Render can be seen, so that whoever calls can stop
// typing.
func TestPlainTellsWhatItKeeps(t *testing.T) {
	e := newPlain()
	press(e, strings.Repeat("0123456789\r", 100))
	if got, want := e.Unsent(), 100*len("ann> 0123456789\r\n"); got != want {
		t.Errorf("it keeps %d bytes, want %d", got, want)
	}
	e.Render(nil, nil)
	if got := e.Unsent(); got != 0 {
		t.Errorf("it keeps %d bytes of what was sent", got)
	}
	press(e, "hi\r")
	if got := string(e.Leave(nil)); got != "ann> hi\r\n" || e.Unsent() != 0 {
		t.Errorf("leaving sends %q", got)
	}
	e.SetPlain(false)
	press(e, "hi\r")
	if got := e.Unsent(); got != 0 {
		t.Errorf("a screen keeps %d bytes", got)
	}
}

// Whatever is typed: no escape sequence.
func TestPlainNeverMovesTheCursorUp(t *testing.T) {
	e := newPlain()
	for i, p := range append(pieces, "\x0c", "\t", ctrlR, "zzz", ctrlG) {
		press(e, p)
		var text []byte
		if i%3 == 0 {
			text = []byte("bob: hi\r\n")
		}
		got := string(e.Render(nil, text))
		if rest := strings.NewReplacer("\r\n", "", "\b", "", "\a", "").Replace(got); strings.ContainsFunc(rest, isControl) {
			t.Errorf("%q sends %q", p, got)
		}
	}
}

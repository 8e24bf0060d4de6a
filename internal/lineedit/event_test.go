package lineedit

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// isClean tells whether text is UTF-8 without any control character but newline.
func isClean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(strings.ReplaceAll(text, newline, ""), isControl)
}

func TestWhatComesOfTyping(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		want       []Event
		line       string
	}{
		{"Enter submits", "hello\r", []Event{{Kind: Submitted, Text: "hello"}}, "|"},
		{"from the middle too", "hello\x01\r", []Event{{Kind: Submitted, Text: "hello"}}, "|"},
		{"Enter on an empty line", "\r", []Event{{Kind: Submitted}}, "|"},
		{"CR LF is one Enter", "a\r\nb\r\n", []Event{{Kind: Submitted, Text: "a"}, {Kind: Submitted, Text: "b"}}, "|"},
		{"LF is one", "a\nb\n", []Event{{Kind: Submitted, Text: "a"}, {Kind: Submitted, Text: "b"}}, "|"},
		{"the Enter of the number pad", "a\x1bOM", []Event{{Kind: Submitted, Text: "a"}}, "|"},
		{"lines typed with Alt-Enter", "a\x1b\rb\r", []Event{{Kind: Submitted, Text: "a\nb"}}, "|"},

		{"Ctrl-C clears the line", "hello\x03", nil, "|"},
		{"Ctrl-C on an empty line is noted", "\x03", []Event{{Kind: Interrupted}}, "|"},
		{"and the second leaves", "\x03\x03", []Event{{Kind: Interrupted}, {Kind: Left}}, "|"},
		{"clearing is not the first", "hello\x03\x03", []Event{{Kind: Interrupted}}, "|"},
		{"a key between begins again", "\x03a\x03\x03", []Event{{Kind: Interrupted}, {Kind: Interrupted}}, "|"},
		{"a key of no use too", "\x03\x1b[15~\x03", []Event{{Kind: Interrupted}, {Kind: Interrupted}}, "|"},
		{"a search too", "\x03\x12\x03\x03", []Event{{Kind: Interrupted}, {Kind: Interrupted}}, "|"},

		{"Ctrl-D on an empty line leaves", "\x04", []Event{{Kind: Left}}, "|"},
		{"Ctrl-D in a text does not", "ab\x04", nil, "ab|"},
		{"what is deleted to the end leaves then", "a\x01\x04\x04", []Event{{Kind: Left}}, "|"},

		{"Alt-Up goes back", "dr\x1b[1;3A", []Event{{Kind: Back}}, "dr|"},
		{"Alt-Down goes forward", "dr\x1b[1;3B", []Event{{Kind: Forward}}, "dr|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			if got := press(e, tt.keys); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("events %+v, want %+v", got, tt.want)
			}
			if got := shown(e); got != tt.line {
				t.Errorf("the line is %q, want %q", got, tt.line)
			}
		})
	}
}

func TestTypeStopsAtWhatComesOfAKey(t *testing.T) {
	e := newEditor(Options{})
	ev, rest := e.Type([]byte("one\rtwo\rthr"))
	if ev.Text != "one" || string(rest) != "two\rthr" || e.Text() != "" {
		t.Errorf("event %+v, rest %q, line %q", ev, rest, e.Text())
	}
	ev, rest = e.Type(rest)
	if ev.Text != "two" || string(rest) != "thr" {
		t.Errorf("event %+v, rest %q", ev, rest)
	}
	ev, rest = e.Type(rest)
	if ev.Kind != None || len(rest) != 0 || e.Text() != "thr" {
		t.Errorf("event %+v, rest %q, line %q", ev, rest, e.Text())
	}
}

func TestWhatIsTooLongStaysAndTellsItsSize(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		want       Event
	}{
		{"bytes", strings.Repeat("é", 6), Event{Kind: TooLong, Size: 12, Lines: 1}},
		{"lines", "\x1b[200~a\nb\nc\nd\x1b[201~", Event{Kind: TooLong, Size: 7, Lines: 4}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{Max: 11, MaxLines: 3})
			press(e, tt.keys)
			before := shown(e)
			got := press(e, "\r")
			if !reflect.DeepEqual(got, []Event{tt.want}) {
				t.Errorf("events %+v, want %+v", got, tt.want)
			}
			if shown(e) != before {
				t.Errorf("the line is %q, was %q", shown(e), before)
			}
			press(e, "\x7f\x7f") // editable: made shorter it goes
			if got := press(e, "\r"); len(got) != 1 || got[0].Kind != Submitted || e.Text() != "" {
				t.Errorf("made shorter, events %+v", got)
			}
		})
	}
}

func TestAPasteOverTheLimitStaysToBeMadeShorter(t *testing.T) {
	e := newEditor(Options{})
	press(e, "\x1b[200~"+strings.Repeat("x", 5000)+"\x1b[201~")
	if got := press(e, "\r"); len(got) != 1 || got[0].Kind != TooLong || got[0].Size != 5000 {
		t.Fatalf("events %+v", got)
	}
	press(e, strings.Repeat("\x7f", 5000-4096))
	if got := press(e, "\r"); len(got) != 1 || got[0].Kind != Submitted || len(got[0].Text) != 4096 {
		t.Errorf("events %+v", got)
	}
}

func TestALineHoldsSixteenKiB(t *testing.T) {
	filled := func() *Editor {
		e := newEditor(Options{})
		press(e, "\x1b[200~"+strings.Repeat("x", Capacity)+"\x1b[201~")
		if len(e.Text()) != Capacity {
			t.Fatalf("it holds %d bytes", len(e.Text()))
		}
		return e
	}
	for _, tt := range []struct {
		name, keys string
		size       int
	}{
		{"a letter more", "y", 1},
		{"a mark more", "\u0301", 2},
		{"a wide one more", "你", 3},
		{"a line end more", "\x1b\r", 1},
		{"a paste more", "\x1b[200~yyyyy\x1b[201~", 5},
		{"a paste that is more than one holds", "\x1b[200~" + strings.Repeat("y", maxPaste+7) + "\x1b[201~", maxPaste + 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := filled()
			got := press(e, tt.keys)
			if want := []Event{{Kind: Full, Size: tt.size}}; !reflect.DeepEqual(got, want) {
				t.Errorf("events %+v, want %+v", got, want)
			}
			if e.Text() != strings.Repeat("x", Capacity) {
				t.Error("the line has changed")
			}
			check(t, e)
		})
	}
	t.Run("what was cut can be put back", func(t *testing.T) {
		e := filled()
		if got := press(e, "\x15\x19"); len(got) != 0 || len(e.Text()) != Capacity {
			t.Errorf("events %+v, %d bytes", got, len(e.Text()))
		}
		if got := press(e, "\x19"); len(got) != 1 || got[0].Kind != Full || got[0].Size != Capacity {
			t.Errorf("put back twice, events %+v", got)
		}
	})
	t.Run("an empty line holds no more either", func(t *testing.T) {
		e := newEditor(Options{})
		got := press(e, "\x1b[200~"+strings.Repeat("y", Capacity+7)+"\x1b[201~")
		if want := []Event{{Kind: Full, Size: 7}}; !reflect.DeepEqual(got, want) || e.Text() != "" {
			t.Errorf("events %+v, want %+v, %d bytes", got, want, len(e.Text()))
		}
	})
}

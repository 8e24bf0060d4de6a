package lineedit

import (
	"strings"
	"testing"
	"time"
)

// cut stands in tests where a piece ends.
const cut = "·"

// typedInTime types text piece by piece. Between two are so many milliseconds; what the
// editor waits for meanwhile, it is told. It returns what was entered, and what is in the line.
func typedInTime(text string, ms int) string {
	e := newEditor(Options{})
	var entered strings.Builder
	take := func(data []byte) {
		for {
			ev, rest := e.Type(data)
			if ev.Kind == Submitted {
				entered.WriteString(ev.Text + "\n")
			}
			if ev.Kind == None {
				return
			}
			data = rest
		}
	}
	pass := func(gap time.Duration) {
		if p := e.Patience(); p > 0 && gap >= p {
			_, held := e.Idle()
			take(held)
			gap -= p
		}
		e.Pause(gap)
	}
	for n, piece := range strings.Split(text, cut) {
		if n > 0 {
			pass(time.Duration(ms) * time.Millisecond)
		}
		take([]byte(piece))
	}
	pass(time.Second)
	return entered.String() + e.Text()
}

// oneByOne is text, cut after each character.
func oneByOne(text string) string { return strings.Join(strings.Split(text, ""), cut) }

// A terminal's answer is none of the line, in whatever pieces it comes, if less than 0.5 s are
// between two of them.
func TestAnswersInPieces(t *testing.T) {
	for _, answer := range []string{
		"\x1b]11;rgb:1/2/3\a", "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", "\u009d4;1;rgb:0/0/0\u009c", "\x1b]52;c;aGk=\x1b\\", "\x1b]1337;Capabilities=x\a",
		"\x1bP>|xterm(388)\x1b\\", "\x1bP1$r0m\x1b\\", "\x1bP1+r544e=78\x1b\\", "\x1bP!|00000000\x1b\\", "\x1bP1!~1A2B\x1b\\", "\x1bP@kitty-cmd{}\x1b\\",
		"\x1b_Gi=1;OK\x1b\\", "\x1b[?62;1;4c", "\x1b[12;40R", "\x1b[?2026;2$y",
	} {
		for _, ms := range []int{1, 40, 60, 300, 490} {
			if got := typedInTime(oneByOne(answer+"z"), ms); got != "z" {
				t.Errorf("%q, byte by byte every %d ms, and z, make %q", answer, ms, got)
			}
			for i := 1; i < len(answer); i++ {
				for j := i + 1; j < len(answer); j++ {
					if got := typedInTime(answer[:i]+cut+answer[i:j]+cut+answer[j:]+cut+"z", ms); got != "z" {
						t.Errorf("%q, cut at %d and %d for %d ms, and z, make %q", answer, i, j, ms, got)
					}
				}
			}
		}
	}
}

// What no terminal sends as an answer is a string too, if it begins as one that is sent at
// once.
func TestOtherStringsInPieces(t *testing.T) {
	for _, tt := range []string{"\x1b]he·llo\a", "\x1b]lti·tle\x1b·\\", "\x1bPab·cd\x1b\\", "\x1b_ab·c\x1b\\", "\x1b^pri·vate\x1b\\", "\x1bXab·c·d\u009c"} {
		if got := typedInTime(tt+"z", 300); got != "z" {
			t.Errorf("%q and z make %q", tt, got)
		}
	}
	for _, kind := range "]PX^_" {
		for _, text := range []string{"a", "some text", "é", "1"} {
			if got := typedInTime(oneByOne("\x1b"+string(kind)+text+"\x1b\\z"), 40); got != "z" {
				t.Errorf("ESC %c %s, every 40 ms, and z, make %q", kind, text, got)
			}
		}
	}
}

// A person who types Alt-], or another key that is the begin of a string, and then types on,
// loses none of the keys after it.
func TestString_KeysAfterItsBeginning(t *testing.T) {
	for _, kind := range []string{"\x1b]", "\x1bP", "\x1bX", "\x1b^", "\x1b_", "\u009d", "\u0090"} {
		for _, text := range []string{
			"hello\r", "\r", "h", "11\r", "2024 is over\r", "12345678901234567890", "1", "1;", "é\r", "漢字\r", "!users\r", "$5\r", "@ops hi\r", "Good\r", "Gi\r", ">x\r",
			"\x7fx", "\bx", "\tx", "l", "[x", "/quit\r", " x",
		} {
			want := strings.TrimLeft(strings.ReplaceAll(text, "\r", "\n"), "\x7f\b\t\n")
			if kind == "\x1b]" && text == "1;" || kind == "\u009d" && text == "1;" {
				want = "" // an answer begins so
			}
			if text == "\r" {
				want = "\n"
			}
			for _, ms := range []int{60, 120, 300, 600} {
				if ms == 600 && text == "1;" {
					want = "1;"
				}
				if got := typedInTime(kind+cut+oneByOne(text), ms); got != want {
					t.Errorf("%q and %q, every %d ms, make %q, want %q", kind, text, ms, got, want)
				}
			}
		}
		// An arrow, and Ctrl-C, are what they are.
		for text, want := range map[string]string{"1·\x1b[D·2": "21", "1·\x03·2": "2", "1·\x1bb·2": "21", "h·\x1b]·i": "hi"} {
			if got := typedInTime(kind+cut+text, 120); got != want {
				t.Errorf("%q and %q make %q, want %q", kind, text, got, want)
			}
		}
	}
	for _, begin := range []string{"\x1b[", "\x1bO", "\x1b/", "\x1b(", "\x1b#", "\x1b "} {
		if got := typedInTime(begin+cut+oneByOne("hello\r"), 120); got != "hello\n" {
			t.Errorf("%q and hello make %q", begin, got)
		}
	}
}

// What is held for a moment, since an answer may begin so, is shown when nothing follows; and
// it waits for nothing else.
func TestWhatMayBeAnAnswerIsHeldForAMoment(t *testing.T) {
	e := newEditor(Options{})
	atOnce(e, "\x1b]")
	if e.Patience() != 0 {
		t.Errorf("behind the begin it waits for %s", e.Patience())
	}
	e.Pause(100 * time.Millisecond)
	atOnce(e, "1")
	if e.Patience() != keyPatience || e.Text() != "" {
		t.Fatalf("it waits for %s, and %q is in the line", e.Patience(), e.Text())
	}
	ev, held := e.Idle()
	atOnce(e, string(held))
	if ev.Kind != None || e.Text() != "1" || e.Patience() != 0 {
		t.Errorf("%v, %q, %s", ev, e.Text(), e.Patience())
	}
	atOnce(e, "\x1b]11;rgb:1e")
	if e.Patience() != 0 {
		t.Errorf("within an answer it waits for %s", e.Patience())
	}
}

package lineedit

import (
	"slices"
	"strings"
	"testing"
	"time"
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

// What comes in one piece with the end of a paste is pasted, and what comes in further
// pieces before another end. Nothing of it is carried out.
func TestThreat44_APasteSmugglesNothing(t *testing.T) {
	const quit = "\x03\x04\r/quit\r"
	for _, tt := range []struct {
		name   string
		pieces []string
		want   string
	}{
		{"in one piece", []string{pasted("one" + pasteEnd + quit)}, "one\n/quit|"},
		{"without the end of the terminal", []string{pasted("one") + quit}, "one\n/quit|"},
		{"cut behind the end", []string{pasted("one"), quit + pasteEnd}, "one\n/quit|"},
		{"cut in the end", []string{pasteBegin + "one\x1b[20", "1~" + quit + pasteEnd}, "one\n/quit|"},
		{"cut behind Enter", []string{pasted("one") + "\r", "/quit\r", "\r" + pasteEnd}, "one/quit|"},
		{"cut in the last end", []string{pasted("one") + quit + "\x1b[2", "01~"}, "one\n/quit|"},
		{"many ends", []string{pasted("one") + "\r/a\r" + pasteEnd, "\r/b\r", pasteEnd + "\r/c\r", "\r/d\r" + pasteEnd}, "one\n/a\n/b\n\n/c\n/d|"},
		{"an end of C1", []string{pasteBegin + "one" + pasteEndC1 + quit + pasteEnd}, "one\n/quit|"},
		{"another paste", []string{pasted("one"), pasted("\rtwo")}, "one\ntwo|"},
		{"nothing before", []string{pasted(""), "/quit\r" + pasteEnd}, "/quit|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			for _, p := range tt.pieces {
				e.Pause(keysPatience - 1)
				if got := slices.DeleteFunc(atOnce(e, p), isEnterPasted); len(got) > 0 {
					t.Errorf("carried out: %v", got)
				}
			}
			if ev, rest := e.Idle(); ev.Kind != None || len(rest) > 0 {
				t.Errorf("left are %v and %q", ev, rest)
			}
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := atOnce(e, "\r"); len(got) != 1 || got[0].Kind != Submitted {
				t.Errorf("Enter: %v", got)
			}
		})
	}
}

func isEnterPasted(e Event) bool { return e.Kind == EnterPasted }

// Enter that comes in one piece with the end of a paste sends nothing, and that is told.
func TestEnterInOnePieceWithAPasteIsTold(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		told       bool
	}{
		{"CR", pasted("one") + "\r", true},
		{"LF", pasted("one") + "\n", true},
		{"a long paste", pasted(strings.Repeat("x", 200)) + "\r", true},
		{"keys and Enter", pasted("one") + "!\r", true},
		{"no Enter", pasted("one") + "!", false},
		{"within the paste", pasted("one\r") + "!", false},
		{"the end in the middle", pasted("one" + pasteEnd + "\r/quit\r"), false},
	} {
		e := newEditor(Options{})
		got := atOnce(e, tt.text)
		if told := len(got) == 1 && isEnterPasted(got[0]); told != tt.told || len(got) > 1 {
			t.Errorf("%s: %v", tt.name, got)
		}
		if e.Idle(); len(atOnce(e, "\r")) != 1 {
			t.Errorf("%s: Enter does not send it", tt.name)
		}
		if got := atOnce(e, pasted("two")); len(got) != 0 {
			t.Errorf("%s: another paste: %v", tt.name, got)
		}
	}
}

// What a person types after a paste is keys, a moment later where they are quick.
func TestPaste_KeysAfterIt(t *testing.T) {
	for _, quick := range []bool{false, true} {
		e := newEditor(Options{})
		atOnce(e, pasted("one"))
		if !quick {
			e.Idle()
		}
		e.Pause(keysPatience - 1)
		got := atOnce(e, "!\r")
		if quick {
			if len(got) > 0 || shown(e) != "one|" {
				t.Errorf("it is not held: %v, %q", got, shown(e))
			}
			if e.Patience() != keysPatience {
				t.Errorf("it is held for %s", e.Patience())
			}
			_, held := e.Idle()
			got = atOnce(e, string(held))
		}
		if len(got) != 1 || got[0].Text != "one!" || e.Patience() != 0 {
			t.Errorf("quick %v: %v, %s", quick, got, e.Patience())
		}
	}
}

// typedEvery types each of keys after a pause, and waits for as long as the editor does. It
// returns when something was first shown.
func typedEvery(e *Editor, every time.Duration, keys []string) (shows time.Duration, events []Event) {
	now, shows := time.Duration(0), time.Duration(-1)
	before := e.Text()
	for _, k := range keys {
		waited := time.Duration(0)
		for p := e.Patience(); p > 0 && waited+p <= every; p = e.Patience() {
			waited += p
			ev, rest := e.Idle()
			if ev.Kind != None {
				events = append(events, ev)
			}
			events = append(events, atOnce(e, string(rest))...)
			if shows < 0 && (e.Text() != before || len(events) > 0) {
				shows = now + waited
			}
		}
		now += every
		e.Pause(every)
		events = append(events, atOnce(e, k)...)
		if shows < 0 && (e.Text() != before || len(events) > 0) {
			shows = now
		}
	}
	return shows, events
}

// A person who types on after a paste, without a pause, sees it soon.
func TestPaste_KeysAfterItAreHeldForASecondAtMost(t *testing.T) {
	for _, every := range []time.Duration{time.Millisecond, 33 * time.Millisecond, 150 * time.Millisecond, 199 * time.Millisecond} {
		for _, key := range []string{"x", "\x1b[120u", "\x03", "\r"} {
			e := newEditor(Options{})
			atOnce(e, pasted("one"))
			n := int(15 * time.Second / every)
			if every == time.Millisecond {
				n = maxHeldKeys / len(key) // as much as a person types
			}
			shows, events := typedEvery(e, every, slices.Repeat([]string{key}, n))
			if every > time.Millisecond && (shows < 0 || shows > maxHold+every) {
				t.Errorf("%q each %s is first seen after %s", key, every, shows)
			}
			if key == "\x03" && every > time.Millisecond && !slices.ContainsFunc(events, func(e Event) bool { return e.Kind == Interrupted }) {
				t.Errorf("Ctrl-C each %s does nothing: %v", every, events)
			}
			if _, rest := e.Idle(); every == time.Millisecond && len(rest) != n*len(key) {
				t.Errorf("held are %q", rest)
			}
		}
	}
}

// What no keyboard sends is held until its end comes, however slow the network is.
func TestThreat44_ASlowPasteSmugglesNothing(t *testing.T) {
	e := newEditor(Options{})
	atOnce(e, pasted("one"))
	pieces := slices.Repeat([]string{strings.Repeat("x", 500) + "\r/quit\r\x03"}, 30) // 15 KB at 4 KB a second
	if shows, events := typedEvery(e, 120*time.Millisecond, append(pieces, pasteEnd)); shows != 31*120*time.Millisecond || len(events) > 0 {
		t.Errorf("after %s: %v", shows, events)
	}
	if got := shown(e); !strings.HasSuffix(got, "/quit|") {
		t.Errorf("in the line is %.20q", got)
	}
}

// At the end of the input what is held is typed, and a paste without an end is not.
func TestWhatIsHeldAtTheEndIsTyped(t *testing.T) {
	for _, tt := range []struct {
		pieces []string
		want   string
	}{
		{[]string{pasted("one"), "!\r"}, "!\r"},
		{[]string{pasted("one"), "!", "\r", "two\r"}, "!\rtwo\r"},
		{[]string{pasted("one") + "\r"}, ""},
		{[]string{pasteBegin + "one\r"}, ""},
		{[]string{pasted("one"), pasteBegin + "two\r/quit\r"}, ""},
		{[]string{"one", "\r"}, ""},
		{[]string{"\x1b]1"}, "1"},
	} {
		e := newEditor(Options{})
		for _, p := range tt.pieces {
			e.Pause(100 * time.Millisecond)
			atOnce(e, p)
		}
		if ev, keys := e.EOF(); ev.Kind != None || string(keys) != tt.want {
			t.Errorf("behind %q: %v, %q", tt.pieces, ev, keys)
		}
	}
}

func TestAPasteIsCutOff(t *testing.T) {
	e := newEditor(Options{})
	atOnce(e, pasteBegin+"one\x03\r/quit\r")
	if e.Patience() != pastePatience {
		t.Errorf("it waits for %s", e.Patience())
	}
	if ev, rest := e.Idle(); ev.Kind != CutOff || len(rest) > 0 || shown(e) != "one\n/quit|" || e.Patience() != 0 {
		t.Fatalf("%v, %q, %q, %s", ev, rest, shown(e), e.Patience())
	}
	// The rest of it comes after all.
	e.Pause(time.Minute)
	if got := atOnce(e, "\r/list\r"+pasteEnd); len(got) > 0 || shown(e) != "one\n/quit\n/list|" {
		t.Errorf("%v, %q", got, shown(e))
	}
	// And then keys.
	e.Idle()
	if got := atOnce(e, "\x03\x03"); len(got) != 1 || got[0].Kind != Interrupted {
		t.Errorf("%v, %q", got, shown(e))
	}
	// Ctrl-C after one that is cut off is a key.
	atOnce(e, pasteBegin)
	if ev, _ := e.Idle(); ev.Kind != CutOff {
		t.Errorf("an empty one: %v", ev)
	}
	atOnce(e, "\x03")
	_, held := e.Idle()
	if got := atOnce(e, string(held)); len(got) != 1 || got[0].Kind != Interrupted || e.Patience() != 0 {
		t.Errorf("%v, %s", got, e.Patience())
	}
	// One that is too long is told as such.
	atOnce(e, pasteBegin+strings.Repeat("x", maxPaste+1))
	if ev, _ := e.Idle(); ev.Kind != Full || e.Patience() != 0 {
		t.Errorf("one that is too long: %v, %s", ev.Kind, e.Patience())
	}
}

// Keys after a paste that are more than one holds are no keys.
func TestPaste_HoldsMoreThanAPersonTypes(t *testing.T) {
	e := newEditor(Options{})
	atOnce(e, pasted("one"))
	e.Pause(time.Millisecond)
	atOnce(e, strings.Repeat("/quit\r", maxPaste))
	if ev, rest := e.Idle(); ev.Kind != Full || len(rest) > 0 || shown(e) != "one|" || e.Patience() != 0 {
		t.Errorf("%v, %q, %q, %s", ev.Kind, rest, shown(e), e.Patience())
	}
}

func TestTheVersionOfATerminalIsToldAndNothingElse(t *testing.T) {
	e := newEditor(Options{})
	at(e, "one two|")
	press(e, "\x17") // what is cut next is added to it
	e.Render(nil, nil)
	got := press(e, "\x1bP>|WezTerm 20240203\x1b\\")
	if len(got) != 1 || got[0].Kind != Version || got[0].Text != "WezTerm 20240203" || e.Stale() {
		t.Errorf("%v, stale %v", got, e.Stale())
	}
	if press(e, "\x17\x19"); shown(e) != "one two|" {
		t.Errorf("the line is %q", shown(e))
	}
}

package lineedit

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

//go:embed testdata/terminals.txt
var terminalsText string

// sent is what a terminal sends for a key.
type sent struct{ terminal, capability, bytes string }

// allSent is the table of testdata/terminals.txt.
func allSent(t *testing.T) []sent {
	t.Helper()
	var all []sent
	terminal := ""
	for line := range strings.SplitSeq(terminalsText, "\n") {
		if name, escaped, ok := strings.Cut(strings.TrimSpace(line), "="); ok && line[0] == ' ' {
			all = append(all, sent{terminal, name, unescaped(t, escaped)})
		} else if line != "" && line[0] != '#' {
			terminal = line
		}
	}
	if len(all) < 1500 {
		t.Fatalf("%d keys in the table", len(all))
	}
	return all
}

// unescaped is a string of terminfo(5).
func unescaped(t *testing.T, s string) string {
	s = regexp.MustCompile(`(^|[^\\])\^(.)`).ReplaceAllStringFunc(s, func(c string) string {
		return c[:len(c)-2] + string(rune(c[len(c)-1]^0x40))
	})
	s, err := strconv.Unquote(`"` + strings.NewReplacer(`\E`, `\x1b`, `\^`, `^`, `\,`, `,`, `\s`, ` `).Replace(s) + `"`)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// meanings are the keys of capabilities; those in capitals with Shift.
var meanings = map[string]rune{
	"kcuu1": keyUp, "kcud1": keyDown, "kcub1": keyLeft, "kcuf1": keyRight, "kUP": keyUp, "kDN": keyDown, "kLFT": keyLeft, "kRIT": keyRight,
	"kri": keyUp, "kind": keyDown, // to scroll, with Shift
	"khome": keyHome, "kfnd": keyHome, "kHOM": keyHome, "kFND": keyHome, "kend": keyEnd, "kslt": keyEnd, "kEND": keyEnd,
	"kdch1": keyDelete, "kDC": keyDelete, "kbs": backspace, "kcbt": keyBackTab, "kcbt2": keyBackTab, "kent": enter,
}

// meaning is the key that a capability is for; any says that it is one, whatever its
// terminal has on that key of the number pad.
func meaning(capability string) (k key, any bool) {
	if name, ok := meanings[capability]; ok {
		return key{name: name}, false
	}
	last := len(capability) - 1
	if name, ok := meanings[capability[:last]]; ok && capability[last] >= '3' && capability[last] <= '8' && capability[1] < 'a' {
		return key{name, true}, false
	}
	return key{name: keyUnknown}, regexp.MustCompile(`^k([abc][123]|p[0-9A-Z]+|f0)$`).MatchString(capability)
}

// alike are keys that do the same.
var alike = map[key]key{
	{name: ctrl('h')}: {name: backspace},
	{'\t', true}:      {name: keyBackTab}, // the Linux console
}

// Every key of every terminal is what it is, whatever comes after it, and in whatever
// pieces.
func TestKeysOfTerminals(t *testing.T) {
	for _, s := range allSent(t) {
		want, any := meaning(s.capability)
		for cut := range len(s.bytes) {
			data := []byte(s.bytes + "x")
			got := decoded(data[:cut], data[cut:])
			if len(got) != 2 || got[1].key != (key{name: 'x'}) {
				t.Fatalf("%s: %s (%q) and x, cut at %d, are %v", s.terminal, s.capability, s.bytes, cut, got)
			}
			k := got[0].key
			if same, ok := alike[k]; ok {
				k = same
			}
			if k != want && !any {
				t.Errorf("%s: %s (%q) is %v, want %v", s.terminal, s.capability, s.bytes, k, want)
			}
		}
	}
}

// What a key does in one terminal it does in all.
func TestKeysDoTheSameInEveryTerminal(t *testing.T) {
	const before = "one tw|o"
	does := map[string]string{
		"kcub1": "one t|wo", "kcuf1": "one two|", "kLFT": "one t|wo", "kRIT": "one two|",
		"kLFT3": "one |two", "kLFT5": "one |two", "kRIT3": "one two|", "kRIT5": "one two|",
		"khome": "|one two", "kend": "one two|", "kHOM": "|one two", "kEND": "one two|",
		"kdch1": "one tw|", "kbs": "one t|o", "kcuu1": "earlier|",
		"kcud1": before, "kcbt": before, "kich1": before, "kpp": before, "knp": before,
	}
	for n := range 20 {
		does["kf"+strconv.Itoa(n+1)] = before
	}
	events := map[string]EventKind{"kUP3": Back, "kUP5": Back, "kDN3": Forward, "kDN5": Forward, "kent": Submitted}
	shownBy := make(map[string]int)
	for _, s := range allSent(t) {
		e := newEditor(Options{})
		press(e, "earlier\r")
		at(e, before)
		got := press(e, s.bytes)
		if want, ok := does[s.capability]; ok {
			shownBy[s.capability]++
			if shown(e) != want || len(got) > 0 {
				t.Errorf("%s: %s makes %s of %s, and %v", s.terminal, s.capability, shown(e), before, got)
			}
		}
		if want, ok := events[s.capability]; ok {
			shownBy[s.capability]++
			if !slices.ContainsFunc(got, func(e Event) bool { return e.Kind == want }) {
				t.Errorf("%s: %s does %v", s.terminal, s.capability, got)
			}
		}
	}
	if want := len(does) + len(events); len(shownBy) != want {
		t.Errorf("%d keys of %d are in the table", len(shownBy), want)
	}
}

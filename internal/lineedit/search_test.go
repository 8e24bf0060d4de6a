package lineedit

import (
	"strings"
	"testing"
)

// searchLabel is what stands before the line while there is a search.
func searchLabel(e *Editor) string {
	if e.search == nil {
		return ""
	}
	return e.search.prompt()[0].Text
}

func TestSearch(t *testing.T) {
	const entered = "apple pie\rbanana\rApple\rcherry\r"
	const label = "(search: "
	for _, tt := range []struct{ name, keys, want, label string }{
		{"nothing looked for", "dra" + ctrlR, "dra|", label + ") "},
		{"the newest, without case", ctrlR + "app", "Apple|", label + "app) "},
		{"letter by letter", ctrlR + "apple p", "apple pie|", label + "apple p) "},
		{"the older", ctrlR + "app" + ctrlR, "apple pie|", label + "app) "},
		{"no older: what was found stays", ctrlR + "app" + ctrlR + ctrlR, "apple pie|", "(not found: app) "},
		{"not found", "dra" + ctrlR + "zzz", "dra|", "(not found: zzz) "},
		{"not found any more: what was found stays", ctrlR + "appx", "Apple|", "(not found: appx) "},
		{"Backspace looks again", ctrlR + "appx\x7f", "Apple|", label + "app) "},
		{"Ctrl-H too", ctrlR + "appx\x08", "Apple|", label + "app) "},
		{"Ctrl-R alone goes back", ctrlR + ctrlR + ctrlR, "Apple|", label + ") "},

		{"Ctrl-G gives up", "dra" + ctrlR + "app" + ctrlG, "dra|", ""},
		{"Ctrl-C gives up and no more", "dra" + ctrlR + "app" + ctrlC, "dra|", ""},
		{"with the cursor where it was", "dra\x01" + ctrlR + "app" + ctrlG, "|dra", ""},
		{"with nothing found too", "dra\x02" + ctrlR + "zzz" + ctrlG, "dr|a", ""},
		{"an arrow takes it and moves", ctrlR + "app\x1b[D", "Appl|e", ""},
		{"a bound key takes it and is carried out", ctrlR + "app\x01", "|Apple", ""},
		{"a key of no use takes it", ctrlR + "app" + noUse, "Apple|", ""},
		{"Alt and a letter is no letter", ctrlR + "app\x1bb", "|Apple", ""},
		{"a paste takes it", ctrlR + "app\x1b[200~!\x1b[201~", "Apple!|", ""},
		{"Tab takes it", ctrlR + "app\t", "Apple|", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			press(e, entered)
			if events := press(e, tt.keys); len(events) != 0 {
				t.Errorf("events: %v", events)
			}
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := searchLabel(e); got != tt.label {
				t.Errorf("the label is %q, want %q", got, tt.label)
			}
		})
	}
	t.Run("Enter sends what was found", func(t *testing.T) {
		e := newEditor(Options{})
		press(e, entered)
		got := press(e, "dra"+ctrlR+"pie\r")
		if len(got) != 1 || got[0].Kind != Submitted || got[0].Text != "apple pie" || searchLabel(e) != "" {
			t.Errorf("events %+v", got)
		}
	})
}

func TestSearchGoesByWholeCharacters(t *testing.T) {
	e := newEditor(Options{})
	press(e, "to 👨‍👩‍👧\rother\r"+ctrlR+"👨‍👩‍👧")
	if got := shown(e); got != "to 👨‍👩‍👧|" {
		t.Errorf("got %q", got)
	}
	press(e, "\x7f")
	if got := searchLabel(e); got != "(search: ) " {
		t.Errorf("the label is %q", got)
	}
}

func TestWhatIsSearchedForIsSafeAndShort(t *testing.T) {
	e := newEditor(Options{})
	press(e, ctrlR+"a\u202e\u0085b"+strings.Repeat("x", 5000))
	if got := searchLabel(e); len(got) > 256 || !isClean(got) || !strings.HasPrefix(got, "(not found: abxxx") {
		t.Errorf("the label is %q", got)
	}
}

func TestSearchRingsWhenThereIsNone(t *testing.T) {
	m := newEmulator(t, 60, 10, Options{})
	m.typed("apple\r", ctrlR, "a")
	if m.sheet().bells != 0 {
		t.Error("it rang for what there is")
	}
	m.typed("z")
	if m.sheet().bells != 1 {
		t.Errorf("it rang %d times for what there is not", m.sheet().bells)
	}
	m.typed(ctrlR)
	if m.sheet().bells != 2 {
		t.Errorf("it rang %d times for no older", m.sheet().bells)
	}
}

func TestSearchIsShownInPlaceOfThePrompt(t *testing.T) {
	m := newEmulator(t, 60, 10, Options{})
	m.typed("apple\r", "dra", ctrlR, "p")
	m.wants("(search: p) apple|")
	m.print("bob: hi\r\n")
	m.wants("bob: hi\n(search: p) apple|")
	m.typed("z")
	m.wants("bob: hi\n(not found: pz) apple|")
	m.typed(ctrlG)
	m.wants("bob: hi\nann> dra|")
}

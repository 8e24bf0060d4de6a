package lineedit

import (
	"slices"
	"strings"
	"testing"
)

// names completes the word before the cursor with names.
func names(all ...string) Options {
	return Options{Complete: func(before string) (int, []string) {
		start := strings.LastIndexAny(before, " \n") + 1
		var found []string
		for _, name := range all {
			if strings.HasPrefix(name, before[start:]) {
				found = append(found, name)
			}
		}
		return start, found
	}}
}

func TestCompletion(t *testing.T) {
	const backTab = "\x1b[Z"
	for _, tt := range []struct{ name, line, keys, want string }{
		{"the first", "hi a|", "\t", "hi ann|"},
		{"the next", "hi a|", "\t\t", "hi anna|"},
		{"around", "hi a|", "\t\t\t\t", "hi ann|"},
		{"backwards begins with the last", "hi a|", backTab, "hi antoinette|"},
		{"and goes on so", "hi a|", backTab + backTab, "hi anna|"},
		{"forth and back", "hi a|", "\t\t" + backTab, "hi ann|"},
		{"around backwards", "hi a|", "\t" + backTab, "hi antoinette|"},
		{"in the middle", "hi a|!", "\t\t", "hi anna|!"},
		{"one candidate", "hi b|", "\t", "hi bob|"},
		{"is not gone through", "hi b|", "\t\t", "hi bob|"},
		{"none", "hi z|", "\t", "hi z|"},
		{"any other key ends it", "hi a|", "\t.\t", "hi ann.|"},
		{"a key of no use too", "a|", "\t" + noUse + "\t\t", "anna|"},
		{"what was put stays when it is edited", "hi a|", "\t\t\x7f", "hi ann|"},
		{"wide", "你|", "\t", "你好|"},
		{"wide, the next", "你|", "\t\t", "你们|"},
		{"of several code points", "x 👨|", "\t\t", "x 👨‍👩‍👦|"},
		{"of several code points, around", "x 👨|", "\t\t\t", "x 👨‍👩‍👧|"},
		{"with marks", "e|", "\t\t", "e\u0301b|"},
		{"in the second line", "one\nb|", "\t", "one\nbob|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(names("ann", "anna", "antoinette", "bob", "你好", "你们", "👨‍👩‍👧", "👨‍👩‍👦", "e\u0301a", "e\u0301b"))
			at(e, tt.line)
			press(e, tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			check(t, e)
		})
	}
}

func TestSeveralCandidatesAreListedOnce(t *testing.T) {
	e := newEditor(names("ann", "anna", "bob"))
	got := press(e, "a\t\t\t")
	if len(got) != 1 || got[0].Kind != Listed || !slices.Equal(got[0].Candidates, []string{"ann", "anna"}) {
		t.Errorf("events %+v", got)
	}
	if got := press(e, " b\t"); len(got) != 0 {
		t.Errorf("one candidate: events %+v", got)
	}
}

func TestCompletionRingsWhenThereIsNone(t *testing.T) {
	m := newEmulator(t, 40, 10, names("ann", "bob"))
	m.typed("a\t")
	if m.sheet().bells != 0 {
		t.Error("it rang for what there is")
	}
	m.typed("z\t")
	m.wants("ann> annz|")
	if m.sheet().bells != 1 {
		t.Errorf("it rang %d times", m.sheet().bells)
	}
	m.print("bob: hi\r\n")
	if m.sheet().bells != 1 {
		t.Error("it rang again for a message")
	}
}

func TestCompletionDoesNotLoseWhatItCannotReplace(t *testing.T) {
	e := newEditor(names("ann", "anna"))
	line := strings.Repeat("x", Capacity-2) + " a"
	at(e, line+"|")
	got := press(e, "\t")
	if len(got) != 1 || got[0].Kind != Full || e.Text() != line {
		t.Errorf("events %+v, the line ends in %q", got, e.Text()[Capacity-4:])
	}
	check(t, e)
}

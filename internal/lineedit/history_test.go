package lineedit

import (
	"fmt"
	"strings"
	"testing"
)

const (
	up    = "\x1b[A"
	down  = "\x1b[B"
	ctrlP = "\x10"
	ctrlN = "\x0e"
	ctrlR = "\x12"
	ctrlG = "\x07"
	ctrlC = "\x03"
	noUse = "\x1b[15~" // F5
)

func TestHistoryKeepsTheDraft(t *testing.T) {
	const entered = "one\rtwo\rthree\r"
	for _, tt := range []struct{ name, keys, want string }{
		{"one back", ctrlP, "three|"},
		{"by arrow", up, "three|"},
		{"to the first", ctrlP + ctrlP + ctrlP, "one|"},
		{"and no further", strings.Repeat(ctrlP, 9), "one|"},
		{"there and back", ctrlP + ctrlP + ctrlN, "three|"},
		{"back to the draft", "dra" + ctrlP + ctrlP + ctrlN + ctrlN, "dra|"},
		{"and no further than it", "dra" + ctrlP + strings.Repeat(ctrlN, 9), "dra|"},
		{"forward from the draft stays", "dra\x01" + ctrlN, "|dra"},
		{"by arrows", "dra" + up + up + down + down, "dra|"},
		{"an empty draft", ctrlP + ctrlN, "|"},
		{"a draft made after the first", "dra" + up + down + "ft" + up + down, "draft|"},
		{"what is done to an old line is not kept", up + "x" + up + down, "three|"},
		{"what was emptied and entered is over", up + "\x15\rdra" + up + down, "dra|"},
		{"and goes on from the newest", up + up + "\x15\r" + up, "three|"},
		{"what was cleared is over", up + up + ctrlC + "dra" + up + down, "dra|"},
		{"an old line entered again is the newest", up + up + "\r" + up, "two|"},
		{"a search that was given up", "dra" + ctrlR + "on" + ctrlG + up + down, "dra|"},
		{"and one given up goes on from the draft", "dra" + ctrlR + "on" + ctrlG + up, "three|"},
		{"and is back where it began", up + up + ctrlR + "thr" + ctrlG + down, "three|"},
		{"a search that found", "dra" + ctrlR + "on" + noUse + down + down + down, "dra|"},
		{"and goes on from there", ctrlR + "tw" + noUse + up, "one|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			press(e, entered+tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhatIsAndIsNotInTheHistory(t *testing.T) {
	for _, tt := range []struct {
		name, keys string
		want       []string
	}{
		{"what was entered", "a\rb\r", []string{"a", "b"}},
		{"the same twice is once", "a\ra\rb\ra\r", []string{"a", "b", "a"}},
		{"nothing and spaces are not", "a\r\r  \rb\r", []string{"a", "b"}},
		{"what was cleared is not", "a\rb" + ctrlC, []string{"a"}},
		{"what was too long is not", "a\r" + strings.Repeat("x", 5000) + "\r", []string{"a"}},
		{"several lines are one", "a\x1b\rb\r", []string{"a\nb"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			press(e, tt.keys)
			if got := strings.Join(e.history.lines, "/"); got != strings.Join(tt.want, "/") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestUpGoesThroughARecalledTextFirst(t *testing.T) {
	e := newEditor(Options{})
	press(e, "zero\r"+"one\x1b\rtwo\r"+"dra")
	for i, tt := range []struct{ key, want string }{
		{up, "one\ntwo|"}, {up, "one|\ntwo"}, {up, "zero|"},
		{down, "one\ntwo|"}, {down, "dra|"}, {ctrlP, "one\ntwo|"}, {ctrlP, "zero|"},
	} {
		press(e, tt.key)
		if got := shown(e); got != tt.want {
			t.Fatalf("step %d: got %q, want %q", i, got, tt.want)
		}
	}
}

func TestHistoryHasTwoHundredLines(t *testing.T) {
	e := newEditor(Options{})
	for i := range 250 {
		press(e, fmt.Sprintf("line %d\r", i))
	}
	if n := len(e.history.lines); n != 200 {
		t.Errorf("%d lines are kept", n)
	}
	press(e, "dra"+strings.Repeat(up, 300))
	if got := shown(e); got != "line 50|" {
		t.Errorf("the oldest is %q", got)
	}
	press(e, strings.Repeat(down, 200))
	if got := shown(e); got != "dra|" {
		t.Errorf("the draft is %q", got)
	}
}

func TestHistoryHas64KiB(t *testing.T) {
	e := newEditor(Options{Max: Capacity, MaxLines: 1})
	for i := range 20 {
		press(e, fmt.Sprintf("%02d%s\r", i, strings.Repeat("x", 9998)))
		kept := 0
		for _, l := range e.history.lines {
			kept += len(l)
		}
		if kept > 64<<10 || kept != e.history.size || kept != min(i+1, 6)*10000 {
			t.Fatalf("after %d lines %d bytes are kept, counted as %d", i+1, kept, e.history.size)
		}
	}
	press(e, strings.Repeat(up, 9))
	if got := shown(e)[:2]; got != "14" {
		t.Errorf("the oldest is %s", got)
	}
}

func TestForgottenIsNotRecalled(t *testing.T) {
	e := newEditor(Options{})
	press(e, "secret\rdra")
	e.Forget()
	press(e, up+ctrlR+"s"+noUse)
	if got := shown(e); got != "dra|" {
		t.Errorf("got %q", got)
	}
}

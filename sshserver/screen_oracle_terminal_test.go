package sshserver

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// tape records what a client is sent. It is drawn in pieces that end where a redraw ends,
// because the emulator takes a character of several code points that comes in two pieces
// for two characters.
type tape struct {
	mu      sync.Mutex
	changed chan struct{} // closed when more has come
	raw     []byte        // received and not played yet
	ended   bool
}

func record(out io.Reader) *tape {
	tp := &tape{changed: make(chan struct{})}
	go func() {
		buf := make([]byte, 32<<10)
		for err := error(nil); err == nil; {
			var n int
			n, err = out.Read(buf)
			tp.mu.Lock()
			tp.raw = append(tp.raw, buf[:n]...)
			tp.ended = err != nil
			close(tp.changed)
			tp.changed = make(chan struct{})
			tp.mu.Unlock()
		}
	}()
	return tp
}

// until waits, at most a second, until so holds for what has come and was not played. It
// reports whether it does.
func (tp *tape) until(so func(raw []byte) bool) bool {
	late := time.After(time.Second)
	for {
		tp.mu.Lock()
		raw, changed := tp.raw, tp.changed
		tp.mu.Unlock()
		if so(raw) {
			return true
		}
		select {
		case <-changed:
		case <-late:
			return false
		}
	}
}

// play waits until the output since its last call contains last and then ends in end. It
// returns that output.
func (tp *tape) play(t testing.TB, last, end string) []byte {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		tp.mu.Lock()
		raw, changed, ended := tp.raw, tp.changed, tp.ended
		i := bytes.LastIndex(raw, []byte(last))
		whole := i >= 0 && bytes.HasSuffix(raw[i+len(last):], []byte(end))
		if whole {
			tp.raw = nil
		}
		tp.mu.Unlock()
		if whole {
			return raw
		}
		if ended {
			t.Fatalf("the session ended without %q, after %q", last, tail(raw))
		}
		select {
		case <-changed:
		case <-late:
			t.Fatalf("%q does not come, and what came ends in %q", last, tail(raw))
		}
	}
}

func tail(raw []byte) []byte { return raw[max(0, len(raw)-400):] }

// guarded is a terminal that records what no text may do to it.
type guarded struct {
	*vt.Emulator
	whose string
	bells int

	mu    sync.Mutex
	deeds []string
}

// guard makes a terminal of 80 columns that is watched until the test ends.
func guard(t testing.TB, whose string, height int) *guarded {
	g := &guarded{Emulator: vt.NewEmulator(80, height), whose: whose}
	g.SetCallbacks(vt.Callbacks{
		Bell:             func() { g.bells++ },
		Title:            func(s string) { g.did("title %q", s) },
		IconName:         func(s string) { g.did("icon name %q", s) },
		AltScreen:        func(bool) { g.did("another screen") },
		CursorVisibility: func(bool) { g.did("cursor shown or hidden") },
		CursorStyle:      func(vt.CursorStyle, bool) { g.did("another cursor") },
		WorkingDirectory: func(s string) { g.did("working directory %q", s) },
		EnableMode:       func(m ansi.Mode) { g.mode("enabled", m) },
		DisableMode:      func(m ansi.Mode) { g.mode("disabled", m) },
	})
	over := make(chan struct{})
	go func() {
		defer close(over)
		answers := make([]byte, 256)
		for {
			n, err := g.Read(answers)
			if err != nil {
				return
			}
			g.did("answer %q", answers[:n])
		}
	}()
	t.Cleanup(func() {
		_ = g.InputPipe().(io.Closer).Close()
		<-over
		g.innocent(t)
	})
	return g
}

func (g *guarded) did(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.deeds = append(g.deeds, fmt.Sprintf(format, args...))
}

// mode records a change of a mode, except the one that parley uses: bracketed paste.
func (g *guarded) mode(what string, m ansi.Mode) {
	if m != ansi.ModeBracketedPaste {
		g.did("mode %v %s", m, what)
	}
}

// innocent fails the test if anything but drawing text was done to the terminal.
func (g *guarded) innocent(t testing.TB) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, d := range g.deeds {
		t.Errorf("%s's terminal: %s", g.whose, d)
	}
	g.deeds = nil
}

// page returns everything the terminal shows, including what has scrolled away. The row of
// the cursor is returned separately.
func (g *guarded) page() (rows []string, here string) {
	y := g.CursorPosition().Y
	for _, line := range g.Scrollback().Lines() {
		rows = append(rows, rowOf(line))
	}
	for r := range g.Height() {
		row := make(uv.Line, 0, g.Width())
		for x := range g.Width() {
			row = append(row, *g.CellAt(x, r))
		}
		if r == y {
			here = rowOf(row)
		} else {
			rows = append(rows, rowOf(row))
		}
	}
	return rows, here
}

func rowOf(cells uv.Line) string {
	var b strings.Builder
	for i := range cells {
		if cells[i].Width > 0 {
			b.WriteString(cells[i].Content)
		}
	}
	return untimed(strings.TrimRight(b.String(), " "))
}

// ourOwn matches the control sequences that draw an interactive session, and ourCalls those
// that call a person to the terminal. No text can end an OSC early.
var (
	ourOwn   = regexp.MustCompile(`\x1b\[[0-9]*[ABCJK]|\x1b\[[0-9;]*m|\x1b\[\?2004[hl]|\r\n?`)
	ourCalls = regexp.MustCompile(`(?s:\x07|\x1b\]9;[^\x00-\x1f\x7f-\x{9f}]*\x07|\x1b\]777;notify;parley;[^\x00-\x1f\x7f-\x{9f}]*\x07)`)
)

// harmless fails the test if text, without our own sequences, is anything but text.
func harmless(t testing.TB, whose, text string, ours ...*regexp.Regexp) {
	t.Helper()
	for _, r := range ours {
		text = r.ReplaceAllString(text, "")
	}
	if fault := harm(text); fault != "" {
		t.Errorf("%s was sent %s in %+.200q", whose, fault, text)
	}
}

// flagTags is a flag with the tags of a region.
var flagTags = regexp.MustCompile(`🏴[\x{E0061}-\x{E007A}]{2}[\x{E0030}-\x{E0039}\x{E0061}-\x{E007A}]{1,4}\x{E007F}`)

// harm returns what in text is not text. It does not use the code that makes texts safe,
// because it must check that code.
func harm(text string) string {
	text = flagTags.ReplaceAllString(text, "🏴")
	marks, before := 0, rune(-1)
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return "a byte that is not UTF-8"
			}
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		} else {
			marks = 0
		}
		joins := r == '\u200D' && unicode.In(before, unicode.So, unicode.Mn, unicode.Sk, unicode.P, unicode.Sm, unicode.N)
		parts := r == '\u200C' && unicode.In(before, unicode.Mn, unicode.Arabic)
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp, unicode.Cs, unicode.Co),
			unicode.Is(unicode.Cf, r) && !joins && !parts,
			unicode.Is(unicode.Noncharacter_Code_Point, r),
			unicode.Is(unicode.Variation_Selector, r) && r != '\uFE0E' && r != '\uFE0F',
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			return fmt.Sprintf("%U", r)
		case marks > 4:
			return "more than 4 marks on one another"
		}
		before = r
	}
	return ""
}

package sshserver

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
)

// Row 9: whatever is said, nothing but text reaches a terminal. Ann's terminal shows
// everything; Kim's is alerted; Tom uses telnet; a bot of Ann's receives what is said. Ann
// and Tom must see, cell by cell, the bot's texts drawn one below the other, and these must
// be text.
//
// A line of a known form goes with every text, so lines of others are above and below each text.
func TestThreat09_ScreenOracle(t *testing.T) {
	messages := 600
	if full {
		messages = 20_000
	}
	st := newStage(t)
	const news = 10 // one round in ten is of names and notices
	for round := 1; st.said < messages && !t.Failed(); round++ {
		if round%news == 0 {
			st.news()
		} else {
			st.talk(st.ways[round%len(st.ways)])
		}
	}
	st.judge()
}

// inRound is how many texts are said in one round.
const inRound = 20

// talk says texts in one way, and checks what is seen.
func (st *stage) talk(w way) {
	var lines []string
	for i := range w.inRound {
		lines = append(lines, st.guard(), w.forms[(st.said+i)%len(w.forms)]+w.text())
	}
	last := st.guard()
	w.send(append(lines, last))
	st.said += w.inRound
	events := st.hear(last)
	st.heard += len(events) - w.inRound - 1
	st.compare(w.name, last, events)
}

// compare draws the events, and compares the result with what Ann and Tom see.
func (st *stage) compare(way, last string, events []heard) {
	st.t.Helper()
	raw := st.ann.play(st.t, last, promptEnd)
	harmless(st.t, "Ann", string(raw), ourOwn)
	_, _ = st.annShown.Write(raw)
	var ann, tom strings.Builder
	for _, e := range events {
		ann.WriteString(e.onTerminal())
		tom.WriteString(e.asLines())
	}
	_, _ = st.annWant.Write(st.wrap.Render(nil, []byte(ann.String())))
	if rows, _ := st.annShown.page(); inOrder(rows, guardsOf(events)) != "" {
		st.t.Errorf("%s: the row %q is not what it was, in\n%s", way, inOrder(rows, guardsOf(events)), strings.Join(rows, "\n"))
	}
	prompt := same(st.t, way+": Ann", st.annShown, st.annWant)
	if !regexp.MustCompile(`^ann( \[[0-9+]+( \w+(, [0-9+]+ \w+)*)?\])?>$`).MatchString(prompt) {
		st.t.Errorf("%s: Ann's prompt is %q", way, prompt)
	}
	lines := st.tom.play(st.t, last, "\r\n")
	harmless(st.t, "Tom", strings.ReplaceAll(string(lines), "\r\n", ""))
	_, _ = st.tomShown.Write(unspaced(lines))
	_, _ = st.tomWant.Write(unspaced([]byte(tom.String())))
	if row := same(st.t, way+": Tom", st.tomShown, st.tomWant); row != "" {
		st.t.Errorf("%s: Tom's last row is %q", way, row)
	}
	st.others(last)
}

// unspaced removes the additional spaces before colons of the raw port from lines. Row 26
// checks where they belong.
func unspaced(lines []byte) []byte {
	return regexp.MustCompile(`([\p{L}\p{Nd}]) ([:\x{02F8}\x{0589}\x{05C3}\x{1365}\x{1804}\x{205A}\x{2236}\x{A789}\x{FE30}\x{FE55}\x{FF1A}])`).ReplaceAll(lines, []byte("$1$2"))
}

// others checks what Kim and Ivy are sent.
func (st *stage) others(last string) {
	raw := st.kim.play(st.t, last, promptEnd)
	harmless(st.t, "Kim", string(raw), ourCalls, ourOwn)
	calls := len(ourCalls.FindAll(raw, -1)) // some are notifications
	_, _ = st.kimShown.Write(raw)
	if st.kimShown.bells > calls {
		st.t.Errorf("Kim's terminal rang %d times, and she was called %d times", st.kimShown.bells, calls)
	}
	st.kimShown.bells = 0
	raw = st.ivy.play(st.t, last, promptEnd)
	// Characters that attach to another, or join two, are checked once all of it is typed.
	harmless(st.t, "Ivy", string(raw), ourCalls, ourOwn, regexp.MustCompile(`[\p{Mn}\p{Me}\x{200C}\x{200D}\x{E0030}-\x{E0039}\x{E0061}-\x{E007A}\x{E007F}]`))
	_, _ = st.ivyShown.Write(raw)
	for _, g := range []*guarded{st.annShown, st.tomShown, st.kimShown, st.ivyShown} {
		g.innocent(st.t)
	}
	if st.annShown.bells+st.tomShown.bells > 0 {
		st.t.Errorf("a bell rang")
	}
}

// same compares two terminals, and drops what has scrolled away. It returns the row of the
// cursor in shown.
func same(t testing.TB, what string, shown, want *guarded) string {
	t.Helper()
	rows, here := shown.page()
	wanted, _ := want.page()
	if a, b := shown.CursorPosition().Y, want.CursorPosition().Y; a != b || len(rows) != len(wanted) {
		t.Errorf("%s: the prompt is in row %d below %d, want row %d below %d", what, a, len(rows), b, len(wanted))
	}
	for i := range min(len(rows), len(wanted)) {
		if rows[i] != wanted[i] {
			t.Fatalf("%s: row %d is\n%+q, want\n%+q, below\n%+q", what, i, rows[i], wanted[i], wanted[max(0, i-2):i])
		}
	}
	shown.ClearScrollback()
	want.ClearScrollback()
	return here
}

// news takes names, sets topics and leaves with last words, and asks for them at Ann's prompt.
func (st *stage) news() {
	h := st.hostile
	first, last := st.guard(), st.guard()
	st.send(st.annKeys, "/set notices on\r"+first+"\r")
	st.hear(first)
	for range inRound / 2 {
		st.quitter()
	}
	st.send(st.eve, unnegotiated(fmt.Sprintf("!topic dev %s\n!away %s\n!enter %s\n!nick %s\n!nick %s\n",
		fitting(h.text(), 300), fitting(h.text(), 300), h.name(), h.name(), h.name())))
	barrier := st.guard()
	st.send(st.eve, barrier+"\n")
	events := st.hear(barrier)
	eve := events[len(events)-1].From
	st.core.Tick()
	st.send(st.annKeys, "/topic dev\r/whois "+eve+"\r#"+eve+" are you here?\r/rooms\r/users\r/who\r/members dev\r/last 5\r")
	st.send(st.annKeys, "/set notices off\r"+last+"\r")
	st.said += inRound
	st.heard += inRound
	st.hear(last)
	raw := st.ann.play(st.t, ": "+last, promptEnd) // as a message, not while it is typed
	harmless(st.t, "Ann", string(raw), ourOwn)
	_, _ = st.annShown.Write(raw)
	rows, prompt := st.annShown.page()
	known := []string{"hh:mm ann: " + first, "hh:mm ~" + eve + ": " + barrier, "hh:mm ann: " + last}
	if missing := inOrder(rows, known); missing != "" {
		st.t.Errorf("the row %q is not what it was, in\n%s", missing, strings.Join(rows, "\n"))
	}
	if !strings.HasPrefix(prompt, "ann") || !strings.HasSuffix(prompt, ">") {
		st.t.Errorf("Ann's prompt is %q", prompt)
	}
	st.send(st.eve, "!nick eve\n!back\n")
	st.follow(raw)
	st.annShown.ClearScrollback()
	st.annWant.ClearScrollback()
	tom := st.tom.play(st.t, last, "\r\n")
	harmless(st.t, "Tom", strings.ReplaceAll(string(tom), "\r\n", ""))
	for _, g := range []*guarded{st.tomShown, st.tomWant} {
		_, _ = g.Write(tom)
		g.ClearScrollback()
	}
	st.others(last)
}

// quitter connects, takes a name and leaves with last words.
func (st *stage) quitter() {
	h := st.hostile
	nc := st.dialRaw(fmt.Sprintf("quitter%d", st.hostile.IntN(1e9)))
	st.send(nc, unnegotiated("!nick "+h.name()+"\n!quit "+fitting(h.text(), 200)+"\n"))
	if err := nc.(*net.TCPConn).CloseWrite(); err != nil { // the text may erase the command before it
		st.t.Error(err)
	}
	_, _ = io.Copy(io.Discard, nc)
	_ = nc.Close()
}

// guardsOf returns the rows of the lines that guard the texts.
func guardsOf(events []heard) (rows []string) {
	for _, e := range events {
		if strings.HasPrefix(e.Text, "guard ") {
			rows = append(rows, strings.TrimSuffix(e.onTerminal(), "\r\n"))
		}
	}
	return rows
}

// inOrder returns the first wanted row that does not follow the others in rows, or "".
func inOrder(rows, wanted []string) string {
	for _, w := range wanted {
		for len(rows) > 0 && rows[0] != w {
			rows = rows[1:]
		}
		if len(rows) == 0 {
			return w
		}
		rows = rows[1:]
	}
	return ""
}

// judge fails the test if too few texts were received.
func (st *stage) judge() {
	st.t.Logf("%d texts said, %d heard, %d lines guarding them", st.said, st.heard, st.guards)
	if st.heard < st.said*8/10 {
		st.t.Errorf("%d of %d texts were heard", st.heard, st.said)
	}
}

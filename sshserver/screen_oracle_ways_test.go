package sshserver

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
)

// way is one way to say things.
type way struct {
	name  string
	forms []string // what a text is appended to
	text  func() string
	send  func(lines []string)

	inRound int // how many texts are said in one round
}

func (st *stage) allWays(eve, pat io.Writer) []way {
	h := st.hostile
	forms := []string{"!say ", " ", "!me ", "!me @dev ", "#ann ", "@dev "}
	pasted := []string{"/say ", " ", "/me ", "#ann x", "@dev x"} // without a text, a destination alone would do something else
	lines := func(w io.Writer) func([]string) {
		return func(all []string) { st.send(w, strings.Join(all, "\n")+"\n") }
	}
	quick := []way{
		{"raw", forms, func() string { return fitting(unnegotiated(h.text()), 4000) }, lines(eve), inRound},
		{"plain", forms, func() string { return fitting(h.text(), 4000) }, lines(pat), inRound},
		{"posted", []string{""}, func() string { return "x" + fitting(h.text(), 4000) }, st.post, inRound},
		{"typed", pasted, func() string { return fitting(typeable(h.text()), 1000) }, st.typeAll, inRound},
	}
	slow := []way{ // each Enter is held for 0.2 s
		{"pasted", pasted, func() string { return fitting(h.text(), 1000) }, st.pasteAll, 2},
		{"several lines", []string{" ", "#ann x", "@dev x"}, func() string { return fitting(h.lines(), 1000) }, st.pasteAll, 2},
	}
	return append(slow, slices.Repeat(quick, 5)...)
}

// fitting cuts a text to max bytes: a longer one would only be refused.
func fitting(text string, max int) string { return text[:min(len(text), max)] }

// unnegotiated returns text without 0xFF. In telnet that byte begins commands, which may
// swallow the rest of the text, and its end.
func unnegotiated(text string) string { return strings.ReplaceAll(text, "\xff", "\xfe") }

// typeable removes what would be keys: control characters, including those of C1, which
// begin answers of a terminal.
func typeable(text string) string {
	var typed []byte
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c == 0x7f:
		case 0x80 <= c && c <= 0x9f && len(typed) > 0 && typed[len(typed)-1] == 0xc2:
			typed = typed[:len(typed)-1] // C1 characters are two bytes in UTF-8
		default:
			typed = append(typed, c)
		}
	}
	return string(typed)
}

// typeAll types lines at the prompt of public.
func (st *stage) typeAll(lines []string) {
	st.send(st.ivyKeys, "/to\r"+strings.Join(lines, "\r")+"\r")
}

// pasteAll pastes each text and sends it once it is shown. Before that, Enter may be taken
// for a part of the paste, and would have to be pressed again.
func (st *stage) pasteAll(texts []string) {
	prompt := func(raw []byte) bool { return bytes.HasSuffix(raw, []byte(promptEnd)) }
	draft := func(raw []byte) bool { return !prompt(raw) }
	st.send(st.ivyKeys, "/to\r")
	for _, text := range texts {
		st.ivy.until(prompt)
		st.send(st.ivyKeys, "\x1b[200~"+strings.ReplaceAll(text, "\x1b[201~", "")+"\x1b[201~")
		st.ivy.until(draft)
		for sent := false; !sent; sent = st.ivy.until(prompt) {
			st.send(st.ivyKeys, "\r")
		}
	}
}

// post says lines as a script does: ssh host @dev < file.
func (st *stage) post(lines []string) {
	if _, complaint, code := st.run(st.t.(*testing.T), "bot", nil, "@dev", strings.Join(lines, "\n")+"\n"); code != 0 {
		st.t.Errorf("status %d: %s", code, complaint)
	}
}

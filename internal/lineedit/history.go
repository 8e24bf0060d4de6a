package lineedit

import "strings"

// What is kept of what was typed before.
const (
	maxHistory      = 200      // lines
	maxHistoryBytes = 64 << 10 // bytes of them in all
)

// history is what was typed before, the oldest first, and where the person is in
// it.
type history struct {
	lines []string
	size  int    // bytes
	at    int    // the line shown; len(lines) while it is the draft
	draft string // what was being typed when the person went back
}

// add keeps a line, and goes to the end. The same line twice is kept once, one of
// spaces is not.
func (h *history) add(text string) {
	if n := len(h.lines); strings.TrimSpace(text) != "" && (n == 0 || h.lines[n-1] != text) {
		h.lines = append(h.lines, text)
		h.size += len(text)
	}
	for len(h.lines) > maxHistory || h.size > maxHistoryBytes && len(h.lines) > 1 {
		h.size -= len(h.lines[0])
		h.lines[0] = ""
		h.lines = h.lines[1:]
	}
	h.at, h.draft = len(h.lines), ""
}

// move returns the line step away from the one shown, which is text; ok is false
// if there is none.
func (h *history) move(step int, text string) (line string, ok bool) {
	to := h.at + step
	if to < 0 || to > len(h.lines) {
		return "", false
	}
	return h.show(to, text), true
}

// show goes to a line, from the one shown, which is text, and returns it.
func (h *history) show(at int, text string) string {
	if h.at == len(h.lines) {
		h.draft = text
	}
	if h.at = at; at == len(h.lines) {
		return h.draft
	}
	return h.lines[at]
}

// find returns where the last line before end is that holds what.
func (h *history) find(what string, end int) (at int, ok bool) {
	for at = min(end, len(h.lines)) - 1; at >= 0; at-- {
		if strings.Contains(strings.ToLower(h.lines[at]), strings.ToLower(what)) {
			return at, true
		}
	}
	return 0, false
}

package render

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"parley/chatcore"
	"parley/internal/safetext"
)

// ours are the control sequences a style makes. No text can end an OSC early.
var ours = regexp.MustCompile(`\x1b\[[0-9;]*m|\x1b\]9;[^\x00-\x1f\x7f-\x9f]*\x07|\x1b\]777;notify;parley;[^\x00-\x1f\x7f-\x9f]*\x07|\x07|\r\n`)

// Whatever is said, what comes out is safe text and the sequences above; without
// them it is what a plain style makes; and no line leaves its style to the next.
func FuzzStyle(f *testing.F) {
	f.Add(uint8(0), uint8(3), uint8(0), uint8(1), "ann", "SHA256:x", "dev", "hi bob\nsee")
	f.Add(uint8(1), uint8(0), uint8(1), uint8(0), "eve", "", "", "\x1b]52;c;x\a\x9b31m\x07")
	f.Add(uint8(2), uint8(3), uint8(2), uint8(2), "ann\x1b", "x", "\x07", strings.Repeat("a\u0301", 200))
	f.Add(uint8(3), uint8(0), uint8(2), uint8(0), "", "", "dev", "\r\n\x1b[2J")
	f.Add(uint8(4), uint8(0), uint8(2), uint8(0), "", "", "", "👩\u200d👩\u200d👧 \u202e")
	f.Add(uint8(6), uint8(0), uint8(2), uint8(0), "no\tuser", "", "", "\u2028\xff")
	f.Fuzz(func(t *testing.T, kind, view, notify, clock uint8, from, identity, room, text string) {
		e := &chatcore.Event{
			Kind: chatcore.EventKind(kind % 7), Time: noon,
			From: safetext.Text(from), To: safetext.Text(room), Room: safetext.Text(room), What: safetext.Text(from),
			Identity: chatcore.Principal{Key: identity}, ToIdentity: chatcore.Principal{Key: from}, List: []string{"users", "rooms", "members", ""}[kind%4],
		}
		lines := strings.Split(text, "\n")
		for i, l := range lines {
			lines[i] = safetext.Text(l)
		}
		e.Items = lines
		if e.Text = strings.Join(lines, " "); e.Kind <= chatcore.Emoted {
			e.Text = strings.Join(lines, "\n")
		}
		e.People = e.Text
		v, plain := chatcore.View(view%4), Style{Zone: time.UTC, Clock: Clock(clock % 3), Notify: Notify(notify % 4)}
		full := plain
		full.Emphasis, full.Means = true, Bell|OSC9|OSC777
		want := string(plain.Append(nil, e, v))
		keepLineEnds := func(s string) string {
			if s == "\r\n" {
				return s
			}
			return ""
		}
		for _, full.Colour = range []bool{true, false} {
			out := string(full.Append(nil, e, v))
			if got := ours.ReplaceAllStringFunc(out, keepLineEnds); got != want {
				t.Errorf("with styles\n%q\nplain\n%q", out, want)
			}
			for line := range strings.SplitSeq(out, "\r\n") {
				if on := strings.LastIndex(line, "\x1b["); on >= 0 && !strings.HasPrefix(line[on:], "\x1b[m") {
					t.Errorf("a style stays on at the end of %q", line)
				}
			}
		}
		if i := strings.IndexFunc(strings.ReplaceAll(want, "\r\n", ""), unicode.IsControl); i >= 0 {
			t.Errorf("a control character at %d of %q", i, want)
		}
		if !strings.HasSuffix(want, "\r\n") {
			t.Errorf("a line without an end: %q", want)
		}
		if past := string(full.AppendHistory(nil, []chatcore.Past{{Event: e, View: v}}, e.Time)); strings.ContainsAny(past, "\a") || strings.Contains(past, "\x1b]") {
			t.Errorf("the past calls: %q", past)
		}
	})
}

package chatcore_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"parley/chatcore"
	"parley/internal/command"
)

// FuzzDo carries out arbitrary lines, as each kind of session. All output must be lines
// of text, errors included, and in the end everything is as it began.
func FuzzDo(f *testing.F) {
	for c := range command.Lines {
		f.Add(c.Example(c.Lines))
	}
	f.Add("!enter dev\n@dev hi\n!topic dev a\u202eb\n!me @dev \x1b[2Jwaves\n!leave dev")
	f.Add("#bob psst\n!away lunch\n!nick \u0430nn\n!ignore bob\n!whois bob\n!format json\nhi\n!quit \x9bbye")
	f.Fuzz(func(t *testing.T, lines string) {
		core := chatcore.New(chatcore.Options{Outbox: 64 << 10})
		bob := join(t, core, "bob")
		bob.SetNotices(true)
		for _, kind := range []chatcore.Kind{chatcore.Raw, chatcore.Plain, chatcore.Interactive, chatcore.Command} {
			eve := admit(t, core, chatcore.JoinRequest{Nick: "eve", Kind: kind})
			for line := range strings.SplitSeq(lines, "\n") {
				if err := eve.Do(line); err != nil {
					eve.Tell(err)
				}
				eve.Surcharge(len(line) + 1)
				told(t, eve.taken())
				if eve.Reason() != "" {
					break
				}
			}
			eve.Leave(chatcore.Disconnected)
			core.Tick()
			told(t, bob.taken())
		}
		if st := core.Stats(); st.Users != 1 || st.Rooms != 0 {
			t.Errorf("%d users and %d rooms are left", st.Users, st.Rooms)
		}
	})
}

// told fails the test if text is not lines of text.
func told(t *testing.T, text string) {
	t.Helper()
	if text != "" && !strings.HasSuffix(text, "\n") {
		t.Errorf("told %q, which is no line", text)
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		unsafe := func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Bidi_Control) }
		if !utf8.ValidString(line) || strings.ContainsFunc(line, unsafe) {
			t.Errorf("told %q", line)
		}
	}
}

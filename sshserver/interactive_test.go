package sshserver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/render"
)

func TestInteractive(t *testing.T) {
	s := newServer(t, func(o *Options) { o.MOTD = "be kind" })
	bob := s.plain(t, "bob", nil)
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows(
		"Welcome to test, ann.",
		"be kind",
		"2 online: ann and ~bob.",
		"/help lists the commands, Tab completes, Ctrl-D leaves. Times: UTC (/set tz).",
		"ann>",
	)
	ann.press("half a li")
	ann.shows("ann> half a li")
	bob.say(t, "hi")
	ann.shows("hh:mm ~bob: hi", "ann> half a li")
	ann.press("ne\r")
	bob.expect(t, "ann: half a line")
	ann.shows("hh:mm ~bob: hi", "hh:mm ann: half a line", "ann>")
	ann.enter("//me", "/users")
	bob.expect(t, "ann: /me")
	ann.shows("hh:mm ann: /me", "ann> /users", "Online (2): ann, ~bob", "ann>")
	bob.say(t, "#ann psst")
	ann.shows("hh:mm ~bob → you: psst", "ann [1 bob]>")
	ann.enter("/reply what?")
	bob.expect(t, "#ann: what?")
	ann.shows("hh:mm you → ~bob: what?", "ann [1 bob]>")
	ann.enter("/reply")
	ann.shows("ann→bob>")
	ann.enter("and again", "/me waves", "/to", "/me waves")
	bob.expect(t, "#ann: and again", "* ann waves")
	ann.shows("ann→bob> /to", "ann> /me waves", "* ann waves", "ann>")
	ann.press("\x04")
	if code := ann.end(); code != 0 {
		t.Errorf("status %d", code)
	}
	ann.shows("* ann waves", "Goodbye.")
	bob.waitFor(t, "bob")
}

func TestANickThatCannotBeHadIsAskedForAgain(t *testing.T) {
	s := newServer(t, nil)
	s.plain(t, "bob", nil)
	k := s.terminal(t, "bob", newKey(t))
	k.shows("! nick in use: bob", "another nick:")
	k.enter("b b")
	k.shows("! invalid nick: only letters and digits", "another nick:")
	k.enter("", "zoe")
	k.shows("zoe>")
	k.press("\x1b[A")
	k.shows("zoe>") // no nick in the history
}

func TestRooms(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	bob.say(t, "!enter dev")
	bob.say(t, "!topic dev release on friday")
	bob.say(t, "!rooms")
	bob.expect(t, "dev")
	ann := s.terminal(t, "ann+ops", newKey(t))
	ann.shows("You are alone in ops.", "ann@ops>")
	ann.enter("/join #dev")
	ann.shows("ann@ops> /join #dev", "You are in dev with ~bob. Topic: release on friday", "ann@dev>")
	ann.enter("hello dev", "@ops hello ops", " @public")
	bob.expect(t, "@dev ann: hello dev")
	bob.expect(t, "@dev ann:  @public")
	ann.shows("hh:mm [dev] ann: hello dev", "hh:mm [ops] ann: hello ops", "hh:mm [dev] ann:  @public", "ann@dev>")
	bob.say(t, "to all")
	bob.say(t, "@dev to dev")
	ann.shows("hh:mm ~bob: to all", "hh:mm [dev] ~bob: to dev", "ann@dev [1 public]>")
	ann.press("\x1b[1;3B") // Alt-Down
	ann.shows("ann>")
	bob.say(t, "@dev more")
	bob.say(t, "@dev and more")
	bob.say(t, "#ann psst")
	ann.shows("ann [1 bob, 2 dev]>")
	ann.press("\x1b[1;3B")
	ann.shows("ann@dev [1 bob]>")
	ann.press("\x1b[1;3B")
	ann.shows("ann→bob>")
	ann.enter("/part dev", "@dev", "/query bob", "@ops")
	ann.shows("ann→bob> @dev", "! not in room: dev", "ann→bob> /query bob", "ann@ops>")
}

func TestWhatFailsIsToldInOneLineAndNotLost(t *testing.T) {
	s := newServer(t, nil)
	ann := s.terminal(t, "ann", newKey(t))
	for typed, want := range map[string]string{
		"#nobody hi there":   "! no such user: nobody",
		"@nowhere hi":        "! no such room: nowhere",
		"/foo bar":           "! unknown command: /foo (try /help)",
		"!foo":               "! unknown command: !foo (try !help)",
		"/nick":              "! usage: /nick new",
		"/nick a b":          "! usage: /nick new",
		"/leave":             "! usage: /leave [room]",
		"/to a b":            "! usage: /to [@room|#nick]",
		"/to nowhere":        "! no such user: nowhere",
		"/reply":             "! no one to reply to: no one who is online has written to you privately",
		"/last x":            "! usage: /last [n]",
		"/set moon full":     "! no such setting: moon (/set lists them)",
		"/set time late":     "! no such value: late for time, which is off|hm|hms",
		"/set tz Moon/Crisi": "! no such value: Moon/Crisi for tz, which is Area/City, +5:30, UTC",
		"/msg bob":           "! usage: /msg nick text",
		"/help moon":         "! unknown command: /moon (try /help)",
	} {
		ann.enter(typed)
		ann.shows("ann> "+typed, want, "ann>")
		ann.press("\x1b[A")
		ann.shows(want, "ann> "+typed)
		ann.press("\x15")
		ann.shows(want, "ann>")
	}
}

func TestAPastedTextIsOneMessage(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	bot := s.plain(t, "bot", nil)
	bot.say(t, "!format json")
	ann := s.terminal(t, "ann", newKey(t))
	ann.press("see: ")
	ann.paste("one\r\n/quit\n\tthree\n")
	ann.shows("ann> [3 lines, 21 bytes: Enter sends them, Ctrl-C discards them]", "see: one", "/quit", " three")
	ann.press("\r")
	bob.expect(t, "ann: see: one", "ann: /quit", "ann:  three")
	if line, err := bot.out.ReadString('\n'); err != nil || !strings.Contains(line, `"text":"see: one\n/quit\n three"`) {
		t.Errorf("a bot is told %q, %v", line, err)
	}
	ann.shows("hh:mm ann:", "    see: one", "    /quit", "     three", "ann>")
	ann.paste("#bob a\nb")
	ann.shows("ann> [2 lines, 8 bytes: Enter sends them, Ctrl-C discards them]", "#bob a", "b")
	ann.press("\r")
	bob.expect(t, "#ann: a", "#ann: b")
	big := strings.Repeat("0123456789", 410)
	ann.paste(big)
	ann.until("the line", func(rows []string) bool { return strings.HasSuffix(rows[len(rows)-1], "0123456789") })
	ann.press("\r")
	ann.until("the refusal", func(rows []string) bool {
		return strings.Contains(strings.Join(rows, "\n"), "! line too long: 4100 bytes, 4096 at most: shorten it, or Ctrl-C discards it")
	})
	ann.press("\x7f\x7f\x7f\x7f\r")
	bob.expect(t, "ann: "+big[:4096])
	ann.paste(strings.Repeat("x\n", 150))
	ann.until("the lines", func(rows []string) bool { return strings.Contains(strings.Join(rows, "\n"), "[150 lines") })
	ann.press("\r")
	ann.until("the refusal", func(rows []string) bool {
		return strings.Contains(strings.Join(rows, "\n"), "! line too long: 150 lines, 100 at most")
	})
	ann.press("\x03")
	ann.paste(strings.Repeat("x", 70000))
	ann.until("the refusal", func(rows []string) bool { return strings.Contains(strings.Join(rows, "\n"), "it is left out") })
	ann.press("still here\r")
	bob.expect(t, "ann: still here")
}

// A guest who types an escape sequence without an end does not occupy a core, and the
// server stops as usual.
func TestEndlessEscapeSequence(t *testing.T) {
	s := newServer(t, nil)
	k := s.terminal(t, "ann", nil)
	k.press("\x1b[" + strings.Repeat("0", 100_000) + "m/quit\r")
	if code := k.end(); code != 0 {
		t.Errorf("status %d", code)
	}
}

// A panic in how one person is shown things ends that session, and nothing else.
func TestAFaultInAStyleEndsItsSessionOnly(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	ann, zoe := s.terminal(t, "ann", newKey(t)), s.terminal(t, "zoe", newKey(t))
	ann.shows("ann>")
	zoe.shows("zoe>")
	for _, l := range s.conns.Open() {
		if l.session != nil && l.session.nick == "ann" {
			l.session.chat.SetFormat(faulty{})
		}
	}
	bob.say(t, "hello")
	if code := ann.end(); code != 1 {
		t.Errorf("status %d", code)
	}
	zoe.shows("hh:mm ~bob: hello", "zoe>")
	bob.waitFor(t, "bob zoe")
	if n := s.core.Stats().Closed[chatcore.Panicked]; n != 1 {
		t.Errorf("%d sessions ended by a fault", n)
	}
}

type faulty struct{}

func (faulty) Append([]byte, *chatcore.Event, chatcore.View) []byte {
	panic("a test of what happens then")
}

// A second connection with the same key takes over at once, whatever happened to the first.
func TestTheSameKeyIsBackAtOnce(t *testing.T) {
	s := newServer(t, nil)
	key := newKey(t)
	bob := s.plain(t, "bob", nil)
	ghost := s.terminal(t, "ann", key) // nothing more is read from it or written to it
	ghost.enter("/enter dev")
	ghost.shows("ann@dev>")
	ann := s.terminal(t, "ann", key)
	ann.shows("Rooms: dev.", "/help lists the commands, Tab completes, Ctrl-D leaves. Times: UTC (/set tz).", "ann>")
	bob.say(t, "#ann are you back?")
	ann.shows("hh:mm ~bob → you: are you back?", "ann [1 bob]>")
	ann.enter("@dev", "here again")
	ann.shows("hh:mm [dev] ann: here again", "ann@dev [1 bob]>")
}

func TestHelpFitsAScreen(t *testing.T) {
	s := newServer(t, nil)
	ann := s.terminal(t, "ann", nil)
	ann.enter("/clear", "/help")
	ann.shows("      /help command explains one. For bots: ssh -T, and !format json.", "ann>")
	rows := render.Style{}.Sentences(command.AllHelp{}, time.Time{})
	if len(rows) > 22 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		if len(r) > 79 {
			t.Errorf("%d columns: %s", len(r), r)
		}
	}
	ann.enter("/help join")
	ann.shows("ann> /help join", "/enter room: enter a room and talk there; made if there is none of that name", "Example: /enter dev", "Also: /join", "ann>")
}

func TestARoomOfManyNamesTenAndCountsTheOthers(t *testing.T) {
	s := newServer(t, nil)
	for n := range 14 {
		k := s.plain(t, fmt.Sprintf("n%02d", n), nil)
		k.say(t, "!enter dev")
		k.say(t, "!rooms")
		k.expect(t, "dev")
	}
	zoe := s.terminal(t, "zoe", newKey(t))
	zoe.enter("/enter dev")
	zoe.until("to name ten", func(rows []string) bool {
		return strings.Contains(strings.Join(strings.Fields(strings.Join(rows, " ")), " "), "You are in dev with ~n00, ~n01, ~n02, ~n03, ~n04, ~n05, ~n06, ~n07, ~n08, ~n09 and 4 others.")
	})
}

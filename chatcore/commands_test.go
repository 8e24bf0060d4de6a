package chatcore_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/command"
)

// A missing argument is answered with the usage; a refusal says why. In each case ann
// asks, bob is online and in dev, and ops is empty.
func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 40)
	cut := strings.Repeat("x", 31) + "…"
	for _, tt := range []struct {
		line, want    string
		notUnderstood bool
	}{
		{"!enter", "usage: !enter room", true},
		{"!enter  ", "usage: !enter room", true},
		{"!enter two rooms", "usage: !enter room", true},
		{"!leave", "usage: !leave room", true},
		{"!leave two rooms", "usage: !leave room", true},
		{"!members", "usage: !members room", true},
		{"!members two rooms", "usage: !members room", true},
		{"!say", "usage: !say text", true},
		{"!me", "usage: !me [@room] text", true},
		{"!me @dev", "usage: !me [@room] text", true},
		{"!me @dev  ", "usage: !me [@room] text", true},
		{"!me @", "usage: !me [@room] text", true},
		{"!me @ waves", "usage: !me [@room] text", true},
		{"!nick", "usage: !nick new", true},
		{"!nick two words", "usage: !nick new", true},
		{"!whois", "usage: !whois nick", true},
		{"!topic", "usage: !topic room [text]", true},
		{"!ignore two nicks", "usage: !ignore [nick]", true},
		{"!unignore", "usage: !unignore nick", true},
		{"!unignore two nicks", "usage: !unignore nick", true},
		{"!format", "usage: !format text|json", true},
		{"!format xml", "usage: !format text|json", true},
		{"!ENTER", "usage: !enter room", true},
		{"!notices", "usage: !notices on|off", true},
		{"!notices maybe", "usage: !notices on|off", true},
		{"!echo", "usage: !echo on|off", true},
		{"!echo on off", "usage: !echo on|off", true},
		{"#", "usage: #nick text", true},
		{"#bob", "usage: #nick text", true},
		{"#bob  ", "usage: #nick text", true},
		{"# bob hi", "usage: #nick text", true},
		{"@", "usage: @room text", true},
		{"@dev", "usage: @room text", true},
		{"@ dev hi", "usage: @room text", true},

		{"!frobnicate", "unknown command: !frobnicate (try !help)", true},
		{"!frobnicate now", "unknown command: !frobnicate (try !help)", true},
		{"!", "unknown command: ! (try !help)", true},
		{"!!", "unknown command: !! (try !help)", true},
		{"!\x1b[31mred", "unknown command: ![31mred (try !help)", true},
		{"!" + long, "unknown command: !" + cut + " (try !help)", true},
		{"!help frobnicate", "unknown command: !frobnicate (try !help)", true},
		{"!help !" + long, "unknown command: !" + cut + " (try !help)", true},

		{"#carl hi", "no such user: carl", false},
		{"#" + long + " hi", "no such user: " + cut, false},
		{"@ops hi", "no such room: ops", false},
		{"@Dev hi", "not in room: dev", false},
		{"!me @ops waves", "no such room: ops", false},
		{"!me @dev waves", "not in room: dev", false},
		{"!members ops", "no such room: ops", false},
		{"!enter a/b", "invalid room: only letters, digits, '-', '_' and '.'", false},
		{"!enter " + long, "invalid room: 32 characters at most", false},
		{"!nick a-b", "invalid nick: only letters and digits", false},
		{"!nick Bob", "nick in use: Bob", false},
		{"!nick bоb", "nick in use: bоb", false}, // a Cyrillic o
		{"!nick server", "nick in use: server is reserved", false},
		{"!whois carl", "no such user: carl", false},
		{"!topic ops", "no such room: ops", false},
		{"!topic ops lunch", "no such room: ops", false},
		{"!topic Dev lunch", "not in room: dev", false},
		{"!topic dev " + strings.Repeat("é", 301), "too long: a topic has 300 characters at most", false},
		{"!away " + strings.Repeat("é", 301), "too long: a text for being away has 300 characters at most", false},
		{"!ignore carl", "no such user: carl", false},
		{"!ignore ANN", "cannot ignore: ann is you", false},
		{"!unignore bob", "not ignored: bob", false},
		{"!unignore " + long, "not ignored: " + cut, false},
	} {
		t.Run(tt.line, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann, bob := join(t, core, "ann"), join(t, core, "bob")
			bob.does("!enter dev")
			ann.refuses(tt.line, tt.want)
			err := ann.Do(tt.line)
			if got := command.NotUnderstood(err); got != tt.notUnderstood {
				t.Errorf("NotUnderstood = %v", got)
			}
			ann.hears()
			ann.Tell(err)
			ann.hears("!error " + tt.want)
			bob.hears()
			bob.asks("!users", "ann bob")
			bob.asks("!rooms", "dev")
			bob.asks("!members dev", "bob")
		})
	}
}

func TestTellOfAnErrorThatIsNoRefusal(t *testing.T) {
	ann := join(t, chatcore.New(chatcore.Options{}), "ann")
	ann.Tell(errors.New("disk on fire"))
	ann.Tell(chatcore.LineTooLong(4096))
	ann.hears("!error internal: disk on fire", "!error line too long: 4096 bytes at most")
}

func TestListsAreSortedWithoutCase(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	joinAll(t, core, "bob", "Zed", "élan", "carl", "Ärger", "Émile")
	ann := join(t, core, "Ann")
	ann.asks("!users", "Ann bob carl Zed Ärger élan Émile")
	ann.asks("!rooms", "")
	ann.does("!enter dev", "!enter Cats", "!enter ops", "!enter Élan", "!enter élm", "!enter x.y-z_1")
	ann.asks("!rooms", "Cats dev ops x.y-z_1 Élan élm")
	for _, nick := range []string{"d", "B", "c"} {
		join(t, core, nick).does("!enter dev")
	}
	ann.asks("!members DEV", "Ann B c d")
}

// helped returns what !help says: a usage and a description for each line.
func helped(t *testing.T, c *client) (usages, descriptions []string) {
	t.Helper()
	c.taken()
	c.does("!help")
	for _, line := range c.heard() {
		usage, description, ok := strings.Cut(strings.TrimPrefix(line, "! "), "  ")
		if !ok || !strings.HasPrefix(line, "! ") {
			t.Errorf("a line of !help is %q", line)
		}
		usages = append(usages, usage)
		descriptions = append(descriptions, strings.TrimLeft(description, " "))
	}
	return usages, descriptions
}

func TestHelpListsEveryCommand(t *testing.T) {
	ann := join(t, chatcore.New(chatcore.Options{}), "ann")
	usages, _ := helped(t, ann)
	want := "text, #nick text, @room text, !users, !enter room, !leave room, !rooms, !members room, !say text, " +
		"!me [@room] text, !topic room [text], !nick new, !whois nick, !away [text], !back, !ignore [nick], " +
		"!unignore nick, !notices on|off, !echo on|off, !format text|json, !help [command], !quit [text]"
	if got := strings.Join(usages, ", "); got != want {
		t.Errorf("!help lists\n%s, want\n%s", got, want)
	}
}

func TestEveryCommandOfHelpCanBeRunAndDescribed(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	usages, descriptions := helped(t, ann)
	usages, descriptions = usages[3:], descriptions[3:] // the first are not commands
	table := slices.Collect(command.Lines)
	if len(table) != len(usages) {
		t.Fatalf("the table has %d commands, !help %d", len(table), len(usages))
	}
	for i, c := range table {
		usage := c.Usage(c.Lines)
		if usage != usages[i] || c.Lines.Help != descriptions[i] {
			t.Errorf("the table has %s: %s, !help %s: %s", usage, c.Lines.Help, usages[i], descriptions[i])
		}
		for _, name := range []string{c.Name, "!" + c.Name, "/" + strings.ToUpper(c.Name)} {
			ann.asks("!help "+name, "! "+usage, "! "+c.Lines.Help, "! example: "+c.Example(c.Lines))
		}
		line, needs, _ := strings.Cut(usage, " ")
		if needs == "" || strings.HasPrefix(needs, "[") && c.Name != "me" {
			ann.does(line)
		} else {
			ann.refuses(line, "usage: "+usage)
		}
		ann.refuses("!"+c.Name+"x", "unknown command: !"+c.Name+"x (try !help)")
	}
}

// Every example in the help works for a user in dev, while bob is online, and ignored
// where the example needs it.
func TestEveryExampleWorks(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	join(t, core, "bob").does("!enter dev")
	for c := range command.Lines {
		ann.does("!enter dev", c.Example(c.Lines))
	}
	ann.ended(chatcore.Quit)
}

func TestCommandsAreFoundWithoutCase(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "Ann"), join(t, core, "bob")
	ann.asks("!USERS", "Ann bob")
	ann.does("!Enter Dev", "!ME Waves", "!eCHO on")
	ann.asks("!rooms", "Dev")
	bob.hears("* Ann Waves")
	ann.refuses("!echo ON", "usage: !echo on|off")
	ann.refuses("!USERSS", "unknown command: !USERSS (try !help)")
}

func TestQuitEndsTheSession(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!quit", "!quit")
	ann.ended(chatcore.Quit)
	ann.hears()
}

func TestEchoAndNoticesAreSwitchedOff(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!echo on", "1", "!echo off", "2")
	ann.hears("ann: 1")
}

func TestWhois(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		ann := join(t, core, "Ann")
		time.Sleep(90 * time.Minute)
		kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
		one := admit(t, core, kim)
		time.Sleep(time.Minute)
		two := admit(t, core, kim)
		ann.asks("!whois ann", "! Ann is a guest", "! Ann is online since 2000-01-01T00:00:00Z, sessions: 1", "! Ann is idle for 0s")
		ann.asks("!whois KIM", "! kim is verified, key SHA256:kim", "! kim is online since 2000-01-01T01:30:00Z, sessions: 2", "! kim is idle for 1m0s")
		one.does("!away lunch")
		time.Sleep(time.Minute)
		two.does("!rooms")
		ann.asks("!whois kim", "! kim is verified, key SHA256:kim", "! kim is online since 2000-01-01T01:30:00Z, sessions: 2",
			"! kim is idle for 0s", "! kim is away: lunch, since 2000-01-01T01:31:00Z")
		two.does("!back")
		ann.asks("!whois kim", "! kim is verified, key SHA256:kim", "! kim is online since 2000-01-01T01:30:00Z, sessions: 2", "! kim is idle for 0s")
	})
}

func TestRenameKeepsRoomsAndSortsThemAnew(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "ann", "bob", "carl")
	ann, bob := all["ann"], all["bob"]
	for _, c := range all {
		c.does("!enter dev")
	}
	ann.does("!enter ops", "!nick Zed")
	if got := ann.Nick(); got != "Zed" {
		t.Errorf("Nick() = %q", got)
	}
	bob.asks("!users", "bob carl Zed")
	bob.asks("!members dev", "bob carl Zed")
	bob.asks("!members ops", "Zed")
	bob.does("@dev hi", "#zed psst")
	ann.hears("@dev bob: hi", "#bob: psst")
	bob.refuses("#ann hi", "no such user: ann")
	ann.does("@dev hello")
	bob.hears("@dev Zed: hello")

	again := join(t, core, "ann") // the old nick is free
	again.does("!enter dev")
	bob.asks("!members dev", "ann bob carl Zed")
	ann.does("!leave dev")
	ann.Leave(chatcore.Quit)
	bob.asks("!users", "ann bob carl")
	bob.asks("!rooms", "dev")
	join(t, core, "zed")
}

func TestRenameToAnotherSpellingOfTheOwnNick(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev", "!notices on", "!nick ann", "!nick ANN", "!nick аnn") // the last with a Cyrillic а
	ann.asks("!users", "аnn")
	ann.asks("!members dev", "аnn")
	if _, err := arrive(t, core, chatcore.JoinRequest{Nick: "ann"}); !errors.Is(err, chatcore.ErrNickInUse) {
		t.Errorf("Join under the old spelling: %v", err)
	}
}

func TestRenameIsOfAllSessionsOfTheUser(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	one, two := admit(t, core, kim), admit(t, core, kim)
	kim.Kind = chatcore.Command
	command := admit(t, core, kim)
	command.does("!nick tim")
	if one.Nick() != "tim" || two.Nick() != "tim" {
		t.Errorf("nicks %q and %q", one.Nick(), two.Nick())
	}
	one.asks("!users", "tim")
	admit(t, core, chatcore.JoinRequest{Nick: "tim", Identity: chatcore.Principal{Key: "SHA256:kim"}})
}

func TestRename_OfACommandSessionBringsNoOneOnline(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	bot := admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command})
	bot.does("!nick robot")
	bot.asks("!users", "")
	join(t, core, "bot")
	if _, err := arrive(t, core, chatcore.JoinRequest{Nick: "robot"}); !errors.Is(err, chatcore.ErrNickInUse) {
		t.Errorf("Join under the new nick: %v", err)
	}
	bot.Leave(chatcore.Completed)
	join(t, core, "robot")
}

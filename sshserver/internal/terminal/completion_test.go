package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/input"
	"parley/internal/render"
)

// nobodyReads is the receiver of a session whose output is never read.
type nobodyReads struct{}

func (nobodyReads) Ready() {}

func (nobodyReads) Ended(chatcore.Reason) {}

func joined(t testing.TB, core *chatcore.Core, nick string, kind chatcore.Kind) *chatcore.Session {
	t.Helper()
	s, err := core.Join(chatcore.JoinRequest{Nick: nick, Kind: kind, Format: chatcore.Lines{},
		NewReceiver: func(*chatcore.Session) chatcore.Receiver { return nobodyReads{} }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func do(t testing.TB, s *chatcore.Session, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if err := input.Do(s, l); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
	}
}

func TestComplete(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	me := joined(t, core, "mia", chatcore.Interactive)
	for _, nick := range []string{"zoe", "Ann", "anton", "Élan", "andi", "علیرضا"} {
		joined(t, core, nick, chatcore.Raw)
	}
	speaker, whisperer := joined(t, core, "ansgar", chatcore.Raw), joined(t, core, "anke", chatcore.Raw)
	do(t, speaker, "hello", "!enter attic", "!enter Dev", "!enter docs")
	do(t, whisperer, "#mia psst") // a private message of others
	do(t, me, "!enter docs", "!enter dungeon")
	i := &Session{joined: me}
	for _, tt := range []struct {
		name, before string
		want         []string
	}{
		{"a nick at the start has a colon", "an", []string{"ansgar: ", "andi: ", "anke: ", "Ann: ", "anton: "}},
		{"and elsewhere none", "hi an", []string{"ansgar ", "andi ", "anke ", "Ann ", "anton "}},
		{"without case", "ANN", []string{"Ann: "}},
		{"without case, beyond ASCII", "éL", []string{"Élan: "}},
		{"without a joiner", "عل\u200cی\u200cر", []string{"علیرضا: "}},
		{"in the second line", "one\nann", []string{"Ann "}},
		{"behind two spaces", "hi  ann", []string{"Ann "}},
		{"not one's own", "m", nil},
		{"nobody", "q", nil},
		{"everybody, who spoke last first", "", []string{"ansgar: ", "andi: ", "anke: ", "Ann: ", "anton: ", "zoe: ", "Élan: ", "علیرضا: "}},
		{"a room, one's own first", "@d", []string{"@docs ", "@dungeon ", "@Dev "}},
		{"a room without case", "@DE", []string{"@Dev "}},
		{"all rooms", "@", []string{"@docs ", "@dungeon ", "@attic ", "@Dev "}},
		{"a room in a text", "come to @at", []string{"@attic "}},
		{"a nick alone", "#an", []string{"#anke ", "#ansgar ", "#andi ", "#Ann ", "#anton "}},
		{"a nick behind a room", "@dev an", []string{"ansgar ", "andi ", "anke ", "Ann ", "anton "}},
		{"a command", "/unig", []string{"/unignore "}},
		{"a command with !", "!unig", []string{"!unignore "}},
		{"a command without case", "/UNIG", []string{"/unignore "}},
		{"a command in the words of IRC", "/jo", []string{"/join "}},
		{"the usual name first", "/m", []string{"/me ", "/members ", "/msg "}},
		{"IRC's names last", "/l", []string{"/last ", "/leave ", "/list "}},
		{"no command", "/zzz", nil},
		{"not a command but a text", "//an", nil},
		{"behind it a nick", "//me ann", []string{"Ann "}},
		{"not in the middle", "see /unig", nil},
		{"who is meant", "/whois an", []string{"ansgar ", "andi ", "anke ", "Ann ", "anton "}},
		{"who is meant, and then a text", "/msg Ann zo", []string{"zoe "}},
		{"in a text a room", "/msg Ann @at", []string{"@attic "}},
		{"who is ignored", "!ignore ann", []string{"Ann "}},
		{"a room to enter", "/enter d", []string{"docs ", "dungeon ", "Dev "}},
		{"a room to join", "/join at", []string{"attic "}},
		{"a room with its @", "/enter @at", []string{"@attic "}},
		{"a text", "/topic an", []string{"ansgar ", "andi ", "anke ", "Ann ", "anton "}},
		{"a room, or a text", "/topic @at", []string{"@attic "}},
		{"a room, and then a text", "/topic @dev an", []string{"ansgar ", "andi ", "anke ", "Ann ", "anton "}},
		{"a guest as shown", "~ann", []string{"~Ann: "}},
		{"a guest in a text", "hi ~ANN", []string{"~Ann "}},
		{"a guest alone", "#~ann", []string{"#~Ann "}},
		{"a guest who is meant", "/whois ~ann", []string{"~Ann "}},
		{"a guest to talk to", "/to #~ann", []string{"#~Ann "}},
		{"a guest to talk to, without a sign", "/to ~ann", []string{"#~Ann "}},
		{"a guest to write to", "/msg ~ann", []string{"~Ann "}},
		{"no room has the mark", "/enter ~d", nil},
		{"a place", "/to a", []string{"@attic ", "#anke ", "#ansgar ", "#andi ", "#Ann ", "#anton "}},
		{"a place that is a room", "/to @a", []string{"@attic "}},
		{"a place that is a nick", "/query #a", []string{"#anke ", "#ansgar ", "#andi ", "#Ann ", "#anton "}},
		{"a command to explain", "/help unig", []string{"unignore "}},
		{"a command to explain, with its /", "/help /unig", []string{"unignore "}},
		{"on and off", "/notices o", []string{"on ", "off "}},
		{"settings", "/set ", []string{"tz ", "time ", "notify ", "notices ", "plain ", "colour "}},
		{"a setting", "/set NO", []string{"notify ", "notices "}},
		{"values of a setting", "/set notify ", []string{"off ", "private ", "mention ", "all "}},
		{"a value", "/set time hm", []string{"hm ", "hms "}},
		{"a value of what is spelled otherwise", "/set color o", []string{"off ", "on "}},
		{"time zones are too many", "/set tz Eu", nil},
		{"no such setting", "/set moon o", nil},
		{"nothing behind a value", "/set plain on o", nil},
		{"what somebody does", "/me hugs ann", []string{"Ann "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start, got := i.complete(tt.before)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q: got %q, want %q", tt.before, got, tt.want)
			}
			if want := strings.LastIndexAny(tt.before, " \n") + 1; len(got) > 0 && start != want {
				t.Errorf("%q: from %d, want %d", tt.before, start, want)
			}
		})
	}
	if _, got := (&Session{}).complete("an"); got != nil {
		t.Errorf("before there is a nick: %q", got)
	}
}

func TestAtMostFiftyAreOffered(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	me := joined(t, core, "mia", chatcore.Interactive)
	for n := range 70 {
		do(t, joined(t, core, fmt.Sprintf("user%d", n), chatcore.Raw), fmt.Sprintf("!enter user%d", n))
	}
	do(t, joined(t, core, "last", chatcore.Raw), "!nick userlast", "hello")
	i := &Session{joined: me}
	for _, before := range []string{"us", "@us", "#us", "hi us", "/whois us", "/enter us", "/to us", "/to @us", "/to #us", "/msg x us", "/topic x @us", ""} {
		_, got := i.complete(before)
		if len(got) != maxCandidates {
			t.Errorf("%q: %d candidates", before, len(got))
		}
		if _, again := i.complete(before); !slices.Equal(again, got) {
			t.Errorf("%q: %q, and then %q", before, got, again)
		}
	}
	if _, got := i.complete("us"); got[0] != "userlast: " {
		t.Errorf("who spoke last is not the first: %q", got[0])
	}
}

// Private lines are completed first to people one has exchanged private messages with. A
// stranger whose nick begins alike comes after them.
func TestThreat41_PrivateLinesAreCompletedToPartners(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	vera, alice := joined(t, core, "vera", chatcore.Interactive), joined(t, core, "alice", chatcore.Interactive)
	do(t, alice, "#vera psst")
	stranger := joined(t, core, "alic", chatcore.Raw)
	do(t, stranger, "hello all") // and was the last to speak
	i := &Session{joined: vera}
	for before, want := range map[string]string{"#ali": "#alice ", "/to #ali": "#alice ", "/to ali": "#alice ", "/msg ali": "alice ", "ali": "alic: "} {
		if _, got := i.complete(before); len(got) == 0 || got[0] != want {
			t.Errorf("%q is completed to %q, want %q first", before, got, want)
		}
	}
}

// Every command that Tab offers can be explained.
func TestCommandNames_CanBeExplained(t *testing.T) {
	for _, name := range commandNames() {
		c := command.FindPrompt(name)
		if c == nil {
			t.Errorf("%s is no command", name)
			continue
		}
		for _, line := range (render.Style{}).Sentences(command.Help{Command: c, Form: c.Prompt}, time.Time{}) {
			if what, text, ok := strings.Cut(line, ": "); !ok || what == "" || text == "" {
				t.Errorf("/help %s: %s", name, line)
			}
		}
	}
}

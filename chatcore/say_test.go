package chatcore_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/chatcore"
)

// A message reaches its receivers and no others. In each case ann, bob and carl are
// online, ann and bob are in dev, and ann says something.
func TestSubscribers_ReceiveWhatTheyShould(t *testing.T) {
	for _, tt := range []struct {
		name, line      string
		ann, bob, carl  []string
		annWithEchoAlso []string
	}{
		{
			name: "public text goes to everyone else", line: "hello",
			bob: []string{"ann: hello"}, carl: []string{"ann: hello"},
			annWithEchoAlso: []string{"ann: hello"},
		},
		{
			name: "a space makes public what starts with a sigil", line: " #hashtag",
			bob: []string{"ann:  #hashtag"}, carl: []string{"ann:  #hashtag"},
			annWithEchoAlso: []string{"ann:  #hashtag"},
		},
		{
			name: "room text goes to the others in the room", line: "@DEV hello",
			bob:             []string{"@dev ann: hello"},
			annWithEchoAlso: []string{"@dev ann: hello"},
		},
		{
			name: "private text goes to one nick", line: "#CARL hello",
			carl:            []string{"#ann: hello"},
			annWithEchoAlso: []string{"#ann: hello"},
		},
		{
			name: "private text to oneself is heard with echo only", line: "#ann note",
			annWithEchoAlso: []string{"#ann: note"},
		},
		{
			name: "text is kept as it is after the one space", line: "#carl  two  spaces ",
			carl:            []string{"#ann:  two  spaces "},
			annWithEchoAlso: []string{"#ann:  two  spaces "},
		},
		{
			name: "text is made safe", line: "a\x1b[31m\tb\xff",
			bob: []string{"ann: a[31m b\uFFFD"}, carl: []string{"ann: a[31m b\uFFFD"},
			annWithEchoAlso: []string{"ann: a[31m b\uFFFD"},
		},
		{
			name: "an emote goes to everyone else", line: "!me waves",
			bob: []string{"* ann waves"}, carl: []string{"* ann waves"},
			annWithEchoAlso: []string{"* ann waves"},
		},
		{
			name: "an emote in a room goes to the room", line: "!me @dev waves",
			bob:             []string{"@dev * ann waves"},
			annWithEchoAlso: []string{"@dev * ann waves"},
		},
		{
			name: "say says anything", line: "!say @dev is a room",
			bob: []string{"ann: @dev is a room"}, carl: []string{"ann: @dev is a room"},
			annWithEchoAlso: []string{"ann: @dev is a room"},
		},
		{name: "an empty line does nothing", line: ""},
		{name: "spaces do nothing", line: "   "},
		{name: "nothing visible is not said", line: "\u200b\x00\u202e"},
		{name: "nothing visible is not said privately", line: "#carl \u200b", ann: []string{"!error usage: #nick text"}, annWithEchoAlso: []string{"!error usage: #nick text"}},
	} {
		for echo, wantAnn := range map[string][]string{"off": tt.ann, "on": tt.annWithEchoAlso} {
			t.Run(tt.name+", echo "+echo, func(t *testing.T) {
				core := chatcore.New(chatcore.Options{})
				all := joinAll(t, core, "ann", "bob", "carl")
				ann := all["ann"]
				ann.does("!enter dev", "!echo "+echo)
				all["bob"].does("!enter dev")
				if err := ann.Do(tt.line); err != nil {
					ann.Tell(err)
				}
				ann.hears(wantAnn...)
				all["bob"].hears(tt.bob...)
				all["carl"].hears(tt.carl...)
			})
		}
	}
}

func TestAllSessionsOfAPersonHearWhatTheOthersSay(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Plain}
	bob, one, two := join(t, core, "bob"), admit(t, core, kim), admit(t, core, kim)
	kim.Kind = chatcore.Command
	command := admit(t, core, kim)
	bob.does("!enter dev")
	two.does("!enter dev")
	one.does("hello", "@dev hi", "!me waves")
	two.hears("kim: hello", "@dev kim: hi", "* kim waves")
	command.does("#bob psst", "#kim note")
	one.hears("#kim: note") // not the whisper, which would read as one to themselves
	two.hears("#kim: note")
	bob.does("#kim psst")
	command.hears()
	one.hears("#bob: psst")
	two.hears("#bob: psst")
}

func TestACommandSessionPostsWithoutEntering(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev", "!notices on")
	bot := admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command})
	bot.does("hello", "@dev done", "!me @dev waves", "#ann psst")
	bot.refuses("@ops done", "no such room: ops")
	core.Tick()
	ann.hears("bot: hello", "@dev bot: done", "@dev * bot waves", "#bot: psst")
	ann.asks("!members dev", "ann")
	ann.asks("!users", "ann")
	ann.refuses("#bot hi", "no such user: bot")
	bot.hears()
}

func TestCanReachSaysWhatSayToWould(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	bob.does("!enter dev")
	for _, tt := range []struct {
		to   chatcore.Destination
		want string
	}{
		{chatcore.Destination{}, "<nil>"},
		{chatcore.Destination{Nick: "Bob"}, "<nil>"},
		{chatcore.Destination{Nick: "carl"}, "no such user: carl"},
		{chatcore.Destination{Room: "Dev"}, "not in room: dev"},
		{chatcore.Destination{Room: "ops"}, "no such room: ops"},
		{chatcore.Destination{Nick: strings.Repeat("x", 40)}, "no such user: " + strings.Repeat("x", 31) + "…"},
		{chatcore.Destination{Room: "a\x1bb"}, "no such room: ab"},
	} {
		_, address := ann.Address(tt.to)
		for name, err := range map[string]error{"Address": address, "SayTo": ann.SayTo(tt.to, "hi")} {
			if got := fmt.Sprint(err); got != tt.want {
				t.Errorf("%s(%+v): %s, want %s", name, tt.to, got, tt.want)
			}
		}
	}
}

func TestEveryUserMayBeInAHundredRooms(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	for i := range 100 {
		ann.does(fmt.Sprintf("!enter r%d", i))
	}
	ann.does("!enter R7")
	ann.refuses("!enter more", "too many: you are in 100 rooms, leave one first")
	bob.does("!enter more")
	ann.does("!leave r7", "!enter more")
	ann.asks("!members more", "ann bob")
	if st := core.Stats(); st.Rooms != 100 {
		t.Errorf("%d rooms, want 100", st.Rooms)
	}
}

// A text of several lines is one event, so nothing comes between its lines. The line
// protocol has a line for each.
func TestATextOfSeveralLinesIsOneMessage(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	f := &counting{name: "f"}
	ann, bob, zoe := join(t, core, "ann"), join(t, core, "bob"), admit(t, core, chatcore.JoinRequest{Nick: "zoe", Format: f})
	bob.does("!enter dev")
	ann.does("!enter dev")
	for _, tt := range []struct {
		to   chatcore.Destination
		text string
		want []string
	}{
		{chatcore.Destination{}, "one\n  two \u202e\n\nthree\r", []string{"ann: one", "ann:   two", "ann: ", "ann: three"}},
		{chatcore.Destination{}, "\n\none\n \n", []string{"ann: one"}},
		{chatcore.Destination{}, "\n\u200b\n \n", nil},
		{chatcore.Destination{Room: "dev"}, "one\n@dev two", []string{"@dev ann: one", "@dev ann: @dev two"}},
		{chatcore.Destination{Nick: "bob"}, "one\ntwo", []string{"#ann: one", "#ann: two"}},
	} {
		if err := ann.SayTo(tt.to, tt.text); err != nil {
			t.Errorf("%q: %v", tt.text, err)
		}
		bob.hears(tt.want...)
	}
	f.encoded(t, 2) // the public messages
	zoe.taken()

	ann.TalkIn(chatcore.Destination{Nick: "bob"})
	if err := ann.SayHere("one\ntwo"); err != nil {
		t.Error(err)
	}
	bob.hears("#ann: one", "#ann: two")
	zoe.hears()
	for lines, want := range map[int]string{chatcore.MaxLines: "<nil>", chatcore.MaxLines + 1: "too many: 101 lines, 100 at most"} {
		for _, to := range []chatcore.Destination{{}, {Nick: "bob"}} {
			if got := fmt.Sprint(ann.SayTo(to, strings.Repeat("x\n", lines-1)+"x")); got != want {
				t.Errorf("%d lines to %+v: %s, want %s", lines, to, got, want)
			}
		}
	}
	if got := len(bob.heard()); got != 2*chatcore.MaxLines {
		t.Errorf("bob heard %d lines", got)
	}
}

package chatcore_test

import (
	"errors"
	"fmt"
	"testing"

	"parley/chatcore"
)

func TestTalkInSendsPlainTextToARoom(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "ann", "bob", "carl")
	ann, bob, carl := all["ann"], all["bob"], all["carl"]
	ann.does("!enter dev")
	bob.does("!enter dev")
	ann.TalkIn(chatcore.Destination{Room: "dev"})
	ann.does("hi", "!me waves", "!say to all", "#carl psst")
	bob.hears("@dev ann: hi", "@dev * ann waves", "ann: to all")
	carl.hears("ann: to all", "#ann: psst")
	ann.does("!leave dev")
	ann.refuses("hi", "not in room: dev")
	ann.TalkIn(chatcore.Destination{})
	ann.does("hi")
	carl.hears("ann: hi")
}

func (c *client) talksIn(want chatcore.Destination) {
	c.t.Helper()
	if got := c.Talking(); got != want {
		c.t.Errorf("%s talks in %+v, want %+v", c.Nick(), got, want)
	}
}

// atPrompt joins a client with a terminal.
func atPrompt(t testing.TB, core *chatcore.Core, nick string) *client {
	t.Helper()
	return admit(t, core, chatcore.JoinRequest{Nick: nick, Kind: chatcore.Interactive})
}

func TestTalkingToANickFollowsThePerson(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := atPrompt(t, core, "ann"), join(t, core, "bob")
	if err := ann.GoTo(chatcore.Destination{Nick: "BOB"}); err != nil {
		t.Fatal(err)
	}
	ann.talksIn(chatcore.Destination{Nick: "bob"})
	bob.does("!nick rob")
	ann.talksIn(chatcore.Destination{Nick: "rob"})
	other := join(t, core, "bob")
	ann.does("psst")
	bob.hears("#ann: psst")

	bob.does("!nick bert")
	bob.Leave(chatcore.Quit)
	ann.talksIn(chatcore.Destination{Nick: "bert"})
	ann.refuses("psst", "no such user: bert")
	again := join(t, core, "Bert")
	ann.refuses("psst", "no such user: Bert (someone else has that nick now: /to #Bert to talk to them)")
	again.hears()
	other.hears()
	if err := ann.GoTo(chatcore.Destination{Nick: "bert"}); err != nil {
		t.Fatal(err)
	}
	ann.does("psst")
	again.hears("#ann: psst")
}

func TestTalkingToAVerifiedPersonGoesOnWhenHeIsBack(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	ann, first := atPrompt(t, core, "ann"), admit(t, core, kim)
	ann.TalkIn(chatcore.Destination{Nick: "kim"})
	first.Leave(chatcore.Quit)
	ann.refuses("psst", "no such user: kim")

	impostor := admit(t, core, chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:eve"}})
	ann.refuses("psst", "no such user: kim (someone else has that nick now: /to #kim to talk to them)")
	impostor.Leave(chatcore.Quit)
	impostor.hears()

	second := admit(t, core, kim)
	ann.does("psst")
	second.hears("#ann: psst")
	second.does("!nick tim")
	ann.talksIn(chatcore.Destination{Nick: "tim"})
}

func TestTalkIn_IsNotForANewcomerOfThatNick(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := atPrompt(t, core, "ann")
	ann.TalkIn(chatcore.Destination{Nick: "bob"})
	ann.refuses("psst", "no such user: bob")
	bob := join(t, core, "bob")
	ann.refuses("psst", "no such user: bob (someone else has that nick now: /to #bob to talk to them)")
	bob.hears()
}

func TestAnEmoteIsNotForOneNick(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := atPrompt(t, core, "ann"), join(t, core, "bob")
	bob.does("!enter dev")
	ann.does("!enter dev")
	ann.TalkIn(chatcore.Destination{Nick: "bob"})
	ann.refuses("!me waves", "usage: !me @room text, for you talk to one nick, and what you do is told to many")
	bob.hears()
	ann.does("!me @dev waves")
	bob.hears("@dev * ann waves")
}

func TestGoToGoesOnlyWhereOneCanTalk(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := atPrompt(t, core, "ann"), join(t, core, "bob")
	bob.does("!enter dev", "!enter Ops")
	ann.does("!enter ops")
	for _, tt := range []struct {
		to   chatcore.Destination
		want string
		at   chatcore.Destination
	}{
		{chatcore.Destination{Room: "OPS"}, "<nil>", chatcore.Destination{Room: "Ops"}},
		{chatcore.Destination{Room: "dev"}, "not in room: dev", chatcore.Destination{Room: "Ops"}},
		{chatcore.Destination{Room: "none"}, "no such room: none", chatcore.Destination{Room: "Ops"}},
		{chatcore.Destination{Nick: "carl"}, "no such user: carl", chatcore.Destination{Room: "Ops"}},
		{chatcore.Destination{Nick: "Bob"}, "<nil>", chatcore.Destination{Nick: "bob"}},
		{chatcore.Destination{}, "<nil>", chatcore.Destination{}},
	} {
		if got := fmt.Sprint(ann.GoTo(tt.to)); got != tt.want {
			t.Errorf("GoTo(%+v): %s, want %s", tt.to, got, tt.want)
		}
		ann.talksIn(tt.at)
	}
}

func TestLeavingTheRoomOneTalksIn(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Interactive}
	one, two := admit(t, core, kim), admit(t, core, kim)
	join(t, core, "bob").does("!enter dev")
	one.does("!enter dev", "!enter ops")
	one.TalkIn(chatcore.Destination{Room: "dev"})
	two.TalkIn(chatcore.Destination{Room: "dev"})
	one.does("!leave ops")
	one.talksIn(chatcore.Destination{Room: "dev"})
	one.does("!leave DEV")
	one.talksIn(chatcore.Destination{})
	// The other session's text is refused, and not sent to everyone.
	two.talksIn(chatcore.Destination{Room: "dev"})
	if err := two.Do("hi"); !errors.Is(err, chatcore.ErrNotInRoom) {
		t.Errorf("said in a room left elsewhere: %v", err)
	}
}

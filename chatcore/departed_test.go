package chatcore_test

import (
	"errors"
	"fmt"
	"testing"

	"parley/chatcore"
)

// A user who says something and leaves at once can be ignored: under any nick if a key
// proves them, and otherwise under that nick.
func TestThreat37_WhoeverIsGoneCanBeIgnored(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	hit := func(a chatcore.JoinRequest) {
		t.Helper()
		c := admit(t, core, a)
		c.does("hit")
		c.Leave(chatcore.Disconnected)
	}
	hit(chatcore.JoinRequest{Nick: "spam"})
	hit(chatcore.JoinRequest{Nick: "eve", Identity: chatcore.Principal{Key: "SHA256:eve"}})
	ann.hears("spam: hit", "eve: hit")
	ann.refuses("!ignore nobody", "no such user: nobody")
	ann.does("!ignore SPAM", "!ignore eve")
	hit(chatcore.JoinRequest{Nick: "spam"})
	hit(chatcore.JoinRequest{Nick: "mallory", Identity: chatcore.Principal{Key: "SHA256:eve"}})
	hit(chatcore.JoinRequest{Nick: "eve", Identity: chatcore.Principal{Key: "SHA256:another"}})
	ann.hears("eve: hit") // another user
	ann.does("!unignore spam")
	hit(chatcore.JoinRequest{Nick: "spam"})
	ann.hears("spam: hit")
	for i := range 5000 { // more than are remembered
		join(t, core, fmt.Sprint("n", i)).Leave(chatcore.Quit)
	}
	ann.refuses("!ignore spam", "no such user: spam")
	ann.does("!ignore n4999", "!ignore n1000")
	ann.refuses("!ignore n500", "no such user: n500")
}

// A session that says many things to a user or in a room does not say them to the nick's
// next owner, nor in a room that is made again.
func TestThreat38_WhatIsForOneIsNotForAnother(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	bot := admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command})
	bob, ann := join(t, core, "bob"), join(t, core, "ann")
	ann.does("!enter dev")
	toBob, err := bot.Address(chatcore.Destination{Nick: "bob"})
	if err != nil {
		t.Fatal(err)
	}
	toDev, err := bot.Address(chatcore.Destination{Room: "DEV"})
	if err != nil {
		t.Fatal(err)
	}
	say := func(a chatcore.Addressee, want string) {
		t.Helper()
		if err := bot.SayToAddressee(a, chatcore.SafeText("secret")); err != nil && err.Error() != want || err == nil && want != "" {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	say(toBob, "")
	bob.hears("#bot: secret")
	bob.does("!nick rob")
	thief := join(t, core, "bob")
	say(toBob, "")
	bob.hears("#bot: secret")
	bob.Leave(chatcore.Quit)
	join(t, core, "rob")
	say(toBob, "no such user: rob (someone else has that nick now: /to #rob to talk to them)")
	thief.hears()

	say(toDev, "")
	ann.hears("@dev bot: secret")
	ann.does("!leave dev")
	say(toDev, "no such room: dev")
	mallory := join(t, core, "mallory")
	mallory.does("!enter dev")
	say(toDev, "no such room: dev")
	mallory.hears()
	if _, err := bot.Address(chatcore.Destination{Nick: "zoe"}); !errors.Is(err, chatcore.ErrNoUser) {
		t.Errorf("error %v", err)
	}
	if _, err := bot.Address(chatcore.Destination{Room: "ops"}); !errors.Is(err, chatcore.ErrNoRoom) {
		t.Errorf("error %v", err)
	}
	toAll, err := bot.Address(chatcore.Destination{})
	if err != nil {
		t.Fatal(err)
	}
	say(toAll, "")
	ann.hears("bot: secret")
}

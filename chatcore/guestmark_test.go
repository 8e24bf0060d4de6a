package chatcore_test

import (
	"testing"

	"parley/chatcore"
)

// People see the mark before a guest's nick, and type what they see.
func TestTheMarkOfAGuestIsForgiven(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "~bob")
	if bob.Nick() != "bob" {
		t.Errorf("~bob came in as %s", bob.Nick())
	}
	ann.does("#~bob 1", "!ignore ~bob")
	bob.hears("#ann: 1")
	ann.asks("!ignore", "! you ignore: bob")
	ann.does("!unignore ~BOB")
	ann.asks("!ignore", "! you ignore nobody")
	if err := ann.Do("!unignore ~bob"); err == nil || err.Error() != "not ignored: bob" {
		t.Error(err)
	}
	if m, err := ann.Member("~bob"); err != nil || m.Nick != "bob" {
		t.Errorf("~bob is %s, %v", m.Nick, err)
	}
	if err := ann.Do("!whois ~bob"); err != nil {
		t.Error(err)
	}
	bob.does("!nick ~rob")
	ann.asks("!users", "ann rob")
	if err := ann.SayTo(chatcore.Destination{Nick: "~rob"}, "2"); err != nil {
		t.Error(err)
	}
	bob.hears("#ann: 2")
	for _, nick := range []string{"~", "~~cid", "c~id", "cid~"} {
		if _, err := arrive(t, core, chatcore.JoinRequest{Nick: nick}); err == nil {
			t.Errorf("%s came in", nick)
		}
	}
	for _, line := range []string{"#~ x", "#~~rob x", "!whois ~", "!ignore ~", "!nick ~", "@~dev x", "!enter ~dev"} {
		if err := ann.Do(line); err == nil {
			t.Errorf("%s is taken", line)
		}
	}
}

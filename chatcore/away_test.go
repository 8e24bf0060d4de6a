package chatcore_test

import (
	"testing"

	"parley/chatcore"
)

// Section 3 of the protocol has no answer to a private line. So only users at a prompt
// are told.
func TestAway_SendersArePromptedAboutIt(t *testing.T) {
	for kind, want := range map[chatcore.Kind][]string{
		chatcore.Raw: nil, chatcore.Plain: nil, chatcore.Command: nil,
		chatcore.Interactive: {"! ~bob is away: lunch"},
	} {
		t.Run(kind.String(), func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann, bob := admit(t, core, chatcore.JoinRequest{Nick: "ann", Kind: kind}), join(t, core, "bob")
			ann.asks("#bob 1")
			bob.asks("!away lunch")
			ann.asks("#bob 2", want...)
			ann.asks("hello")
			bob.asks("!back")
			ann.asks("#bob 3")
			bob.does("!back")
		})
	}
}

func TestAwayWithoutSayingWhy(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := atPrompt(t, core, "ann"), join(t, core, "bob")
	bob.does("!away lunch", "!away")
	ann.asks("#bob hi", "! ~bob is away")
	ann.does("!away")
	ann.asks("#bob hi", "! ~bob is away")
	ann.asks("#ann hi", "! ~ann is away")
}

func TestAwayIsOfThePerson(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	ann, one, two := atPrompt(t, core, "ann"), admit(t, core, kim), admit(t, core, kim)
	one.does("!away lunch", "!nick tim")
	one.Leave(chatcore.Quit)
	ann.asks("#tim hi", "! tim is away: lunch")
	two.does("!back")
	ann.asks("#tim hi")
}

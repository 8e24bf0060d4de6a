package chatcore_test

import (
	"fmt"
	"sync"
	"testing"

	"parley/chatcore"
)

func TestIgnoreHidesWhatIsSaidAndNothingElse(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob, carl := join(t, core, "ann"), join(t, core, "bob"), join(t, core, "carl")
	for _, c := range []*client{ann, bob, carl} {
		c.does("!enter dev")
	}
	ann.does("!notices on", "!ignore BOB", "!ignore bob")
	bob.does("1", "@dev 2", "!me 3", "!me @dev 4", "#ann 5", "!topic dev 6")
	core.Tick()
	ann.hears("@dev * bob set the topic: 6")
	carl.hears("bob: 1", "@dev bob: 2", "* bob 3", "@dev * bob 4")
	bob.hears()
	ann.asks("!users", "ann bob carl")
	ann.asks("!members dev", "ann bob carl")
	ann.asks("!ignore", "! you ignore: bob")
	carl.does("7")
	ann.hears("carl: 7")
	ann.does("#bob 8")
	bob.hears("carl: 7", "#ann: 8")
	ann.asks("!unignore Bob")
	ann.asks("!ignore", "! you ignore nobody")
	bob.does("9")
	ann.hears("bob: 9")
}

func TestIgnore_BelongsToThePersonWhoIgnores(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	one, two, bob := admit(t, core, kim), admit(t, core, kim), join(t, core, "bob")
	one.does("!ignore bob")
	three := admit(t, core, kim)
	bob.does("hello", "#kim psst")
	for _, c := range []*client{one, two, three} {
		c.hears()
	}
	bob.does("!ignore kim") // unaware of it, and does the same
	three.does("!nick tim", "hello")
	bob.hears()
}

// In each case ann ignores bob, then something happens, and someone speaks.
func TestIgnore_RecognizesPeople(t *testing.T) {
	guest, bob := chatcore.JoinRequest{Nick: "bob"}, chatcore.JoinRequest{Nick: "bob", Identity: chatcore.Principal{Key: "SHA256:bob"}}
	rename := func(t *testing.T, core *chatcore.Core, c *client) *client {
		c.does("!nick rob")
		return c
	}
	comesAs := func(a chatcore.JoinRequest) func(*testing.T, *chatcore.Core, *client) *client {
		return func(t *testing.T, core *chatcore.Core, c *client) *client {
			c.Leave(chatcore.Quit)
			return admit(t, core, a)
		}
	}
	renamedAndNew := func(a chatcore.JoinRequest) func(*testing.T, *chatcore.Core, *client) *client {
		return func(t *testing.T, core *chatcore.Core, c *client) *client {
			c.does("!nick rob")
			return admit(t, core, a)
		}
	}
	for _, tt := range []struct {
		name    string
		ignored chatcore.JoinRequest
		happen  func(*testing.T, *chatcore.Core, *client) *client
		heard   bool
	}{
		{"a guest with another nick", guest, rename, false},
		{"a guest who is back", guest, comesAs(guest), false},
		{"another guest with the nick", guest, renamedAndNew(guest), false},
		{"a guest who is back under another nick", guest, comesAs(chatcore.JoinRequest{Nick: "rob"}), true},
		{"a verified person with the nick of a guest", guest, renamedAndNew(bob), true},
		{"a verified person with another nick", bob, rename, false},
		{"a verified person who is back", bob, comesAs(bob), false},
		{"a verified person who is back under another nick", bob, comesAs(chatcore.JoinRequest{Nick: "rob", Identity: chatcore.Principal{Key: "SHA256:bob"}}), false},
		{"a second nick of a verified person", bob, func(t *testing.T, core *chatcore.Core, c *client) *client {
			return admit(t, core, chatcore.JoinRequest{Nick: "rob", Identity: chatcore.Principal{Key: "SHA256:bob"}})
		}, false},
		{"a guest with the nick of a verified person", bob, comesAs(guest), true},
		{"another verified person with the nick", bob, comesAs(chatcore.JoinRequest{Nick: "bob", Identity: chatcore.Principal{Key: "SHA256:other"}}), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann, first := join(t, core, "ann"), admit(t, core, tt.ignored)
			ann.does("!ignore bob")
			c := tt.happen(t, core, first)
			c.does("hello", "#ann psst")
			if tt.heard {
				ann.hears(c.Nick()+": hello", "#"+c.Nick()+": psst")
			} else {
				ann.hears()
			}
		})
	}
}

func TestUnignoreSomeoneByAnyNickHeHad(t *testing.T) {
	for _, tt := range []struct {
		name   string
		happen func(*client)
		nick   string
	}{
		{"online", func(*client) {}, "BOB"},
		{"the nick he has now", func(bob *client) { bob.does("!nick rob") }, "rob"},
		{"the nick he had", func(bob *client) { bob.does("!nick rob") }, "bob"},
		{"who has left", func(bob *client) { bob.Leave(chatcore.Quit) }, "bob"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann, bob := join(t, core, "ann"), join(t, core, "bob")
			join(t, core, "carl")
			ann.does("!ignore carl", "!ignore bob")
			tt.happen(bob)
			ann.does("!unignore " + tt.nick)
			ann.asks("!ignore", "! you ignore: carl")
			ann.refuses("!unignore "+tt.nick, "not ignored: "+tt.nick)
		})
	}
}

func TestAHundredPeopleMayBeIgnored(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	for i := range 101 {
		join(t, core, fmt.Sprintf("n%d", i))
		if i < 100 {
			ann.does(fmt.Sprintf("!ignore n%d", i))
		}
	}
	ann.does("!ignore n7")
	ann.refuses("!ignore n100", "too many: you ignore 100 people, unignore one first")
	ann.does("!unignore n7", "!ignore n100")
}

func TestOneDoesNotIgnoreOneself(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := admit(t, core, chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}})
	admit(t, core, chatcore.JoinRequest{Nick: "tim", Identity: chatcore.Principal{Key: "SHA256:kim"}})
	kim.refuses("!ignore kim", "cannot ignore: kim is you")
	kim.refuses("!ignore tim", "cannot ignore: tim is you")
}

// The list of ignored users is read while others publish, and while the ignored users
// rename. The race detector is the test.
func TestIgnoringWhileOthersSpeak(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	one, two := admit(t, core, kim), admit(t, core, kim)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 200 {
			one.does("hello", "#ann psst") // under any nick
		}
	})
	wg.Go(func() {
		for i := range 200 {
			two.does(fmt.Sprintf("!nick kim%d", i))
		}
	})
	wg.Go(func() {
		for range 200 {
			ann.does("!ignore bob", "!unignore bob")
		}
	})
	wg.Go(func() {
		for range 200 {
			bob.does("hello")
		}
	})
	wg.Wait()
}

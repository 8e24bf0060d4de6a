package chatcore_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"parley/chatcore"
)

// A session is told the result of its own request, whatever another session of the same
// user does at that moment.
func TestThreat35_ResultsAreOfTheRequest(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Interactive}
	one, two := admit(t, core, kim), admit(t, core, kim)
	both := func(do func(*client) bool) (succeeded int64) {
		var n atomic.Int64
		var wg sync.WaitGroup
		for _, c := range []*client{one, two} {
			wg.Go(func() {
				if do(c) {
					n.Add(1)
				}
			})
		}
		wg.Wait()
		return n.Load()
	}
	for i := range 2000 {
		one.does("!enter dev")
		if n := both(func(c *client) bool {
			left, err := c.Exit("DEV")
			if err != nil || left != "" && left != "dev" {
				t.Errorf("left %q, %v", left, err)
			}
			return left != ""
		}); n != 1 {
			t.Fatalf("a room was left %d times after it was entered once", n)
		}
		nick := []string{"kim", "tim"}[(i+1)%2]
		if n := both(func(c *client) bool {
			now, err := c.Rename(nick)
			if err != nil || now != "" && now != nick {
				t.Errorf("is now %q, %v", now, err)
			}
			return now != ""
		}); n != 1 {
			t.Fatalf("a nick was taken %d times", n)
		}
	}
}

// A name of only invisible letters is no room: it does not end a private talk.
func TestThreat35_LeavingNothingChangesNothing(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := atPrompt(t, core, "ann"), join(t, core, "bob")
	for _, name := range []string{"", "\ufe0f", "\u00ad", "\u200d", "\u3164"} {
		ann.TalkIn(chatcore.Destination{Nick: "bob"})
		if left, err := ann.Exit(name); left != "" || err != nil {
			t.Errorf("left %q by %q, %v", left, name, err)
		}
		ann.talksIn(chatcore.Destination{Nick: "bob"})
		ann.TalkIn(chatcore.Destination{})
		if left, err := ann.Exit(name); left != "" || err != nil {
			t.Errorf("left %q by %q, %v", left, name, err)
		}
	}
	ann.does("psst")
	bob.hears("ann: psst")
}

// Requests of a session that has ended do nothing.
func TestThreat34_NothingIsDoneAfterTheEnd(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	gone, here, bob := admit(t, core, kim), admit(t, core, kim), join(t, core, "bob")
	here.does("!enter dev", "!ignore bob")
	gone.Leave(chatcore.Quit)
	const ended = "not online: this session has ended"
	for _, line := range []string{"!leave dev", "!unignore bob", "!ignore bob", "!nick tim", "!enter ops", "!topic dev x", "!away", "!back", "hi", "@dev hi", "#bob hi", "!me waves", "!format json"} {
		gone.refuses(line, ended)
	}
	gone.does("!notices on", "!echo on") // no output: the session has left
	here.does("@dev still here", "!members dev", "!ignore")
	here.hears("kim", "! you ignore: bob")
	bob.hears()
}

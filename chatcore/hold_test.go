package chatcore_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

var kim = chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}

// A nick proven by a key is held for that key after any end that its user did not choose.
// Neither a guest nor another key gets it, in any spelling or by any way in.
func TestThreat24_ANickIsHeldForItsKey(t *testing.T) {
	for reason, held := range map[chatcore.Reason]bool{
		chatcore.Quit: false, chatcore.Disconnected: false, chatcore.Completed: false, chatcore.HungUp: false,
		chatcore.Broken: true, chatcore.Dead: true, chatcore.TooSlow: true, chatcore.Stalled: true,
		chatcore.EndlessLine: true, chatcore.Panicked: true,
	} {
		t.Run(string(reason), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				core := chatcore.New(chatcore.Options{})
				bob := join(t, core, "bob")
				one, two := admit(t, core, kim), admit(t, core, kim)
				one.Leave(reason)
				two.Leave(reason) // the last session
				time.Sleep(10*time.Minute - time.Second)
				synctest.Wait()
				for _, thief := range []chatcore.JoinRequest{
					{Nick: "kim"}, {Nick: "KIM"}, {Nick: "kіm"}, {Nick: "ｋｉｍ", Kind: chatcore.Command},
					{Nick: "Kim", Identity: chatcore.Principal{Key: "SHA256:eve"}, Kind: chatcore.Interactive},
				} {
					c, err := arrive(t, core, thief)
					if got := errors.Is(err, chatcore.ErrNickInUse); got != held {
						t.Errorf("%q by %q: error %v", thief.Nick, thief.Identity.Key, err)
					}
					if err == nil {
						c.Leave(chatcore.Quit)
					}
				}
				if held {
					bob.refuses("!nick kim", "nick in use: kim (held for the key it belonged to, for another 1 min)")
				}
				back := admit(t, core, chatcore.JoinRequest{Nick: "Kim", Identity: kim.Identity})
				back.Leave(chatcore.Quit) // now they chose to leave
				join(t, core, "kim")
			})
		})
	}
}

func TestThreat24_AHoldEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		admit(t, core, kim).Leave(chatcore.Dead)
		if _, err := arrive(t, core, chatcore.JoinRequest{Nick: "kim"}); err == nil || err.Error() != "nick in use: kim (held for the key it belonged to, for another 10 min)" {
			t.Errorf("error %v", err)
		}
		time.Sleep(10 * time.Minute)
		join(t, core, "kim")
		// A guest proves nothing, so no nick is held for them.
		join(t, core, "guest").Leave(chatcore.Dead)
		join(t, core, "guest")
		// The owner may join under another nick, and take theirs again.
		admit(t, core, chatcore.JoinRequest{Nick: "pat", Identity: chatcore.Principal{Key: "SHA256:pat"}}).Leave(chatcore.TooSlow)
		pat := admit(t, core, chatcore.JoinRequest{Nick: "pat2", Identity: chatcore.Principal{Key: "SHA256:pat"}})
		pat.does("!nick pat")
		pat.Leave(chatcore.Quit)
		join(t, core, "pat")
	})
}

// Holds are bounded, for an address and in total, and are released.
func TestThreat24_HoldsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		for i := range 100 {
			admit(t, core, chatcore.JoinRequest{Nick: fmt.Sprint("mine", i), Identity: chatcore.Principal{Key: fmt.Sprint("SHA256:eve", i)}, From: "192.0.2.1/32"}).Leave(chatcore.Broken)
		}
		if n := core.Holds(); n != 16 {
			t.Errorf("%d nicks are held for one address", n)
		}
		join(t, core, "mine83")
		if _, err := arrive(t, core, chatcore.JoinRequest{Nick: "mine84"}); err == nil {
			t.Error("the latest are not held")
		}
		for i := range 20_000 {
			admit(t, core, chatcore.JoinRequest{Nick: fmt.Sprint("other", i), Identity: chatcore.Principal{Key: fmt.Sprint("SHA256:", i)}, From: fmt.Sprint(i)}).Leave(chatcore.Broken)
		}
		if n := core.Holds(); n > 10_000 {
			t.Errorf("%d nicks are held", n)
		}
		time.Sleep(10 * time.Minute)
		for i := range 1000 { // each that joins releases a few
			admit(t, core, chatcore.JoinRequest{Nick: fmt.Sprint("later", i), Identity: chatcore.Principal{Key: fmt.Sprint("SHA256:later", i)}, From: fmt.Sprint("later", i)}).Leave(chatcore.Broken)
		}
		if n := core.Holds(); n > 1000 {
			t.Errorf("%d nicks are held after ten minutes", n)
		}
	})
}

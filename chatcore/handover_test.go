package chatcore_test

import (
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

// A nick that changes hands is reported, in the order in which it happened, and before
// the first words of its new owner.
func TestThreat36_ANickThatChangesHandsIsNews(t *testing.T) {
	verified := func(nick, identity string) chatcore.JoinRequest {
		return chatcore.JoinRequest{Nick: nick, Identity: chatcore.Principal{Key: identity}}
	}
	for _, tt := range []struct {
		name          string
		first, second chatcore.JoinRequest
		want          []string
	}{
		{"from guest to guest", verified("gal", ""), verified("gal", ""), []string{"* gal left; gal joined", "gal: it is me"}},
		{"from key to key", verified("gal", "SHA256:1"), verified("gal", "SHA256:2"), []string{"* gal left; gal joined", "gal: it is me"}},
		{"from key to guest", verified("gal", "SHA256:1"), verified("Gal", ""), []string{"* gal left; Gal joined", "Gal: it is me"}},
		{"back with the same key", verified("gal", "SHA256:1"), verified("gal", "SHA256:1"), []string{"gal: it is me"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				core := chatcore.New(chatcore.Options{})
				first, ann := admit(t, core, tt.first), join(t, core, "ann")
				ann.does("!notices on")
				join(t, core, "bob").does("hi") // this second's notices are sent
				ann.hears("* bob joined", "bob: hi")
				first.Leave(chatcore.Disconnected)
				admit(t, core, tt.second).does("it is me")
				ann.hears(tt.want...)
				time.Sleep(time.Second)
				core.Tick()
				ann.hears()
			})
		})
	}
}

// Leaving a room and entering it again at once is not reported: it is the same user.
func TestThreat36_InARoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		gal, ann := join(t, core, "gal"), join(t, core, "ann")
		gal.does("!enter dev")
		ann.does("!enter dev", "!notices on")
		gal.does("!leave dev", "!enter dev")
		core.Tick()
		ann.hears()
		gal.Leave(chatcore.Quit)
		join(t, core, "gal").does("!enter dev", "@dev it is me")
		ann.hears("@dev * gal left; gal joined", "@dev gal: it is me")
	})
}

// No user can forge notices about others with signs that look like those in notices.
func TestThreat36_NewsAreNotForged(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev", "!notices on")
	for _, text := range []string{"x） ； bob left （timed out", "x﹚﹔ bob left ﹙timed out", "x⟯; bob left ⟮timed out"} {
		mal := join(t, core, "mal")
		mal.does("!enter dev", "!topic dev "+text)
		mal.does("!quit " + text)
		mal.Leave(chatcore.Quit)
	}
	core.Tick()
	for _, line := range ann.heard() {
		for _, r := range line {
			switch r {
			case '；', '﹔', '（', '）', '﹙', '﹚', '⟮', '⟯':
				t.Errorf("%q has %q", line, r)
			}
		}
	}
}

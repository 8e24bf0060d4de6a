package chatcore_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

// crowd makes users join, leave and do things, by nick.
type crowd struct {
	t    *testing.T
	core *chatcore.Core
	in   map[string]*client
}

func (c crowd) come(nicks ...string) {
	c.t.Helper()
	for _, n := range nicks {
		c.in[n] = join(c.t, c.core, n)
	}
}

func (c crowd) leave(nicks ...string) {
	for _, n := range nicks {
		c.in[n].Leave(chatcore.Disconnected)
		delete(c.in, n)
	}
}

func (c crowd) lose(nick string, why chatcore.Reason) { c.in[nick].Leave(why) }

// In each case ann asked for notices, bob did not, and both are online.
func TestNewsOfPeople(t *testing.T) {
	for _, tt := range []struct {
		name   string
		happen func(crowd)
		want   []string
	}{
		{"nothing", func(crowd) {}, nil},
		{"one comes", func(c crowd) { c.come("carl") }, []string{"* carl joined"}},
		{"two come", func(c crowd) { c.come("carl", "dora") }, []string{"* carl and dora joined"}},
		{"three come", func(c crowd) { c.come("carl", "dora", "emil") }, []string{"* carl, dora and emil joined"}},
		{"ten come", func(c crowd) { c.come(many(10)...) }, []string{"* n0, n1, n2, n3, n4, n5, n6, n7, n8 and n9 joined"}},
		{"many come", func(c crowd) { c.come(many(1000)...) }, []string{"* n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 990 others joined"}},
		{"one goes", func(c crowd) { c.leave("bob") }, []string{"* bob left"}},
		{"one comes and one goes", func(c crowd) { c.come("carl"); c.leave("bob") }, []string{"* carl joined; bob left"}},
		{"who comes and goes is no news", func(c crowd) { c.come("carl"); c.leave("carl") }, nil},
		{"a guest who goes and is back may be another", func(c crowd) { c.leave("bob"); c.come("bob") }, []string{"* bob left; bob joined"}},
		{"who comes, goes and comes has come", func(c crowd) { c.come("carl"); c.leave("carl"); c.come("carl") }, []string{"* carl joined"}},
		{"one comes and takes another nick, and another goes under the first one", func(c crowd) {
			c.come("carl")
			c.in["carl"].does("!nick dora")
			c.in["bob"].does("!nick carl")
			c.leave("bob")
		}, []string{"* carl joined; carl left; carl is now dora; bob is now carl"}},
		{"the others stay news", func(c crowd) { c.come("carl", "dora"); c.leave("carl") }, []string{"* dora joined"}},
		{"one takes another nick", func(c crowd) { c.in["bob"].does("!nick rob") }, []string{"* bob is now rob"}},
		{"many nicks are taken", func(c crowd) {
			for i := range 12 {
				c.in["bob"].does(fmt.Sprintf("!nick b%d", i))
			}
		}, []string{"* bob is now b0; b0 is now b1; b1 is now b2; b2 is now b3; b3 is now b4; b4 is now b5; b5 is now b6; b6 is now b7; b7 is now b8; b8 is now b9; and 2 more"}},
		{"one says why", func(c crowd) { c.in["bob"].does("!quit bye\tall"); c.leave("bob") }, []string{"* bob left (bye all)"}},
		{"one has little to say", func(c crowd) { c.in["bob"].does("!quit  \u200b"); c.leave("bob") }, []string{"* bob left"}},
		{"one has much to say", func(c crowd) { c.in["bob"].does("!quit " + strings.Repeat("x", 101)); c.leave("bob") }, []string{"* bob left (" + strings.Repeat("x", 99) + "…)"}},
		{"one is lost", func(c crowd) { c.lose("bob", chatcore.Broken) }, []string{"* bob left (connection lost)"}},
		{"one who is lost is back, or another", func(c crowd) { c.lose("bob", chatcore.Broken); c.come("bob") }, []string{"* bob left (connection lost); bob joined"}},
		{"what is said is told at once and once", func(c crowd) { c.in["bob"].does("hi") }, []string{"bob: hi"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			c := crowd{t, core, joinAll(t, core, "ann", "bob")}
			c.in["ann"].does("!notices on", "!notices on")
			tt.happen(c)
			core.Tick()
			c.in["ann"].hears(tt.want...)
			core.Tick()
			c.in["ann"].hears()
			if bob := c.in["bob"]; bob != nil {
				bob.hears()
			}
		})
	}
}

func many(n int) []string {
	var nicks []string
	for i := range n {
		nicks = append(nicks, fmt.Sprintf("n%d", i))
	}
	return nicks
}

func TestNewsAreToldByTickOnly(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!notices on")
	join(t, core, "bob")
	ann.hears()
	core.Tick()
	ann.hears("* bob joined")
	join(t, core, "carl")
	ann.does("!notices off")
	core.Tick()
	ann.hears()
}

// A user who has just joined is announced before they speak, and there is still at most
// one line a second.
func TestNewsComeBeforeWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		ann := join(t, core, "ann")
		ann.does("!notices on")
		join(t, core, "bob").does("hi")
		ann.hears("* bob joined", "bob: hi")
		join(t, core, "carl").does("hi")
		ann.hears("carl: hi")
		core.Tick()
		ann.hears()
		time.Sleep(time.Second)
		core.Tick()
		ann.hears("* carl joined")
		core.Tick()
		ann.hears()
		ann.does("!notices off")
		join(t, core, "dora").does("hi")
		ann.hears("dora: hi")
	})
}

func TestNotices_AreNotGatheredUnlessAsked(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "ann", "bob")
	ann := all["ann"]
	ann.does("!notices on", "!notices off")
	bob := join(t, core, "carl")
	ann.does("!notices on")
	core.Tick()
	ann.hears()
	ann.Leave(chatcore.Quit) // the session that asked is gone
	bob.Leave(chatcore.Quit)
	all["bob"].does("!notices on")
	core.Tick()
	all["bob"].hears()
}

func TestNewsOfARoom(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "ann", "bob", "carl", "dora")
	ann, bob, carl, dora := all["ann"], all["bob"], all["carl"], all["dora"]
	ann.does("!notices on", "!enter dev")
	carl.does("!notices on") // not in the room
	dora.does("!enter dev")  // does not ask for notices
	core.Tick()
	ann.hears("@dev * ann and dora joined")
	bob.does("!enter Dev", "!enter dev")
	core.Tick()
	ann.hears("@dev * bob joined")
	bob.does("!leave dev")
	dora.does("!leave dev", "!enter dev")
	core.Tick()
	ann.hears("@dev * bob left")
	dora.Leave(chatcore.Disconnected)
	core.Tick()
	ann.hears("@dev * dora left", "* dora left")
	carl.hears("* dora left")
	bob.hears()
}

func TestNotices_LeaveOutWhatIsNoNews(t *testing.T) {
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Plain}
	for _, tt := range []struct {
		name string
		a    chatcore.JoinRequest
	}{
		{"a command session", chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command}},
		{"a session that listens", chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Tail}},
		{"one more session of the same person", kim},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann := join(t, core, "ann")
			admit(t, core, kim)
			ann.does("!notices on")
			c := admit(t, core, tt.a)
			core.Tick()
			ann.hears()
			c.Leave(chatcore.Completed)
			core.Tick()
			ann.hears()
		})
	}
}

func TestAPersonComesWithTheFirstSessionHeardOfAndGoesWithTheLast(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!notices on")
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Tail}
	listener := admit(t, core, kim)
	kim.Kind = chatcore.Plain
	one, two := admit(t, core, kim), admit(t, core, kim)
	core.Tick()
	ann.hears("* kim joined")
	one.Leave(chatcore.Quit)
	core.Tick()
	ann.hears()
	two.Leave(chatcore.Quit)
	core.Tick()
	ann.hears("* kim left")
	listener.Leave(chatcore.Quit)
	core.Tick()
	ann.hears()
}

func TestWhyPeopleLeave(t *testing.T) {
	for reason, want := range map[chatcore.Reason]string{
		chatcore.Quit: "bob left", chatcore.Disconnected: "bob left", chatcore.Shutdown: "bob left", chatcore.Completed: "bob left",
		chatcore.Broken:      "bob left (connection lost)",
		chatcore.Dead:        "bob left (timed out)",
		chatcore.TooSlow:     "bob left (too slow)",
		chatcore.Stalled:     "bob left (too slow)",
		chatcore.EndlessLine: "bob left (sent an endless line)",
		chatcore.Panicked:    "bob left (a fault of the server)",
	} {
		t.Run(string(reason), func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann, bob := join(t, core, "ann"), join(t, core, "bob")
			ann.does("!enter dev")
			bob.does("!enter dev")
			ann.does("!notices on")
			bob.Leave(reason)
			core.Tick()
			ann.hears("@dev * "+want, "* "+want)
		})
	}
}

func TestNotices_OneReasonIsOnePhrase(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	c := crowd{t, core, joinAll(t, core, "ann", "bob", "carl", "dora", "emil", "fred")}
	c.in["ann"].does("!notices on")
	c.lose("bob", chatcore.Quit)
	c.lose("carl", chatcore.Dead)
	c.lose("dora", chatcore.Disconnected)
	c.in["emil"].does("!quit night")
	c.lose("emil", chatcore.Disconnected)
	c.lose("fred", chatcore.Dead)
	c.come("gina")
	core.Tick()
	c.in["ann"].hears("* gina joined; bob and dora left; carl and fred left (timed out); emil left (night)")
}

func TestManyLastWordsAreBounded(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	c := crowd{t, core, joinAll(t, core, append(many(12), "ann")...)}
	c.in["ann"].does("!notices on")
	for i, nick := range many(12) {
		c.in[nick].does(fmt.Sprintf("!quit %d", i))
		c.leave(nick)
	}
	core.Tick()
	c.in["ann"].hears("* n0 left (0); n1 left (1); n2 left (2); n3 left (3); n4 left (4); n5 left (5); n6 left (6); n7 left (7); n8 left (8); n9 left (9); and 2 more left")
}

// A user at a prompt is not told what they have just done, if nothing else happened.
func TestOnesOwnDoingsAreNoNewsAtAPrompt(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := atPrompt(t, core, "ann"), join(t, core, "bob")
	ann.does("!notices on")
	bob.does("!notices on", "!enter dev")
	core.Tick()
	bob.hears("@dev * bob joined")
	ann.does("!enter dev", "!topic dev lunch", "!nick zoe")
	core.Tick()
	ann.hears()
	if got := bob.heard(); len(got) != 2 {
		t.Errorf("bob was told %q", got)
	}
	ann.does("!topic dev tea")
	bob.does("!topic dev cake")
	core.Tick()
	ann.hears("@dev * zoe set the topic: tea; bob set the topic: cake")
}

// No user can forge notices about others in their own words.
func TestNewsCannotBeForged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		bob, mal := join(t, core, "bob"), join(t, core, "mal")
		bob.does("!notices on", "!enter dev")
		mal.does("!enter dev", "!topic dev hi; bob joined; admin left (kicked)")
		core.Tick()
		bob.hears("@dev * bob and mal joined; mal set the topic: hi, bob joined, admin left kicked")
		time.Sleep(2 * time.Second)
		mal.does("!quit bye); bob left (x")
		mal.Leave(chatcore.Quit)
		core.Tick()
		bob.hears("@dev * mal left (bye, bob left x)", "* mal left (bye, bob left x)")
	})
}

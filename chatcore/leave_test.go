package chatcore_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

func TestLeavingByAnyPathFreesNickAndRooms(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(*chatcore.Core, *client)
		want chatcore.Reason
	}{
		{"the client goes", func(_ *chatcore.Core, c *client) {}, chatcore.Disconnected},
		{"the client quits", func(_ *chatcore.Core, c *client) { c.does("!quit") }, chatcore.Quit},
		{"the client is too slow", func(_ *chatcore.Core, c *client) {
			for range 100 {
				c.Note("0123456789")
			}
		}, chatcore.TooSlow},
		{"the server stops", func(core *chatcore.Core, _ *client) { core.Shutdown("bye") }, chatcore.Shutdown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{Outbox: 500})
			ann, bob := join(t, core, "ann"), join(t, core, "bob")
			ann.does("!enter alone", "!enter dev", "!notices on")
			bob.does("!enter dev")
			tt.end(core, ann)
			ann.Leave(chatcore.Disconnected)

			if got := ann.Reason(); got != tt.want {
				t.Errorf("Reason() = %q, want %q", got, tt.want)
			}
			if st := core.Stats(); st.Sessions[chatcore.Raw] != 1 || st.Closed[tt.want] != 1 || len(st.Closed) != 1 {
				t.Errorf("stats: %+v", st)
			}
			if tt.want == chatcore.Shutdown {
				bob.refuses("#ann hi", "going down: the server is stopping")
				bob.hears("! bye")
				if st := core.Stats(); st.Users != 1 || st.Rooms != 1 {
					t.Errorf("stats: %+v", st)
				}
				return
			}
			bob.asks("!users", "bob")
			bob.asks("!rooms", "dev")
			bob.asks("!members dev", "bob")
			bob.refuses("#ann hi", "no such user: ann")
			join(t, core, "Ann").asks("!users", "Ann bob")
		})
	}
}

func TestLeaveMayBeCalledAgain(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	var wg sync.WaitGroup
	for _, r := range []chatcore.Reason{chatcore.Broken, chatcore.Dead, chatcore.Stalled} {
		wg.Go(func() { ann.Leave(r) })
	}
	wg.Wait()
	again := join(t, core, "ann")
	ann.Leave(chatcore.Quit)
	again.asks("!users", "ann")
	if st := core.Stats(); len(st.Closed) != 1 || st.Closed[ann.Reason()] != 1 {
		t.Errorf("closed: %v, Reason() = %q", st.Closed, ann.Reason())
	}
	if len(ann.closed) > 0 {
		t.Errorf("the front end was told %q of what it did itself", ann.closed)
	}
}

func TestARoomEndsWithItsLastMember(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.does("!enter Dev")
	bob.does("!enter dev", "!enter dev")
	ann.asks("!rooms", "Dev")
	ann.does("!leave DEV", "!leave dev", "!leave nowhere")
	ann.asks("!members dev", "bob")
	ann.refuses("@dev hi", "not in room: Dev")
	bob.does("!leave dev")
	ann.asks("!rooms", "")
	ann.refuses("!members dev", "no such room: dev")
	ann.refuses("@dev hi", "no such room: dev")
	ann.does("!enter dev")
	ann.asks("!rooms", "dev")
}

func TestARoomEndsWhenOnlyACommandSessionOfItsMemberIsLeft(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	online := admit(t, core, kim)
	kim.Kind = chatcore.Command
	command := admit(t, core, kim)
	online.does("!enter dev")
	command.does("!enter ops")
	command.asks("!rooms", "dev ops")
	command.asks("!leave ops")
	online.asks("!rooms", "dev")
	online.Leave(chatcore.Quit)
	command.asks("!rooms", "")
	command.asks("!users", "")
	command.refuses("!enter dev", "not online: kim has no session that stays in a room")
}

// A front end may still be reading lines when another of its goroutines has left. These
// requests must not outlive the session, and must not affect the user who has the nick by
// then.
func TestASessionThatHasLeftDoesNothing(t *testing.T) {
	for _, line := range []string{"!enter dev", "!nick zed", "!notices on", "hello", "#bob hello", "@ops hello", "!me waves", "!leave ops",
		"!topic ops x", "!away x", "!back", "!ignore bob", "!format json"} {
		t.Run(line, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			gone, bob := join(t, core, "ann"), join(t, core, "bob")
			gone.Leave(chatcore.Broken)
			again := join(t, core, "ann")
			again.does("!enter ops")
			bob.does("!enter ops")

			_ = gone.Do(line) // may be refused: the session gets no answer
			bob.hears()
			again.hears()
			again.asks("!rooms", "ops")
			again.asks("!users", "ann bob")
			again.asks("!members ops", "ann bob")
			zed := join(t, core, "zed") // no session asks for notices, so this is not gathered
			bob.does("!notices on")
			core.Tick()
			bob.hears()

			for _, c := range []*client{again, bob, zed} {
				c.Leave(chatcore.Quit)
			}
			if st := core.Stats(); st.Users != 0 || st.Rooms != 0 {
				t.Errorf("after all have left: %+v", st)
			}
			joinAll(t, core, "ann", "bob", "zed")
		})
	}
}

// Everything happens at once, sessions are cut off in the middle, and nothing is left.
func TestNothingIsLeftOfAnybody(t *testing.T) { synctest.Test(t, nothingIsLeftOfAnybody) }

func nothingIsLeftOfAnybody(t *testing.T) {
	core := chatcore.New(chatcore.Options{Outbox: 4 << 10})
	var wg sync.WaitGroup
	for i := range 16 {
		nick := fmt.Sprintf("user%d", i/2) // two clients want each nick
		lines := []string{
			"!enter dev", "!notices on", "hello", "@dev hi", "!me waves", fmt.Sprintf("!nick other%d", i%3), "!enter ops",
			"#user0 psst", "!topic dev x", "!away x", "!ignore user2", "!unignore user2", "!format json", "!users", "!members dev", "!rooms", "!whois user1", "!leave dev", "!enter Dev", "!notices off", "!notices on",
		}
		wg.Go(func() {
			for range 50 {
				a := chatcore.JoinRequest{Nick: nick}
				if i%4 == 3 {
					a = chatcore.JoinRequest{Nick: "tail", Identity: chatcore.Principal{Key: "SHA256:tail"}, Kind: chatcore.Tail, Watch: "dev"}
				}
				c, err := arrive(t, core, a)
				if err != nil {
					continue
				}
				var cut sync.WaitGroup
				cut.Go(func() { c.Leave(chatcore.Broken) })
				for _, l := range lines {
					_ = c.Do(l)
				}
				core.Tick()
				core.Stats()
				c.taken()
				cut.Wait()
			}
		})
	}
	wg.Wait()
	time.Sleep(time.Second) // fake: recent notices hold back the rest
	core.Tick()
	if st := core.Stats(); st.Users != 0 || st.Rooms != 0 {
		t.Errorf("after all have left: %+v", st)
	}
	if rooms, newsy := core.KeptRooms(); rooms != 0 || newsy != 0 {
		t.Errorf("after all have left %d rooms are kept, and %d spaces with news", rooms, newsy)
	}
	time.Sleep(10 * time.Minute) // fake: by then no nick is held for its key
	for i := range 8 {
		join(t, core, fmt.Sprintf("user%d", i)).Leave(chatcore.Quit)
		join(t, core, fmt.Sprintf("other%d", i)).Leave(chatcore.Quit)
	}
	ann := join(t, core, "ann")
	join(t, core, "bob") // no session asks for notices, so this is not gathered
	ann.does("!notices on", "!enter dev")
	core.Tick()
	ann.hears("@dev * ann joined")
}

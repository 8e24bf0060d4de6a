package chatcore_test

import (
	"sync"
	"testing"

	"parley/chatcore"
)

// tail joins a Tail session that watches a room.
func tail(t *testing.T, core *chatcore.Core, a chatcore.JoinRequest, room string) *client {
	t.Helper()
	a.Kind, a.Watch = chatcore.Tail, room
	return admit(t, core, a)
}

func TestWatchHearsTheRoomAndNotThePublic(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev", "!enter ops")
	eve := tail(t, core, chatcore.JoinRequest{Nick: "eve"}, "DEV")
	ann.does("hello", "@dev hi", "@ops hi", "!me waves", "!me @dev waves")
	eve.hears("@dev ann: hi", "@dev * ann waves")
	ann.asks("!members dev", "ann")
	ann.asks("!users", "ann eve")
}

func TestWatchHearsThatRoomAlone(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	online, bob := admit(t, core, kim), join(t, core, "bob")
	online.does("!enter dev", "!enter ops")
	bob.does("!enter dev", "!enter ops", "!enter late")
	eyes := tail(t, core, kim, "ops")
	online.does("!enter late")
	bob.does("@dev 1", "@late 2", "@ops 3")
	eyes.hears("@ops bob: 3")
	online.does("!leave ops")
	bob.does("@ops 4")
	eyes.hears("@ops bob: 4")
}

func TestWatchNeedsARoom(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	_, err := core.Join(chatcore.JoinRequest{Nick: "eve", Kind: chatcore.Tail, Watch: "dev"})
	if err == nil || err.Error() != "no such room: dev" {
		t.Errorf("watching no room: %v", err)
	}
	if st := core.Stats(); st.Users != 0 {
		t.Errorf("%d users", st.Users)
	}
}

func TestWatchHearsARoomThatIsMadeAgain(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev")
	eve := tail(t, core, chatcore.JoinRequest{Nick: "eve"}, "dev")
	ann.does("!leave dev")
	ann.refuses("!members dev", "no such room: dev")
	ann.refuses("@dev hi", "no such room: dev")
	ann.asks("!rooms", "")
	if st := core.Stats(); st.Rooms != 0 {
		t.Errorf("%d rooms, of which none has a member", st.Rooms)
	}
	ann.does("!enter Dev", "@dev again")
	eve.hears("@Dev ann: again")
	ann.asks("!rooms", "Dev")
}

func TestWatchEndsWithTheSession(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev", "!enter ops")
	eve := tail(t, core, chatcore.JoinRequest{Nick: "eve"}, "ops")
	ann.does("@dev 1", "@ops 2")
	eve.hears("@ops ann: 2")
	eve.Leave(chatcore.Disconnected)
	ann.does("@ops 3", "@dev 4")
	eve.hears()
	ann.does("!leave ops", "!leave dev")
	if rooms, _ := core.KeptRooms(); rooms != 0 {
		t.Errorf("%d rooms are kept for nobody", rooms)
	}
}

// The name of a room that is kept for its watchers may change while its notices are sent.
// The race detector is the test.
func TestARoomIsMadeAgainWhileItsNewsAreTold(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!notices on", "!enter dev")
	tail(t, core, chatcore.JoinRequest{Nick: "eve"}, "dev")
	for range 100 {
		ann.does("!leave dev")
		var wg sync.WaitGroup
		wg.Go(core.Tick)
		ann.does("!enter Dev")
		wg.Wait()
	}
}

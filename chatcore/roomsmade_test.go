package chatcore_test

import (
	"fmt"
	"testing"

	"parley/chatcore"
)

// The rooms made from one address are bounded, whichever of its users makes them: others
// pay for listing them. Entering a room that others made is not bounded.
func TestThreat43_RoomsOfAnAddress(t *testing.T) {
	core := chatcore.New(chatcore.Options{RoomsOfAddress: 5})
	from := func(nick, address string) *client {
		return admit(t, core, chatcore.JoinRequest{Nick: nick, From: address})
	}
	eve, mallory, ann := from("eve", "a"), from("mallory", "a"), from("ann", "b")
	for i := range 3 {
		eve.does(fmt.Sprint("!enter eve", i))
	}
	mallory.does("!enter mal0", "!enter mal1")
	const refused = "too many: 5 rooms were made from your address, enter one or leave some first"
	eve.refuses("!enter more", refused)
	mallory.refuses("!enter more", refused)
	ann.does("!enter dev")
	eve.does("!enter dev", "!enter mal0")
	mallory.does("!leave mal1")
	eve.does("!enter more")
	eve.refuses("!enter mal1", refused)
	mallory.does("!leave mal0") // eve is in it, so it stays
	eve.refuses("!enter mal1", refused)

	// A room that is watched while it is empty is counted once each time it is made.
	watcher := admit(t, core, chatcore.JoinRequest{Nick: "watcher", Kind: chatcore.Tail, Watch: "more"})
	eve.does("!leave more", "!enter more", "!leave more")
	watcher.Leave(chatcore.Completed)
	eve.does("!enter mal1")
	eve.refuses("!enter more", refused)
	eve.Leave(chatcore.Quit)
	mallory.does("!enter m1", "!enter m2", "!enter m3", "!enter m4", "!enter m5")
	mallory.refuses("!enter m6", refused)
	ann.Leave(chatcore.Quit)
	mallory.Leave(chatcore.Quit)
	if n := core.RoomsMade(); n != 0 {
		t.Errorf("%d addresses are remembered for the rooms they made", n)
	}
}

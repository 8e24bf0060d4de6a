package chatcore_test

import (
	"reflect"
	"testing"

	"parley/chatcore"
)

func TestStats(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Plain}
	ann, one, two := join(t, core, "ann"), admit(t, core, kim), admit(t, core, kim)
	admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command})
	gone := admit(t, core, chatcore.JoinRequest{Nick: "bob", Kind: chatcore.Interactive})
	ann.does("!enter dev", "!enter ops")
	tail(t, core, chatcore.JoinRequest{Nick: "eve"}, "ops")
	ann.does("!leave ops")
	one.does("!enter dev")
	gone.does("!quit")
	gone.Leave(chatcore.Disconnected)

	ann.does("hello", "!me waves", "@dev hi", "#kim psst") // 2 receivers of each
	one.does("#ann psst")                                  // 1 receiver, and another session that is shown nothing
	ann.refuses("#nobody hi", "no such user: nobody")
	ann.taken()
	two.taken()

	want := chatcore.Stats{
		Sessions: map[chatcore.Kind]int{
			chatcore.Raw: 1, chatcore.Plain: 2, chatcore.Interactive: 0, chatcore.Command: 1, chatcore.Tail: 1,
		},
		Users:     3, // ann, kim, eve
		Rooms:     1,
		Messages:  map[chatcore.EventKind]uint64{chatcore.Said: 2, chatcore.Emoted: 1, chatcore.Whispered: 2},
		Delivered: 9,
		Closed:    map[chatcore.Reason]uint64{chatcore.Quit: 1},
		Owed:      len("ann: hello\r\n* ann waves\r\n@dev ann: hi\r\n#ann: psst\r\n") + 4*24,
	}
	if got := core.Stats(); !reflect.DeepEqual(got, want) {
		t.Errorf("stats\n%+v, want\n%+v", got, want)
	}
}

func TestKindsHaveNames(t *testing.T) {
	for kind, want := range map[chatcore.Kind]string{
		chatcore.Raw: "raw", chatcore.Plain: "plain", chatcore.Interactive: "interactive", chatcore.Command: "command", chatcore.Tail: "tail",
	} {
		if got := kind.String(); got != want {
			t.Errorf("kind %d is %q, want %q", kind, got, want)
		}
	}
}

package chatcore_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/chatcore"
)

// hasUnread checks what is unread: "@dev 2", "#bob 1", " 3" for the public channel.
func (c *client) hasUnread(want ...string) {
	c.t.Helper()
	var got []string
	for _, u := range c.Unread() {
		place := ""
		switch {
		case u.Place.Room != "":
			place = "@" + u.Place.Room
		case u.Place.Nick != "":
			place = "#" + u.Place.Nick
		}
		got = append(got, fmt.Sprintf("%s %d", place, u.N))
	}
	if !slices.Equal(got, want) {
		c.t.Errorf("%s has unread %q, want %q", c.Nick(), got, want)
	}
}

func TestUnreadIsWhatOthersSayElsewhere(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob, carl := atPrompt(t, core, "ann"), join(t, core, "bob"), join(t, core, "carl")
	for _, room := range []string{"dev", "Ops"} {
		ann.does("!enter " + room)
		bob.does("!enter " + room)
	}
	bob.does("hello", "!me waves")
	ann.hasUnread() // ann talks there
	bob.does("@dev 1", "!me @ops 2", "@dev ann 3", "#ann 4")
	carl.does("#ann 5")
	ann.hasUnread("#carl 1", "#bob 1", "@dev 2", "@Ops 1")
	ann.does("@dev mine", "!users", "!topic dev x")
	core.Tick()
	ann.hasUnread("#carl 1", "#bob 1", "@dev 2", "@Ops 1")

	ann.TalkIn(chatcore.Destination{Room: "DEV"})
	bob.does("hello", "@dev 6", "@ops 7")
	ann.hasUnread("@Ops 2", " 1", "#carl 1", "#bob 1")
	ann.TalkIn(chatcore.Destination{Nick: "bob"})
	bob.does("#ann 8", "@dev 9")
	ann.hasUnread("@dev 1", "@Ops 2", " 1", "#carl 1")
	ann.TalkIn(public)
	ann.hasUnread("@dev 1", "@Ops 2", "#carl 1")
}

func TestUnreadFollowsPeopleAndRooms(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob, carl := atPrompt(t, core, "ann"), join(t, core, "bob"), join(t, core, "carl")
	ann.does("!enter dev")
	bob.does("!enter dev", "@dev 1", "#ann 2", "!nick rob", "#ann 3")
	carl.does("#ann 4")
	ann.hasUnread("#carl 1", "#rob 2", "@dev 1")
	ann.does("!leave dev")
	ann.hasUnread("#carl 1", "#rob 2")
	carl.Leave(chatcore.Quit)
	ann.hasUnread("#rob 2")
	join(t, core, "carl")
	ann.hasUnread("#rob 2")
}

func TestOnlyPeopleAtAPromptHaveUnread(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	bob.does("#ann hi")
	ann.hasUnread()
	if got := ann.whisperer(); got != "" {
		t.Errorf("whisperer() = %q", got)
	}
}

// nothing is a format that shows nothing.
type nothing struct{}

func (nothing) Append(dst []byte, _ *chatcore.Event, _ chatcore.View) []byte { return dst }

// What a session is not shown is not unread: messages of users it ignores, of its own
// user, or that its format omits.
func TestWhatIsNotShownIsNotUnread(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Interactive}
	one, two, bob := admit(t, core, kim), admit(t, core, kim), join(t, core, "bob")
	one.does("!enter dev", "!ignore bob")
	bob.does("!enter dev", "@dev 1", "#kim 2")
	two.does("@dev 3", "#kim 4", "#bob 5")
	one.SetFormat(nothing{})
	join(t, core, "carl").does("#kim 6")
	one.hasUnread()
	if got := one.whisperer(); got != "" {
		t.Errorf("whisperer() = %q", got)
	}
}

func TestAHundredPlacesAreUnreadAtMost(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := atPrompt(t, core, "ann")
	for i := range 101 {
		join(t, core, fmt.Sprintf("n%d", i)).does("#ann hi")
	}
	all := ann.Unread()
	if len(all) != 100 || all[0].Place.Nick != "n100" || all[99].Place.Nick != "n1" {
		t.Errorf("%d places: %v", len(all), all)
	}
}

func TestCorrespondent(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob, carl := atPrompt(t, core, "ann"), join(t, core, "bob"), join(t, core, "carl")
	check := func(want string) {
		t.Helper()
		if got := ann.whisperer(); got != want {
			t.Errorf("whisperer() = %q, want %q", got, want)
		}
	}
	check("")
	bob.does("#ann hi")
	carl.does("hi", "#bob hi")
	ann.does("#carl hi", "#ann note")
	check("bob")
	ann.TalkIn(chatcore.Destination{Nick: "carl"})
	carl.does("#ann hi")
	check("carl")
	carl.does("!nick Karl")
	check("Karl")
	carl.Leave(chatcore.Quit)
	check("") // no user to reply to
	karl := join(t, core, "karl")
	check("") // this is another user
	karl.does("#ann hi")
	check("karl")
}

func TestChangesGrowWithWhatAPromptShows(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Interactive}
	one, two, bob := admit(t, core, kim), admit(t, core, kim), join(t, core, "bob")
	last := one.Changes()
	check := func(what string, changed bool, do func()) {
		t.Helper()
		do()
		if now := one.Changes(); now > last != changed {
			t.Errorf("%s: %d changes, %d before", what, now, last)
		}
		last = one.Changes()
	}
	one.taken()
	told := one.told
	check("one takes another nick", true, func() { one.does("!nick kimberly") })
	check("another session does", true, func() { two.does("!nick kim") })
	if one.told != told+2 || bob.told != 0 {
		t.Errorf("the prompt was asked for %d times, want 2; and %d times of who has none", one.told-told, bob.told)
	}
	check("someone talked to does", true, func() {
		one.TalkIn(chatcore.Destination{Nick: "bob"})
		last = one.Changes()
		bob.does("!nick rob")
	})
	check("one talks elsewhere", true, func() { one.TalkIn(public) })
	check("something is said here", false, func() { bob.does("hi") })
	check("something is said elsewhere", true, func() { bob.does("#kim hi") })
	check("a list", false, func() { one.does("!users") })
	check("a room is left", true, func() { one.does("!enter dev", "!leave dev") })
}

// Everything happens at once: the race detector is the test.
func TestUnreadWhileOthersSpeak(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob, carl := atPrompt(t, core, "ann"), join(t, core, "bob"), join(t, core, "carl")
	ann.does("!enter dev")
	bob.does("!enter dev")
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 200 {
			bob.does("hi", "@dev hi", "#ann hi")
		}
	})
	wg.Go(func() {
		for i := range 200 {
			carl.does("#ann hi", fmt.Sprintf("!nick carl%d", i))
		}
	})
	wg.Go(func() { // like typing
		for range 200 {
			for _, p := range []chatcore.Destination{{Room: "dev"}, {Nick: "bob"}, {}} {
				ann.TalkIn(p)
				ann.does("hello")
			}
		}
	})
	for range 200 { // like drawing a prompt
		ann.Unread()
		ann.whisperer()
		ann.Changes()
		if p := ann.Talking(); p.Room != "" && p.Room != "dev" {
			t.Errorf("ann talks in %+v", p)
		}
		if nick := ann.Nick(); !strings.HasPrefix(nick, "ann") {
			t.Errorf("ann is %q", nick)
		}
	}
	wg.Wait()
}

// whisperer returns the nick of the user who last wrote to the session in private and can
// be talked to.
func (c *client) whisperer() string {
	who, ok := c.Correspondent()
	if !ok {
		return ""
	}
	return c.Place(who).Nick
}

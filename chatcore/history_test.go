package chatcore_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/chatcore"
)

var public = chatcore.Destination{}

// recalls checks the history that the session is shown: "from: text", with a > for
// messages of its own user.
func (c *client) recalls(p chatcore.Destination, n int, want ...string) {
	c.t.Helper()
	past, err := c.Last(p, n)
	if err != nil {
		c.t.Errorf("%s, last in %+v: %v", c.Nick(), p, err)
	}
	var got []string
	for _, e := range past {
		line := e.From + ": " + e.Text
		switch e.View {
		case chatcore.Own:
			line = ">" + line
		case chatcore.Received:
		default:
			c.t.Errorf("%q has the view %d", line, e.View)
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		c.t.Errorf("%s, last %d in %+v: %.1000q, want %.1000q", c.Nick(), n, p, got, want)
	}
}

func TestLastIsWhatWasSaidInAPlace(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := atPrompt(t, core, "ann"), join(t, core, "bob")
	dev, toBob, toAnn := chatcore.Destination{Room: "DEV"}, chatcore.Destination{Nick: "BOB"}, chatcore.Destination{Nick: "ann"}
	ann.does("!notices on", "!enter dev")
	bob.does("!enter dev")
	ann.recalls(public, 10)
	ann.recalls(toBob, 10)
	ann.does("1", "@dev 2", "#bob 3", "!users", "!topic dev x")
	bob.does("!me 4", "!me @dev hi ann", "#ann 6", "hello ann")
	core.Tick()

	ann.recalls(public, 10, ">ann: 1", "bob: 4", "bob: hello ann")
	bob.recalls(public, 10, "ann: 1", ">bob: 4", ">bob: hello ann")
	ann.recalls(dev, 10, ">ann: 2", "bob: hi ann")
	ann.recalls(toBob, 10, ">ann: 3", "bob: 6")
	bob.recalls(toAnn, 10, "ann: 3", ">bob: 6")
	ann.recalls(public, 2, "bob: 4", "bob: hello ann")
	ann.recalls(public, 0)
	ann.recalls(public, -1)
	join(t, core, "carl").recalls(public, 1, "bob: hello ann")
}

func TestLastNeedsAPlaceOneMayHear(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	bob.does("!enter dev")
	for _, tt := range []struct {
		p    chatcore.Destination
		want string
	}{
		{chatcore.Destination{Room: "Dev"}, "not in room: dev"},
		{chatcore.Destination{Room: "ops"}, "no such room: ops"},
		{chatcore.Destination{Nick: "carl"}, "no such user: carl"},
	} {
		if _, err := ann.Last(tt.p, 1); fmt.Sprint(err) != tt.want {
			t.Errorf("last in %+v: %v, want %s", tt.p, err, tt.want)
		}
	}
	ann.Leave(chatcore.Quit)
	if _, err := ann.Last(public, 1); !errors.Is(err, chatcore.ErrNotOnline) {
		t.Errorf("last of who has left: %v", err)
	}
}

func TestThePastLeavesOutWhomOneIgnores(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob, carl := join(t, core, "ann"), join(t, core, "bob"), join(t, core, "carl")
	bob.does("1", "2", "#ann 3")
	carl.does("4")
	bob.does("5")
	ann.does("!ignore bob")
	ann.recalls(public, 1, "carl: 4")
	ann.recalls(public, 9, "carl: 4")
	ann.recalls(chatcore.Destination{Nick: "bob"}, 9)
	bob.Leave(chatcore.Quit)
	ann.recalls(public, 9, "carl: 4")
	ann.does("!unignore bob")
	ann.recalls(public, 9, "bob: 1", "bob: 2", "carl: 4", "bob: 5")
}

func TestOnesOwnPastIsOfTheIdentity(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	first, ann := admit(t, core, kim), join(t, core, "ann")
	first.does("1")
	ann.does("2")
	first.Leave(chatcore.Quit)
	ann.Leave(chatcore.Quit)
	admit(t, core, kim).recalls(public, 9, ">kim: 1", "ann: 2")
	join(t, core, "ann").recalls(public, 9, "kim: 1", "ann: 2") // a guest may be anyone
}

func TestThePastIsBounded(t *testing.T) {
	for _, tt := range []struct {
		name     string
		n, bytes int // messages said, and the bytes of each
		want     int // messages kept
	}{
		{"few", 7, 10, 7},
		{"as many as are kept", 200, 10, 200},
		{"many", 500, 10, 200},
		{"long ones", 100, 4 << 10, 16},
		{"one that is too long", 1, 64<<10 + 1, 0},
		{"one that is as long as can be", 3, 64 << 10, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ann := join(t, chatcore.New(chatcore.Options{}), "ann")
			var want []string
			for i := range tt.n {
				text := fmt.Sprintf("%*d", -tt.bytes, i)
				ann.does(text)
				want = append(want, ">ann: "+text)
			}
			ann.recalls(public, 1000, want[len(want)-tt.want:]...)
		})
	}
}

// After one long message many short ones fit. Then one long message replaces them all.
func TestThePastMakesRoom(t *testing.T) {
	ann := join(t, chatcore.New(chatcore.Options{}), "ann")
	long := strings.Repeat("x", 60<<10)
	for i := range 13 {
		ann.does(long, fmt.Sprint(i))
	}
	ann.recalls(public, 1000, ">ann: 11", ">ann: "+long, ">ann: 12")
	for i := range 300 {
		ann.does(fmt.Sprint(i))
	}
	past, err := ann.Last(public, 1000)
	if err != nil || len(past) != 200 || past[0].Text != "100" || past[199].Text != "299" {
		t.Errorf("%d are kept (%v)", len(past), err)
	}
	ann.does(long)
	past, err = ann.Last(public, 1000)
	if err != nil || len(past) != 200 || past[199].Text != long {
		t.Errorf("%d are kept (%v)", len(past), err)
	}
}

func TestKeepingThePastAllocatesNothingMore(t *testing.T) {
	ann := join(t, chatcore.New(chatcore.Options{}), "ann")
	for range 300 {
		ann.does("hello")
	}
	// Only the event is allocated: there is no receiver.
	if n := testing.AllocsPerRun(100, func() { ann.does("hello") }); n > 1 {
		t.Errorf("%v allocations for a message that nobody hears", n)
	}
}

func TestThePastOfARoomEndsWithIt(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev", "@dev 1")
	tail(t, core, chatcore.JoinRequest{Nick: "eve"}, "dev") // keeps the room as a watcher
	ann.does("!leave dev", "!enter dev", "@dev 2")
	ann.recalls(chatcore.Destination{Room: "dev"}, 9, ">ann: 2")
}

func TestAPrivateConversationEndsWhenEitherLeaves(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	toBob := chatcore.Destination{Nick: "bob"}
	ann.does("#bob 1", "!nick Zoe", "#bob 2", "#zoe note")
	bob.recalls(chatcore.Destination{Nick: "zoe"}, 9, "ann: 1", "Zoe: 2")
	ann.recalls(chatcore.Destination{Nick: "zoe"}, 9, ">Zoe: note")
	bob.Leave(chatcore.Quit)
	bob = join(t, core, "bob")
	ann.recalls(toBob, 9)
	bob.does("#zoe 3")
	ann.recalls(toBob, 9, "bob: 3")
	ann.Leave(chatcore.Quit)
	bob.Leave(chatcore.Quit)
	if n := core.Conversations(); n != 0 {
		t.Errorf("%d conversations are kept of nobody", n)
	}
}

func TestThirtyTwoConversationsAreKept(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	for i := range 33 {
		join(t, core, fmt.Sprintf("n%d", i)).does(fmt.Sprintf("#ann %d", i))
		ann.does("#n0 hi") // so this one is not the oldest
	}
	if n := core.Conversations(); n != 2*32 {
		t.Errorf("%d conversations are kept, of both ends", n)
	}
	ann.recalls(chatcore.Destination{Nick: "n0"}, 1, ">ann: hi")
	ann.recalls(chatcore.Destination{Nick: "n1"}, 1)
	ann.recalls(chatcore.Destination{Nick: "n2"}, 1, "n2: 2")
	ann.recalls(chatcore.Destination{Nick: "n32"}, 1, "n32: 32")
}

// History is read while others speak and leave.
func TestReadingThePastWhileOthersSpeak(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.does("!enter dev")
	bob.does("!enter dev")
	places := []chatcore.Destination{public, {Room: "dev"}, {Nick: "bob"}}
	var wg sync.WaitGroup
	for _, c := range []*client{ann, bob} {
		wg.Go(func() {
			for range 300 {
				c.does("1", "@dev 2", "#ann 3", "#bob 4")
			}
		})
	}
	wg.Go(func() {
		for i := range 300 {
			past, err := ann.Last(places[i%3], 200)
			ordered := slices.IsSortedFunc(past, func(a, b chatcore.Past) int { return int(a.ID) - int(b.ID) })
			if err != nil || !ordered {
				t.Errorf("the past is in order: %v, %v", ordered, err)
			}
		}
	})
	wg.Wait()
}

// However many rooms users make, the history of all of them is bounded, and it goes when
// they go.
func TestThePastIsBoundedInAll(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	text := strings.Repeat("x", 4000)
	var people []*client
	for p := range 12 {
		c := join(t, core, fmt.Sprintf("n%d", p))
		people = append(people, c)
		for r := range 100 {
			room := fmt.Sprintf("r%d.%d", p, r)
			c.does("!enter " + room)
			for range 16 {
				if err := c.SayTo(chatcore.Destination{Room: room}, text); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	full := core.PastBytes()
	if full > chatcore.MaxPastAll || full < chatcore.MaxPastAll-2*int64(len(text)) {
		t.Errorf("%d bytes are kept of %d", full, chatcore.MaxPastAll)
	}
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.does("#bob hi")
	bob.does("hi")
	for _, c := range people {
		c.Leave(chatcore.Quit)
	}
	ann.does("hi again", "#bob again")
	ann.recalls(public, 2, "bob: hi", ">ann: hi again")
	bob.Leave(chatcore.Quit)
	ann.Leave(chatcore.Quit)
	if left := core.PastBytes(); left > 1000 {
		t.Errorf("%d bytes are kept when all have left", left)
	}
}

package chatcore_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"parley/chatcore"
)

// ledger is a journal that keeps everything.
type ledger struct {
	mu  sync.Mutex
	all []*chatcore.Event
}

func (l *ledger) Add(e *chatcore.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, e)
}

// The journal is offered what is published, and nothing that only one session is sent.
func TestJournal_IsOfferedWhatIsPublished(t *testing.T) {
	var kept ledger
	core := chatcore.New(chatcore.Options{Journal: &kept, FirstEvent: 100})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.does("!notices on", "!enter dev", "hello", "@dev hi", "!me waves", "#bob psst", "!users", "!whois bob", "!topic dev")
	bob.Tell(bob.Do("#zoe hi"))
	bob.does("!nick rob")
	core.Tick()
	core.Shutdown("bye")
	var got []string
	for _, e := range kept.all {
		got = append(got, fmt.Sprintf("%d %d %s%s", e.ID, e.Kind, e.Room, e.Text))
	}
	want := []string{"100 0 hello", "101 3 devann joined", "102 0 devhi", "103 2 waves", "104 1 psst", "105 3 bob is now rob"}
	if !slices.Equal(got, want) {
		t.Errorf("the journal has %q, want %q", got, want)
	}
	if last := core.LastEvent(); last != 105 {
		t.Errorf("the last event is %d", last)
	}
}

// Each channel's events come in the order of their ids, whoever says them.
func TestJournal_HasAChannelInOrder(t *testing.T) {
	const senders, each = 8, 50
	var kept ledger
	core := chatcore.New(chatcore.Options{Journal: &kept})
	var all sync.WaitGroup
	for i := range senders {
		c := join(t, core, fmt.Sprintf("n%d", i))
		c.does("!enter dev")
		all.Go(func() {
			for range each {
				c.does("hello", "@dev hello", "#n0 hello")
			}
		})
	}
	all.Wait()
	last := make(map[string]chatcore.EventID)
	for _, e := range kept.all {
		place := e.Room
		if e.Kind == chatcore.Whispered {
			place = "#" + e.From
		}
		if e.ID <= last[place] {
			t.Errorf("%d comes after %d in %q", e.ID, last[place], place)
		}
		last[place] = e.ID
	}
	if len(kept.all) != senders*each*3 {
		t.Errorf("%d events", len(kept.all))
	}
}

// Past the reserved ids events are still sent, but have no id and are not kept, until more
// ids are reserved.
func TestReserveEvents_NoIDPastThem(t *testing.T) {
	var kept ledger
	core := chatcore.New(chatcore.Options{Journal: &kept, FirstEvent: 7})
	core.ReserveEvents(9)
	ann := admit(t, core, chatcore.JoinRequest{Nick: "ann", Format: numbered{}})
	bob := join(t, core, "bob")
	bob.does("a", "b", "c", "#ann d")
	ann.hears("7 0@ bob a", "8 0@ bob b", "0 0@ bob c", "0 1@ bob d")
	core.ReserveEvents(core.LastEvent() + 2)
	bob.does("e", "f")
	ann.hears("11 0@ bob e", "0 0@ bob f")
	if len(kept.all) != 3 {
		t.Errorf("the journal has %d events", len(kept.all))
	}
}

// A line of notices has one id, and so has what a newcomer sees of it. What only one session
// is sent has none, nor has the last note.
func TestEventID_OneForALineOfNotices(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	seeing := func(nick string, kind chatcore.Kind) *client {
		c := admit(t, core, chatcore.JoinRequest{Nick: nick, Kind: kind, Format: numbered{}})
		c.SetNotices(true)
		return c
	}
	ann := seeing("ann", chatcore.Plain)
	bob, carl := seeing("bob", chatcore.Interactive), seeing("carl", chatcore.Plain)
	core.Tick()
	ann.hears("1 3@  bob and carl joined")
	bob.hears("1 3@  carl joined")
	carl.Note("hello")
	carl.hears("1 3@  bob and carl joined", "0 5@  hello")
	core.Shutdown("bye")
	bob.hears("0 5@  bye")
	if last := core.LastEvent(); last != 1 {
		t.Errorf("the last event is %d, want 1", last)
	}
}

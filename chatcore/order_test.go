package chatcore_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/chatcore"
)

// numbered is a format that shows the sequence number of an event.
type numbered struct{}

func (numbered) Append(dst []byte, e *chatcore.Event, _ chatcore.View) []byte {
	return fmt.Appendf(dst, "%d %d@%s %s %s\r\n", e.ID, e.Kind, e.Room, e.From, e.Text)
}

// Many users talk at once, in a room, in public and in private, while their outboxes are
// emptied. All of them have echo on, so each must receive everything.
func TestAllHearOneOrder(t *testing.T) {
	const senders, each = 8, 100
	core := chatcore.New(chatcore.Options{})
	var clients []*client
	for i := range senders {
		c := admit(t, core, chatcore.JoinRequest{Nick: fmt.Sprintf("n%d", i), Format: numbered{}})
		c.does("!enter dev", "!echo on")
		c.wake = make(chan struct{}, 1)
		clients = append(clients, c)
	}
	told := make([]strings.Builder, senders)
	var sending, taking sync.WaitGroup
	over := make(chan struct{})
	for i, c := range clients {
		sending.Go(func() {
			for m := range each {
				c.does(fmt.Sprintf("@dev %d", m), fmt.Sprint(m), fmt.Sprintf("#n0 %d", m))
			}
		})
		taking.Go(func() {
			for last := false; !last; {
				select {
				case <-c.wake:
				case <-over:
					last = true
				}
				told[i].WriteString(c.taken())
			}
		})
	}
	sending.Wait()
	close(over)
	taking.Wait()

	public, dev, private := fmt.Sprintf("%d@", chatcore.Said), fmt.Sprintf("%d@dev", chatcore.Said), fmt.Sprintf("%d@", chatcore.Whispered)
	for _, place := range []string{public, dev} {
		first := inPlace(told[0].String(), place)
		checkSeq(t, first)
		checkSenders(t, first, senders, each)
		for i := range clients {
			if got := inPlace(told[i].String(), place); !slices.Equal(got, first) {
				t.Errorf("in %q n%d and n0 heard different things, or in another order", place, i)
			}
		}
	}
	checkSenders(t, inPlace(told[0].String(), private), senders, each)
}

// inPlace returns the events of one destination: "Seq nick text" each.
func inPlace(told, place string) []string {
	var got []string
	for line := range strings.Lines(told) {
		if seq, rest, ok := strings.Cut(strings.TrimSpace(line), " "+place+" "); ok {
			got = append(got, seq+" "+rest)
		}
	}
	return got
}

// checkSeq checks that events arrive in the order of their numbers.
func checkSeq(t *testing.T, events []string) {
	t.Helper()
	last := 0
	for _, e := range events {
		var seq int
		if _, err := fmt.Sscan(e, &seq); err != nil || seq <= last {
			t.Fatalf("%q came behind event %d (%v)", e, last, err)
		}
		last = seq
	}
}

// checkSenders checks that each sender is heard saying 0, 1, 2 and so on.
func checkSenders(t *testing.T, events []string, senders, each int) {
	t.Helper()
	next := make([]int, senders)
	for _, e := range events {
		var seq, sender, m int
		if _, err := fmt.Sscanf(e, "%d n%d %d", &seq, &sender, &m); err != nil {
			t.Fatalf("%q: %v", e, err)
		}
		if m != next[sender] {
			t.Fatalf("of n%d message %d came, want %d", sender, m, next[sender])
		}
		next[sender]++
	}
	for i, n := range next {
		if n != each {
			t.Errorf("of n%d %d messages came, want %d", i, n, each)
		}
	}
}

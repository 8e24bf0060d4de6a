package chatcore_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"parley/chatcore"
)

// party is a chat with sessions of all kinds, the same each time.
type party struct {
	core   *chatcore.Core
	people []*client
}

func newParty(t testing.TB) *party {
	p := &party{core: chatcore.New(chatcore.Options{})}
	for i, kind := range []chatcore.Kind{chatcore.Raw, chatcore.Plain, chatcore.Interactive, chatcore.Interactive, chatcore.Tail, chatcore.Raw} {
		p.people = append(p.people, admit(t, p.core, chatcore.JoinRequest{Nick: fmt.Sprintf("n%d", i), Kind: kind}))
	}
	p.people = append(p.people, admit(t, p.core, chatcore.JoinRequest{Nick: "n6", Identity: chatcore.Principal{Key: "SHA256:six"}}))
	p.people = append(p.people, admit(t, p.core, chatcore.JoinRequest{Nick: "n6", Identity: chatcore.Principal{Key: "SHA256:six"}, Kind: chatcore.Interactive}))
	for i, lines := range []string{"!enter dev\n!format json", "!enter dev", "!enter dev\n!format json", "!ignore n0", "", "!echo on", "!enter dev\n!echo on", ""} {
		for line := range strings.SplitSeq(lines, "\n") {
			p.people[i].does(line)
		}
	}
	return p
}

// A batch only hands lines over together. No user can see a difference.
func TestABatchIsWhatItsLinesAreOneByOne(t *testing.T) {
	said := []string{
		"hello", "how are you", "@dev in the room", "@dev n1: are you there", "n2 look", "n3, n6: you too", "#n1 alone",
		"#nobody hello", "@nowhere hello", "@dev", "  ", "!me waves", "!me @dev waves", "!users", "!nick n9", "!nick n0",
		"!leave dev", "!enter dev", "!nothing", "привет Н1", "!say !users", "@DEV in capitals", "hello", "hello", "!quit bye",
	}
	for seed := range uint64(300) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			one, all := newParty(t), newParty(t)
			if random.IntN(2) == 0 {
				one.people[0].TalkIn(chatcore.Destination{Room: "dev"})
				all.people[0].TalkIn(chatcore.Destination{Room: "dev"})
			}
			for range 5 {
				var lines [][]byte
				for range 1 + random.IntN(8) {
					lines = append(lines, []byte(said[random.IntN(len(said))]))
				}
				who := []int{0, 0, 1, 6}[random.IntN(4)]
				speaker := one.people[who]
				if ended(speaker) {
					continue
				}
				for _, line := range lines {
					if ended(speaker) {
						break
					}
					if err := speaker.Do(string(line)); err != nil {
						speaker.Tell(err)
					}
				}
				all.people[who].DoAll(lines, all.people[who].Tell)
				all.equals(t, one, lines)
			}
		})
	}
}

func ended(c *client) bool {
	select {
	case <-c.Done():
		return true
	default:
		return false
	}
}

// equals checks that all clients have been told the same in both chats.
func (p *party) equals(t *testing.T, want *party, lines [][]byte) {
	t.Helper()
	for i, c := range p.people {
		w := want.people[i]
		if got, want := c.taken(), w.taken(); got != want {
			t.Fatalf("after %q, n%d heard\n%s, one by one\n%s", lines, i, got, want)
		}
		if got, want := c.Unread(), w.Unread(); !reflect.DeepEqual(got, want) {
			t.Fatalf("after %q, n%d has unread %v, one by one %v", lines, i, got, want)
		}
		if got, want := c.Surcharge(1000), w.Surcharge(1000); got != want {
			t.Fatalf("after %q, n%d is charged %d, one by one %d", lines, i, got, want)
		}
		past, _ := c.Last(chatcore.Destination{}, 50)
		wantPast, _ := w.Last(chatcore.Destination{}, 50)
		if !reflect.DeepEqual(past, wantPast) {
			t.Fatalf("after %q, n%d finds %v said, one by one %v", lines, i, past, wantPast)
		}
	}
	if got, want := p.core.Stats(), want.core.Stats(); !reflect.DeepEqual(got, want) {
		t.Fatalf("after %q: %+v, one by one %+v", lines, got, want)
	}
}

func TestABatchIsOnePush(t *testing.T) {
	p := newParty(t)
	p.people[5].taken()
	before := p.people[5].told
	var lines [][]byte
	for i := range 50 {
		lines = append(lines, fmt.Appendf(nil, "line %d", i))
	}
	p.people[0].DoAll(lines, p.people[0].Tell)
	owed, more := p.people[5].Take(nil, 1)
	if n := strings.Count(string(owed), "\n"); n != 50 || more || p.people[5].told != before+1 {
		t.Errorf("%d lines in the first frame, more %t, told %d times; want 50 and once", n, more, p.people[5].told-before)
	}
}

// BenchmarkBatch500 says 50 lines of 64 bytes at once to 500 outboxes, which are emptied
// off the clock.
func BenchmarkBatch500(b *testing.B) {
	speaker, drain := audience(b, 500)
	lines := make([][]byte, 50)
	for i := range lines {
		lines[i] = []byte(strings.Repeat("a", 64))
	}
	b.ReportAllocs()
	for b.Loop() {
		speaker.DoAll(lines, func(err error) { b.Fatal(err) })
		b.StopTimer()
		drain()
		b.StartTimer()
	}
}

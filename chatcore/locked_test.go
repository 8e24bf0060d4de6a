package chatcore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/command"
)

// bustle is a busy server, with a client that has used it in the most expensive way.
type bustle struct {
	core  *chatcore.Core
	eve   *client // in 100 rooms, ignores 100 users
	other *client // another session of the same user
	nicks []string
}

const (
	crowdPeople  = 1000
	crowdRooms   = 1000
	crowdMembers = 50 // of each room
)

func newBustle(t *testing.T) *bustle {
	core := chatcore.New(chatcore.Options{})
	c := &bustle{core: core}
	var people []*client
	for i := range crowdPeople {
		nick := fmt.Sprintf("n%d", i)
		if i%4 == 0 {
			nick = fmt.Sprintf("각%dж", i)
		}
		people = append(people, admit(t, core, chatcore.JoinRequest{Nick: nick, Kind: chatcore.Interactive}))
		c.nicks = append(c.nicks, nick)
	}
	for i, p := range people {
		for k := range crowdMembers {
			p.does(fmt.Sprintf("!enter %s%d", strings.Repeat("r", 20), (i*crowdMembers+k)%crowdRooms))
		}
	}
	eve := chatcore.JoinRequest{Nick: "eve", Identity: chatcore.Principal{Key: "SHA256:eve"}, Kind: chatcore.Interactive}
	c.eve, c.other = admit(t, core, eve), admit(t, core, eve)
	for i := range 100 {
		c.eve.does(fmt.Sprintf("!enter %s%d", strings.Repeat("r", 20), i), "!ignore "+c.nicks[i])
	}
	for i := range 32 {
		c.eve.does("#" + c.nicks[200+i] + " psst")
	}
	for i := range 200 {
		people[500].does(fmt.Sprint("line ", i))
	}
	return c
}

// dearNames returns names that are expensive to compare.
func dearNames() []string {
	return []string{
		strings.Repeat("각", 32), strings.Repeat("ǆ", 32), strings.Repeat("\u1e69", 32), strings.Repeat("b\u0323\u0307", 16),
		strings.Repeat("각", 1300), strings.Repeat("x", 4000), strings.Repeat("é", 150),
	}
}

// worst returns the worst known lines for each command.
func (c *bustle) worst(command string) (lines []string) {
	lines = append(lines, "!"+command)
	for _, name := range append(dearNames(), "zzz", c.nicks[0], c.nicks[999], strings.Repeat("r", 20)+"0", strings.Repeat("r", 20)+"500") {
		lines = append(lines, "!"+command+" "+name)
	}
	for _, text := range c.texts() {
		lines = append(lines, "!"+command+" "+text, "!"+command+" "+strings.Repeat("r", 20)+"0 "+text)
	}
	switch command {
	case "notices", "echo":
		lines = append(lines, "!"+command+" on", "!"+command+" off")
	case "format":
		lines = append(lines, "!format json", "!format text")
	case "nick":
		lines = append(lines, "!nick adam", "!nick zzzz", "!nick eve")
	case "me":
		for _, text := range c.texts() {
			lines = append(lines, "!me @"+strings.Repeat("r", 20)+"0 "+text)
		}
	}
	return lines
}

// texts returns texts of up to 4 KB that are expensive to search.
func (c *bustle) texts() []string {
	var hangul strings.Builder
	for r := '가'; hangul.Len() < 4000; r++ {
		hangul.WriteRune(r)
		hangul.WriteByte(' ')
	}
	everybody := strings.Join(c.nicks, " ")
	return []string{
		hangul.String(), everybody[:4000], strings.Repeat("a ", 2000), strings.Repeat("각\u0323 ", 500),
		strings.Repeat("é", 2000), strings.Repeat("😀", 1000), strings.Repeat(" ", 4000) + "x", strings.Repeat("n1: ", 1000),
	}
}

// No client's input does more than 50 µs of work while the core is locked.
func TestThreat23_NoInputHoldsTheCoreForLong(t *testing.T) {
	limit := 50 * time.Microsecond
	if !full {
		limit *= 20 // next to other tests, with the race detector
	}
	c := newBustle(t)
	var longest time.Duration
	c.core.WatchLock(func(d time.Duration) { longest = max(longest, d) })
	var slowest time.Duration
	held := func(what string, do func()) {
		const tries = 100 // the minimum counts: other work on the machine only adds
		least := time.Hour
		for range tries {
			longest = 0
			do()
			least = min(least, longest)
			if least <= limit/4 {
				break
			}
		}
		slowest = max(slowest, least)
		if least > limit {
			t.Errorf("%.60q holds the core for %s, %s at most", what, least, limit)
		} else if least > limit/2 {
			t.Logf("%.60q: %s", what, least)
		}
	}
	buf := make([]byte, 0, 1<<16)
	line := func(l string) {
		held(l, func() {
			_ = c.eve.Do(l) // most are refused
			c.eve.empty(buf)
			c.other.empty(buf)
		})
	}
	for h := range command.Lines {
		if h.Name == "quit" {
			continue // eve must stay: leaving is tested below
		}
		for _, l := range c.worst(h.Name) {
			line(l)
		}
		_ = c.eve.Do("!nick eve")
	}
	for _, text := range c.texts() {
		line(text)
		line("#" + c.nicks[300] + " " + text)
		line("@" + strings.Repeat("r", 20) + "0 " + text)
	}
	for _, name := range dearNames() {
		line("#" + name + " x")
		line("@" + name + " x")
		for _, p := range []chatcore.Destination{{Room: name}, {Nick: name}} {
			held("to "+name, func() {
				_ = c.eve.GoTo(p)
				c.eve.TalkIn(p)
				c.eve.Talking()
				_ = c.eve.SayHere("x")
				_, _ = c.eve.Address(p)
			})
			held("last "+name, func() { _, _ = c.eve.Last(p, 200) })
		}
		held("ask "+name, func() {
			_, _ = c.eve.Person(name)
			_, _ = c.eve.Member(name)
			_, _, _ = c.eve.Who(name, 100)
			_, _, _ = c.eve.Topic(name)
		})
		held("join as "+name, func() {
			if s, err := arrive(t, c.core, chatcore.JoinRequest{Nick: name, Watch: name, Kind: chatcore.Tail}); err == nil {
				s.Leave(chatcore.Quit)
			}
		})
	}
	for what, do := range map[string]func(){
		"last":   func() { _, _ = c.eve.Last(chatcore.Destination{}, 200) },
		"who":    func() { _, _, _ = c.eve.Who("", 100) },
		"nicks":  func() { c.eve.Nicks() },
		"rooms":  func() { c.eve.RoomNames(1 << 30); c.eve.Rooms() },
		"unread": func() { c.eve.Unread(); c.eve.Correspondent() },
	} {
		held(what, do)
	}
	held("a session more", func() {
		admit(t, c.core, chatcore.JoinRequest{Nick: "eve", Identity: chatcore.Principal{Key: "SHA256:eve"}, Kind: chatcore.Interactive}).Leave(chatcore.Broken)
	})
	held("leaving 100 rooms", func() {
		s := admit(t, c.core, chatcore.JoinRequest{Nick: "mallory", Kind: chatcore.Interactive})
		for i := range 100 {
			s.does(fmt.Sprint("!enter mine", i))
			for n := range 20 {
				_ = s.Do(fmt.Sprintf("@mine%d %d", i, n))
			}
		}
		s.empty(buf)
		longest = 0
		s.does("!quit " + c.texts()[0])
		s.Leave(chatcore.Quit)
	})
	t.Logf("the longest: %s", slowest)
}

// Users who are listed in several steps are listed once, and those who were there
// throughout are listed.
func TestThreat23_ListsHaveEverybodyOnce(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	var want []string
	for i := range 2000 {
		nick := fmt.Sprintf("n%05d", i)
		join(t, core, nick)
		want = append(want, nick)
	}
	asks := join(t, core, "zoe")
	want = append(want, "zoe")
	asks.does("!users")
	asks.hears(strings.Join(want, " "))
	stop, done := make(chan struct{}), make(chan struct{})
	go func() { // others join and leave meanwhile, everywhere in the list
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				join(t, core, fmt.Sprintf("n%05dx", i*37%2000)).Leave(chatcore.Quit)
			}
		}
	}()
	for range 20 {
		asks.does("!users")
		nicks := strings.Fields(asks.taken())
		if !slices.IsSortedFunc(nicks, strings.Compare) || len(slices.Compact(slices.Clone(nicks))) != len(nicks) {
			t.Fatal("the list is not sorted, or names somebody twice")
		}
		there := make(map[string]bool, len(nicks))
		for _, n := range nicks {
			there[n] = true
		}
		for _, n := range want {
			if !there[n] {
				t.Fatalf("%s is missing", n)
			}
		}
	}
	close(stop)
	<-done
}

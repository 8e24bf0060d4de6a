package chatcore_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"parley/chatcore"
)

func TestJoinRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		a    chatcore.JoinRequest
		is   error
		want string
	}{
		{"no nick", chatcore.JoinRequest{}, chatcore.ErrInvalidNick, "invalid nick: empty"},
		{"a space", chatcore.JoinRequest{Nick: " bob"}, chatcore.ErrInvalidNick, "invalid nick: only letters and digits"},
		{"what is no letter", chatcore.JoinRequest{Nick: "bob!"}, chatcore.ErrInvalidNick, "invalid nick: only letters and digits"},
		{"33 characters", chatcore.JoinRequest{Nick: strings.Repeat("é", 33)}, chatcore.ErrInvalidNick, "invalid nick: 32 characters at most"},
		{"a reserved nick", chatcore.JoinRequest{Nick: "server"}, chatcore.ErrNickInUse, "nick in use: server is reserved"},
		{"a reserved nick, in capitals", chatcore.JoinRequest{Nick: "Parley"}, chatcore.ErrNickInUse, "nick in use: Parley is reserved"},
		{"a look-alike of a reserved nick", chatcore.JoinRequest{Nick: "уou"}, chatcore.ErrNickInUse, "nick in use: уou is reserved"},
		{"a nick in use", chatcore.JoinRequest{Nick: "ann"}, chatcore.ErrNickInUse, "nick in use: ann"},
		{"a nick in use, in capitals", chatcore.JoinRequest{Nick: "ANN"}, chatcore.ErrNickInUse, "nick in use: ANN"},
		{"a look-alike of a nick in use", chatcore.JoinRequest{Nick: "аnn"}, chatcore.ErrNickInUse, "nick in use: аnn"},
		{"someone else's nick", chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:other"}}, chatcore.ErrNickInUse, "nick in use: kim"},
		{"a guest under a verified nick", chatcore.JoinRequest{Nick: "kim"}, chatcore.ErrNickInUse, "nick in use: kim"},
		{"a verified user under a guest's nick", chatcore.JoinRequest{Nick: "ann", Identity: chatcore.Principal{Key: "SHA256:kim"}}, chatcore.ErrNickInUse, "nick in use: ann"},
		{"a nick drawn like one in use", chatcore.JoinRequest{Nick: "νick"}, chatcore.ErrNickInUse, "nick in use: νick"},
		{"a nick spelled like one in use", chatcore.JoinRequest{Nick: "Νina"}, chatcore.ErrNickInUse, "nick in use: Νina"},
		{"a nick drawn like one in use, spelled like another", chatcore.JoinRequest{Nick: "νick", Identity: chatcore.Principal{Key: "SHA256:kim"}}, chatcore.ErrNickInUse, "nick in use: νick"},
		{"a nick that a command session holds", chatcore.JoinRequest{Nick: "bot"}, chatcore.ErrNickInUse, "nick in use: bot"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann := join(t, core, "ann")
			admit(t, core, chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}})
			admit(t, core, chatcore.JoinRequest{Nick: "vick", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Command})
			admit(t, core, chatcore.JoinRequest{Nick: "nick", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Command})
			admit(t, core, chatcore.JoinRequest{Nick: "νina", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Command})
			admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command})
			_, err := arrive(t, core, tt.a)
			if !errors.Is(err, tt.is) || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
			ann.asks("!users", "ann kim")
		})
	}
}

func TestJoinShowsTheNickAsItWasGiven(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	join(t, core, "Zoë").asks("!users", "Zoë")
	if got := join(t, core, "Bob").Nick(); got != "Bob" {
		t.Errorf("Nick() = %q", got)
	}
}

func TestJoinOfTheSameIdentityIsOneMoreSession(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	first := admit(t, core, chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Interactive})
	bob := join(t, core, "bob")
	first.does("!enter dev")
	bob.does("!enter dev")
	second := admit(t, core, chatcore.JoinRequest{Nick: "KIM", Identity: chatcore.Principal{Key: "SHA256:kim"}, Kind: chatcore.Plain})

	bob.asks("!users", "bob kim")
	bob.asks("!members dev", "bob kim")
	bob.does("@dev hi", "hello", "#kim psst")
	for _, s := range []*client{first, second} {
		s.hears("@dev bob: hi", "bob: hello", "#bob: psst")
	}

	first.Leave(chatcore.Disconnected)
	bob.asks("!users", "bob kim")
	bob.asks("!members dev", "bob kim")
	second.does("@dev still here")
	bob.hears("@dev kim: still here")

	second.Leave(chatcore.Disconnected)
	bob.asks("!users", "bob")
	bob.asks("!members dev", "bob")
}

func TestJoinOverMaxSessions(t *testing.T) {
	core := chatcore.New(chatcore.Options{MaxSessions: 2})
	kim := chatcore.JoinRequest{Nick: "kim", Identity: chatcore.Principal{Key: "SHA256:kim"}}
	first := admit(t, core, kim)
	admit(t, core, kim)
	for _, a := range []chatcore.JoinRequest{kim, {Nick: "bob"}} {
		if _, err := arrive(t, core, a); !errors.Is(err, chatcore.ErrTooMany) {
			t.Errorf("a third session: %v", err)
		}
	}
	first.Leave(chatcore.Quit)
	join(t, core, "bob")
}

func TestManyClaimOneNick(t *testing.T) {
	const claims, rounds = 1000, 20
	spellings := []string{"ann", "Ann", "ANN", "аnn", "anո", "ａｎｎ"} // Cyrillic, Armenian, full width
	core := chatcore.New(chatcore.Options{})
	for round := range rounds {
		var (
			wg     sync.WaitGroup
			won    atomic.Int64
			winner atomic.Pointer[client]
			start  = make(chan struct{})
		)
		for i := range claims {
			wg.Go(func() {
				<-start
				c, err := arrive(t, core, chatcore.JoinRequest{Nick: spellings[i%len(spellings)]})
				switch {
				case err == nil:
					won.Add(1)
					winner.Store(c)
				case !errors.Is(err, chatcore.ErrNickInUse):
					t.Errorf("claim %d: %v", i, err)
				}
			})
		}
		close(start)
		wg.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d: %d winners of %d", round, won.Load(), claims)
		}
		winner.Load().Leave(chatcore.Disconnected)
	}
}

// Whatever is said while the server stops, its note is the last line that any session
// receives. A message that one of them received, all received.
func TestShutdownIsTheLastWord(t *testing.T) {
	for range 20 {
		core := chatcore.New(chatcore.Options{})
		var clients []*client
		for _, nick := range []string{"ann", "bob", "kim"} {
			c := join(t, core, nick)
			c.SetEcho(true)
			if err := c.Enter("dev"); err != nil {
				t.Fatal(err)
			}
			clients = append(clients, c)
		}
		var wg sync.WaitGroup
		for _, c := range clients {
			wg.Go(func() {
				for c.Do("hello") == nil && c.Do("@dev hello") == nil {
					runtime.Gosched()
				}
			})
		}
		core.Shutdown("bye")
		wg.Wait()
		core.Tick()
		first := clients[0].heard()
		if first[len(first)-1] != "! bye" {
			t.Fatalf("the last word is %q", first[len(first)-1])
		}
		for _, c := range clients[1:] {
			if got := c.heard(); got[len(got)-1] != "! bye" || len(got) != len(first) {
				t.Fatalf("%s heard %d lines, ann %d; the last is %q", c.nick, len(got), len(first), got[len(got)-1])
			}
		}
	}
}

func TestShutdownTellsAndEndsAll(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := []*client{
		join(t, core, "ann"),
		admit(t, core, chatcore.JoinRequest{Nick: "bot", Kind: chatcore.Command}),
		admit(t, core, chatcore.JoinRequest{Nick: "eve", Kind: chatcore.Tail}),
	}
	quitter := join(t, core, "bob")
	quitter.does("!quit")
	core.Shutdown("server is going down")
	for _, c := range all {
		c.hears("! server is going down")
		c.ended(chatcore.Shutdown)
	}
	quitter.ended(chatcore.Quit)
	if _, err := arrive(t, core, chatcore.JoinRequest{Nick: "carl"}); !errors.Is(err, chatcore.ErrGoingDown) {
		t.Errorf("Join of a server that stops: %v", err)
	}
	for _, c := range append(all, quitter) {
		c.Leave(chatcore.Disconnected)
	}
	if st := core.Stats(); st.Users != 0 || st.Closed[chatcore.Shutdown] != 3 || st.Closed[chatcore.Quit] != 1 {
		t.Errorf("after all have left: %+v", st)
	}
}

// ended checks that the core has ended the session, and called Ended once.
func (c *client) ended(want chatcore.Reason) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.closed) != 1 || c.closed[0] != want || c.Reason() != want {
		c.t.Errorf("%s: told of the ends %q, Reason() = %q, want %q once", c.Nick(), c.closed, c.Reason(), want)
	}
	select {
	case <-c.Done():
	default:
		c.t.Errorf("%s: Done is not closed", c.Nick())
	}
}

// BenchmarkJoin is a user who joins and leaves while so many are online.
func BenchmarkJoin(b *testing.B) {
	for _, online := range []int{100, 5000} {
		b.Run(fmt.Sprint(online), func(b *testing.B) {
			core := chatcore.New(chatcore.Options{})
			for i := range online {
				join(b, core, fmt.Sprintf("n%d", i))
			}
			b.ReportAllocs()
			for b.Loop() {
				join(b, core, "zoe").Leave(chatcore.Quit)
			}
		})
	}
}

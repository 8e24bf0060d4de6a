package input_test

import (
	"bytes"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/input"
	"parley/internal/ratelimit"
)

// ears is a receiver that the test does not ask.
type ears struct{}

func (ears) Ready()                {}
func (ears) Ended(chatcore.Reason) {}

// The sessions of one address share what they may make others receive; a session of
// another address does not wait.
func TestBudget_IsSharedByTheSessionsOfAnAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		join := func(nick string) *chatcore.Session {
			s, err := core.Join(chatcore.JoinRequest{Nick: nick, Format: chatcore.Lines{}, NewReceiver: func(*chatcore.Session) chatcore.Receiver { return ears{} }})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		const bytesASecond, sessions, lines = 1000, 4, 40
		here, there := ratelimit.NewBudget(bytesASecond), ratelimit.NewBudget(bytesASecond)
		says := func(nick string, b *ratelimit.Budget) time.Duration {
			l := input.Limits{Purse: ratelimit.NewPurse(b)}
			s := join(nick)
			in, begun := input.New(l, l.Talk(s), &gate{}, s.Done()), time.Now()
			for i := range lines {
				feed(t, in, fmt.Appendf(nil, "%02d%s\n", i, bytes.Repeat([]byte("x"), 989)), 4096)
			}
			return time.Since(begun)
		}
		took := make(chan time.Duration)
		for i := range sessions {
			go func() { took <- says(fmt.Sprint("eve", i), here) }()
		}
		if d := says("bob", there); d < 22*time.Second || d > 33*time.Second {
			t.Errorf("40 KB at 1 KB a second and 256 bytes, 8 KB of it at once, took %s", d)
		}
		// A neighbour who talks as people do does not wait.
		l := input.Limits{Purse: ratelimit.NewPurse(here)}
		s := join("ann")
		in := input.New(l, l.Talk(s), &gate{}, s.Done())
		for i := range 4 {
			begun := time.Now()
			feed(t, in, fmt.Appendf(nil, "%d %s\n!users\n", i, bytes.Repeat([]byte("x"), 150)), 4096)
			if d := time.Since(begun); d > 0 {
				t.Errorf("a neighbour waits for %s", d)
			}
			time.Sleep(2 * time.Second)
		}
		var last time.Duration
		for range sessions {
			last = max(last, <-took)
		}
		if last < 60*time.Second || last > 141*time.Second {
			t.Errorf("160 KB of one address at 1 KB a second took %s", last)
		}
	})
}

// Other kinds of line than the longest cost what others receive of them.
func TestBudget_CountsWhatIsReceived(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	s, err := core.Join(chatcore.JoinRequest{Nick: "ann", Kind: chatcore.Interactive, Format: chatcore.Lines{}, NewReceiver: func(*chatcore.Session) chatcore.Receiver { return ears{} }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Enter("dev"); err != nil {
		t.Fatal(err)
	}
	lines, err := chatcore.NewText("a\nb\nc")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what  string
		say   func() error
		least int
	}{
		{"a line", func() error { return input.Do(s, "hello") }, len("ann: hello\r\n")},
		{"one in a room", func() error { return input.Do(s, "@dev hello") }, len("@dev ann: hello\r\n")},
		{"a private one", func() error { return input.Do(s, "#ann hello") }, len("#ann: hello\r\n")},
		{"an emote", func() error { return input.Do(s, "!me waves") }, len("* ann waves\r\n")},
		{"invalid bytes", func() error { return input.Do(s, "\xffa\xffa") }, len("ann: \r\n") + 8},
		{"a text of several lines", func() error { return s.SayHere(lines) }, 3 * len("ann: a\r\n")},
		{"a question", func() error { return input.Do(s, "!users") }, 0},
	} {
		if err := tt.say(); err != nil {
			t.Fatal(err)
		}
		if got := s.Said(); got < tt.least || got > 2*tt.least+8 {
			t.Errorf("%s counts as %d bytes, and is %d", tt.what, got, tt.least)
		}
	}
}

package chatcore_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

// charged says a line, and checks the number of lines charged in addition.
func charged(t *testing.T, c *client, line string, want int) {
	t.Helper()
	c.does(line)
	if got := c.Surcharge(len(line) + 1); got != want {
		t.Errorf("%q counts as %d more, want %d", line, got, want)
	}
}

func TestTheSameTextAgainAndAgainCountsAsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		ann, bob := join(t, core, "ann"), join(t, core, "bob")
		ann.does("!enter dev")
		for range 3 {
			charged(t, ann, "buy now", 0)
		}
		charged(t, ann, "@dev BUY NOW", 0) // in any destination and any case
		charged(t, ann, "#bob buy now", 4)
		charged(t, ann, "!me buy now", 4)
		charged(t, ann, "buy  now", 0)
		charged(t, bob, "buy now", 0)
		time.Sleep(31 * time.Second)
		for range 4 {
			charged(t, ann, "buy now", 0)
		}
		charged(t, ann, "buy now", 4)
		for n := range 100 { // commands and new texts cost nothing
			charged(t, ann, fmt.Sprintf("line %d", n), 0)
			charged(t, ann, "!users", 0)
		}
	})
}

func TestPrivateLinesToManyCountAsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		ann := join(t, core, "ann")
		for n := range 40 {
			join(t, core, fmt.Sprintf("u%d", n))
		}
		text := 0
		write := func(to, want int) {
			t.Helper()
			text++
			charged(t, ann, fmt.Sprintf("#u%d text %d", to, text), want)
		}
		for n := range 5 {
			write(n, 0)
		}
		for n := range 35 {
			write(n%5, 0) // users already written to
		}
		for n := range 35 {
			write(5+n, 4)
		}
		for n := range 32 {
			write(n%16, 4) // the same users again
		}
		time.Sleep(61 * time.Second)
		write(1, 0)
		for n := range 4 {
			write(20+n, 0)
		}
		write(30, 4)
	})
}

// A person at a prompt is told why, once.
func TestAPersonIsToldOfBeingSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		core := chatcore.New(chatcore.Options{})
		ann := admit(t, core, chatcore.JoinRequest{Nick: "ann", Kind: chatcore.Interactive})
		bob := join(t, core, "bob")
		for range 10 {
			ann.does("buy now")
			bob.does("buy now")
		}
		notes := 0
		for _, line := range ann.heard() {
			if line == "! slowed down: the same text again and again" {
				notes++
			}
		}
		if notes != 1 {
			t.Errorf("told %d times", notes)
		}
		for _, line := range bob.heard() {
			if line != "ann: buy now" {
				t.Errorf("a program is told %q", line)
			}
		}
	})
}

// The bytes of a line pay for its answer: each for a hundred.
func TestAnswersCountByTheirBytes(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	for n := range 100 { // 1.1 KB of nicks
		join(t, core, fmt.Sprintf("person%04d", n))
	}
	for _, tt := range []struct {
		line string
		want int
	}{
		{"!users", 1}, // 1105 bytes for 7
		{"!help", 1},
		{"!help whois", 0},
		{"!whois person0001", 0},
		{"hello", 0},
	} {
		charged(t, ann, tt.line, tt.want)
	}
	ann.SetEcho(true)
	ann.does("!format json")
	ann.heard()
	ann.Surcharge(1)
	charged(t, ann, "x", 0) // 96 bytes come back
	ann.does("!nick " + strings.Repeat("漢", 32))
	ann.heard()
	ann.Surcharge(1)
	ann.does("!enter " + strings.Repeat("r", 32))
	ann.TalkIn(chatcore.Destination{Room: strings.Repeat("r", 32)})
	charged(t, ann, "y", 1) // 230 bytes come back now
}

// A session is not charged for output it has not asked for, whichever goroutine sends it.
func TestWhatOthersCauseIsNotCharged(t *testing.T) {
	core := chatcore.New(chatcore.Options{Outbox: 1 << 20})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.SetNotices(true)
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := range 100 {
			bob.does(fmt.Sprintf("%d %s", n, strings.Repeat("x", 1000)))
			ann.Show(make([]byte, 1000))
			ann.ShowNote("a note")
			ann.ShowError(chatcore.ErrNoUser)
		}
		core.Tick()
		core.Shutdown(strings.Repeat("down ", 100))
	})
	for n := range 100 {
		_ = ann.Do(fmt.Sprintf("#bob %d", n)) // may fail: the server may be stopping
		if got := ann.Surcharge(100); got != 0 {
			t.Errorf("charged %d", got)
		}
	}
	wg.Wait()
	if got := ann.Surcharge(1); got != 0 {
		t.Errorf("charged %d", got)
	}
}

func TestAnswerLines(t *testing.T) {
	for _, tt := range []struct{ n, came, want int }{
		{0, 10, 0}, {1, 10, 0}, {1000, 10, 0}, {1001, 10, 1}, {2000, 10, 1}, {2001, 10, 2}, {300, 0, 1}, {10_000, 2, 10},
	} {
		if got := chatcore.AnswerLines(tt.n, tt.came); got != tt.want {
			t.Errorf("%d bytes for %d count as %d more, want %d", tt.n, tt.came, got, tt.want)
		}
	}
}

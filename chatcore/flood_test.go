package chatcore_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

// charged says a line, and checks as how many more it counts.
func charged(t *testing.T, c *client, line string, want int) {
	t.Helper()
	c.does(line)
	if got := c.Surcharge(); got != want {
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
		charged(t, ann, "@dev BUY NOW", 0) // wherever, in whatever case
		charged(t, ann, "#bob buy now", 4)
		charged(t, ann, "!me buy now", 4)
		charged(t, ann, "buy  now", 0)
		charged(t, bob, "buy now", 0)
		time.Sleep(31 * time.Second)
		for range 4 {
			charged(t, ann, "buy now", 0)
		}
		charged(t, ann, "buy now", 4)
		for n := range 100 { // commands and what is new cost nothing
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
			write(n%5, 0) // with whom one talks already
		}
		for n := range 35 {
			write(5+n, 4)
		}
		for n := range 32 {
			write(n%16, 4) // and again
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
		ann := admit(t, core, chatcore.Arrival{Nick: "ann", Kind: chatcore.Interactive})
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

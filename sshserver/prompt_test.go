package sshserver

import (
	"fmt"
	"strings"
	"testing"

	"parley/chatcore"
	"parley/internal/render"
)

func TestUnreadCountsInThePrompt(t *testing.T) {
	s := newServer(t, nil)
	ann, bob := s.terminal(t, "ann", newKey(t)), s.plain(t, "bob", nil)
	for _, room := range []string{"a", "b", "c", "d"} {
		ann.enter("/enter " + room)
		ann.shows("ann@" + room + ">")
		bob.say(t, "!enter %s", room)
	}
	ann.enter("/to", "/set notices off")
	ann.shows("notices is off now.", "ann>")
	for n := range 98 {
		bob.say(t, "@a %d", n)
	}
	ann.shows("hh:mm [a] ~bob: 97", "ann [98 a]>")
	bob.say(t, "@a one more")
	ann.shows("ann [99 a]>")
	bob.say(t, "@a and one")
	ann.shows("ann [99+ a]>")
	bob.say(t, "@b hi")
	ann.shows("ann [1 b, 99+ a]>")
	bob.say(t, "@a hi")
	ann.shows("ann [99+ a, 1 b]>") // the most recent first
	bob.say(t, "@c hi")
	ann.shows("ann [1 c, 99+ a, 1 b]>")
	bob.say(t, "@d hi")
	ann.shows("ann [1 d, 1 c, 99+ a, +1]>")
	ann.press("draft")
	ann.resize(60)
	ann.shows("ann [99+]> draft") // the sum of all
	ann.resize(80)
	ann.shows("ann [1 d, 1 c, 99+ a, +1]> draft")
	ann.press("\x15")
	ann.enter("/to @a")
	ann.shows("ann@a [1 d, 1 c, 1 b]>")
	ann.enter("/leave d") // a room that was left has no unread lines
	ann.shows("ann@a [1 c, 1 b]>")
	ann.enter("@b hello")
	ann.shows("hh:mm [b] ann: hello", "ann@a [1 c, 1 b]>") // that destination has not been visited yet
}

// resize changes the width of the terminal.
func (k *tty) resize(width int) {
	k.t.Helper()
	k.mu.Lock()
	k.screen.Resize(width, 24)
	k.mu.Unlock()
	if err := k.WindowChange(24, width); err != nil {
		k.t.Fatal(err)
	}
}

func TestThePromptFollowsNicks(t *testing.T) {
	s := newServer(t, nil)
	key := newKey(t)
	bob := s.plain(t, "bob", newKey(t))
	ann, other, elsewhere := s.terminal(t, "ann", key), s.terminal(t, "ann", key), s.plain(t, "ann", key)
	ann.shows("ann>")
	ann.press("a draft")
	ann.shows("ann> a draft")
	other.enter("/nick zoe")
	other.shows("ann> /nick zoe", "You are zoe now.", "zoe>")
	ann.shows("zoe> a draft") // renamed in another session of hers
	elsewhere.say(t, "!nick Zoe")
	ann.shows("Zoe> a draft")
	other.shows("Zoe>")
	ann.press("\x15/to #bob\r")
	ann.shows("Zoe→bob>")
	bob.say(t, "!nick robert")
	bob.say(t, "!rooms") // the answer shows that the nick is now robert
	bob.expect(t, "")
	ann.press("x") // the prompt shows the new nick with the next key or notice
	ann.shows("Zoe→robert> x")
	ann.press("\x15")
	s.core.Tick()
	ann.shows("* ann is now zoe; zoe is now Zoe; bob is now robert", "Zoe→robert>")
	ann.enter("is it you?")
	bob.expect(t, "#Zoe: is it you?")
	ann.shows("hh:mm you → robert: is it you?", "Zoe→robert>")
	ann.enter("/to")
	ann.shows("Zoe→robert> /to", "Zoe>")
	bob.say(t, "#Zoe psst")
	ann.shows("hh:mm robert → you: psst", "Zoe [1 robert]>")
	bob.say(t, "!nick bert")
	bob.say(t, "hi")
	ann.shows("hh:mm bert: hi", "Zoe [1 bert]>") // with the next message
}

func TestThePromptHasTheColourOfTheIdentity(t *testing.T) {
	s := newServer(t, nil)
	key := newKey(t)
	bob, ann, eve := s.plain(t, "bob", nil), s.terminal(t, "ann", key), s.terminal(t, "eve", nil)
	ann.shows("ann>")
	eve.shows("eve>")
	bob.say(t, "!whois ann")
	line, err := bob.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	_, identity, ok := strings.Cut(strings.TrimSpace(line), "key ")
	if !ok {
		t.Fatalf("no identity in %q", line)
	}
	ann.enter("/nick zoe")
	ann.shows("zoe>")
	eve.enter("/nick mia")
	eve.shows("mia>")
	eve.enter("/set colour off")
	eve.shows("mia> /set colour off", "colour is off now.", "mia>")
	for _, nick := range []string{"ann", "zoe"} {
		ann.came(fmt.Sprintf("\x1b[0;%sm%s", render.Colour("", chatcore.Principal{Key: identity}), nick))
	}
	eve.came(fmt.Sprintf("\x1b[0;%smeve", render.Colour("eve", chatcore.Principal{})))
	eve.came(fmt.Sprintf("\x1b[0;%smmia", render.Colour("mia", chatcore.Principal{})))
	before := eve.output()
	eve.press("x")
	eve.shows("mia> x")
	bob.say(t, "hi")
	eve.shows("hh:mm ~bob: hi", "mia> x")
	if after := eve.since(before); strings.Contains(after, "m"+"mia") {
		t.Errorf("a prompt in colour after it was switched off: %q", after)
	}
}

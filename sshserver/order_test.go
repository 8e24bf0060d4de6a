package sshserver

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
)

// A line typed for one person goes to that person, whatever key is pressed, and whoever
// else writes before its turn.
func TestWhatWaitsGoesWhereItWasTypedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, carl, ann := s.plain(t, "bob", nil), s.plain(t, "carl", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		bob.say(t, "#ann hi")
		ann.shows("hh:mm ~bob → you: hi", "ann [1 bob]>")
		time.Sleep(time.Minute)
		ann.enter("/to #bob")
		ann.shows("ann→bob>")
		ann.press(typedAtOnce(20) + "\x1b[1;3A") // Alt-Up
		bob.expectTyped(t, "#ann", 0, 20)
		ann.shows("ann>")

		time.Sleep(time.Minute)
		ann.press(typedAtOnce(14) + "/reply to you\r")
		synctest.Wait()
		carl.say(t, "#ann me too") // before the turn of the reply
		for range 14 {
			carl.skip(t)
			bob.skip(t)
		}
		bob.expect(t, "#ann: to you")
		carl.say(t, "!users")
		carl.expect(t, "ann bob carl")
	})
}

// A private line is for the person who had the nick when it was entered, in whatever way it
// names them. If the nick was free, it is for no one.
func TestRecipient_IsThePersonWhoHadTheNick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		time.Sleep(time.Minute)
		ann.press(typedAtOnce(14) + "#bob one\r/msg bob two\r#bob three\x1b\rfour\r#eve no\r/dm eve no\r")
		synctest.Wait()
		bob.say(t, "!nick robert")
		synctest.Wait()
		for range 10 {
			bob.skip(t)
		}
		thief, eve := s.plain(t, "bob", nil), s.plain(t, "eve", nil)
		for range 4 {
			bob.skip(t)
			thief.skip(t)
			eve.skip(t)
		}
		bob.expect(t, "#ann: one", "#ann: two", "#ann: three", "#ann: four")
		ann.shows("ann> #eve no", "! no such user: eve", "ann> /dm eve no", "! no such user: eve", "ann>")
		for _, k := range []*talker{thief, eve} {
			k.say(t, "!users")
			k.expect(t, "ann bob eve robert")
		}
	})
}

// A line that begins with # and a space has no recipient, not even the last correspondent.
func TestRecipient_ANumberSignAloneNamesNoOne(t *testing.T) {
	s := newServer(t, nil)
	bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	bob.say(t, "#ann hi")
	ann.shows("hh:mm ~bob → you: hi", "ann [1 bob]>")
	ann.enter("# a title")
	ann.shows("ann> # a title", "! usage: #nick text", "ann [1 bob]>")
	ann.press("# a title\x1b\rand a text\r")
	ann.shows("ann> # a title | and a text", "! usage: #nick text", "ann [1 bob]>")
	ann.enter("#", "/to #")
	ann.shows("ann> #", "! usage: #nick text", "ann> /to #", "! usage: /to [@room|#nick]", "ann [1 bob]>")
	bob.say(t, "!users")
	bob.expect(t, "ann bob")
}

// skip reads a line and ignores it.
func (k *talker) skip(t *testing.T) {
	t.Helper()
	if _, err := k.out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
}

// A message that comes while a session joins does not keep anything from being shown.
func TestWhatIsSaidDuringAJoinIsShown(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.Tick(200 * time.Microsecond); ; <-tick {
			select {
			case <-stop:
				return
			default:
				_, _ = io.WriteString(bob.in, "hello\n")
			}
		}
	}()
	for range 30 {
		ann := s.terminal(t, "ann", newKey(t))
		ann.until("the greeting", func([]string) bool { return strings.Contains(ann.output(), "Welcome to test") })
		_ = ann.Close()
		bob.leaves(t, s, "ann")
	}
	close(stop)
	<-stopped
}

// leaves waits until one user is left, so that nick is free.
func (k *talker) leaves(t *testing.T, s *serverUnderTest, nick string) {
	t.Helper()
	settles(t, nick+"'s sessions", 1, func() int { return s.core.Stats().Users })
}

// Input of a client ends with its connection, however much of it is unread.
func TestUnreadTypingEndsWithItsConnection(t *testing.T) {
	s := newServer(t, nil)
	nc := s.inMemory()
	ann := openTerminal(t, login(t, nc, clientConfig("ann", newKey(t))), "xterm")
	ann.shows("ann>")
	ann.paste(strings.Repeat("x", 15_000))
	ann.until("the paste", func(rows []string) bool { return strings.HasSuffix(rows[len(rows)-1], "x") })
	ann.press("!") // shown only if it is taken for keys
	ann.until("a key", func(rows []string) bool { return strings.HasSuffix(rows[len(rows)-1], "!") })
	go func() { _, _ = io.WriteString(ann.keys, strings.Repeat("\r", 1<<20)) }()
	ann.until("the refusal", func([]string) bool { return strings.Contains(ann.output(), "line too long") })
	_ = nc.Close()
	settles(t, "sessions", 0, func() int { return s.core.Stats().Sessions[chatcore.Interactive] })
	done := make(chan struct{})
	go func() { defer close(done); s.Shutdown(context.Background()) }()
	select {
	case <-done:
	case <-time.After(3 * time.Second):
		t.Error("it is typed still")
	}
}

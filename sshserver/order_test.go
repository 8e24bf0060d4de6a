package sshserver

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What was typed for one person goes to that person, whatever key is pressed and
// whoever writes before its turn has come.
func TestWhatWaitsGoesWhereItWasTypedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob, carl, ann := s.plain(t, "bob", nil), s.plain(t, "carl", nil), s.terminal(t, "ann", newKey(t))
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

// skip reads a line.
func (k *talker) skip(t *testing.T) {
	t.Helper()
	if _, err := k.out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
}

// A message that comes while a session joins does not keep it from being shown
// anything.
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

// leaves waits until a nick is free.
func (k *talker) leaves(t *testing.T, s *serverUnderTest, nick string) {
	t.Helper()
	settles(t, nick+"'s sessions", 1, func() int { return s.core.Stats().Users })
}

func TestTypingMayTakeATenthOfACore(t *testing.T) {
	var e effort
	now := time.Now()
	rested, worked := time.Duration(0), time.Duration(0)
	for range 1000 {
		took := 3 * time.Millisecond
		now = now.Add(took)
		worked += took
		rest := e.spend(now, took)
		now = now.Add(rest)
		rested += rest
	}
	if share := float64(worked) / float64(worked+rested); share < 0.08 || share > 0.11 {
		t.Errorf("it took %.2f of a core", share)
	}
	e = effort{}
	for range 1000 { // a person
		now = now.Add(50 * time.Millisecond)
		if rest := e.spend(now, 100*time.Microsecond); rest != 0 {
			t.Fatalf("a person waits %v", rest)
		}
	}
	if rest := e.spend(now, time.Minute); rest != effortRest {
		t.Errorf("at the longest it is %v", rest)
	}
}

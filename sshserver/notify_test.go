package sshserver

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// calls returns the notifications in out.
func calls(out string) (texts []string) {
	for _, part := range strings.Split(out, "\x1b]9;")[1:] {
		text, _, _ := strings.Cut(part, "\a")
		texts = append(texts, text)
	}
	return texts
}

func TestWhatCallsThePerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		bob, key := s.plain(t, "bob", nil), newKey(t)
		said := func(text string) { // each long after the one before
			time.Sleep(4 * time.Second)
			bob.say(t, "%s", text)
			synctest.Wait()
		}
		said("!enter dev")
		ann, other := s.terminal(t, "ann+dev", key), s.plain(t, "ann", key)
		ann.shows("ann@dev>")
		for _, tt := range []struct {
			set  string
			want []string
		}{
			{"mention", []string{"~bob: Ann: look", "[dev] ~bob: and here, ann", "~bob → you: psst", "~bob: waves to ann"}},
			{"private", []string{"~bob → you: psst"}},
			{"all", []string{"~bob: hi", "~bob: Ann: look", "[dev] ~bob: and here, ann", "~bob: annual", "~bob → you: psst", "~bob: waves to ann"}},
			{"off", nil},
		} {
			ann.enter("/set notify " + tt.set)
			ann.has("notify is " + tt.set + " now.")
			before := ann.output()
			for _, text := range []string{
				"hi", "Ann: look", "@dev and here, ann",
				"annual", // her nick is not one of its words
				"#ann psst", "!me waves to ann",
			} {
				ann.press("\x05") // she types a key
				said(text)
			}
			ann.shows("* ~bob waves to ann", "ann@dev [4 public, 1 bob]>")
			other.say(t, "ann: that is me")
			ann.shows("hh:mm ann: ann: that is me", "ann@dev [4 public, 1 bob]>")
			ann.enter("/whois ann", "/users", "/nonsense ann", "/to #bob", "/to @dev", "/last 200", "/to", "/last 200")
			ann.shows("-- now --", "ann>")
			ann.enter("/to @dev", "/clear")
			ann.shows("ann@dev>")
			after := ann.since(before)
			if got := calls(after); !slices.Equal(got, tt.want) {
				t.Errorf("/set notify %s: it is called by %q, want %q", tt.set, got, tt.want)
			}
			// The bell itself, and the end of a notification.
			if rung := strings.Count(after, "\a"); rung != 2*len(tt.want) {
				t.Errorf("/set notify %s: BEL came %d times, want %d", tt.set, rung, 2*len(tt.want))
			}
		}
	})
}

func TestTerminalsAreCalledAsTheyKnowIt(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	for term, want := range map[string]string{
		"xterm-256color": "\a\x1b]9;~bob: hi ann\a",
		"xterm-kitty":    "\a\x1b]9;~bob: hi ann\a",
		"rxvt-unicode":   "\a\x1b]777;notify;parley;~bob: hi ann\a",
		"vt100":          "\a",
		"dumb":           "\a",
	} {
		ann := s.termed(t, "ann", term)
		ann.press("x")
		ann.shows("ann> x")
		before := ann.output()
		bob.say(t, "hi ann")
		ann.shows("hh:mm ~bob: hi ann", "ann> x")
		if got := ann.since(before); !strings.Contains(got, want) || strings.Count(got, "\a") != strings.Count(want, "\a") {
			t.Errorf("%s: %q came, want %q in it", term, got, want)
		}
		ann.press("\x03\x04")
		_ = ann.Wait()
		bob.waitFor(t, "bob")
	}
}

// Whatever is said, no control characters of others reach a terminal.
func TestTerminal_IsNotControlledByOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		bob, ann := s.plain(t, "bob", nil), s.terminal(t, "ann", newKey(t))
		ann.enter("/set notify all")
		ann.shows("notify is all now.", "ann>")
		before := ann.output()
		said := func(text string) { // each long after the one before
			time.Sleep(4 * time.Second)
			bob.say(t, "%s", text)
			synctest.Wait()
		}
		said("one\x1b]52;c;eA==\a\x9b2J\u009b31m\x1b[31mred\b\x7f\x07\x0e\x18\x1a two")
		said("!me \x1b]0;title\x07 waves")
		said("#ann 1;\x1b\\2")
		ann.shows("hh:mm ~bob → you: 1;\\2", "ann [1 bob]>")
		after := ann.since(before)
		for _, bad := range []string{"\x1b]52", "\x1b]0", "\x9b2J", "\u009b", "\b", "\x7f", "\x0e", "\x18", "\x1a", "\x1b\\"} {
			if strings.Contains(after, bad) {
				t.Errorf("%q came through in %q", bad, after)
			}
		}
		if rung := strings.Count(after, "\a"); rung != 6 {
			t.Errorf("BEL came %d times, want 6", rung)
		}
	})
}

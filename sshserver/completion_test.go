package sshserver

import (
	"testing"
)

func TestTabOnTheScreen(t *testing.T) {
	s := newServer(t, nil)
	s.plain(t, "anton", nil)
	anne := s.plain(t, "anne", nil)
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	anne.say(t, "hi")
	ann.shows("hh:mm ~anne: hi", "ann>")
	ann.press("an\t")
	ann.shows("hh:mm ~anne: hi", "anne  anton", "ann> anne:")
	ann.press("\t")
	ann.shows("hh:mm ~anne: hi", "anne  anton", "ann> anton:") // each is listed once
	ann.press("\t")
	ann.shows("anne  anton", "ann> anne:")
	ann.press("\x1b[Z") // Shift-Tab
	ann.shows("anne  anton", "ann> anton:")
	ann.press("\x1b[Z")
	ann.shows("anne  anton", "ann> anne:")
	ann.press("hello\r") // it goes on after the space
	anne.expect(t, "ann: anne: hello")
	ann.shows("hh:mm ann: anne: hello", "ann>")
	ann.press("ask an\x1b[Z")
	ann.shows("anne  anton", "ann> ask anton")
	ann.press("\x15/set plain o\t")
	ann.shows("anne  anton", "off  on", "ann> /set plain off")
	ann.press("\x15")
	ann.shows("off  on", "ann>")
	ann.press("zz\t") // rings, and the line stays
	ann.shows("off  on", "ann> zz")
}

// Completion runs while other people join, leave, speak and rename themselves.
func TestTabWhileNicksChange(t *testing.T) {
	s := newServer(t, nil)
	bob := s.plain(t, "bob", nil)
	ann := s.terminal(t, "ann", newKey(t))
	ann.shows("ann>")
	for n := range 20 {
		bob.say(t, "!nick bob%d", n)
		bob.say(t, "hi")
		ann.press("bo\t\t\x15")
	}
	ann.shows("hh:mm ~bob19: hi", "ann>")
	ann.enter("/users")
	ann.shows("ann> /users", "Online (2): ann, ~bob19", "ann>")
}

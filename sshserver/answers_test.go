package sshserver

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Input that comes in pieces is an answer of the terminal, or keys: the times between the
// pieces tell. A key that may begin an answer is held, and shown after 0.5 s if nothing follows.
func TestTerminal_AnswersAndKeysInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		ann := s.terminal(t, "ann", newKey(t))
		ann.shows("ann>")
		every := func(gap time.Duration, pieces ...string) {
			for _, p := range pieces {
				ann.press(p)
				time.Sleep(gap)
			}
		}
		last := func(want string) {
			t.Helper()
			synctest.Wait()
			ann.mu.Lock()
			defer ann.mu.Unlock()
			if rows := ann.rows(); rows[len(rows)-1] != want {
				t.Errorf("it shows %q, want %q", rows[len(rows)-1], want)
			}
		}
		every(300*time.Millisecond, "\x1b]11;", "rgb:", "1/2/3", "\a", "z")
		ann.shows("ann> z")
		every(120*time.Millisecond, "\x1b]", "h", "e", "l", "l", "o", "\x1b_", "!")
		ann.shows("ann> zhello!")
		every(120*time.Millisecond, "\x1bP", "1")
		last("ann> zhello!")
		time.Sleep(500 * time.Millisecond)
		last("ann> zhello!1")
		every(120*time.Millisecond, strings.Split("\x1b],2,0,2,4,\r", ",")...)
		ann.shows("hh:mm ann: zhello!12024", "ann>")
	})
}

// The same in a command session with a terminal.
func TestCooked_AnswersAndKeysInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		ann := s.plain(t, "ann", newKey(t))
		bob := s.onTerminal(t, "bob", "/say")
		for _, tt := range []struct {
			gap          time.Duration
			typed, shown string
		}{
			{300 * time.Millisecond, "\x1b]11;,rgb:,1/2/3,\a,z\r", "z\r\n"},
			{120 * time.Millisecond, "\x1b],1,h,e,y,\r", "1hey\r\n"},
			{600 * time.Millisecond, "\x1b]11;rgb:,x,\x1b[27;1;121~\r", "xy\r\n"},
		} {
			for p := range strings.SplitSeq(tt.typed, ",") {
				bob.types(t, p)
				time.Sleep(tt.gap)
			}
			bob.sees(t, tt.shown)
			ann.expect(t, "bob: "+strings.TrimSuffix(tt.shown, "\r\n"))
		}
		bob.types(t, "\x1b[100;5u")
		bob.ends(t, exitDone, "")
	})
}

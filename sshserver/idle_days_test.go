package sshserver

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Row 20: a client that answers keepalives stays connected as long as it likes, however
// idle. Lines said after that arrive in order.
func TestThreat20_IdleForDays(t *testing.T) {
	days := 1
	if full {
		days = 30
	}
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		ann, bob := s.plain(t, "ann", newKey(t)), s.plain(t, "bob", newKey(t))
		kim := s.terminal(t, "kim", newKey(t))
		kim.shows("kim>")
		for day := range days {
			time.Sleep(24 * time.Hour)
			for i := range 10 {
				ann.say(t, "day %d, line %d", day, i)
			}
			for i := range 10 {
				bob.expect(t, fmt.Sprintf("ann: day %d, line %d", day, i))
			}
		}
		if st := s.core.Stats(); st.Users != 3 {
			t.Errorf("%d users after %d days, closed: %v", st.Users, days, st.Closed)
		}
	})
}

//go:build attack

package attack

import (
	"strings"
	"testing"
	"time"
)

// Row 12: a client whose network is dead is noticed, within 95 s when nothing is
// under way and within 20 s when something is said to him, and his nick is free.
// The network is a real one, of the kernel: what a proxy holds back its kernel has
// acknowledged. The short forms are in cmd/parley (what the kernel is told) and in
// sshserver (keepalives).
func TestRow12DeadNetwork(t *testing.T) {
	t.Parallel()
	for i, cut := range []struct {
		name string
		do   func(*network, *testing.T)
	}{
		{"packets vanish", (*network).swallow},
		{"the link is down", (*network).unplug},
	} {
		for j, pending := range []bool{false, true} {
			name, within := "/idle", 95*time.Second
			if pending {
				name, within = "/data pending", 20*time.Second
			}
			t.Run(cut.name+name, func(t *testing.T) {
				t.Parallel()
				n := newNetwork(t, 2*i+j)
				s := start(t, "--ssh", n.here+":0", "--tcp", n.here+":0", "--rate-limit", "0", "--connect-rate", "0")
				watcher, err := raw(s, n.here, "watcher")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(watcher.end)
				for _, enter := range []func() (*person, error){
					func() (*person, error) { return raw(s, n.there, "rawdead") },
					func() (*person, error) { return plain(s, n.there, "sshdead", guest()) },
				} {
					p, err := n.inside(enter)
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(p.end)
				}
				time.Sleep(time.Second) // until all that was sent is acknowledged, late as that may be
				cut.do(n, t)
				noticed(t, s, n, watcher, pending, within)
			})
		}
	}
}

// noticed waits until the watcher no longer sees those whose network is dead, and
// checks that their nicks are free.
func noticed(t *testing.T, s *server, n *network, watcher *person, pending bool, within time.Duration) {
	t.Helper()
	begun := time.Now()
	if pending {
		if err := watcher.say("are you there?"); err != nil {
			t.Fatal(err)
		}
	}
	gone := make(map[string]time.Duration)
	for len(gone) < 2 && time.Since(begun) < within+20*time.Second {
		time.Sleep(200 * time.Millisecond)
		if err := watcher.say("!users"); err != nil {
			t.Fatal(err)
		}
		users, err := watcher.line()
		if err != nil {
			t.Fatal(err)
		}
		for _, nick := range []string{"rawdead", "sshdead"} {
			if _, seen := gone[nick]; !seen && !strings.Contains(users, nick) {
				gone[nick] = time.Since(begun)
			}
		}
	}
	for _, nick := range []string{"rawdead", "sshdead"} {
		after, seen := gone[nick]
		if !seen || after > within+300*time.Millisecond { // which is looked at every 200
			t.Errorf("%s is offline after %s (%v), want %s", nick, after, seen, within)
			continue
		}
		t.Logf("%s is offline after %s", nick, after.Round(100*time.Millisecond))
		again, err := raw(s, n.here, nick)
		if err != nil {
			t.Errorf("the nick %s is not free: %v", nick, err)
			continue
		}
		again.end()
	}
	for line := range strings.Lines(s.logged()) {
		if strings.Contains(line, "session ends") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

//go:build e2e

package threats

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Row 12: a client whose network is dead is noticed, and its nick is free: within 95 s when
// nothing is under way, and within 20 s when something is said to it. Whether its link was
// slow before, and how much is said to it, make no difference. The network is a real one, of
// the kernel: the kernel of a proxy would acknowledge what the proxy holds back. The short
// forms are in cmd/parley (what the kernel is told), in internal/egress (slow clients) and in
// sshserver (keepalives).
func TestThreat12_DeadNetwork(t *testing.T) {
	t.Parallel()
	for i, d := range []death{
		{name: "packets vanish/idle", cut: (*network).swallow},
		{name: "packets vanish/data pending", cut: (*network).swallow, said: 1},
		{name: "packets vanish/in a talk", cut: (*network).swallow, said: 1000},
		{name: "the link is down/idle", cut: (*network).unplug},
		{name: "the link is down/data pending", cut: (*network).unplug, said: 1},
		{name: "slow once/idle", slow: true, cut: (*network).swallow},
		{name: "slow once/data pending", slow: true, cut: (*network).swallow, said: 1},
		{name: "slow once/in a talk", slow: true, cut: (*network).swallow, said: 1000},
	} {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			d.happen(t, newNetwork(t, i))
		})
	}
}

// death is a way in which the network of clients dies.
type death struct {
	name string
	slow bool // the link was slow before, and has carried all by then
	cut  func(*network, *testing.T)
	said int // lines that are said after it, at most: one for each look
}

// within returns how soon the death must be noticed.
func (d death) within() time.Duration {
	if d.said > 0 {
		return 20 * time.Second
	}
	return 95 * time.Second
}

func (d death) happen(t *testing.T, n *network) {
	s := start(t, append([]string{"--ssh", n.here + ":0", "--tcp", n.here + ":0"}, limitsOff...)...)
	watcher, err := raw(s, n.here, "watcher")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watcher.end)
	var doomed []*person
	for _, enter := range []func() (*person, error){
		func() (*person, error) { return raw(s, n.there, "rawdead") },
		func() (*person, error) { return plain(s, n.there, "sshdead", guest()) },
	} {
		p, err := n.inside(enter)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
		doomed = append(doomed, p)
	}
	if d.slow {
		n.slowly(t, watcher, doomed)
	}
	time.Sleep(5 * time.Second) // until all that was sent is acknowledged, late as that may be
	d.cut(n, t)
	d.noticed(t, s, n, watcher)
}

// slowly has all clients hear a lot over a link of 128 kbit/s, to the end.
func (n *network) slowly(t *testing.T, talker *person, hearers []*person) {
	t.Helper()
	tc := func(command string) {
		t.Helper()
		if out, err := exec.Command(tool(t, "tc"), strings.Fields(command)...).CombinedOutput(); err != nil {
			t.Fatalf("tc %s: %v: %s", command, err, out)
		}
	}
	tc("qdisc add dev " + n.name + "a root tbf rate 128kbit burst 1600 latency 5s")
	begun := time.Now()
	for i := range 20 {
		if err := talker.say(fmt.Sprint(i, " ", strings.Repeat("x", 4000))); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range hearers {
		for line := ""; !strings.Contains(line, ": 19 x"); {
			var err error
			if line, err = p.line(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if took := time.Since(begun); took < 6*time.Second {
		t.Fatalf("the slow link has carried all in %s: too fast to be seen to be slow", took)
	}
	tc("qdisc del dev " + n.name + "a root")
}

// noticed waits until the watcher no longer sees the clients whose network is dead, and
// checks that their nicks are free.
func (d death) noticed(t *testing.T, s *server, n *network, watcher *person) {
	t.Helper()
	begun := time.Now()
	gone := make(map[string]time.Duration)
	for i := 0; len(gone) < 2 && time.Since(begun) < d.within()+20*time.Second; i++ {
		if i < d.said {
			if err := watcher.say("are you there?"); err != nil {
				t.Fatal(err)
			}
		}
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
		if !seen || after > d.within()+300*time.Millisecond { // which is looked at every 200
			t.Errorf("%s is offline after %s (%v), want %s", nick, after, seen, d.within())
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

// swallow drops what the clients' end sends.
func (n *network) swallow(t *testing.T) { n.ip(t, "-n NS route add blackhole HERE/32") }

// unplug takes the clients' end down.
func (n *network) unplug(t *testing.T) { n.ip(t, "-n NS link set NSb down") }

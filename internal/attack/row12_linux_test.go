//go:build attack

package attack

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
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

// network is two ends of a wire, one of them in a namespace of its own.
type network struct {
	name        string
	here, there string // the address of each end
}

// newNetwork makes a network that ends with the test. That takes the rights of root.
func newNetwork(t *testing.T, number int) *network {
	t.Helper()
	if _, err := exec.LookPath("ip"); err != nil || os.Geteuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("a network takes ip(8) and root:", err, os.Geteuid())
		}
		t.Skip("a network takes ip(8) and root")
	}
	id := os.Getpid()%10_000*10 + number
	subnet := fmt.Sprintf("10.%d.%d.", 64+id/250%64, id%250)
	n := &network{name: fmt.Sprintf("parley%d", id), here: subnet + "1", there: subnet + "2"}
	t.Cleanup(func() {
		_ = exec.Command("ip", "netns", "del", n.name).Run() // its end of the wire goes with it, and so the other
	})
	for _, command := range []string{
		"netns add NS", "link add NSa type veth peer name NSb netns NS",
		"addr add HERE/30 dev NSa", "link set NSa up",
		"-n NS addr add THERE/30 dev NSb", "-n NS link set lo up", "-n NS link set NSb up",
	} {
		n.ip(t, command)
	}
	return n
}

// ip changes something of the network.
func (n *network) ip(t *testing.T, command string) {
	t.Helper()
	names := strings.NewReplacer("NS", n.name, "HERE", n.here, "THERE", n.there)
	if out, err := exec.Command("ip", strings.Fields(names.Replace(command))...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", command, err, out)
	}
}

// swallow drops what the clients' end sends.
func (n *network) swallow(t *testing.T) { n.ip(t, "-n NS route add blackhole HERE/32") }

// unplug takes the clients' end down.
func (n *network) unplug(t *testing.T) { n.ip(t, "-n NS link set NSb down") }

// inside does something where sockets are made in the namespace.
func (n *network) inside(enter func() (*person, error)) (p *person, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		var f *os.File
		if f, err = os.Open("/run/netns/" + n.name); err != nil {
			return
		}
		defer f.Close()
		if err = unix.Setns(int(f.Fd()), unix.CLONE_NEWNET); err == nil {
			p, err = enter()
		}
	}()
	<-done
	return p, err
}

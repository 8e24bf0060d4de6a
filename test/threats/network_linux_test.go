//go:build e2e

package threats

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// network is a wire with two ends, one of them in its own namespace.
type network struct {
	name        string
	here, there string // the address of each end
}

// newNetwork makes a network that ends with the test. It needs the rights of root.
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
		_ = exec.Command("ip", "netns", "del", n.name).Run() // deletes its end of the wire, and so the other one
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

// ip changes the network.
func (n *network) ip(t *testing.T, command string) {
	t.Helper()
	names := strings.NewReplacer("NS", n.name, "HERE", n.here, "THERE", n.there)
	if out, err := exec.Command("ip", strings.Fields(names.Replace(command))...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", command, err, out)
	}
}

// inside calls enter on a thread in the namespace, so that its sockets are made there.
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

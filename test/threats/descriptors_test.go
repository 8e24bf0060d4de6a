//go:build e2e

package threats

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// Row 15: a server that is out of descriptors does not spin, goes on for the people who are
// seated, and lets people in again as soon as it has some.
func TestThreat15_OutOfDescriptors(t *testing.T) {
	s := startIn(t, t.TempDir(), []string{tool(t, "prlimit"), "--nofile=256"}, limitsOff...)
	all := seat(t, s, 0, 10, 10)
	var open []net.Conn
	for i := range 400 { // the kernel completes connections that are not accepted
		open = append(open, mustDial(t, address(100+i), []string{s.tcp, s.ssh}[i%2]))
	}
	if !eventually(5*time.Second, func() bool { return s.descriptors() >= 256 }) {
		t.Fatalf("the server has %d descriptors of 256: it is not out of them", s.descriptors())
	}
	hold := either(15*time.Second, 3*time.Second)
	before, begun := s.cpu(), time.Now()
	all.talk(100*time.Millisecond, hold)
	share := float64(s.cpu()-before) / float64(time.Since(begun))
	all.judge(250 * time.Millisecond)
	t.Logf("%.1f %% of a core, with %d descriptors open", 100*share, s.descriptors())
	if share > 0.2 {
		t.Errorf("the server takes %.0f %% of a core", 100*share)
	}
	if n := strings.Count(s.logged(), "cannot accept"); n > 20+2*int(hold/time.Second) {
		t.Errorf("it says %d times that it cannot accept", n)
	}
	for _, nc := range open {
		reset(nc)
	}
	released := time.Now()
	for i, enter := range []func(s *server, from, nick string) (*person, error){guestPlain, raw} {
		p, err := enter(s, address(1000+i), fmt.Sprintf("new%d", i))
		if err != nil {
			t.Fatal(err)
		}
		p.end()
	}
	if took := time.Since(released); took > promptly(2*time.Second) {
		t.Errorf("people get in %s after there are descriptors again", took)
	} else {
		t.Logf("people get in %s after there are descriptors again", took)
	}
}

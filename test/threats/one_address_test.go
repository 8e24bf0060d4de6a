//go:build e2e

package threats

import (
	"errors"
	"fmt"
	"net"
	"testing"
	"time"
)

// Row 4: many connections from one address are capped, and others get in.
func TestThreat04_ConnectionsOfOneAddress(t *testing.T) {
	s := start(t, "--connect-rate", "0", "--max-unauth", "0") // the cap alone
	const from = "127.9.9.9"
	var open []net.Conn
	for i := range either(1000, 200) { // both ports count together
		open = append(open, mustDial(t, from, []string{s.tcp, s.ssh}[i%2]))
	}
	for _, enter := range []func() (*person, error){
		func() (*person, error) { return raw(s, "127.9.9.10", "zoe") },
		func() (*person, error) { return plain(s, "127.9.9.11", "yan", guest()) },
	} {
		begun := time.Now()
		p, err := enter()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
		if took := time.Since(begun); took > promptly(time.Second) {
			t.Errorf("another address got in after %s", took)
		}
	}
	held(t, open, 32)
}

// Row 4: with default limits, four unauthenticated connections of an address remain. A
// client that has said who it is stays.
func TestThreat04_UnauthenticatedOfOneAddress(t *testing.T) {
	s := start(t)
	const from = "127.9.9.9"
	for i := range 10 {
		p, err := raw(s, from, fmt.Sprintf("here%d", i))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
	}
	var open []net.Conn
	for range either(1000, 200) {
		open = append(open, mustDial(t, from, s.tcp))
	}
	if _, err := visit(s, "127.9.9.10", "zoe", false); err != nil {
		t.Errorf("another address is not in within a second: %v", err)
	}
	held(t, open, 4)
	if n := s.metric("parley_users"); n < 10 {
		t.Errorf("%v of 10 users are left", n)
	}
}

// Row 4: IPv6. A loopback has one IPv6 address, so this shows only that IPv6 is counted.
// netguard's TestWhatCountsAsOneAddress shows that a /64 counts, and not the address.
func TestThreat04_IPv6(t *testing.T) {
	probe, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here: ", err)
	}
	_ = probe.Close()
	s := start(t, "--connect-rate", "0", "--max-unauth", "0", "--tcp", "[::]:0") // the later --tcp counts
	_, port, err := net.SplitHostPort(s.tcp)
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn
	for range either(1000, 100) {
		open = append(open, mustDial(t, "::1", net.JoinHostPort("::1", port)))
	}
	held(t, open, 32)
	// An IPv4 address that comes to an IPv6 socket is a separate address.
	open = nil
	for range 100 {
		open = append(open, mustDial(t, "127.9.9.9", net.JoinHostPort("127.0.0.1", port)))
	}
	held(t, open, 32)
	s.tcp = net.JoinHostPort("127.0.0.1", port)
	if _, err := visit(s, "127.9.9.10", "zoe", false); err != nil {
		t.Errorf("another address is not in within a second: %v", err)
	}
}

// held fails the test unless the server has closed all but n of the connections.
func held(t *testing.T, open []net.Conn, most int) {
	t.Helper()
	var alive int
	if !eventually(5*time.Second, func() bool {
		alive = 0
		for _, nc := range open {
			_ = nc.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := nc.Read(make([]byte, 256)); err == nil || isTimeout(err) { // a version may come first
				alive++
			}
		}
		return alive <= most
	}) {
		t.Errorf("%d connections of one address are alive, and %d may be", alive, most)
	}
	if alive < most {
		t.Errorf("%d connections of one address are alive, and %d may be: too few for an honest one", alive, most)
	}
}

func isTimeout(err error) bool {
	var network net.Error
	return err != nil && errors.As(err, &network) && network.Timeout()
}

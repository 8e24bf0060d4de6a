package attack

import (
	"errors"
	"net"
	"testing"
	"time"
)

// Row 4: many connections from one address are capped, and others get in.
func TestRow04ConnectionsOfOneAddress(t *testing.T) {
	s := start(t, "--connect-rate", "0", "--max-unauth", "0") // the cap alone
	const from = "127.9.9.9"
	var open []net.Conn
	for range either(1000, 200) {
		open = append(open, mustDial(t, from, s.tcp))
	}
	begun := time.Now()
	p, err := raw(s, "127.9.9.10", "zoe")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	if took := time.Since(begun); took > time.Second {
		t.Errorf("another address got in after %s", took)
	}
	alive := 0
	for _, nc := range open {
		_ = nc.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if _, err := nc.Read(make([]byte, 1)); isTimeout(err) {
			alive++
		}
	}
	if alive > 32 || alive == 0 {
		t.Errorf("%d connections of one address are alive, and 32 may be", alive)
	}
}

func isTimeout(err error) bool {
	var network net.Error
	return err != nil && errors.As(err, &network) && network.Timeout()
}

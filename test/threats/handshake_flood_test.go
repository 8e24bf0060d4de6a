//go:build e2e

package threats

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Row 3: sixteen clients that only shake hands do not disturb the people who talk. With
// default limits most handshakes are refused; without limits each is carried out.
func TestThreat03_HandshakeFlood(t *testing.T) {
	for name, flags := range map[string][]string{
		"limits":          {"--rate-limit", "0"},
		"no connect rate": {"--rate-limit", "0", "--connect-rate", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, flags...)
			all := seat(t, s, 0, 25, 25)
			during := either(20*time.Second, 2*time.Second)
			ctx, cancel := context.WithTimeout(context.Background(), during+time.Second) // until the last line is heard
			defer cancel()
			var flood sync.WaitGroup
			var done, refused atomic.Int64
			for i := range 16 {
				flood.Go(func() {
					for ctx.Err() == nil {
						if err := shake(s, i); err != nil {
							refused.Add(1)
							continue
						}
						done.Add(1)
					}
				})
			}
			all.talk(50*time.Millisecond, during)
			all.judge(250 * time.Millisecond)
			cancel()
			flood.Wait()
			if least := int64(16); done.Load() < least {
				t.Errorf("%d handshakes were done: that is no flood", done.Load())
			}
			t.Logf("%d handshakes done, %d refused", done.Load(), refused.Load())
			if ended := s.metric(`parley_sessions{kind="raw"}`) + s.metric(`parley_sessions{kind="plain"}`); ended != 50 {
				t.Errorf("%v of the 50 seated are left", ended)
			}
		})
	}
}

// shake does a handshake and hangs up. Every other client leaves before it has logged in.
// That is cheaper for the client and costs the server nearly the same.
func shake(s *server, i int) error {
	from := address(1000 + i)
	if i%2 == 0 {
		conn, err := sshConn(s, from, fmt.Sprintf("flood%d", i), guest())
		if err != nil {
			return err
		}
		return conn.Close()
	}
	w, err := greet(s, from)
	if err != nil {
		return err
	}
	defer w.nc.Close()
	return w.exchange()
}

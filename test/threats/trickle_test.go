//go:build e2e

package threats

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// trickle begins as a client does, and then sends a byte now and then.
type trickle struct {
	name     string
	port     func(*server) string
	deadline time.Duration
	// begin begins on a connection, and returns what is sent byte by byte from then on.
	begin func(net.Conn) ([]byte, error)
}

const trickleEvery = 5 * time.Second

func trickles() []trickle {
	tcp, ssh := func(s *server) string { return s.tcp }, func(s *server) string { return s.ssh }
	const nick, handshake = 30 * time.Second, 20 * time.Second
	at := func(bytes string) func(net.Conn) ([]byte, error) {
		return func(net.Conn) ([]byte, error) { return []byte(bytes), nil }
	}
	return []trickle{
		{"letters of a nick", tcp, nick, at("abcdefghij")},
		{"version", ssh, handshake, at("SSH-2.0-abcdefghij")},
		{"telnet", tcp, nick, at("\xff\xfb\x18\xff\xfb\x1f\xff\xfb\x20")},
		{"key exchange", ssh, handshake, func(nc net.Conn) ([]byte, error) {
			_, err := greetOver(nc)
			return (*sealing)(nil).seal(nil, hello()), err
		}},
		{"another letter", tcp, nick, at("Zorro12345")},
		{"login", ssh, handshake, func(nc net.Conn) ([]byte, error) {
			w, err := greetOver(nc)
			if err != nil {
				return nil, err
			}
			err = w.exchange()
			return w.out.seal(nil, gossh.Marshal(struct {
				Service string `sshtype:"5"`
			}{"ssh-userauth"})), err
		}},
	}
}

// hold makes one such connection, and returns how long the server keeps it. The error
// says that this side ended it: it had to be ended, or ctx is done.
func (k trickle) hold(ctx context.Context, s *server, from string) (lived time.Duration, err error) {
	begun := time.Now()
	nc, err := dial(from, k.port(s))
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { _ = nc.Close() })()
	rest, err := k.begin(nc)
	if err != nil {
		return time.Since(begun), ctx.Err() // refused, or displaced
	}
	buf := make([]byte, 4096)
	for i := 0; ; {
		_ = nc.SetReadDeadline(time.Now().Add(trickleEvery))
		_, err := nc.Read(buf)
		switch lived = time.Since(begun); {
		case isTimeout(err) && lived > k.deadline+2*trickleEvery:
			return lived, fmt.Errorf("%s: open after %s, the deadline is %s", k.name, lived, k.deadline)
		case isTimeout(err):
			_, _ = nc.Write(rest[i%len(rest):][:1]) // the read shows whether it is closed
			i++
		case err != nil:
			return lived, ctx.Err()
		}
	}
}

// Row 1: a trickling connection ends at the deadline. None is refused here, so that each is
// held as long as possible.
func TestThreat01_SlowTrickle(t *testing.T) {
	t.Parallel()
	if !full() {
		t.Skip("the deadlines are 20 s and 30 s: the full form waits for them")
	}
	s := start(t, "--max-unauth", "0", "--connect-rate", "0")
	before := s.quiet()
	var all sync.WaitGroup
	for i := range 400 { // 200 for each port, in turn; four of an address
		k := trickles()[i%len(trickles())]
		all.Go(func() {
			lived, err := k.hold(context.Background(), s, address(i/4))
			if err != nil {
				t.Error(err)
			} else if lived > k.deadline+time.Second || lived < k.deadline-time.Second {
				t.Errorf("%s: closed after %s, the deadline is %s", k.name, lived, k.deadline)
			}
		})
	}
	visits(t, s, 31*time.Second)
	all.Wait()
	s.returnsTo(before, 5, 5*time.Second)
}

// Row 1: with default limits, people get in while four hundred tricklers come back as often
// as they send a byte.
func TestThreat01_PeopleGetInThroughout(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.quiet()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var all sync.WaitGroup
	for i := range 400 {
		k := trickles()[i%len(trickles())]
		all.Go(func() {
			for ctx.Err() == nil {
				next := time.After(trickleEvery)
				lived, err := k.hold(ctx, s, address(i/4))
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				} else if lived > k.deadline+promptly(time.Second) {
					t.Errorf("%s: closed after %s, the deadline is %s", k.name, lived, k.deadline)
				}
				select {
				case <-next:
				case <-ctx.Done():
				}
			}
		})
	}
	visits(t, s, either(35*time.Second, 5*time.Second))
	cancel()
	all.Wait()
	s.returnsTo(before, 5, 5*time.Second)
}

// visits makes a visitor come to each port in turn, five times a second. Each must be
// in within a second. A visitor who is refused tries again.
func visits(t *testing.T, s *server, during time.Duration) {
	t.Helper()
	var slowest time.Duration
	came, again := 0, 0
	for end := time.Now().Add(during); time.Now().Before(end); came++ {
		begun := time.Now()
		tries, err := visit(s, address(5000+came), fmt.Sprintf("visitor%d", came), came%2 == 0)
		if err != nil {
			t.Errorf("visitor %d is not in after %s and %d tries: %v", came, time.Since(begun), tries, err)
		}
		slowest, again = max(slowest, time.Since(begun)), again+tries-1
		time.Sleep(time.Until(begun.Add(200 * time.Millisecond)))
	}
	t.Logf("%d visitors, the slowest in after %s; %d had to try again", came, slowest, again)
}

// visit makes a visitor get in within a second, at any try, and leave.
func visit(s *server, from, nick string, overSSH bool) (tries int, err error) {
	for end := time.Now().Add(promptly(time.Second)); ; time.Sleep(20 * time.Millisecond) {
		tries++
		var p *person
		if overSSH {
			p, err = plain(s, from, nick, guest())
		} else {
			p, err = raw(s, from, nick)
		}
		if err == nil {
			p.end()
			if late := time.Since(end); late > 0 {
				err = fmt.Errorf("%s too late", late)
			}
			return tries, err
		}
		if time.Now().After(end) {
			return tries, err
		}
	}
}

//go:build e2e

package threats

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// spellings are one nick: nicks are compared regardless of case and look-alikes.
var spellings = []string{"alice", "Alice", "ALICE", "аlice", "alicе"} // the last two with a Cyrillic letter

// Row 10: of a thousand clients that claim one nick at once, on both ports and in all
// spellings, one gets it. After it leaves, the next claim gets it within a second.
func TestThreat10_NickRaces(t *testing.T) {
	s := start(t, limitsOff...)
	raws, sshs := either(700, 140), either(300, 20)
	for round := range either(20, 3) {
		claims := newClaims(t, s, raws, sshs)
		owners := claims.atOnce(t)
		if len(owners) != 1 {
			t.Fatalf("round %d: %d of %d have the nick: %v", round, len(owners), raws+sshs, owners)
		}
		if users := s.metric("parley_users"); users != 1 {
			t.Errorf("round %d: %g users", round, users)
		}
		claims.owner.end()
		begun := time.Now()
		next, err := claimAgain(s, spellings[round%len(spellings)])
		if took := time.Since(begun); err != nil || took > promptly(time.Second) {
			t.Errorf("round %d: the nick is had again after %s, %v", round, took, err)
		} else {
			next.end()
		}
		claims.end()
		if !eventually(5*time.Second, func() bool { return s.metric("parley_users") == 0 }) {
			t.Fatalf("round %d: the nick is not free when all have gone", round)
		}
	}
}

// claimAgain claims a nick for up to two seconds, until it gets it.
func claimAgain(s *server, nick string) (*person, error) {
	for deadline := time.Now().Add(2 * time.Second); ; {
		p, err := raw(s, address(0), nick)
		if err == nil || time.Now().After(deadline) {
			return p, err
		}
	}
}

// claim is a connection that is about to claim a nick. say claims it, and returns the
// first line that comes back, empty if the connection is closed instead.
type claim struct {
	nick string
	say  func() (string, error)
	end  func()
}

type claims struct {
	all   []claim
	owner claim
}

// newClaims makes connections that have only to say who they are.
func newClaims(t *testing.T, s *server, raws, sshs int) *claims {
	t.Helper()
	c := new(claims)
	t.Cleanup(c.end)
	for i := range raws + sshs {
		nick := spellings[i%len(spellings)]
		var one claim
		var err error
		if i < raws {
			one, err = rawClaim(s, address(i), nick)
		} else {
			one, err = sshClaim(s, address(i), nick)
		}
		if err != nil {
			t.Fatal(err)
		}
		c.all = append(c.all, one)
	}
	return c
}

func (c *claims) end() {
	for _, one := range c.all {
		one.end()
	}
}

// atOnce makes all claims at once, and returns the nicks of the clients that got it.
func (c *claims) atOnce(t *testing.T) (owners []string) {
	t.Helper()
	var all sync.WaitGroup
	var mu sync.Mutex
	begin := make(chan struct{})
	for _, one := range c.all {
		all.Go(func() {
			<-begin
			line, err := one.say()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Errorf("%s: %v", one.nick, err)
			case line == one.nick:
				owners, c.owner = append(owners, one.nick), one
			case line != "":
				t.Errorf("%s is told %q", one.nick, line)
			}
		})
	}
	close(begin)
	all.Wait()
	return owners
}

// claimed returns what a claim was answered, read up to the first line.
func claimed(in io.Reader) string {
	var line strings.Builder
	for b := make([]byte, 1); ; {
		if n, err := in.Read(b); n == 0 || b[0] == '\n' || err != nil {
			return strings.TrimRight(line.String(), "\r")
		}
		line.WriteByte(b[0])
	}
}

func rawClaim(s *server, from, nick string) (claim, error) {
	nc, err := dial(from, s.tcp)
	if err != nil {
		return claim{}, err
	}
	return claim{nick, func() (string, error) {
		_ = nc.SetDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.WriteString(nc, nick+"\n!users\n"); err != nil {
			return "", nil // already closed
		}
		return claimed(nc), nil
	}, func() { _ = nc.Close() }}, nil
}

// sshClaim prepares everything but the shell, which takes the nick.
func sshClaim(s *server, from, nick string) (claim, error) {
	conn, err := sshConn(s, from, nick, guest())
	if err != nil {
		return claim{}, err
	}
	end := func() { _ = conn.Close() }
	session, err := conn.NewSession()
	if err != nil {
		end()
		return claim{}, err
	}
	return claim{nick, func() (string, error) { return shellClaim(session, nick) }, end}, nil
}

func shellClaim(session *gossh.Session, nick string) (string, error) {
	in, err := session.StdinPipe()
	if err != nil {
		return "", err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return "", err
	}
	complaint := new(strings.Builder)
	session.Stderr = complaint
	if err := session.Shell(); err != nil {
		return "", err
	}
	_, _ = io.WriteString(in, "!users\n") // fails if the nick is taken
	if line := claimed(out); line != "" {
		return line, nil
	}
	var exit *gossh.ExitError
	if err := session.Wait(); err == nil || !errors.As(err, &exit) || exit.ExitStatus() != 1 ||
		!strings.HasPrefix(complaint.String(), "!error nick in use: "+nick) {
		return "", fmt.Errorf("refused with %v, %q", err, complaint)
	}
	return "", nil
}

//go:build e2e

package threats

import (
	crand "crypto/rand"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Row 17: clients that come, misbehave and go leave nothing of themselves.
func TestThreat17_Leaks(t *testing.T) {
	s := start(t, limitsOff...)
	cycles(t, s, 10*len(abuses)) // allocate now what is allocated once
	before := s.quiet()
	heap := s.live()
	all := either(5000, 300)
	begun := time.Now()
	cycles(t, s, all)
	t.Logf("%d cycles of %d kinds in %s", all, len(abuses), time.Since(begun).Round(time.Millisecond))
	s.returnsTo(before, 5, 20*time.Second)
	t.Logf("before %+v, after %+v", before, s.quiet())
	grown(t, "heap and stacks", heap, s.live(), 5*mib)
	if users := s.metric("parley_users"); users != 0 {
		t.Errorf("%g users are left", users)
	}
	if strings.Contains(s.logged(), "panic") {
		t.Error("there was a panic")
	}
}

// cycles does n cycles, a few at a time, from the same addresses each time.
func cycles(t *testing.T, s *server, n int) {
	t.Helper()
	const atOnce = 8
	var next atomic.Int64
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				kind := abuses[i%len(abuses)]
				if err := kind.commit(s, address(i%200), fmt.Sprintf("n%d", i)); err != nil {
					t.Errorf("%s: %v", kind.name, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// abuses are what people do to a server: one of each kind of the rows.
var abuses = []struct {
	name   string
	commit func(s *server, from, nick string) error
}{
	{"raw: connect and go", func(s *server, from, _ string) error { return open(from, s.tcp, "", false) }},
	{"raw: half a nick, reset", func(s *server, from, nick string) error { return open(from, s.tcp, nick, true) }},
	{"raw: garbage", func(s *server, from, _ string) error { return openRandom(from, s.tcp, "") }},
	{"raw: HTTP", func(s *server, from, _ string) error { return open(from, s.tcp, post(s.tcp), false) }},
	{"raw: a nick, reset", func(s *server, from, nick string) error {
		return open(from, s.tcp, nick+"\n!enter room\n!away\n", true)
	}},
	{"raw: an endless line", func(s *server, from, nick string) error {
		return open(from, s.tcp, nick+"\n"+strings.Repeat("x", 2<<20), false)
	}},
	{"raw: talk and go", talkAndGo},
	{"raw: a nick that is taken", takenNick},
	{"raw: does not read", deafAndGone},
	{"ssh: connect and go", func(s *server, from, _ string) error { return open(from, s.ssh, "", false) }},
	{"ssh: a version, reset", func(s *server, from, _ string) error { return open(from, s.ssh, "SSH-2.0-x\r\n", true) }},
	{"ssh: a version and garbage", func(s *server, from, _ string) error { return openRandom(from, s.ssh, "SSH-2.0-x\r\n") }},
	{"ssh: a large packet announced", func(s *server, from, _ string) error {
		return open(from, s.ssh, "SSH-2.0-x\r\n\x00\x04\x00\x00", true)
	}},
	{"ssh: reset within the handshake", handshakeAndReset},
	{"ssh: a certificate", refusedCertificate},
	{"ssh: no session", onConn(func(*gossh.Client) error { return nil })},
	{"ssh: sixty packets ahead of the login", aheadOf((*wire).exchange, sixty(serviceRequest("nonsense")))},
	{"ssh: a hundred logins at once", aheadOf(beforeLogin, repeat(100, refusedRequest("eve")))},
	{"ssh: sixty packets to no channel", aheadOf(afterLogin, sixty(dataMessage(99, "")))},
	{"ssh: a session opened too late", openedTooLate},
	{"ssh: eighteen channels, DISCONNECT", endedBy(opens(0, 18, 12_000), "DISCONNECT")},
	{"ssh: forty channels and a session, a wrong MAC", endedBy(opens(40, 17, 0), "a wrong MAC")},
	{"ssh: forty requests, half a packet", endedBy(burst{"", append(opens(0, 0, 0).messages, repeat(40, requestMessage(0, "env", false, nil))...)}, "half a packet")},
	{"ssh: forty global requests, CLOSE twice", endedBy(burst{"", append(opens(0, 0, 0).messages, repeat(40, globalRequest())...)}, "CLOSE twice")},
	{"ssh: other channels", onConn(otherChannels)},
	{"ssh: window-changes and reset", onConn(windowChanges)},
	{"ssh: a terminal, reset", terminalAndReset},
	{"ssh: plain, talk and go", plainAndGo},
	{"ssh: commands", onConn(commands)},
	{"ssh: does not read", onConn(neverRead)},
}

// open sends words on a new connection and closes it, by a reset or in good order.
func open(from, to, words string, reset bool) error {
	nc, err := dial(from, to)
	if err != nil {
		return err
	}
	defer nc.Close()
	_ = nc.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(nc, words) // it may be closed by then
	if reset {
		_ = nc.SetLinger(0)
		return nil
	}
	_ = nc.CloseWrite()
	_, _ = io.Copy(io.Discard, nc)
	return nil
}

func openRandom(from, to, words string) error {
	b := make([]byte, 2000)
	for i := range b {
		b[i] = byte(rand.Uint32())
	}
	return open(from, to, words+string(b), false)
}

func talkAndGo(s *server, from, nick string) error {
	p, err := raw(s, from, nick)
	if err != nil {
		return err
	}
	defer p.end()
	if _, err := io.WriteString(p.out, "!enter room"+nick+"\n@room"+nick+" hello\n!topic room"+nick+" tea\n#"+nick+" me\nhello\n!nick z"+nick+"\n!ignore "+nick+"\n!quit bye\n"); err != nil {
		return err
	}
	_, err = p.rest()
	return err
}

func takenNick(s *server, from, nick string) error {
	p, err := raw(s, from, nick)
	if err != nil {
		return err
	}
	defer p.end()
	return open(from, s.tcp, nick+"\nhello\n", false)
}

// deafAndGone leaves while output is waiting for it.
func deafAndGone(s *server, from, nick string) error {
	p, err := raw(s, from, nick)
	if err != nil {
		return err
	}
	defer p.end()
	_, _ = io.WriteString(p.out, strings.Repeat("!help\n", 500))
	return nil
}

// shortConn is a connection that is reset after some bytes have come.
type shortConn struct {
	net.Conn
	left int
}

func (c *shortConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

func handshakeAndReset(s *server, from, nick string) error {
	nc, err := dial(from, s.ssh)
	if err != nil {
		return err
	}
	_ = nc.SetLinger(0)
	if _, err := sshOver(&shortConn{nc, 100 + rand.IntN(2000)}, nick, guest()); err == nil {
		return io.ErrNoProgress // the handshake takes more than that
	}
	return nil
}

// refusedCertificate logs in with a certificate, which is refused.
func refusedCertificate(s *server, from, nick string) error {
	cert := &gossh.Certificate{Key: visitor.PublicKey(), CertType: gossh.UserCert, ValidBefore: gossh.CertTimeInfinity}
	if err := cert.SignCert(crand.Reader, visitor); err != nil {
		return err
	}
	signer, err := gossh.NewCertSigner(cert, visitor)
	if err != nil {
		return err
	}
	conn, err := sshConn(s, from, nick, gossh.PublicKeys(signer))
	if err == nil {
		_ = conn.Close()
		return io.ErrNoProgress
	}
	return nil
}

// onConn does something on an SSH connection, which is then reset.
func onConn(do func(*gossh.Client) error) func(s *server, from, nick string) error {
	return func(s *server, from, nick string) error {
		nc, err := dial(from, s.ssh)
		if err != nil {
			return err
		}
		conn, err := sshOver(nc, nick, guest())
		if err != nil {
			return err
		}
		defer conn.Close()
		_ = nc.SetLinger(0)
		return do(conn)
	}
}

func otherChannels(conn *gossh.Client) error {
	for _, kind := range []string{"direct-tcpip", "x11", "forwarded-tcpip", "session", "session", "session"} {
		if _, requests, err := conn.OpenChannel(kind, nil); err == nil {
			go gossh.DiscardRequests(requests)
		}
	}
	_, _, err := conn.SendRequest("tcpip-forward", true, nil)
	return err
}

// requested opens a separate channel, to send what no client would.
func requested(conn *gossh.Client) (gossh.Channel, error) {
	ch, requests, err := conn.OpenChannel("session", nil)
	if err == nil {
		go gossh.DiscardRequests(requests)
	}
	return ch, err
}

func windowChanges(conn *gossh.Client) error {
	ch, err := requested(conn)
	if err != nil {
		return err
	}
	_, err = ch.SendRequest("pty-req", true, ptyRequest())
	for i := range uint32(35) {
		if err == nil {
			_, err = ch.SendRequest("window-change", false, windowChange(80+i, 24))
		}
	}
	for range 50 {
		if err == nil {
			_, err = ch.SendRequest("env", false, gossh.Marshal(struct{ Name, Value string }{"LC_ALL", "C"}))
		}
		if err == nil {
			_, err = ch.SendRequest("signal", false, gossh.Marshal(struct{ Name string }{"INT"}))
		}
	}
	return err
}

func terminalAndReset(s *server, from, nick string) error {
	p, err := terminal(s, from, nick, guest())
	if err != nil {
		return err
	}
	defer p.end()
	_, err = io.WriteString(p.out, "/enter room\rhello\r/last\r/w\t\x12hel\x1b[200~pasted\ntext\x1b[201~")
	return err
}

func plainAndGo(s *server, from, nick string) error {
	p, err := plain(s, from, nick, guest())
	if err != nil {
		return err
	}
	defer p.end()
	if err := p.say("!enter room\nhello\n!quit"); err != nil {
		return err
	}
	_, err = p.rest()
	return err
}

func commands(conn *gossh.Client) error {
	session, err := conn.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	if rand.IntN(2) == 0 {
		return session.Start("/tail")
	}
	_, err = session.Output("/users")
	return err
}

// neverRead asks for much in a session whose output it never takes.
func neverRead(conn *gossh.Client) error {
	ch, err := requested(conn)
	if err != nil {
		return err
	}
	if _, err := ch.SendRequest("shell", true, nil); err != nil {
		return err
	}
	_, err = io.WriteString(ch, strings.Repeat("!help\n", 300))
	return err
}

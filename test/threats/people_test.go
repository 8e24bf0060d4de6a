//go:build e2e

package threats

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"
)

// address returns the i-th address people come from: 127.1.0.1, 127.1.0.2 and so on.
func address(i int) string { return fmt.Sprintf("127.%d.%d.%d", 1+i/65024, i/254%256, 1+i%254) }

// dial connects from an address.
func dial(from, to string) (*net.TCPConn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	nc, err := d.DialContext(context.Background(), "tcp", to)
	if err != nil {
		return nil, err
	}
	return nc.(*net.TCPConn), nil
}

// dialSmall is dial for a client that has little room for what the server sends, as on a
// slow line far away. The kernel of a loopback keeps 2.5 MB for a reader that has stopped,
// before the server sees anything of it.
func dialSmall(from, to string) (*net.TCPConn, error) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 5 * time.Second}
	d.Control = func(_, _ string, c syscall.RawConn) (err error) {
		failed := c.Control(func(fd uintptr) {
			if err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, 4096); err == nil {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_MAXSEG, 536)
			}
		})
		return errors.Join(failed, err)
	}
	nc, err := d.DialContext(context.Background(), "tcp", to)
	if err != nil {
		return nil, err
	}
	return nc.(*net.TCPConn), nil
}

// reset ends a connection with a reset: the peer is told nothing, and what was sent may be lost.
func reset(nc net.Conn) {
	_ = nc.(*net.TCPConn).SetLinger(0)
	_ = nc.Close()
}

// mustDial is dial for a test that needs the connection; it is closed with the test.
func mustDial(t testing.TB, from, to string) *net.TCPConn {
	t.Helper()
	nc, err := dial(from, to)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	return nc
}

// person is a client that talks: lines in, lines out, on either port.
type person struct {
	nick string
	in   *bufio.Reader
	out  io.Writer
	end  func() // hangs up
}

// raw takes a nick on the raw port, and returns when the server has it.
func raw(s *server, from, nick string) (*person, error) {
	nc, err := dial(from, s.tcp)
	if err != nil {
		return nil, err
	}
	p := &person{nick: nick, in: bufio.NewReader(nc), out: nc, end: func() { _ = nc.Close() }}
	if err := p.enter(func(d time.Duration) { _ = nc.SetReadDeadline(time.Now().Add(d)) }, nick+"\n"); err != nil {
		p.end()
		return nil, err
	}
	_ = nc.SetReadDeadline(time.Time{})
	return p, nil
}

// enter says hello, and waits for an answer that shows who is online. From then on the
// person hears everything.
func (p *person) enter(deadline func(time.Duration), hello string) error {
	deadline(10 * time.Second)
	if _, err := io.WriteString(p.out, hello+"!users\n"); err != nil {
		return err
	}
	for {
		line, err := p.line()
		if err != nil {
			return fmt.Errorf("%s is not let in: %w", p.nick, err)
		}
		if strings.Contains(" "+line+" ", " "+p.nick+" ") && !strings.Contains(line, ":") {
			return nil
		}
	}
}

// line returns the next line the person hears, without its end.
func (p *person) line() (string, error) {
	line, err := p.in.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}

// say sends a line.
func (p *person) say(line string) error {
	_, err := io.WriteString(p.out, line+"\n")
	return err
}

// guest authenticates as a guest does: with keyboard-interactive and no question.
func guest() gossh.AuthMethod {
	return gossh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { return nil, nil })
}

// sshConn makes an SSH connection from an address, without a session yet.
func sshConn(s *server, from, user string, auth ...gossh.AuthMethod) (*gossh.Client, error) {
	nc, err := dial(from, s.ssh)
	if err != nil {
		return nil, err
	}
	return sshOver(nc, user, auth...)
}

// sshOver makes an SSH connection over nc. It closes nc if that fails.
func sshOver(nc net.Conn, user string, auth ...gossh.AuthMethod) (*gossh.Client, error) {
	_ = nc.SetDeadline(time.Now().Add(10 * time.Second))
	conn, channels, requests, err := gossh.NewClientConn(nc, "", &gossh.ClientConfig{
		User: user, Auth: auth, HostKeyCallback: gossh.InsecureIgnoreHostKey(),
	})
	if err != nil {
		_ = nc.Close()
		return nil, err
	}
	_ = nc.SetDeadline(time.Time{})
	return gossh.NewClient(conn, channels, requests), nil
}

// plain connects a person over ssh without a terminal, and returns when they are in.
func plain(s *server, from, nick string, auth ...gossh.AuthMethod) (*person, error) {
	conn, err := sshConn(s, from, nick, auth...)
	if err != nil {
		return nil, err
	}
	p, err := shell(conn, nick)
	if err != nil {
		_ = conn.Close()
	}
	return p, err
}

func shell(conn *gossh.Client, nick string) (*person, error) {
	session, err := conn.NewSession()
	if err != nil {
		return nil, err
	}
	in, err := session.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		return nil, err
	}
	p := &person{nick: nick, in: bufio.NewReader(out), out: in, end: func() { _ = conn.Close() }}
	late := time.AfterFunc(10*time.Second, p.end)
	defer late.Stop()
	return p, p.enter(func(time.Duration) {}, "")
}

// seated is a group of people who listen while something happens to the server. One of
// them talks. It notes what they heard, in what order, and how late.
type seated struct {
	t      testing.TB
	people []*person // the first is the one who talks
	pad    string    // comes after each line

	mu    sync.Mutex
	late  []time.Duration // of each line to each listener
	lost  []string        // what went wrong
	heard sync.WaitGroup
}

// seat lets n people in on the raw port, and m more by ssh, each from its own
// address, from the first-th on. Errors end the test.
func seat(t testing.TB, s *server, first, n, m int) *seated {
	t.Helper()
	all := &seated{t: t}
	for i := range n + m {
		var p *person
		var err error
		if from, nick := address(first+i), fmt.Sprintf("seated%d", i); i < n {
			p, err = raw(s, from, nick)
		} else {
			p, err = plain(s, from, nick, guest())
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
		all.people = append(all.people, p)
	}
	return all
}

// talk has the first person say a line each interval until the time is over. It returns
// when all the others have heard all of it, or have failed to within 10 s more. The
// server's --rate-limit must allow it.
func (all *seated) talk(every, during time.Duration) {
	said := int(during / every)
	for _, p := range all.people[1:] {
		all.heard.Go(func() { all.listen(p, said) })
	}
	begun := time.Now()
	for i := range said {
		time.Sleep(time.Until(begun.Add(time.Duration(i) * every)))
		if err := all.people[0].say(fmt.Sprintf("line %d %d %s", i, time.Now().UnixNano(), all.pad)); err != nil {
			all.fail("the one who talks, after %d of %d lines: %v", i, said, err)
			break
		}
	}
	overdue := time.AfterFunc(10*time.Second, func() {
		for _, p := range all.people {
			p.end()
		}
	})
	defer overdue.Stop()
	all.heard.Wait()
}

// listen checks that the lines said are heard once each, and in order.
func (all *seated) listen(p *person, said int) {
	for i := range said {
		var n int
		var at int64
		line, err := p.line()
		for err == nil && !strings.HasPrefix(line, all.people[0].nick+": line ") { // others may talk
			line, err = p.line()
		}
		if err != nil {
			all.fail("%s, after %d of %d lines: %v", p.nick, i, said, err)
			return
		}
		if _, err := fmt.Sscanf(line, all.people[0].nick+": line %d %d", &n, &at); err != nil || n != i {
			all.fail("%s hears %q, and line %d is next", p.nick, line, i)
			return
		}
		late := time.Since(time.Unix(0, at))
		all.mu.Lock()
		all.late = append(all.late, late)
		all.mu.Unlock()
	}
}

func (all *seated) fail(format string, args ...any) {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.lost = append(all.lost, fmt.Sprintf(format, args...))
}

// judge fails the test if lines were lost or out of order, or if 99 of 100 lines did not
// come within limit. It logs the figures.
func (all *seated) judge(limit time.Duration) {
	all.t.Helper()
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, l := range all.lost[:min(10, len(all.lost))] {
		all.t.Error(l)
	}
	if len(all.late) == 0 {
		all.t.Fatal("nobody heard anything")
	}
	slices.Sort(all.late)
	p50, p99, most := all.late[len(all.late)/2], all.late[len(all.late)*99/100], all.late[len(all.late)-1]
	all.t.Logf("%d lines heard, %d listeners failed; p50 %s, p99 %s, latest %s", len(all.late), len(all.lost), p50, p99, most)
	if limit := promptly(limit); p99 > limit {
		all.t.Errorf("p99 %s, over %s", p99, limit)
	}
}

//go:build e2e

package threats

import (
	"bufio"
	"io"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// terminal connects a person over ssh with a terminal, and returns when they are in. What
// they are shown comes as it is drawn.
func terminal(s *server, from, nick string, auth ...gossh.AuthMethod) (*person, error) {
	conn, err := sshConn(s, from, nick, auth...)
	if err != nil {
		return nil, err
	}
	session, err := conn.NewSession()
	if err == nil {
		err = session.RequestPty("xterm-256color", 24, 80, nil)
	}
	var p *person
	if err == nil {
		p, err = prompt(conn, session, nick)
	}
	if err != nil {
		_ = conn.Close()
	}
	return p, err
}

// prompt begins a session on a terminal, and reads up to the end of its greeting.
func prompt(conn *gossh.Client, session *gossh.Session, nick string) (*person, error) {
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
	return p, p.until("Ctrl-D leaves")
}

// until reads until text has come.
func (p *person) until(text string) error {
	var seen strings.Builder
	for !strings.Contains(seen.String(), text) {
		b, err := p.in.ReadByte()
		if err != nil {
			return err
		}
		seen.WriteByte(b)
	}
	return nil
}

// rest returns all that still comes until the end.
func (p *person) rest() (string, error) {
	all, err := io.ReadAll(p.in)
	return string(all), err
}

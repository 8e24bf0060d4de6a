package sshserver

import (
	"io"
	"strings"
	"sync"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/safetext"
)

// What one session may ask for. The library itself keeps all of it, and blocks
// for ever on what nobody takes: 35 window-changes pin six goroutines and the
// socket. So it is given nothing but a pty, once, and one shell or command.
const (
	maxCommand  = 8 << 10 // bytes of a command: twice a line, for the error to say which is too long
	maxEnv      = 16      // variables
	maxEnvBytes = 4 << 10 // bytes of them in all
	maxTerm     = 64      // bytes of the name of a terminal
	maxSide     = 500     // columns, and rows, of a terminal
)

// environment are the variables that are taken from a client, besides LC_*.
var environment = map[string]bool{"COLORTERM": true, "LANG": true, "NO_COLOR": true, "TZ": true}

// openChannel opens the one session channel of a connection, and stays until its
// session begins, between the client's requests and the library.
func (s *Server) openChannel(srv *ssh.Server, conn *gossh.ServerConn, nc gossh.NewChannel, ctx ssh.Context) {
	if !s.begin() {
		return
	}
	defer s.wg.Done()
	l := linkOf(ctx)
	defer l.recovered()
	if l.claimed.Swap(true) {
		l.reject(nc)
		return
	}
	channel, requests, err := nc.Accept()
	if err != nil {
		s.Log.Debug("cannot accept a session channel", "error", err)
		return
	}
	l.channel = metered{channel, l.wire}
	l.authenticated(conn)
	l.wire.onStray(func() { s.discard(l, channel) })
	through := make(chan *gossh.Request)
	l.spawn(func() { ssh.DefaultSessionHandler(srv, conn, accepted{nc, channel, through}, ctx) })
	if !l.filter(requests, through) {
		l.lost()
		return
	}
	// What has been done up to here took a stack of 4 KiB, and goroutines do not give
	// the last half of it back; waiting takes one of 2.
	l.spawn(func() { l.attend(requests) })
}

// maxRefusals is how many refusals of a channel may be under way to a client: each is
// a goroutine of the library's, which waits for a client that does not read.
const maxRefusals = 16

// reject refuses a second session channel.
func (l *link) reject(nc gossh.NewChannel) {
	defer l.refusals.Add(-1)
	if l.refusals.Add(1) > maxRefusals {
		l.fail(chatcore.TooSlow)
		l.cut()
		return
	}
	_ = nc.Reject(gossh.ResourceShortage, "one session a connection") // it fails with the connection
}

// discard reads from now on what the client sends on its standard error, which nobody
// wants, so that it is not kept.
func (s *Server) discard(l *link, channel gossh.Channel) {
	if !s.begin() {
		return
	}
	go func() {
		defer s.wg.Done()
		defer l.recovered()
		drop(channel.Stderr())
	}()
}

func drop(r io.Reader) {
	var buf [256]byte // io.Discard would hold 8 KiB for as long
	for {
		if _, err := r.Read(buf[:]); err != nil {
			return
		}
	}
}

// accepted is a channel that has been accepted, with the requests that are let
// through to the library.
type accepted struct {
	gossh.NewChannel
	channel gossh.Channel
	through <-chan *gossh.Request
}

func (a accepted) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	return a.channel, a.through, nil
}

// client is what the client said of its side of a session. Once the session has
// begun, only the window changes.
type client struct {
	pty bool
	env map[string]string

	envBytes int

	mu      sync.Mutex
	term    string
	window  ssh.Window
	resized func(ssh.Window) // called for each change, once it is set
}

// filter answers the requests of a session channel until its session begins, or the
// channel is closed, which it tells. The library is let through what begins a session.
func (l *link) filter(requests <-chan *gossh.Request, through chan<- *gossh.Request) (begun bool) {
	defer close(through)
	c := &l.client
	for r := range requests {
		l.dealt(r)
		ok := false
		switch r.Type {
		case "pty-req":
			if ok = !c.pty && c.setPty(r.Payload); ok {
				through <- r
				continue
			}
		case "shell", "exec":
			if len(r.Payload) <= maxCommand {
				through <- r
				return true
			}
		case "env":
			ok = c.setEnv(r.Payload)
		case "window-change":
			ok = c.pty && c.setWindow(r.Payload)
		}
		// Signals, breaks, subsystems, agents and X11 are refused.
		answer(r, ok)
	}
	return false
}

// attend answers the requests of a session that has begun, until its channel is closed:
// the window may change, and nothing else.
func (l *link) attend(requests <-chan *gossh.Request) {
	defer l.lost()
	for r := range requests {
		l.dealt(r)
		answer(r, r.Type == "window-change" && l.client.pty && l.client.setWindow(r.Payload))
	}
}

// dealt says that r has come off the wire, and does not wait for the session.
func (l *link) dealt(r *gossh.Request) { l.wire.request(len(r.Type) + len(r.Payload)) }

func answer(r *gossh.Request, ok bool) {
	if r.WantReply {
		_ = r.Reply(ok, nil) // fails with the connection, which ends the requests
	}
}

// setPty reads a pty-req: RFC 4254, section 6.2.
func (c *client) setPty(payload []byte) bool {
	var p struct {
		Term                         string
		Columns, Rows, Width, Height uint32
		Modes                        string
	}
	if gossh.Unmarshal(payload, &p) != nil || len(p.Term) > maxTerm {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pty = true
	c.term, c.window = safetext.Label(p.Term, maxTerm), clamp(p.Columns, p.Rows)
	return true
}

// setWindow reads a window-change: RFC 4254, section 6.7. The latest counts.
func (c *client) setWindow(payload []byte) bool {
	var p struct{ Columns, Rows, Width, Height uint32 }
	if gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.window = clamp(p.Columns, p.Rows)
	if c.resized != nil {
		c.resized(c.window)
	}
	return true
}

// onResize calls resized with the window as it is now, and with every change.
func (c *client) onResize(resized func(ssh.Window)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resized = resized
	resized(c.window)
}

// clamp makes a window a size that can be drawn in; a client that does not know
// its size says 0.
func clamp(columns, rows uint32) ssh.Window {
	side := func(n, unknown uint32) int {
		if n == 0 {
			n = unknown
		}
		return int(min(n, maxSide))
	}
	return ssh.Window{Width: side(columns, 80), Height: side(rows, 24)}
}

// terminal returns the name of the client's terminal and its environment, which
// change no more once the session has begun.
func (c *client) terminal() (name string, env map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.term, c.env
}

// isLocale tells whether a variable is one of the locale: LC_TIME and so on.
func isLocale(name string) bool {
	rest, ok := strings.CutPrefix(name, "LC_")
	return ok && strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

// setEnv reads an env request: RFC 4254, section 6.4.
func (c *client) setEnv(payload []byte) bool {
	var p struct{ Name, Value string }
	if gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	size := c.envBytes + len(p.Name) + len(p.Value)
	if !environment[p.Name] && !isLocale(p.Name) || len(c.env) >= maxEnv || size > maxEnvBytes {
		return false
	}
	if c.env == nil {
		c.env = make(map[string]string)
	}
	c.envBytes = size
	c.env[p.Name] = safetext.Label(p.Value, maxEnvBytes)
	return true
}

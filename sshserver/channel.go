package sshserver

import (
	"io"
	"strings"
	"sync"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

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

// offered takes or refuses a channel that the client opens. One session channel is taken;
// its session's requests pass by here on their way to the library.
func (l *conn) offered(nc gossh.NewChannel) {
	switch {
	case nc.ChannelType() != "session":
		_ = nc.Reject(gossh.UnknownChannelType, "unsupported channel type")
		return
	case l.claimed:
		_ = nc.Reject(gossh.ResourceShortage, "one session a connection")
		return
	}
	l.claimed = true
	in := inflowOf(nc, l.readBudget.pace != nil)
	channel, requests, err := nc.Accept()
	if err != nil { // the connection has failed, and there is more to come from it all the same
		l.server.Log.Debug("cannot accept a session channel", "error", err)
		l.inbox.requests = requestsOf(nc)
		l.Cut()
		return
	}
	through := make(chan *gossh.Request)
	l.inbox.requests, l.inbox.through = requests, through
	l.channel, l.window = metered{channel, l.readBudget}, windowOf(channel)
	l.readBudget.open(int(in.size), in.unread, func() { l.discard(channel) })
	l.readBudget.share(l.near.wire)
	l.authenticated(l.libContext.conn)
	l.spawn(func() {
		ssh.DefaultSessionHandler(l.server.wish, l.libContext.conn, accepted{nc, channel, through}, l.libContext)
	})
}

// discard reads from now on what the client sends on its standard error, which nobody
// wants, so that it is not kept.
func (l *conn) discard(channel gossh.Channel) {
	if !l.server.conns.Begin() {
		return
	}
	go func() {
		defer l.server.conns.Done()
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
	pty   bool
	piped bool // its input is no terminal
	env   map[string]string

	envBytes int

	mu      sync.Mutex
	term    string
	window  ssh.Window
	resized func(ssh.Window) // called for each change, once it is set
}

// requested answers a request of the session channel, and tells when the session begins.
// The library is let through what belongs to that; then the window may change, and
// nothing else.
func (l *conn) requested(r *gossh.Request) (begins bool) {
	l.readBudget.request(len(r.Type) + len(r.Payload))
	c, begun := &l.client, l.inbox.through == nil
	ok := false
	switch r.Type {
	case "pty-req":
		if ok = !begun && !c.pty && c.setPty(r.Payload); ok {
			answer(r, true) // here, for answers go by their order
			r.WantReply = false
			l.letThrough(r)
			return false
		}
	case "shell", "exec":
		if !begun && len(r.Payload) <= maxCommand {
			l.begins.Store(true)
			l.letThrough(r)
			l.noMore()
			return true
		}
	case "env":
		ok = !begun && c.setEnv(r.Payload)
	case "window-change":
		ok = c.pty && c.setWindow(r.Payload)
	case "signal":
		ok = begun && l.signalled(r.Payload)
	}
	// Breaks, subsystems, agents and X11 are refused.
	answer(r, ok)
	return false
}

// letThrough lets a request through to the library's session, if that has not failed.
func (l *conn) letThrough(r *gossh.Request) {
	select {
	case l.inbox.through <- r:
	case <-l.readBudget.closed:
	}
}

// noMore says that no more is let through.
func (l *conn) noMore() {
	close(l.inbox.through)
	l.inbox.through = nil
}

// unrequested is the end of the session channel, if there is one.
func (l *conn) unrequested() {
	if l.inbox.through != nil {
		l.noMore()
	}
	if l.inbox.requests != nil {
		l.inbox.requests = nil
		l.lost()
	}
}

func answer(r *gossh.Request, ok bool) {
	if r.WantReply {
		_ = r.Reply(ok, nil) // fails with the connection, which ends the requests
	}
}

// setPty reads a pty-req: RFC 4254, section 6.2. OpenSSH, where its standard input is no
// terminal, has neither a size nor modes to send: one byte ends them.
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
	c.piped = p.Columns == 0 && p.Rows == 0 && len(p.Modes) <= 1
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

// isPiped reports whether the client asked for a terminal and its own input is none, as in
// `ssh -tt HOST /say <file`.
func (c *client) isPiped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.piped
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

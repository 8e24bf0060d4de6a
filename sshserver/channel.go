package sshserver

import (
	"io"
	"strings"
	"sync"

	gossh "golang.org/x/crypto/ssh"

	"parley/internal/safetext"
)

// Limits on what one session may ask for. The library itself keeps all of it, and blocks
// forever on what is not received: 35 window-changes pin six goroutines and the socket. So
// it is given at most one pty request, and one shell or command.
const (
	maxCommand  = 8 << 10 // bytes of a command: twice a line, so that the error can say which line is too long
	maxEnv      = 16      // environment variables
	maxEnvBytes = 4 << 10 // bytes of all variables together
	maxTerm     = 64      // bytes of a terminal's name
	maxSide     = 500     // columns, and rows, of a terminal
)

// environment lists the variables accepted from a client, besides LC_*.
var environment = map[string]bool{"COLORTERM": true, "LANG": true, "NO_COLOR": true, "TZ": true}

// offered accepts or refuses a channel that the client opens. It accepts one session
// channel, whose requests are filtered here on their way to the library.
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
	in := inflowOf(l.server.Log, nc, l.readBudget.pace != nil)
	channel, requests, err := nc.Accept()
	if err != nil { // the connection has failed, but the library still delivers what has come
		l.server.Log.Debug("cannot accept a session channel", "error", err)
		l.inbox.requests = requestsOf(l.server.Log, nc)
		l.Cut()
		return
	}
	through := make(chan *gossh.Request)
	l.inbox.requests, l.inbox.through = requests, through
	l.channel, l.window = metered{channel, l.readBudget}, sendWindowOf(l.server.Log, channel)
	l.readBudget.open(int(in.size), in.unread, func() { l.discard(channel) })
	l.readBudget.share(l.near.wire)
	l.authenticated(l.libContext.conn)
	l.spawn(func() {
		l.handle(accepted{nc, channel, through})
	})
}

// discard reads and drops the client's standard error from now on, because it is not used
// and would be kept.
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

// windowSize is the size of a terminal, in columns and rows.
type windowSize struct{ Width, Height int }

// client is what the client told about its side of a session. Once the session has begun,
// only the window changes.
type client struct {
	pty   bool
	piped bool // its input is not a terminal
	env   map[string]string

	envBytes int

	mu      sync.Mutex
	term    string
	window  windowSize
	resized func(windowSize) // called for each change; nil before onResize
}

// requested answers a request on the session channel, and reports whether it begins the
// session. Requests that set the session up are passed on to the library. After the session
// has begun, only window-change and signal requests have an effect.
func (l *conn) requested(r *gossh.Request) (begins bool) {
	l.readBudget.request(len(r.Type) + len(r.Payload))
	c, begun := &l.client, l.inbox.through == nil
	ok := false
	switch r.Type {
	case "pty-req":
		if ok = !begun && !c.pty && c.setPty(r.Payload); ok {
			answer(r, true) // answered here, because answers are matched by their order
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

// letThrough passes a request on to the library's session, unless that has failed.
func (l *conn) letThrough(r *gossh.Request) {
	select {
	case l.inbox.through <- r:
	case <-l.readBudget.closed:
	}
}

// noMore notes that no more requests are passed on.
func (l *conn) noMore() {
	close(l.inbox.through)
	l.inbox.through = nil
}

// unrequested handles the end of the session channel, if there is one.
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

// setPty parses a pty-req: RFC 4254, section 6.2. If OpenSSH's standard input is not a
// terminal, OpenSSH sends no size and no modes, only the one byte that ends them.
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

// setWindow parses a window-change: RFC 4254, section 6.7. The latest one counts.
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

// onResize calls resized with the current window, and then with every change.
func (c *client) onResize(resized func(windowSize)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resized = resized
	resized(c.window)
}

// clamp returns a window of a size that can be drawn in. A client that does not know its
// size sends 0.
func clamp(columns, rows uint32) windowSize {
	side := func(n, unknown uint32) int {
		if n == 0 {
			n = unknown
		}
		return int(min(n, maxSide))
	}
	return windowSize{Width: side(columns, 80), Height: side(rows, 24)}
}

// terminal returns the name of the client's terminal and its environment. Neither changes
// once the session has begun.
func (c *client) terminal() (name string, env map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.term, c.env
}

// isPiped reports whether the client asked for a terminal although its own input is not
// one, as in `ssh -tt HOST /say <file`.
func (c *client) isPiped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.piped
}

// isLocale reports whether a variable belongs to the locale: LC_TIME and so on.
func isLocale(name string) bool {
	rest, ok := strings.CutPrefix(name, "LC_")
	return ok && strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

// setEnv parses an env request: RFC 4254, section 6.4.
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

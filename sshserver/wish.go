package sshserver

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/safetext"
	"parley/keys"
)

// This file has everything that charm.land/wish and charm.land/ssh do for us, and what it
// costs. They do not serve connections: conn and connection.go do, on x/crypto. Of the
// libraries there is
//
//   - the session: a shell or a command is one handler with an exit status. It costs one
//     goroutine, a channel of requests and a context for each session;
//   - the middleware: what every session passes, as a list of functions;
//   - the emulation of a pty, which is switched on because the library would otherwise open
//     one of the system's for each session.
//
// wish makes the program 0.7 MB larger, and brings 35 packages more than charm.land/ssh:
// lipgloss, bubbletea and log among them, which parley does not call.

// library is the libraries' server, which handles sessions and not connections.
type library = ssh.Server

func newLibrary(s *Server) (*library, error) {
	return wish.NewServer(
		func(srv *ssh.Server) error {
			srv.AddHostKey(s.HostKey) // without a key the library makes one of its own, in a file
			return nil
		},
		ssh.EmulatePty(),
		wish.WithMiddleware(s.byKind, s.logged, s.recovered), // the last is the outermost
	)
}

// handle passes a session channel to the library, and returns when its session is over.
func (l *conn) handle(channel accepted) {
	ssh.DefaultSessionHandler(l.server.wish, l.libContext.conn, channel, l.libContext)
}

// accepted is a channel that has been accepted, with the requests that are passed on to the
// library.
type accepted struct {
	gossh.NewChannel
	channel gossh.Channel
	through <-chan *gossh.Request
}

func (a accepted) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	return a.channel, a.through, nil
}

// recovered makes a panic end its session and nothing else. The library starts a session on
// its own goroutine, so the session may begin late, while the server stops.
func (s *Server) recovered(next ssh.Handler) ssh.Handler {
	return func(sess ssh.Session) {
		if !s.conns.Begin() {
			return
		}
		defer s.conns.Done()
		l := connOf(sess)
		defer func() {
			if v := recover(); v != nil {
				s.Log.Error("panic in a session", "panic", v, "stack", string(debug.Stack()))
				l.fault()
			}
		}()
		next(sess)
	}
}

// logged logs the beginning and the end of each session.
func (s *Server) logged(next ssh.Handler) ssh.Handler {
	return func(sess ssh.Session) {
		l, begun := connOf(sess), time.Now()
		if !s.Log.Enabled(sess.Context(), slog.LevelInfo) {
			next(sess)
			return
		}
		s.log(sess).Info("session begins", "key", identity(sess).Key, "client", safetext.Label(sess.Context().ClientVersion(), maxLabel))
		defer func() {
			s.log(sess).Info("session ends", "reason", l.ending(), "after", time.Since(begun).Round(time.Millisecond).String())
		}()
		next(sess)
	}
}

// log returns the logger of a session. The session does not keep it, because it takes 400 bytes.
func (s *Server) log(sess ssh.Session) *slog.Logger {
	return s.Log.With("nick", safetext.Label(sess.User(), maxLabel), "from", sess.RemoteAddr().String(), "kind", requestOf(sess).kind().String())
}

// maxLabel is the maximum length of a client's text in a line of the log, in characters.
const maxLabel = 64

// requestOf returns what the client of a session has asked for.
func requestOf(sess ssh.Session) sessionRequest {
	_, _, pty := sess.Pty()
	return sessionRequest{conn: connOf(sess), user: sess.User(), who: identity(sess), command: sess.RawCommand(), pty: pty, exit: sess.Exit}
}

// byKind passes a session to the code of its kind.
func (s *Server) byKind(ssh.Handler) ssh.Handler {
	return func(sess ssh.Session) { s.begin(sess).run() }
}

// begin returns the session that a client has asked for. It is a function of its own, so
// that what it needs is off the stack while the session lasts: with it, the stack of an idle
// terminal session was 8 KB and not 4.
func (s *Server) begin(sess ssh.Session) *session { return s.newSession(requestOf(sess)) }

// identity returns who signed.
func identity(sess ssh.Session) chatcore.Principal {
	key := sess.PublicKey()
	if key == nil {
		return chatcore.Principal{}
	}
	return chatcore.Principal{Key: string(keys.IdentityOf(key))}
}

type connKey struct{}

// connOf returns the connection of a session.
func connOf(sess ssh.Session) *conn { return sess.Context().Value(connKey{}).(*conn) }

// libContext is what the library's session and the middleware know about their connection.
type libContext struct {
	context.Context
	sync.Mutex // for use by the middleware

	link *conn
	conn *gossh.ServerConn
	key  gossh.PublicKey // the key that signed; nil for a guest

	mu    sync.Mutex
	notes []note
}

// note is a value that the library stores with a connection. There are two of them.
type note struct{ name, value any }

var _ ssh.Context = (*libContext)(nil)

func newLibContext(l *conn, conn *gossh.ServerConn) *libContext {
	key := signerOf(conn)
	if key != nil {
		key, _ = gossh.ParsePublicKey(key.Marshal()) // copied, because the key is part of a packet of up to 35,000 bytes
	}
	conn.Permissions = nil // the key is all they hold, and they take 350 bytes
	return &libContext{Context: context.Background(), link: l, conn: conn, key: key}
}

// Value implements [context.Context].
func (c *libContext) Value(name any) any {
	switch {
	case name == connKey{}:
		return c.link
	case name == ssh.ContextKeyPublicKey && c.key != nil:
		return c.key
	case name == ssh.ContextKeyPermissions:
		return c.Permissions()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, n := range c.notes {
		if n.name == name {
			return n.value
		}
	}
	return nil
}

// SetValue implements [ssh.Context].
func (c *libContext) SetValue(name, value any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.notes {
		if c.notes[i].name == name {
			c.notes[i].value = value
			return
		}
	}
	c.notes = append(c.notes, note{name, value})
}

// The others implement [ssh.Context].

func (c *libContext) User() string          { return c.conn.User() }
func (c *libContext) SessionID() string     { return hex.EncodeToString(c.conn.SessionID()) }
func (c *libContext) ClientVersion() string { return string(c.conn.ClientVersion()) }
func (c *libContext) ServerVersion() string { return string(c.conn.ServerVersion()) }
func (c *libContext) RemoteAddr() net.Addr  { return c.conn.RemoteAddr() }
func (c *libContext) LocalAddr() net.Addr   { return c.conn.LocalAddr() }
func (c *libContext) Permissions() *ssh.Permissions {
	return &ssh.Permissions{Permissions: new(gossh.Permissions)}
}

package sshserver

import (
	"log/slog"
	"runtime/debug"
	"time"

	"charm.land/ssh"

	"parley/chatcore"
	"parley/internal/safetext"
	"parley/keys"
)

// recovered makes a panic end its session and nothing else. The library starts a session on
// its own goroutine, so the session may begin late, while the server stops.
func (s *Server) recovered(next ssh.Handler) ssh.Handler {
	return func(sess ssh.Session) {
		if !s.conns.Begin() {
			return
		}
		defer s.conns.Done()
		l := connOf(sess.Context())
		defer func() {
			if v := recover(); v != nil {
				s.Log.Error("panic in a session", "panic", v, "stack", string(debug.Stack()))
				l.fault()
			}
		}()
		next(sess)
	}
}

// fault ends a session whose code has failed.
func (l *conn) fault() {
	l.mu.Lock()
	c := l.session
	l.mu.Unlock()
	if c == nil {
		l.Cut()
		return
	}
	c.finish(chatcore.Panicked, exitRefused)
}

// logged logs the beginning and the end of each session.
func (s *Server) logged(next ssh.Handler) ssh.Handler {
	return func(sess ssh.Session) {
		l, begun := connOf(sess.Context()), time.Now()
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
	return s.Log.With("user", safetext.Label(sess.User(), maxLabel), "from", sess.RemoteAddr().String(), "kind", kindOf(sess).String())
}

// maxLabel is the maximum length of a client's text in a line of the log, in characters.
const maxLabel = 64

// identity returns who signed.
func identity(sess ssh.Session) chatcore.Principal {
	key := sess.PublicKey()
	if key == nil {
		return chatcore.Principal{}
	}
	return chatcore.Principal{Key: string(keys.IdentityOf(key))}
}

// kindOf returns the kind of a session, from what the client asked for.
func kindOf(sess ssh.Session) chatcore.Kind {
	_, _, pty := sess.Pty()
	switch {
	case isTail(sess.RawCommand()):
		return chatcore.Tail
	case sess.RawCommand() != "":
		return chatcore.Command
	case pty:
		return chatcore.Interactive
	}
	return chatcore.Plain
}

// byKind passes a session to the code of its kind.
func (s *Server) byKind(ssh.Handler) ssh.Handler {
	return func(sess ssh.Session) {
		c := s.newSession(sess)
		switch c.kind {
		case chatcore.Tail:
			c.tail(sess.RawCommand())
		case chatcore.Command:
			c.command(sess.RawCommand())
		case chatcore.Interactive:
			c.interact()
		default:
			c.plain()
		}
	}
}

// ending returns why the session ended, for the log.
func (l *conn) ending() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session == nil || l.session.chat == nil {
		return "refused"
	}
	return string(l.session.chat.Reason())
}

package sshserver

import (
	"bytes"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
)

const (
	// keepaliveEvery is the time between two keepalives.
	keepaliveEvery = 30 * time.Second
	// keepalivesMissed is how many times in a row a keepalive may be due while
	// the one before is not answered: the peer is dead then, 90 s after it was
	// last heard at the latest.
	keepalivesMissed = 2
	// farewell is how long the client has to close the connection after the end
	// of its session, before it is closed here.
	farewell = 2 * time.Second
)

var errNotSSH = errors.New("not an SSH client")

// link is one SSH connection: the socket, and what belongs to it from accept to
// close. The library reads and writes through it.
type link struct {
	net.Conn
	server   *Server
	accepted time.Time
	version  []byte // what of "SSH-" the client has still to send; of the reading goroutine

	deadline *time.Timer // ends the connection that has no session in time
	claimed  atomic.Bool // its one session channel is open
	gone     chan struct{}
	channel  gossh.Channel // the session channel, past the library's layers
	client   client        // what the client said of its terminal and environment

	mu        sync.Mutex
	chat      *chat // the session, once it has one
	failure   chatcore.Reason
	keepalive *time.Timer
	waiting   bool // a keepalive is not answered yet
	missed    int
}

type linkKey struct{}

func linkOf(ctx ssh.Context) *link { return ctx.Value(linkKey{}).(*link) }

// connect is the library's callback for a new connection.
func (s *Server) connect(ctx ssh.Context, nc net.Conn) net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil // the library closes it
	}
	l := &link{Conn: nc, server: s, accepted: time.Now(), version: []byte("SSH-"), gone: make(chan struct{})}
	ctx.SetValue(linkKey{}, l)
	l.deadline = time.AfterFunc(s.HandshakeTimeout+s.SessionTimeout, l.cut)
	s.links[l] = struct{}{}
	return l
}

// Read reads for the library. A client that does not begin as SSH does is closed
// at once: whatever it speaks, nothing of it is looked at.
func (l *link) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	if len(l.version) > 0 {
		k := min(n, len(l.version))
		if !bytes.Equal(p[:k], l.version[:k]) {
			_ = l.Conn.Close()
			return 0, errNotSSH
		}
		l.version = l.version[k:]
	}
	return n, err
}

// Close closes the connection, whatever is under way on it.
func (l *link) Close() error {
	l.deadline.Stop()
	l.mu.Lock()
	if l.keepalive != nil {
		l.keepalive.Stop()
	}
	l.mu.Unlock()
	l.server.mu.Lock()
	delete(l.server.links, l)
	l.server.mu.Unlock()
	return l.Conn.Close()
}

// cut ends the connection at once.
func (l *link) cut() { _ = l.Conn.Close() }

// hurry ends a connection that has no session yet.
func (l *link) hurry() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.chat == nil {
		l.cut()
	}
}

// authenticated notes that the handshake is over.
func (l *link) authenticated(conn *gossh.ServerConn) {
	if c, ok := l.Conn.(interface{ Authenticated() }); ok {
		c.Authenticated()
	}
	if l.server.Handshaken != nil {
		l.server.Handshaken(time.Since(l.accepted))
	}
	l.deadline.Reset(l.server.SessionTimeout)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keepalive = time.AfterFunc(keepaliveEvery, func() { l.probe(conn) })
}

// probe sends a keepalive, on a goroutine of its own, for it waits for the
// answer as long as the peer lets it.
func (l *link) probe(conn *gossh.ServerConn) {
	l.mu.Lock()
	if l.waiting {
		l.missed++
	}
	if l.missed == keepalivesMissed {
		l.failure = chatcore.Dead
		l.mu.Unlock()
		l.cut()
		return
	}
	l.keepalive.Reset(keepaliveEvery)
	send := !l.waiting
	l.waiting = true
	l.mu.Unlock()
	if !send {
		return
	}
	// Refusing the request is an answer too; an error is the end of the connection.
	if _, _, err := conn.SendRequest("keepalive@openssh.com", true, nil); err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.waiting, l.missed = false, 0
	}
}

package sshserver

import (
	"context"
	"encoding/hex"
	"net"
	"sync"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// scope is what the library's session and the middleware know of their connection.
type scope struct {
	context.Context
	sync.Mutex // the middleware's, for what it likes

	link *link
	conn *gossh.ServerConn
	key  gossh.PublicKey // the one that signed; nil for a guest

	mu    sync.Mutex
	notes []note
}

// note is something the library keeps with a connection: there are two of them.
type note struct{ name, value any }

var _ ssh.Context = (*scope)(nil)

func newScope(l *link, conn *gossh.ServerConn) *scope {
	key := signerOf(conn)
	if key != nil {
		key, _ = gossh.ParsePublicKey(key.Marshal()) // it was part of a packet of up to 35,000 bytes
	}
	conn.Permissions = nil // nothing else is in them, and they take 350 bytes
	return &scope{Context: context.Background(), link: l, conn: conn, key: key}
}

// Value implements [context.Context].
func (c *scope) Value(name any) any {
	switch {
	case name == linkKey{}:
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
func (c *scope) SetValue(name, value any) {
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

func (c *scope) User() string          { return c.conn.User() }
func (c *scope) SessionID() string     { return hex.EncodeToString(c.conn.SessionID()) }
func (c *scope) ClientVersion() string { return string(c.conn.ClientVersion()) }
func (c *scope) ServerVersion() string { return string(c.conn.ServerVersion()) }
func (c *scope) RemoteAddr() net.Addr  { return c.conn.RemoteAddr() }
func (c *scope) LocalAddr() net.Addr   { return c.conn.LocalAddr() }
func (c *scope) Permissions() *ssh.Permissions {
	return &ssh.Permissions{Permissions: new(gossh.Permissions)}
}

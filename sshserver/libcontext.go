package sshserver

import (
	"context"
	"encoding/hex"
	"net"
	"sync"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

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

package netguard

import (
	"errors"
	"net"
	"sync"
	"time"
)

// Conn is a connection that was let in. Closing it frees its places.
type Conn struct {
	net.Conn
	guard   *Guard
	address *address
	known   bool // guarded by guard.mu
	once    sync.Once
}

// Authenticated says that the connection has said who it is.
func (c *Conn) Authenticated() {
	c.guard.mu.Lock()
	defer c.guard.mu.Unlock()
	c.knownLocked()
}

func (c *Conn) knownLocked() {
	if !c.known {
		c.known = true
		c.address.unknown--
		c.guard.unknown--
	}
}

// Close closes the connection and frees its places; it may be called again.
func (c *Conn) Close() error {
	c.once.Do(func() {
		c.guard.mu.Lock()
		defer c.guard.mu.Unlock()
		c.knownLocked()
		c.address.open--
	})
	return c.Conn.Close()
}

// NetConn returns the connection beneath.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// listener lets through what its guard admits.
type listener struct {
	net.Listener
	guard  *Guard
	refuse func(net.Conn, Refusal)
	done   chan struct{}
	once   sync.Once
}

// Listen returns a listener of ln's connections that g admits, each a [*Conn].
// One that is refused is handed to refuse, which may say why in a write that
// does not wait, and is then closed. Accept waits a little where the machine is
// out of descriptors or memory, and then goes on: it fails only when ln is
// closed.
func (g *Guard) Listen(ln net.Listener, refuse func(net.Conn, Refusal)) net.Listener {
	return &listener{Listener: ln, guard: g, refuse: refuse, done: make(chan struct{})}
}

func (l *listener) Accept() (net.Conn, error) {
	const first, most = 5 * time.Millisecond, time.Second // as net/http
	delay := first
	for {
		nc, err := l.Listener.Accept()
		if err == nil {
			delay = first
			if c, why := l.guard.admit(nc); c != nil {
				return c, nil
			} else {
				l.refuse(nc, why)
				_ = nc.Close() // refused: nothing is lost with it
				continue
			}
		}
		if errors.Is(err, net.ErrClosed) {
			return nil, err
		}
		l.guard.log.Warn("cannot accept a connection", "error", err, "again in", delay)
		select {
		case <-time.After(delay):
		case <-l.done:
			return nil, net.ErrClosed
		}
		delay = min(2*delay, most)
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return l.Listener.Close()
}

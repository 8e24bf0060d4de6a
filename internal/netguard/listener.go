package netguard

import (
	"container/list"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Conn is a connection that was let in. Closing it frees its places.
type Conn struct {
	net.Conn
	guard   *Guard
	prefix  netip.Prefix
	address *address
	since   time.Time
	place   *list.Element           // in guard.unknown; nil once it is known; guarded by guard.mu
	counted bool                    // as refused; guarded by guard.mu
	tell    func(net.Conn, Refusal) // the listener's
	once    sync.Once
}

// Authenticated says that the connection has said who it is.
func (c *Conn) Authenticated() {
	c.guard.mu.Lock()
	defer c.guard.mu.Unlock()
	if c.place != nil {
		c.address.failedLogins = 0
	}
	c.knownLocked()
}

func (c *Conn) knownLocked() {
	if c.place != nil {
		c.guard.pending.Remove(c.place)
		c.place = nil
		c.address.unknown--
	}
}

// vainLocked ends the wait of a connection that has come to nothing.
func (c *Conn) vainLocked() {
	if c.place != nil {
		c.address.failedLogins++
	}
	c.knownLocked()
}

// Address is what counts as the connection's address: an IPv4 address, an IPv6
// /64, or a circuit of Tor's.
func (c *Conn) Address() netip.Prefix { return c.prefix }

// Refused notes, and logs at most once a second, that the front end has given the
// connection up before anybody was let in. The first reason counts.
func (c *Conn) Refused(r Refusal) {
	c.guard.mu.Lock()
	defer c.guard.mu.Unlock()
	c.refusedLocked(r)
}

func (c *Conn) refusedLocked(r Refusal) {
	if !c.counted {
		c.counted = true
		c.guard.refuseLocked(r, c.prefix)
	}
}

// displace ends the connection for a newcomer. Its reader notices.
func (c *Conn) displace() {
	c.tell(c.Conn, Displaced)
	_ = c.Conn.Close() // its place is the newcomer's already
}

// Close closes the connection and frees its places; it may be called again.
func (c *Conn) Close() error {
	c.once.Do(func() {
		c.guard.mu.Lock()
		defer c.guard.mu.Unlock()
		c.vainLocked()
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
// One that is refused, or displaced later, is handed to refuse, which may say why in
// a write that does not wait, and is then closed. Accept waits a little where the machine is
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
			if c, why := l.guard.admit(nc, l.refuse); c != nil {
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

package sshserver

import (
	"net"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"
)

// inbox is what comes over a connection that has logged in. A channel that is closed is set
// to nil. Only the goroutine in serveRequests uses it.
type inbox struct {
	channels <-chan gossh.NewChannel
	global   <-chan *gossh.Request // requests that concern no channel
	requests <-chan *gossh.Request // of the session channel; nil before that is open
	through  chan<- *gossh.Request // to the library's session; nil before the session channel is open and once the session has begun
}

// drain receives and drops what still comes until all channels are closed. The library's
// mux closes all three when it ends.
func (in inbox) drain() {
	for in.channels != nil || in.global != nil || in.requests != nil {
		select {
		case _, ok := <-in.channels:
			if !ok {
				in.channels = nil
			}
		case _, ok := <-in.global:
			if !ok {
				in.global = nil
			}
		case _, ok := <-in.requests:
			if !ok {
				in.requests = nil
			}
		}
	}
}

// serve runs a connection until its session begins, or to its end if none does.
//
// The library would use three goroutines that wait as long as the connection lasts: for
// channels, for requests, and for requests of the channel. Here one waits for all of them.
// A handshake takes a stack of up to 16 KiB, of which a goroutine keeps 4. So another
// goroutine waits once the session has begun, with a stack of 2 KiB. Both together took an
// idle connection from 59 KB to 49.
func (s *Server) serve(nc net.Conn) {
	l := s.connect(nc)
	if l == nil {
		_ = nc.Close()
		return
	}
	if l.phase(func() bool { return l.login() && l.serveRequests() }) {
		l.spawn(func() { l.phase(l.serveRequests) })
	}
}

// phase runs a part of a connection's life. It ends the connection unless f returns true.
func (l *conn) phase(f func() (more bool)) (more bool) {
	defer func() {
		if !more {
			l.end()
		}
	}()
	defer l.recovered()
	return f()
}

// end ends a connection, for whatever reason. The library's goroutines deliver what has
// come before they check whether the connection is closed. So everything is received from
// them until they have ended; otherwise they wait forever, with all they hold.
func (l *conn) end() {
	_ = l.Close() // the connection ends, whatever Close returns
	l.unblock()
	left := l.inbox
	l.unrequested()
	left.drain()
}

// login lets a client log in, and reports whether it has.
func (l *conn) login() bool {
	_ = l.SetDeadline(time.Now().Add(l.server.HandshakeTimeout))
	c := l.server.config()
	c.AddHostKey(&rekeyLimiter{Signer: l.server.HostKey, may: rate.NewLimiter(rekeyRate, rekeyBurst), signed: &l.keyed})
	c.PreAuthConnCallback = l.authenticating
	c.AuthLogCallback = l.attempted
	conn, channels, global, err := gossh.NewServerConn(l, c)
	if err != nil {
		return false
	}
	l.inbox = inbox{channels: channels, global: global} // before anything can fail: end drains it
	_ = l.SetDeadline(time.Time{})
	l.libContext = newLibContext(l, conn)
	return true
}

// authenticating is called when the client may authenticate. It finds the packets that the
// library has read ahead.
//
// If these are not received after a failed login or a protocol error, the library's reader
// waits forever to add the seventeenth, and keeps 140 KiB and two goroutines.
func (l *conn) authenticating(conn gossh.ServerPreAuthConn) {
	l.readAhead = packetsAhead(l.server.Log, conn)
	close(l.authStarted)
}

// unblock lets the library's reader end when the connection is closed.
func (l *conn) unblock() {
	if l.readAhead == nil {
		return
	}
	for range l.readAhead {
	}
}

// serveRequests handles requests until the session begins, and returns true, or until no
// more come.
func (l *conn) serveRequests() (begun bool) {
	for in := &l.inbox; in.channels != nil || in.global != nil || in.requests != nil; {
		select {
		case nc, ok := <-in.channels:
			if !ok {
				in.channels = nil
				continue
			}
			l.offered(nc)
		case r, ok := <-in.global:
			if !ok {
				in.global = nil
				continue
			}
			answer(r, false)
		case r, ok := <-in.requests:
			if !ok {
				l.unrequested()
				continue
			}
			if l.requested(r) {
				return true
			}
		}
	}
	return false
}

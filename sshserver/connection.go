package sshserver

import (
	"net"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"
)

// inbox is what comes over a connection that has logged in; a channel that is closed
// is nil from then on. It belongs to the goroutine that attends.
type inbox struct {
	channels <-chan gossh.NewChannel
	global   <-chan *gossh.Request // requests that are about no channel
	requests <-chan *gossh.Request // of the session channel; nil before it is open
	through  chan<- *gossh.Request // to the library's session; nil once it has begun, and before
}

// drain takes what still comes, and drops it, until there is no more: the library's mux
// closes all three when it ends.
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

// serve is a connection until its session begins, and to its end if none does.
//
// The library would do it, on three goroutines that wait as long as the connection
// lasts: for channels, for requests, and for requests of the channel. One waits for all
// of them here. And since a handshake takes a stack of up to 16 KiB, of which a goroutine
// keeps 4, another one waits once the session has begun: it takes one of 2. Both together
// took an idle connection from 59 KB to 49.
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

// phase is a part of a connection's life: its end, unless f says that there is more.
func (l *conn) phase(f func() (more bool)) (more bool) {
	defer func() {
		if !more {
			l.end()
		}
	}()
	defer l.recovered()
	return f()
}

// end is the end of a connection, however it comes. The library's goroutines hand over
// what has come before they look whether the connection is closed. So everything is taken
// from them until they have ended: else they wait for ever, with all they hold.
func (l *conn) end() {
	_ = l.Close() // it is over, whatever it says
	l.unblock()
	left := l.inbox
	l.unrequested()
	left.drain()
}

// login lets somebody in, and returns whether it has.
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

// authenticating is called when the client may authenticate. It finds the packets that
// the library has read ahead.
//
// Where nobody takes these any more, because somebody has failed to log in or has broken
// the protocol, the library's reading waits for ever to add the seventeenth, and keeps
// 140 KiB and two goroutines.
func (l *conn) authenticating(conn gossh.ServerPreAuthConn) {
	l.readAhead = packetsAhead(conn)
	close(l.authStarted)
}

// unblock lets the library's reading come to its end, when the connection is closed.
func (l *conn) unblock() {
	if l.readAhead == nil {
		return
	}
	for range l.readAhead {
	}
}

// serveRequests takes what comes until the session begins, which it tells, or there is no more.
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

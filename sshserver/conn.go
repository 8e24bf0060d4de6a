package sshserver

import (
	"errors"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/ratelimit"
	"parley/internal/sockets"
)

const (
	// keepaliveEvery is the time between two keepalives.
	keepaliveEvery = 30 * time.Second
	// keepalivesMissed is how many times in a row a keepalive may come due while the
	// previous one is unanswered. After that the peer is taken for dead, at most 90 s after
	// it was last heard.
	keepalivesMissed = 2
	// farewell is how long a client has to close the connection after its session has
	// ended. Then the server closes it.
	farewell = 2 * time.Second
)

// conn is one SSH connection: the socket and its state, from accept to close. The library
// reads and writes through it.
type conn struct {
	net.Conn
	server     *Server
	accepted   time.Time
	readBudget *readBudget
	progress   writeProgress
	admission  netguard.Admission
	near       *neighbours       // what all connections from this address share
	budget     *ratelimit.Budget // shared in the same way; nil means no limit
	leave      func()            // leaves both
	closing    sync.Once
	began      atomic.Bool // the client's first bytes are those of SSH
	admitted   atomic.Bool // it has a session channel, or has been given up
	begins     atomic.Bool // it has asked for a shell or a command
	prefix     int         // bytes of versionPrefix received; reading goroutine only

	deadline    connTimer     // closes the connection if it has no session in time, or stays open after one
	libContext  *libContext   // nil until the client has logged in
	keyed       atomic.Bool   // keys have been exchanged
	authStarted chan struct{} // closed when the client may authenticate
	early       int           // bytes received between keyed and authStarted; reading goroutine only
	readAhead   <-chan []byte // packets the library has read but not handled; nil before authStarted is closed
	inbox       inbox         // used only by the goroutine in serveRequests
	claimed     bool          // its one session channel has been opened; serveRequests goroutine only
	broken      atomic.Bool   // reading from it has failed
	gone        chan struct{}
	channel     gossh.Channel // the session channel, below the library's layers
	window      sendWindow    // how much more the client lets us send
	pieces      atomic.Uint64 // pieces written to the channel
	cramped     atomic.Bool   // the piece being written waits for the window
	client      client        // what the client told about its terminal and environment

	mu          sync.Mutex
	session     *session // nil until there is one
	earlySignal int      // the exit status of a signal that came before the session; 0 for none
	failure     chatcore.Reason
	keepalive   connTimer
	waiting     bool   // a keepalive is not answered yet
	probed      int64  // bytes sent in all when the keepalive was sent
	acked       uint64 // bytes acknowledged in all, at the last probe
	missed      int
}

// connect returns the conn of a new connection, or nil if the server is stopping.
func (s *Server) connect(nc net.Conn) *conn {
	near, leaveNear := s.near.Join(nc)
	budget, leaveBudget := s.Budgets.Join(nc)
	l := &conn{
		Conn: nc, server: s, admission: netguard.AdmissionOf(nc), accepted: time.Now(), readBudget: newReadBudget(s.Input.Rate > 0),
		near: near, budget: budget, leave: func() { leaveNear(); leaveBudget() },
		gone: make(chan struct{}), authStarted: make(chan struct{}),
	}
	if !s.conns.Add(l) {
		l.leave()
		return nil
	}
	l.deadline.start(stageLogin, s.HandshakeTimeout+s.SessionTimeout, l.Cut)
	return l
}

// versionPrefix is what every SSH client sends first: RFC 4253, section 4.2.
const versionPrefix = "SSH-"

const (
	// maxPacket is the longest accepted packet: the longest that every implementation must
	// accept (RFC 4253, section 6.1). The library accepts 256 KiB, and allocates the memory
	// as soon as it has the length. It then reads the rest of the packet in one call, so
	// the size of the read shows the length.
	maxPacket = 35_000
	// maxPacketLater is the longest accepted packet once the session has begun and the
	// window is narrow: the whole window and its framing. The library keeps up to 33
	// packets that we have not handled, requests above all.
	maxPacketLater = narrowWindow + 1<<10
)

// maxUnkeyed is the longest accepted read of a packet before keys are exchanged. The
// library keeps all algorithm names that the client lists for as long as the connection
// lasts. OpenSSH lists 1.5 KiB of them.
const maxUnkeyed = 8 << 10

var (
	errNotSSH   = errors.New("not an SSH client")
	errTooLarge = errors.New("too large a packet")
	errTooMuch  = errors.New("too much from somebody who has not logged in")
)

// Read implements [net.Conn] for the library. A client that does not begin as SSH does is
// closed at once, and nothing it sends is interpreted.
func (l *conn) Read(p []byte) (int, error) {
	let, keyed := l.admitted.Load(), l.keyed.Load()
	switch {
	case let && len(p) > l.longest():
		l.fail(chatcore.Broken)
		l.Cut()
		return 0, errTooLarge
	case let:
		if !l.readBudget.await(l.hungUp) { // lines it sent earlier are not carried out any more
			l.broken.Store(true)
			l.fail(input.Failure(io.EOF))
			return 0, io.EOF
		}
	case len(p) > maxPacket, !keyed && len(p) > maxUnkeyed:
		return 0, l.giveUp(netguard.BadLogin, errTooLarge)
	case !l.readBudget.before():
		return 0, l.giveUp(netguard.BadLogin, errTooMuch)
	}
	if keyed {
		p = p[:l.ration(len(p))]
	}
	n, err := l.Conn.Read(p)
	if keyed {
		l.early += n
	}
	l.readBudget.came(n)
	if err != nil {
		l.broken.Store(true)
		l.fail(input.Failure(err))
	}
	if l.prefix < len(versionPrefix) {
		k := min(n, len(versionPrefix)-l.prefix)
		if string(p[:k]) != versionPrefix[l.prefix:l.prefix+k] {
			return 0, l.giveUp(netguard.Foreign, errNotSSH)
		}
		l.prefix += k
		l.began.Store(l.prefix == len(versionPrefix))
	}
	return n, err
}

// hungUp reports whether the client has closed the connection, without reading from it. If
// the client's kernel still holds data to send, the end comes after that data and is not
// seen. But then that kernel resets the connection as soon as anything is sent to it: a
// message of others, or the keepalive.
func (l *conn) hungUp() bool {
	socket := sockets.Of(l.Conn)
	return socket != nil && sockets.HungUp(socket)
}

// pending reports whether the client's kernel has yet to acknowledge something. If so, a
// write may have to wait.
func (l *conn) pending() bool {
	socket := sockets.Of(l.Conn)
	if socket == nil {
		return true
	}
	n, ok := sockets.Pending(socket)
	return !ok || n > 0
}

// longest returns the longest packet accepted from a client that has logged in.
func (l *conn) longest() int {
	if l.readBudget.pace != nil && l.begins.Load() {
		return maxPacketLater
	}
	return maxPacket
}

// maxEarly is how many bytes may come between the key exchange and the request to
// authenticate. It is sixteen of the smallest packets, as many as the library reads ahead
// (see authenticating). A client sends one or two, and then waits.
const maxEarly = 16 * 28

// earlyWait is how long the library may take to reach the request to authenticate once
// maxEarly bytes have come. It takes microseconds. If it does not get there, the bytes are
// part of a larger packet: the client would have to send more, and may be gone.
const earlyWait = 2 * time.Second

// ration returns how many of n bytes may be read now. If maxEarly bytes have come, it waits
// until authentication has started, and cuts the connection if that takes too long.
func (l *conn) ration(n int) int {
	select {
	case <-l.authStarted:
		return n
	default:
	}
	if l.early >= maxEarly {
		late := time.NewTimer(min(earlyWait, time.Until(l.accepted.Add(l.server.HandshakeTimeout))))
		defer late.Stop()
		select {
		case <-l.authStarted:
		case <-l.readBudget.closed:
		case <-late.C:
			l.Cut()
		}
		return n
	}
	return min(n, maxEarly-l.early)
}

// giveUp closes a connection that has no session. It counts one refusal, and Close then
// counts no other.
func (l *conn) giveUp(r netguard.Refusal, why error) error {
	if !l.admitted.Swap(true) {
		l.admission.Refused(r)
	}
	l.Cut()
	return why
}

// Write implements [net.Conn] for the library.
func (l *conn) Write(p []byte) (int, error) {
	l.readBudget.sending(true)
	n, err := l.Conn.Write(p)
	l.readBudget.sending(false)
	l.progress.add(n)
	if err != nil {
		l.broken.Store(true)
	}
	return n, err
}

// Close closes the connection, even during a read or write.
func (l *conn) Close() error {
	l.deadline.stop(stageClosed)
	l.keepalive.stop(stageClosed)
	l.server.conns.Remove(l)
	if l.began.Load() && !l.admitted.Swap(true) {
		l.admission.Refused(l.rejectReason())
	}
	return l.shut()
}

// Cut ends the connection at once.
func (l *conn) Cut() { _ = l.shut() }

func (l *conn) shut() error {
	l.closing.Do(func() {
		close(l.readBudget.closed)
		l.leave()
	})
	return l.Conn.Close()
}

// rejectReason returns why a connection that began as SSH does got no session.
func (l *conn) rejectReason() netguard.Refusal {
	if time.Since(l.accepted) >= l.server.HandshakeTimeout {
		return netguard.Late
	}
	return netguard.BadLogin
}

// fail records why the connection failed, for the end of its session.
func (l *conn) fail(r chatcore.Reason) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failure == "" {
		l.failure = r
	}
}

// why returns why the connection failed, or r if it did not.
func (l *conn) why(r chatcore.Reason) chatcore.Reason {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failure != "" {
		return l.failure
	}
	return r
}

// lost ends the session of a closed connection. Lines that the client sent and that are not
// carried out yet are dropped; otherwise the session could go on talking for hours.
func (l *conn) lost() {
	close(l.gone)
	l.mu.Lock()
	c := l.session
	l.mu.Unlock()
	if c != nil {
		c.over()
	}
}

// ended returns what ended the session's input: the client, or a broken connection.
func (l *conn) ended() chatcore.Reason {
	if l.broken.Load() {
		return chatcore.Broken
	}
	return chatcore.Disconnected
}

// spawn runs f, a part of this connection's work, on its own goroutine, which the server
// joins. A panic in f ends this connection and nothing else.
func (l *conn) spawn(f func()) {
	l.server.conns.Go(func() { // the connection itself is counted already
		defer l.recovered()
		f()
	})
}

// recovered is deferred: a panic ends this connection and nothing else.
func (l *conn) recovered() {
	if v := recover(); v != nil {
		l.server.Log.Error("panic on a connection", "panic", v, "stack", string(debug.Stack()))
		l.fail(chatcore.Panicked)
		l.Cut()
	}
}

// Hurry ends a connection that has no session yet.
func (l *conn) Hurry() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session == nil {
		l.Cut()
	}
}

// authenticated notes that the client has logged in and has a session channel.
func (l *conn) authenticated(conn *gossh.ServerConn) {
	l.admitted.Store(true)
	l.admission.Authenticated()
	if l.server.Handshaken != nil {
		l.server.Handshaken(time.Since(l.accepted))
	}
	l.deadline.reset(stageSession, l.server.SessionTimeout)
	l.keepalive.start(stageSession, keepaliveEvery, func() {
		if l.server.conns.Begin() { // the timer may fire while the connection ends
			defer l.server.conns.Done()
			defer l.recovered()
			l.probe(conn)
		}
	})
}

// probe sends a keepalive. It runs on its timer's goroutine, because it waits for the
// answer as long as the peer takes.
func (l *conn) probe(conn *gossh.ServerConn) {
	l.mu.Lock()
	took := l.tookSome()
	later := l.readBudget.full() != nil
	switch {
	case later:
		l.missed = 0 // the answer comes after data that is not read yet
	case l.waiting && took && l.onItsWay():
		l.missed = 0 // the client cannot have received it yet, and is getting closer to it
	case l.waiting:
		l.missed++
	}
	if l.missed == keepalivesMissed {
		l.mu.Unlock()
		l.fail(chatcore.Dead)
		l.Cut()
		return
	}
	l.keepalive.reset(stageSession, keepaliveEvery)
	send := !l.waiting
	if l.waiting = true; send {
		l.probed = l.progress.total()
	}
	l.mu.Unlock()
	if !send {
		if later && !l.pending() {
			_, _, _ = conn.SendRequest("keepalive@openssh.com", false, nil) // see hungUp
		}
		return
	}
	// Refusing the request is an answer too; an error is the end of the connection.
	if _, _, err := conn.SendRequest("keepalive@openssh.com", true, nil); err == nil {
		l.readBudget.request(0)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.waiting, l.missed = false, 0
	}
}

// probeAhead is how many bytes may go out ahead of a keepalive that waits for its turn: the
// packet being written, and as much as the library keeps during a key exchange.
const probeAhead = 64 << 10

// onItsWay reports whether the client's kernel may not have received the keepalive yet. The
// keepalive goes out after everything already waiting for the client. At 16 kbit/s, a
// quarter of a megabyte takes two minutes.
func (l *conn) onItsWay() bool {
	socket := sockets.Of(l.Conn)
	if socket == nil {
		return false
	}
	pending, ok := sockets.Pending(socket)
	return ok && pending > 0 && l.progress.total()-int64(pending) < l.probed+probeAhead
}

// tookSome reports whether the client's kernel has acknowledged anything since the last
// probe. If the client's network is dead it has not, and a pending keepalive is missed.
func (l *conn) tookSome() bool {
	socket := sockets.Of(l.Conn)
	if socket == nil {
		return false
	}
	before := l.acked
	acked, ok := sockets.Acked(socket)
	l.acked = acked
	return ok && acked != before
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

// ending returns why the session ended, for the log.
func (l *conn) ending() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session == nil || l.session.chat == nil {
		return "refused"
	}
	return string(l.session.chat.Reason())
}

package sshserver

import (
	"errors"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"
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
	// keepalivesMissed is how many times in a row a keepalive may be due while
	// the one before is not answered: the peer is dead then, 90 s after it was
	// last heard at the latest.
	keepalivesMissed = 2
	// farewell is how long the client has to close the connection after the end
	// of its session, before it is closed here.
	farewell = 2 * time.Second
)

// conn is one SSH connection: the socket, and what belongs to it from accept to
// close. The library reads and writes through it.
type conn struct {
	net.Conn
	server     *Server
	accepted   time.Time
	readBudget *readBudget
	progress   writeProgress
	admission  netguard.Admission
	near       *neighbours       // what all who come from this address share
	budget     *ratelimit.Budget // the same; nil means no limit
	leave      func()            // gives both back
	closing    sync.Once
	began      atomic.Bool // it has begun as SSH does
	admitted   atomic.Bool // it has a session channel, or has been given up
	begins     atomic.Bool // it has asked for a shell or a command
	prefix     int         // bytes of versionPrefix that have come; of the goroutine that reads

	deadline    connTimer     // ends the connection that has no session in time, or does not close after one
	libContext  *libContext   // nil until somebody has logged in
	keyed       atomic.Bool   // keys have been exchanged
	authStarted chan struct{} // closed when it may authenticate
	early       int           // bytes that have come between the two; of the goroutine that reads
	readAhead   <-chan []byte // what the library has read and not looked at; nil before asked is closed
	inbox       inbox         // of the goroutine that attends
	claimed     bool          // its one session channel has been opened; of that goroutine too
	broken      atomic.Bool   // reading from it has failed
	gone        chan struct{}
	channel     gossh.Channel // the session channel, past the library's layers
	window      window        // its room for what the client is sent
	pieces      atomic.Uint64 // written to it
	cramped     atomic.Bool   // the piece being written waits for the window
	client      client        // what the client said of its terminal and environment

	mu          sync.Mutex
	session     *session // the session, once it has one
	earlySignal int      // the exit status of a signal that came before the session; 0 for none
	failure     chatcore.Reason
	keepalive   connTimer
	waiting     bool   // a keepalive is not answered yet
	probed      int64  // how much had gone out when it was sent
	acked       uint64 // of all that has gone out, at the last probe
	missed      int
}

type connKey struct{}

func connOf(ctx ssh.Context) *conn { return ctx.Value(connKey{}).(*conn) }

// connect makes a conn of a new connection; nil when the server is stopping.
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

// Every SSH client begins so: RFC 4253, section 4.2.
const versionPrefix = "SSH-"

const (
	// maxPacket is the longest packet that is taken: the longest every implementation has
	// to take (RFC 4253, section 6.1). The library takes 256 KiB, and the memory for it as
	// soon as the length has come. It then reads what a packet still lacks in one piece: so
	// how much it asks for is how much that is.
	maxPacket = 35_000
	// maxPacketLater is the longest one once the session has begun, where the window is
	// narrow: all of the window, and what is around it. The library keeps up to 33 packets
	// that we have not looked at, requests above all.
	maxPacketLater = narrowWindow + 1<<10
)

// maxUnkeyed is the longest piece of a packet that is taken before keys are exchanged. The
// library keeps the names of algorithms that the client lists, all of them, for as long as
// the connection lasts. OpenSSH lists 1.5 KiB of them.
const maxUnkeyed = 8 << 10

var (
	errNotSSH   = errors.New("not an SSH client")
	errTooLarge = errors.New("too large a packet")
	errTooMuch  = errors.New("too much from somebody who has not logged in")
)

// Read reads for the library. A client that does not begin as SSH does is closed
// at once: whatever it speaks, nothing of it is looked at.
func (l *conn) Read(p []byte) (int, error) {
	let, keyed := l.admitted.Load(), l.keyed.Load()
	switch {
	case let && len(p) > l.longest():
		l.fail(chatcore.Broken)
		l.Cut()
		return 0, errTooLarge
	case let:
		if !l.readBudget.await(l.hungUp) { // what it sent before is not carried out any more
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

// hungUp tells whether the client has closed the connection, without reading from it. Where
// its kernel still has some of what it sent, the end is behind that, and is not seen. But
// then its kernel resets the connection when anything is sent to it: what others say, or
// the keepalive.
func (l *conn) hungUp() bool {
	socket := sockets.Of(l.Conn)
	return socket != nil && sockets.HungUp(socket)
}

// pending tells whether the client's kernel has yet to acknowledge something. Then a write
// may have to wait.
func (l *conn) pending() bool {
	socket := sockets.Of(l.Conn)
	if socket == nil {
		return true
	}
	n, ok := sockets.Pending(socket)
	return !ok || n > 0
}

// longest is the longest packet that is taken from a client that has logged in.
func (l *conn) longest() int {
	if l.readBudget.pace != nil && l.begins.Load() {
		return maxPacketLater
	}
	return maxPacket
}

// maxEarly is how much may come between the exchange of keys and the request to
// authenticate: sixteen of the smallest packets, which are as many as the library reads
// ahead (see authenticating). A client sends one or two, and then waits.
const maxEarly = 16 * 28

// earlyWait is how long the library may take to come to the request to authenticate, once
// maxEarly has come. It takes microseconds. What has come is half of a larger packet if it
// does not come to it: the client would have to send more, and may be gone.
const earlyWait = 2 * time.Second

// ration is how much of n bytes may be read now. It waits where more is early, until it
// is not, and cuts the connection where that takes too long.
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

// giveUp closes a connection that has no session. It counts as one refusal: Close counts
// none behind it.
func (l *conn) giveUp(r netguard.Refusal, why error) error {
	if !l.admitted.Swap(true) {
		l.admission.Refused(r)
	}
	l.Cut()
	return why
}

// Write writes for the library.
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

// Close closes the connection, whatever is under way on it.
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

// rejectReason is why a connection that began as SSH does has come to no session.
func (l *conn) rejectReason() netguard.Refusal {
	if time.Since(l.accepted) >= l.server.HandshakeTimeout {
		return netguard.Late
	}
	return netguard.BadLogin
}

// fail notes why the connection failed, for the end of its session.
func (l *conn) fail(r chatcore.Reason) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failure == "" {
		l.failure = r
	}
}

// why is why the connection failed, if it did, and r if it did not.
func (l *conn) why(r chatcore.Reason) chatcore.Reason {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failure != "" {
		return l.failure
	}
	return r
}

// lost ends the session of a connection that is no more. What the client sent and
// is not carried out yet is dropped: it would go on talking for hours.
func (l *conn) lost() {
	close(l.gone)
	l.mu.Lock()
	c := l.session
	l.mu.Unlock()
	if c != nil {
		c.over()
	}
}

// ended says what the end of a session's input is: the client's word, or the end
// of the connection.
func (l *conn) ended() chatcore.Reason {
	if l.broken.Load() {
		return chatcore.Broken
	}
	return chatcore.Disconnected
}

// spawn runs f, a part of this connection's work, on a goroutine of its own, which
// the server joins. A panic in it ends this connection and nothing else.
func (l *conn) spawn(f func()) {
	l.server.conns.Go(func() { // the connection is counted
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

// authenticated notes that the handshake is over.
func (l *conn) authenticated(conn *gossh.ServerConn) {
	l.admitted.Store(true)
	l.admission.Authenticated()
	if l.server.Handshaken != nil {
		l.server.Handshaken(time.Since(l.accepted))
	}
	l.deadline.reset(stageSession, l.server.SessionTimeout)
	l.keepalive.start(stageSession, keepaliveEvery, func() {
		if l.server.conns.Begin() { // it may ring while the connection ends
			defer l.server.conns.Done()
			defer l.recovered()
			l.probe(conn)
		}
	})
}

// probe sends a keepalive, on the goroutine of its timer, for it waits for the answer as
// long as the peer lets it.
func (l *conn) probe(conn *gossh.ServerConn) {
	l.mu.Lock()
	took := l.tookSome()
	later := l.readBudget.full() != nil
	switch {
	case later:
		l.missed = 0 // the answer waits behind what is read later
	case l.waiting && took && l.onItsWay():
		l.missed = 0 // the client cannot have seen it, and comes nearer to it
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

// probeAhead is how much may go out before a keepalive that waits for its turn: the packet
// that is being written, and as much as the library keeps while keys are exchanged.
const probeAhead = 64 << 10

// onItsWay tells whether the client's kernel may not have received the keepalive yet. It
// stands behind all that the client is owed: at 16 kbit/s, a quarter of a megabyte of that
// takes two minutes.
func (l *conn) onItsWay() bool {
	socket := sockets.Of(l.Conn)
	if socket == nil {
		return false
	}
	pending, ok := sockets.Pending(socket)
	return ok && pending > 0 && l.progress.total()-int64(pending) < l.probed+probeAhead
}

// tookSome reports whether the client's kernel has acknowledged anything since the last
// probe. One whose network is dead has not: then a keepalive that is pending is missed.
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

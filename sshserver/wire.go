package sshserver

import (
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"
)

// What the wire may carry of a client's, in bytes as they are sent. The library
// keeps what its session has not read yet, 2 MiB of it, in packets as they came: of
// one byte each, if the client wants it so, which takes 36 bytes on the wire and
// about 50 in memory for each. So it is the wire that is counted.
const (
	// maxUnread may come while the session does not read: a window of 2 MiB, and as
	// much again around it.
	maxUnread = 4 << 20
	// maxBefore may come before there is a session: a handshake and as many keys as a
	// person has are 20 KiB.
	maxBefore = 256 << 10
	// wireRate a second is what a client may send, once wireBurst is used up. A line
	// of 4096 bytes five times a second is a sixth of it. Packets that carry nothing,
	// and requests, count too: a core answers 2 MiB of the smallest a second.
	wireRate  = 128 << 10
	wireBurst = 1 << 20
	// maxStray may come that nobody is known to have read, until somebody looks after
	// what comes on standard error: ssh sends nothing there, and a goroutine that waits
	// for it takes 3 KiB of each connection.
	maxStray = 64 << 10
)

// What a packet takes around its own, in bytes as they are sent: about, and at least.
const (
	around      = 36
	leastAround = 34
)

// wire is what comes over one connection: how fast, and how much of it waits for the
// session. What is over the limits is read later.
type wire struct {
	pace   *rate.Limiter // nil: no limit
	closed chan struct{} // closed with the connection

	mu     sync.Mutex
	unread int           // bytes that came since the session found nothing to read
	stray  int           // bytes that came and are not known to have been read
	look   func()        // called once there are too many of those; nil before and after
	asking bool          // the session is reading: what comes is taken at once
	room   chan struct{} // closed when the session reads; nil while nobody waits
}

func newWire(limited bool) *wire {
	w := &wire{closed: make(chan struct{})}
	if limited {
		w.pace = rate.NewLimiter(wireRate, wireBurst)
	}
	return w
}

// came counts n bytes, and waits as long as the rate says.
func (w *wire) came(n int) {
	w.mu.Lock()
	w.unread += n
	w.stray += n
	look := w.lookLocked()
	w.mu.Unlock()
	if look != nil {
		look()
	}
	if w.pace == nil {
		return
	}
	if d := w.pace.ReserveN(time.Now(), n).Delay(); d > 0 {
		w.wait(nil, time.After(d))
	}
}

// onStray has look called once, when more has come than is known to have been read.
func (w *wire) onStray(look func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look = look
}

// lookLocked returns what is to be called now because of too much that is stray.
func (w *wire) lookLocked() (look func()) {
	if w.stray > maxStray {
		look, w.look = w.look, nil
	}
	return look
}

// before tells whether as much may have come of somebody who has no session.
func (w *wire) before() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unread <= maxBefore
}

// await waits until there is room for more.
func (w *wire) await() {
	for room := w.full(); room != nil; room = w.full() {
		w.wait(room, nil)
	}
}

// wait waits for one of these, or for the end of the connection.
func (w *wire) wait(room <-chan struct{}, over <-chan time.Time) {
	select {
	case <-room:
	case <-over:
	case <-w.closed:
	}
}

// full returns what is closed when there may be room, nil if there is room now.
func (w *wire) full() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.closed:
		return nil
	default:
	}
	if w.asking || w.unread < maxUnread {
		return nil
	}
	if w.room == nil {
		w.room = make(chan struct{})
	}
	return w.room
}

// ask says that the session begins to read.
func (w *wire) ask() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asking = true
	if w.room != nil {
		close(w.room)
		w.room = nil
	}
}

// request says that a request with n bytes of its own, which came on the session
// channel, or the answer to one of ours has been dealt with.
func (w *wire) request(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unread = max(0, w.unread-n-around)
	w.stray -= n + leastAround
}

// got says that the session has read n bytes; all that there were, where it could
// have taken more. Behind the end of its input nothing is read any more: what comes there
// nevertheless is as much as may be unread, and then it stays with the client.
func (w *wire) got(n int, all bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asking = false
	w.stray -= n
	if n > 0 && all {
		w.stray -= leastAround // of the last packet: of how many n came is not known
	}
	if w.unread = max(0, w.unread-n); all {
		w.unread = 0
	}
}

// metered is a session channel whose reading makes room on the wire.
type metered struct {
	gossh.Channel
	wire *wire
}

func (c metered) Read(p []byte) (int, error) {
	c.wire.ask()
	n, err := c.Channel.Read(p)
	c.wire.got(n, n < len(p))
	return n, err
}

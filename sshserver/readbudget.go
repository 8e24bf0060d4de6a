package sshserver

import (
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"
)

// What the wire may carry of a client's, in bytes as they are sent. The library
// keeps what its session has not read yet, in packets as they came: of one byte each, if
// the client wants it so, which takes 36 bytes on the wire and about 50 in memory for
// each. So it is the wire that is counted.
const (
	// maxUnread may come while the session does not read: narrowWindow, and as much again
	// for what is around the data. It takes 24 KiB of memory. What a read takes off the
	// count is an estimate (see got). A client that sends one long packet and then short
	// ones, and refills after each read, can have three times as much kept.
	maxUnread = 16 << 10
	// maxUnreadStuck may come while a write waits for the client. The client may have sent
	// the window adjust that ends the wait, and it is behind the data that it sent before.
	// That data is narrowWindow bytes at most, for the window allows no more. So it is in
	// narrowWindow packets at most, and a packet of one byte takes maxOneByte at most.
	// The adjust is always within this limit. An attacker can have narrowWindow packets of
	// one byte kept in this way: 400 KB, until the session reads them or ends.
	maxUnreadStuck = maxUnread + narrowWindow*maxOneByte
	// maxUnreadFree is the limit where lines are not paced, and the window is 2 MiB: that,
	// and as much again around it.
	maxUnreadFree = 4 << 20
	// maxBefore may come before there is a session: a handshake and as many keys as a
	// person has are 20 KiB.
	maxBefore = 256 << 10
	// wireRate a second is what a client may send, once wireBurst is used up. A line
	// of 4096 bytes five times a second is a sixth of it. Packets that carry nothing,
	// and requests, count too: a core answers 2 MiB of the smallest a second.
	wireRate  = 128 << 10
	wireBurst = 1 << 20
	// maxStray bytes may be kept of what comes on standard error, or half of a window
	// that is smaller, until somebody looks after it: ssh sends nothing there, and a
	// goroutine that waits for it takes 3 KiB of each connection.
	maxStray = 64 << 10
)

// around is about what a packet takes around its own, in bytes as they are sent.
const around = 36

// maxOneByte is the most that a packet with one byte of data takes on the wire: 20 bytes
// with AES-CTR, and 64 of hmac-sha2-512-etm. With the ciphers most clients choose it is 36.
const maxOneByte = 84

// readBudget is what comes over one connection: how fast, and how much of it waits for the
// session. What is over the limits is read later.
type readBudget struct {
	pace   *rate.Limiter // nil: no limit
	closed chan struct{} // closed with the connection
	looked time.Time     // when it was looked whether the client is gone; of the goroutine that reads

	mu     sync.Mutex
	near   *rate.Limiter // of all connections of the address; nil: no limit
	unread int           // bytes that came since the session found nothing to read
	kept   func() int    // how many bytes of data the library keeps; nil before there is a session channel
	most   int           // of them, before look is called
	look   func()        // called once, for what is on standard error; nil before and after
	asking bool          // the session is reading: what comes is taken at once
	stuck  bool          // a write of the session's is under way
	held   bool          // a write to the socket is under way
	room   chan struct{} // closed when there may be room; nil while nobody waits
}

func newReadBudget(limited bool) *readBudget {
	w := &readBudget{closed: make(chan struct{})}
	if limited {
		w.pace = rate.NewLimiter(wireRate, wireBurst)
	}
	return w
}

// share has the wire share what its address may send, from now on: not before somebody has
// logged in, or a flood from an address would keep its other people from coming.
func (w *readBudget) share(near *rate.Limiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pace != nil {
		w.near = near
	}
}

// came counts n bytes, and waits as long as the rate says.
func (w *readBudget) came(n int) {
	w.mu.Lock()
	w.unread += n
	look, near := w.lookLocked(w.asking), w.near
	w.mu.Unlock()
	look()
	if w.pace == nil {
		return
	}
	now := time.Now()
	d := w.pace.ReserveN(now, n).DelayFrom(now)
	if near != nil {
		d = max(d, near.ReserveN(now, n).DelayFrom(now))
	}
	if d > 0 {
		w.wait(nil, time.After(d))
	}
}

// open says that there is a session channel, and nothing unread. kept tells how many
// bytes the library keeps of it, of a window of size bytes. look is called, once, when
// the client's standard error is to be read.
func (w *readBudget) open(size int, kept func() int, look func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unread = 0
	w.kept, w.look = kept, look
	w.most = min(maxStray, size/2)
}

// lookLocked returns what is to be called now. Where a session has read its input to the
// end, or waits for more, what is kept is standard error. (Or it has just come, and the
// session is about to read it: then the look is in vain.)
func (w *readBudget) lookLocked(atEnd bool) (look func()) {
	if !atEnd || w.look == nil || w.kept() <= w.most {
		return func() {}
	}
	look, w.look = w.look, nil
	return look
}

// before tells whether as much may have come of somebody who has no session.
func (w *readBudget) before() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unread <= maxBefore
}

// lookEvery is how often it is looked whether a client is gone that is read later.
const lookEvery = time.Second

// await waits until there is room for more. It returns false when gone, which it calls each
// lookEvery, says that there will be no more.
func (w *readBudget) await(gone func() bool) bool {
	for room := w.full(); room != nil; room = w.full() {
		w.wait(room, time.After(lookEvery))
		if now := time.Now(); now.Sub(w.looked) >= lookEvery {
			if w.looked = now; gone() {
				return false
			}
		}
	}
	return true
}

// wait waits for one of these, or for the end of the connection.
func (w *readBudget) wait(room <-chan struct{}, over <-chan time.Time) {
	select {
	case <-room:
	case <-over:
	case <-w.closed:
	}
}

// full returns what is closed when there may be room, nil if there is room now.
func (w *readBudget) full() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.closed:
		return nil
	default:
	}
	if w.asking && !w.held || w.unread < w.limitLocked() {
		return nil
	}
	if w.room == nil {
		w.room = make(chan struct{})
	}
	return w.room
}

func (w *readBudget) limitLocked() int {
	switch {
	case w.pace == nil:
		return maxUnreadFree
	case w.stuck && !w.held:
		return maxUnreadStuck
	}
	return maxUnread
}

// wakeLocked wakes what waits for room, to look whether there is some.
func (w *readBudget) wakeLocked() {
	if w.room != nil {
		close(w.room)
		w.room = nil
	}
}

// writing says whether a write of the session's is under way: the client may have to say
// something before it can go on.
func (w *readBudget) writing(under bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stuck = under; under {
		w.wakeLocked()
	}
}

// sending says whether a write to the socket is under way. While one waits, the session may
// wait too: in its reading, to send a window adjust. Then what comes is not taken at once.
// And nothing the client says ends the wait. It has to read.
func (w *readBudget) sending(under bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held = under; !under {
		w.wakeLocked()
	}
}

// ask says that the session begins to read.
func (w *readBudget) ask() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asking = true
	w.wakeLocked()
}

// request says that a request with n bytes of its own, which came on the session
// channel, or the answer to one of ours has been dealt with.
func (w *readBudget) request(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unread = max(0, w.unread-n-around)
	w.wakeLocked()
}

// got says that the session has read n bytes; all that there were, where it could
// have taken more. Behind the end of its input nothing is read any more: what comes there
// nevertheless is as much as may be unread, and then it stays with the client.
//
// Nobody tells how many packets the n bytes were. So as great a part of the count goes as
// was read of the data. It is right for packets of one size, and it is 0 with the last byte.
func (w *readBudget) got(n int, all bool) {
	w.mu.Lock()
	w.asking = false
	if kept := w.kept(); kept == 0 {
		w.unread = 0
	} else {
		w.unread = int(int64(w.unread) * int64(kept) / int64(kept+n))
	}
	w.wakeLocked()
	look := w.lookLocked(all)
	w.mu.Unlock()
	look()
}

// more reports whether more of the client's input has come than the session has read.
func (w *readBudget) more() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.kept() > 0
}

// metered is a session channel whose reading makes room on the wire.
type metered struct {
	gossh.Channel
	readBudget *readBudget
}

func (c metered) Read(p []byte) (int, error) {
	c.readBudget.ask()
	n, err := c.Channel.Read(p)
	c.readBudget.got(n, n < len(p))
	return n, err
}

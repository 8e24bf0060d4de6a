package sshserver

import (
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"
)

// Limits on what one connection may send, in bytes as they are on the wire. The library
// keeps what the session has not read yet in packets as they came. A client can send one
// byte in each: 36 bytes on the wire, and about 50 in memory. So bytes on the wire are counted.
const (
	// maxUnread bytes may come while the session does not read: narrowWindow, and as much
	// again for the framing. That takes 24 KiB of memory. The amount a read subtracts is an
	// estimate (see got). A client that sends one long packet and then short ones, and
	// refills after each read, can have three times as much kept.
	maxUnread = 16 << 10
	// maxUnreadStuck bytes may come while a write waits for the client. The client may have
	// sent the window adjust that ends the wait, after data that it sent before. That data
	// is at most narrowWindow bytes, because the window allows no more. So it is at most
	// narrowWindow packets, and a packet of one byte takes at most maxOneByte. The adjust
	// is always within this limit. An attacker can have narrowWindow packets of one byte
	// kept in this way: 400 KB, until the session reads them or ends.
	maxUnreadStuck = maxUnread + narrowWindow*maxOneByte
	// maxUnreadFree is the limit if lines are not paced and the window is 2 MiB: the
	// window, and as much again for the framing.
	maxUnreadFree = 4 << 20
	// maxBefore bytes may come before there is a session. A handshake and as many keys as a
	// person has are 20 KiB.
	maxBefore = 256 << 10
	// A client may send wireRate bytes a second once wireBurst is used up. A line of 4096
	// bytes five times a second is a sixth of it. Empty packets and requests count too: one
	// core answers 2 MiB a second of the smallest.
	wireRate  = 128 << 10
	wireBurst = 1 << 20
	// maxStray bytes of standard error may be kept, or half of a window that is smaller,
	// before they are discarded. ssh sends nothing there, and a goroutine that always reads
	// it takes 3 KiB of each connection.
	maxStray = 64 << 10
)

// around is the approximate framing of a packet, in bytes on the wire.
const around = 36

// maxOneByte is the most that a packet with one byte of data takes on the wire: 20 bytes
// with AES-CTR, and 64 of hmac-sha2-512-etm. With the ciphers most clients choose it is 36.
const maxOneByte = 84

// readBudget limits what comes over one connection: how fast, and how much of it waits for
// the session. What exceeds the limits is read later.
type readBudget struct {
	pace   *rate.Limiter // nil: no limit
	closed chan struct{} // closed with the connection
	looked time.Time     // when hungUp was last called; reading goroutine only

	mu     sync.Mutex
	near   *rate.Limiter // shared by all connections of the address; nil: no limit
	unread int           // bytes received since the session last found nothing to read
	kept   func() int    // how many bytes of data the library keeps; nil before there is a session channel
	most   int           // bytes kept before look is called
	look   func()        // called once, to discard standard error; nil before it is set and after the call
	asking bool          // the session is reading: what comes is taken at once
	stuck  bool          // a write of the session is under way
	held   bool          // a write to the socket is under way
	room   chan struct{} // closed when there may be room; nil if no reader waits
}

func newReadBudget(limited bool) *readBudget {
	w := &readBudget{closed: make(chan struct{})}
	if limited {
		w.pace = rate.NewLimiter(wireRate, wireBurst)
	}
	return w
}

// share makes the connection share the rate of its address from now on. It is called only
// after login; otherwise a flood from an address would keep other people there from logging in.
func (w *readBudget) share(near *rate.Limiter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pace != nil {
		w.near = near
	}
}

// came counts n received bytes, and waits as long as the rate requires.
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

// open notes that there is a session channel with nothing unread. kept returns how many
// bytes of it the library keeps, out of a window of size bytes. look is called once, when
// the client's standard error must be read.
func (w *readBudget) open(size int, kept func() int, look func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unread = 0
	w.kept, w.look = kept, look
	w.most = min(maxStray, size/2)
}

// lookLocked returns the function to call now. If a session has read its input to the end
// or waits for more, the kept bytes are standard error. (Or they have just come, and the
// session is about to read them; then the call is unnecessary.)
func (w *readBudget) lookLocked(atEnd bool) (look func()) {
	if !atEnd || w.look == nil || w.kept() <= w.most {
		return func() {}
	}
	look, w.look = w.look, nil
	return look
}

// before reports whether a client without a session may send as much as has come.
func (w *readBudget) before() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unread <= maxBefore
}

// lookEvery is how often await checks whether a client that is read later has gone.
const lookEvery = time.Second

// await waits until there is room for more. It calls gone every lookEvery, and returns
// false if gone reports that no more will come.
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

// wait waits for room, for over, or for the end of the connection.
func (w *readBudget) wait(room <-chan struct{}, over <-chan time.Time) {
	select {
	case <-room:
	case <-over:
	case <-w.closed:
	}
}

// full returns a channel that is closed when there may be room, or nil if there is room now.
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

// wakeLocked wakes the reader that waits for room, to check again.
func (w *readBudget) wakeLocked() {
	if w.room != nil {
		close(w.room)
		w.room = nil
	}
}

// writing notes whether a write of the session is under way. The write may have to wait for
// a message of the client.
func (w *readBudget) writing(under bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stuck = under; under {
		w.wakeLocked()
	}
}

// sending notes whether a write to the socket is under way. While one waits, the session
// may wait too: a read of the session sends window adjusts. So what comes is not taken at
// once. Nothing the client sends can end the wait: it has to read.
func (w *readBudget) sending(under bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held = under; !under {
		w.wakeLocked()
	}
}

// ask notes that the session begins to read.
func (w *readBudget) ask() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asking = true
	w.wakeLocked()
}

// request notes that a request on the session channel with a body of n bytes, or the answer
// to one of ours, has been handled.
func (w *readBudget) request(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unread = max(0, w.unread-n-around)
	w.wakeLocked()
}

// got notes that the session has read n bytes; all means that it had room for more. After
// the end of the session's input nothing is read any more. Data that comes nevertheless may
// be as much as the limit on unread data, and the rest stays with the client.
//
// How many packets the n bytes were is unknown. So the count shrinks by the share of the
// data that was read. This is exact for packets of one size, and the count is 0 after the
// last byte.
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

// more reports whether the client has sent input that the session has not read.
func (w *readBudget) more() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.kept() > 0
}

// metered is a session channel whose reads make room for more from the wire.
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

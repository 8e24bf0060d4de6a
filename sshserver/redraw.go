package sshserver

import (
	"sync"
	"time"
)

// What drawing the input line sends is bounded in bytes. A key, a new size or a message
// is a few bytes, and may have 8 KB drawn: a draft as long as it may be, on a wide
// terminal. A person who types fast in the middle of a long draft draws 10 KiB a second.
const (
	// drawBurst may be drawn at once, then drawRate a second: all that a key or a new size
	// causes, and what a message causes where the line takes over drawFree. It is a hundred
	// times what a person types at 80 keys a second.
	drawBurst = 64 << 10
	drawRate  = 8 << 10
	// All sessions of one address together may draw as much as six of them where the line
	// takes over drawFree.
	addressDrawBurst = 256 << 10
	addressDrawRate  = 48 << 10
	// drawFree bytes of a redraw come free with a message: as much as a draft of some 900
	// characters takes. So nobody with an ordinary draft is shown a message later, and
	// nobody's typing is shown later because of others of the address.
	drawFree = 1000
	// drawLate is how late a redraw may be: others of the address may take what there is.
	drawLate = 5 * time.Second
)

// drawn is how many bytes have been drawn of late. It is safe for concurrent use.
type drawn struct {
	burst, rate int

	mu    sync.Mutex
	spent int // less what has been paid back since; what drawLate pays for over burst at most
	at    time.Time
}

func newDrawn(burst, rate int) *drawn { return &drawn{burst: burst, rate: rate} }

// spend adds n bytes. Nobody waits longer than drawLate for them: what more they are is
// forgotten.
func (d *drawn) spend(n int, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(now)
	d.spent = min(d.spent+n, d.burst+int(drawLate/time.Second)*d.rate)
}

// passLocked pays back what the time since it was last called pays for.
func (d *drawn) passLocked(now time.Time) {
	paid := int(now.Sub(d.at).Seconds() * float64(d.rate))
	switch {
	case paid >= d.spent:
		d.spent, d.at = 0, now
	case paid > 0: // what is less than a byte is left for the next time
		d.spent -= paid
		d.at = d.at.Add(time.Duration(paid) * time.Second / time.Duration(d.rate))
	}
}

// wait is how long nothing more may be drawn.
func (d *drawn) wait(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(now)
	return time.Duration(max(0, d.spent-d.burst)) * time.Second / time.Duration(d.rate)
}

// isSpent reports whether some of it is not paid back yet.
func (d *drawn) isSpent() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(time.Now())
	return d.spent > 0
}

// drewLocked charges what the line has been drawn with, n bytes. i.mu is held.
func (i *interactive) drewLocked(n int, edited bool) {
	large := n > drawFree
	if n == 0 || !large && !edited {
		return
	}
	now := time.Now()
	i.drawn.spend(n, now)
	if large {
		i.conn.near.drawn.spend(n, now)
	}
}

// holdLocked reports whether what is to be drawn or printed is to wait, since so much has
// been drawn of late, and has it looked at again in time. i.mu is held.
//
// Text waits only while it is shorter than what would be drawn below it, and than a
// quarter of an outbox: so at most half of what a client is sent are redraws. It is taken
// from the outbox all the same, so that each push is heard of, and the outbox of a client
// that reads does not overflow. Nothing waits once the session ends.
func (i *interactive) holdLocked() bool {
	line := i.editor.Cost()
	if i.closing || i.ended.Load() || !i.edited && line <= drawFree {
		return false
	}
	text := i.owedLocked()
	if text == 0 && !i.editor.Stale() {
		return false
	}
	now := time.Now()
	wait := i.drawn.wait(now)
	if line > drawFree {
		wait = max(wait, i.conn.near.drawn.wait(now))
	}
	if i.held.IsZero() {
		i.held = now
	}
	wait = min(wait, i.held.Add(drawLate).Sub(now))
	if wait <= 0 || text >= min(line, i.server.Flusher.Quota) {
		i.held = time.Time{}
		return false
	}
	if i.redraw == nil {
		i.redraw = time.AfterFunc(wait, i.writer.Ready)
	} else {
		i.redraw.Reset(wait)
	}
	return true
}

// aside shows what a key asks for besides editing, unless so much has been drawn of late
// that it is left out: nobody waits for it. show returns how many bytes that is.
func (i *interactive) aside(show func() int) {
	if i.drawn.wait(time.Now()) > 0 {
		return
	}
	n := show()
	i.locked(func() { i.drewLocked(n, true) })
}

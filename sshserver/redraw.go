package sshserver

import (
	"sync"
	"time"
)

// The bytes that are sent to draw the input line are limited. A key, a new size or a
// message is a few bytes, and may cause a redraw of 8 KB: the longest draft, on a wide
// terminal. A person who types fast in the middle of a long draft draws 10 KiB a second.
const (
	// drawBurst bytes may be drawn at once, then drawRate a second. They count everything
	// that a key or a new size causes, and what a message causes if the line takes over
	// drawFree. drawRate is a hundred times what a person types at 80 keys a second.
	drawBurst = 64 << 10
	drawRate  = 8 << 10
	// All sessions of one address together may draw as much as six of them, if the line
	// takes over drawFree.
	addressDrawBurst = 256 << 10
	addressDrawRate  = 48 << 10
	// drawFree bytes of a redraw are free with a message: as much as a draft of some 900
	// characters takes. So a person with an ordinary draft never sees a message later, nor
	// their own typing later because of others at their address.
	drawFree = 1000
	// drawLate is how late a redraw may be when others at the address use up the budget.
	drawLate = 5 * time.Second
)

// drawn counts the bytes drawn recently. It is safe for concurrent use.
type drawn struct {
	burst, rate int

	mu    sync.Mutex
	spent int // bytes not paid back yet; at most burst and what drawLate pays back
	at    time.Time
}

func newDrawn(burst, rate int) *drawn { return &drawn{burst: burst, rate: rate} }

// spend adds n bytes. No redraw waits longer than drawLate for them: the excess is forgotten.
func (d *drawn) spend(n int, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(now)
	d.spent = min(d.spent+n, d.burst+int(drawLate/time.Second)*d.rate)
}

// passLocked pays back what the time since its last call allows.
func (d *drawn) passLocked(now time.Time) {
	paid := int(now.Sub(d.at).Seconds() * float64(d.rate))
	switch {
	case paid >= d.spent:
		d.spent, d.at = 0, now
	case paid > 0: // a fraction of a byte is left for the next time
		d.spent -= paid
		d.at = d.at.Add(time.Duration(paid) * time.Second / time.Duration(d.rate))
	}
}

// wait returns how long nothing more may be drawn.
func (d *drawn) wait(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(now)
	return time.Duration(max(0, d.spent-d.burst)) * time.Second / time.Duration(d.rate)
}

// isSpent reports whether some of the budget is not paid back yet.
func (d *drawn) isSpent() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(time.Now())
	return d.spent > 0
}

// drewLocked charges n bytes that were drawn for the line. i.mu is held.
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

// holdLocked reports whether drawing and printing must wait because too much was drawn
// recently. If so, it sets a timer to check again. i.mu is held.
//
// Text waits only while it is shorter than the redraw below it, and than a quarter of an
// outbox. So redraws are at most half of what a client is sent. The text is taken out of
// the outbox meanwhile, so that each push is noticed, and the outbox of a client that reads
// does not overflow. Nothing waits once the session ends.
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

// aside shows what a key asks for besides editing. If too much was drawn recently, it shows
// nothing instead of waiting. show returns how many bytes it has shown.
func (i *interactive) aside(show func() int) {
	if i.drawn.wait(time.Now()) > 0 {
		return
	}
	n := show()
	i.locked(func() { i.drewLocked(n, true) })
}

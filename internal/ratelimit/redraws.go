package ratelimit

import (
	"sync"
	"time"
)

// The bytes that are sent to draw the input line are limited. A key, a new size or a
// message is a few bytes, and may cause a redraw of 8 KB: the longest draft, on a wide
// terminal. A person who types fast in the middle of a long draft draws 10 KiB a second.
const (
	// RedrawBurst bytes may be drawn at once, then RedrawRate a second. They count everything
	// that a key or a new size causes, and what a message causes if the line takes over
	// RedrawFree. RedrawRate is a hundred times what a person types at 80 keys a second.
	RedrawBurst = 64 << 10
	RedrawRate  = 8 << 10
	// All sessions of one address together may draw as much as six of them, if the line
	// takes over RedrawFree.
	AddressRedrawBurst = 256 << 10
	AddressRedrawRate  = 48 << 10
	// RedrawFree bytes of a redraw are free with a message: as much as a draft of some 900
	// characters takes. So a person with an ordinary draft never sees a message later, nor
	// their own typing later because of others at their address.
	RedrawFree = 1000
	// RedrawLate is how late a redraw may be when others at the address use up the budget.
	RedrawLate = 5 * time.Second
)

// Redraws counts the bytes that a session or an address had drawn recently. It is safe for
// concurrent use.
type Redraws struct {
	burst, rate int

	mu    sync.Mutex
	spent int // bytes not paid back yet; at most burst and what RedrawLate pays back
	at    time.Time
}

// NewSessionRedraws returns the budget of one session.
func NewSessionRedraws() *Redraws { return &Redraws{burst: RedrawBurst, rate: RedrawRate} }

// NewAddressRedraws returns the budget of all sessions of one address.
func NewAddressRedraws() *Redraws {
	return &Redraws{burst: AddressRedrawBurst, rate: AddressRedrawRate}
}

// Spend adds n bytes. No redraw waits longer than RedrawLate for them: the excess is forgotten.
func (d *Redraws) Spend(n int, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(now)
	d.spent = min(d.spent+n, d.burst+int(RedrawLate/time.Second)*d.rate)
}

// passLocked pays back what the time since its last call allows.
func (d *Redraws) passLocked(now time.Time) {
	paid := int(now.Sub(d.at).Seconds() * float64(d.rate))
	switch {
	case paid >= d.spent:
		d.spent, d.at = 0, now
	case paid > 0: // a fraction of a byte is left for the next time
		d.spent -= paid
		d.at = d.at.Add(time.Duration(paid) * time.Second / time.Duration(d.rate))
	}
}

// Wait returns how long nothing more may be drawn.
func (d *Redraws) Wait(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(now)
	return time.Duration(max(0, d.spent-d.burst)) * time.Second / time.Duration(d.rate)
}

// Spent reports whether some of the budget is not paid back yet.
func (d *Redraws) Spent() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passLocked(time.Now())
	return d.spent > 0
}

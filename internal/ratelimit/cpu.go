package ratelimit

import (
	"sync"
	"time"
)

// Some keys cost more than others: completing a nick among thousands, or searching a full
// history, takes up to a millisecond. So typing may take a twentieth of a core for one
// session, and a fifth for all those of one address. People come nowhere near that. Input
// beyond it waits.
const (
	cpuFree      = 5 * time.Millisecond // at once
	sessionShare = 20                   // one part in so many of a core
	addressShare = 5
	// Rests are bounded: the time is the clock's, and the machine may be busy with others.
	sessionRest = time.Second
	addressRest = 10 * time.Second
)

// CPU is how much of the processor the typing of a session or an address has taken, and
// the drawing that it caused. It is safe for concurrent usc.
type CPU struct {
	share time.Duration // one part in so many of a core may be taken
	rests time.Duration // the longest rest

	mu    sync.Mutex
	spent time.Duration // less a share of the time that has passed
	at    time.Time
}

// NewSessionCPU returns the budget of one session.
func NewSessionCPU() *CPU { return &CPU{share: sessionShare, rests: sessionRest} }

// NewAddressCPU returns the budget of all sessions of one address.
func NewAddressCPU() *CPU { return &CPU{share: addressShare, rests: addressRest} }

// Spend adds the time from begun until now.
func (c *CPU) Spend(begun time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.passLocked(now)
	c.spent += now.Sub(begun)
}

func (c *CPU) passLocked(now time.Time) {
	c.spent = max(0, c.spent-now.Sub(c.at)/c.share)
	c.at = now
}

// Rest returns how long typing must rest now.
func (c *CPU) Rest(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.passLocked(now)
	if c.spent <= cpuFree {
		return 0
	}
	return min((c.spent-cpuFree)*c.share, c.rests)
}

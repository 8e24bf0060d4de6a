package sshserver

import (
	"sync"
	"time"
)

// Some keys cost more than others: to complete a nick among thousands, or to search
// a full history, takes up to a millisecond. So typing may take a twentieth of a
// core for one session, and a fifth for all those of one address, which no people come
// near: what is more waits.
const (
	effortFree   = 5 * time.Millisecond // at once
	effortShare  = 20
	addressShare = 5
	effortRest   = time.Second // at the longest: the time is the clock's, and the machine may be busy with others
	addressRest  = 10 * time.Second
)

// cpuBudget is how much of the processor typing has taken, and drawing what came of it.
type cpuBudget struct {
	share time.Duration // one part in so many of a core may be taken
	rests time.Duration // at the longest

	mu    sync.Mutex
	spent time.Duration // less a share of the time that has passed
	at    time.Time
}

func newCPUBudget(share, rests time.Duration) *cpuBudget {
	return &cpuBudget{share: share, rests: rests}
}

// spend adds the time from begun until now.
func (e *cpuBudget) spend(begun time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.passLocked(now)
	e.spent += now.Sub(begun)
}

func (e *cpuBudget) passLocked(now time.Time) {
	e.spent = max(0, e.spent-now.Sub(e.at)/e.share)
	e.at = now
}

// rest is how long to rest now.
func (e *cpuBudget) rest(now time.Time) time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.passLocked(now)
	if e.spent <= effortFree {
		return 0
	}
	return min((e.spent-effortFree)*e.share, e.rests)
}

// spend adds the time from begun until now to what typing has taken here, and at this
// address.
func (c *session) spend(begun time.Time) {
	c.cpuBudget.spend(begun)
	c.conn.near.cpuBudget.spend(begun)
}

// rest waits until typing may take some of the processor again. It returns false
// when the session has ended.
func (c *session) rest() bool {
	rest := max(c.cpuBudget.rest(time.Now()), c.conn.near.cpuBudget.rest(time.Now()))
	select {
	case <-c.done:
		return false
	default:
	}
	if rest == 0 {
		return true
	}
	t := time.NewTimer(rest)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.done:
		return false
	}
}

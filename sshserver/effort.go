package sshserver

import "time"

// Some keys cost more than others: to complete a nick among thousands, or to search
// a full history, takes up to a millisecond. So typing may take a twentieth of a
// core, which no person comes near: what is more waits.
const (
	effortFree  = 5 * time.Millisecond // at once
	effortShare = 20
	effortRest  = time.Second // at the longest: the time is the clock's, and the machine may be busy with others
)

// effort is how much of the processor one person's typing has taken, and drawing what
// came of it.
type effort struct {
	spent time.Duration // less a share of the time that has passed
	at    time.Time
}

// spend adds the time from begun until now.
func (e *effort) spend(begun time.Time) {
	now := time.Now()
	e.passTo(now)
	e.spent += now.Sub(begun)
}

func (e *effort) passTo(now time.Time) {
	e.spent = max(0, e.spent-now.Sub(e.at)/effortShare)
	e.at = now
}

// rest is how long to rest now.
func (e *effort) rest(now time.Time) time.Duration {
	e.passTo(now)
	if e.spent <= effortFree {
		return 0
	}
	return min((e.spent-effortFree)*effortShare, effortRest)
}

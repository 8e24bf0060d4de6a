package sshserver

import "time"

// Some keys cost more than others: to complete a nick among thousands, or to search
// a full history, takes up to a millisecond. So typing may take a tenth of a core,
// which no person comes near: what is more waits.
const (
	effortFree  = 5 * time.Millisecond // at once
	effortShare = 10
	effortRest  = time.Second // at the longest: the time is the clock's, and the machine may be busy with others
)

// effort is how much of the processor the typing of one person has taken.
type effort struct {
	spent time.Duration // less a share of the time that has passed
	at    time.Time
}

// spend adds what has been taken up to now, and returns how long to rest.
func (e *effort) spend(now time.Time, took time.Duration) (rest time.Duration) {
	e.spent = max(0, e.spent-now.Sub(e.at)/effortShare) + took
	e.at = now
	if e.spent <= effortFree {
		return 0
	}
	return min((e.spent-effortFree)*effortShare, effortRest)
}

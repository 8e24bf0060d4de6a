package egress

import "time"

const (
	// gatherEach is for how long outboxes gather between two rounds for each write of the
	// last: some ten times as long as it took. Time that passes is taken off. So a quiet
	// server does not wait, and a busy one writes less often.
	gatherEach = 100 * time.Microsecond
	// minGather is the shortest gathering: less saves nothing below 500 messages a second,
	// and makes those wait who ask and ask again.
	minGather = 2 * time.Millisecond
	// maxGather is the longest: a person notices 100 ms.
	maxGather = 20 * time.Millisecond
)

// gathering is for how long outboxes are due to gather.
type gathering struct {
	due time.Duration
	at  time.Time // when that was so
}

// add adds what n writes are worth.
func (g *gathering) add(n int) {
	now := time.Now()
	g.due = max(0, g.due-now.Sub(g.at)) + time.Duration(n)*gatherEach
	g.at = now
}

// addFew adds what n writes are worth, unless they would make it worth gathering, which it
// returns.
func (g *gathering) addFew(n int) (few bool) {
	with := *g
	with.add(n)
	if with.due >= minGather {
		return false
	}
	*g = with
	return true
}

// take takes what is due, where it is enough to be worth it.
func (g *gathering) take() time.Duration {
	if g.due < minGather {
		return 0
	}
	d := min(g.due, maxGather)
	g.due = 0
	return d
}

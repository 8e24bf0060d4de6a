package bench

import (
	"slices"
	"sync/atomic"
)

// A lane is what one receiver has had of one sender, whose messages are numbered
// from 1. It belongs to the receiver's goroutine, but for seen.
type lane struct {
	last     uint64 // the highest number that came
	gaps     []gap  // what is missing below it, ascending
	repeated uint64 // messages that came again
	late     uint64 // messages that came after one with a higher number

	seen atomic.Uint64 // last, for the senders
}

// A gap is messages that did not come: from first to last.
type gap struct{ first, last uint64 }

// note takes down that the message with this number has come, and tells whether it
// came for the first time.
func (l *lane) note(number uint64) bool {
	switch {
	case number == l.last+1:
		l.last = number
		return true
	case number > l.last:
		l.gaps = append(l.gaps, gap{l.last + 1, number - 1})
		l.last = number
		return true
	}
	return l.close(number)
}

// close takes a message out of the gap it was missing in; without such a gap, it
// has come again.
func (l *lane) close(number uint64) bool {
	i, _ := slices.BinarySearchFunc(l.gaps, number, func(g gap, n uint64) int { return int(int64(g.last) - int64(n)) })
	if i == len(l.gaps) || number < l.gaps[i].first {
		l.repeated++
		return false
	}
	l.late++
	left := make([]gap, 0, 2)
	if g := l.gaps[i]; g.first < number {
		left = append(left, gap{g.first, number - 1})
	}
	if g := l.gaps[i]; number < g.last {
		left = append(left, gap{number + 1, g.last})
	}
	l.gaps = slices.Replace(l.gaps, i, i+1, left...)
	return true
}

// missing is how many of the first sent messages have not come.
func (l *lane) missing(sent uint64) uint64 {
	n := sent - min(l.last, sent)
	for _, g := range l.gaps {
		n += g.last - g.first + 1
	}
	return n
}

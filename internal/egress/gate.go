package egress

import "slices"

// The gate bounds what is published and not written yet: to Quota, or to one publisher
// that needs more than that and is let through alone.
//
// Publishers pass in the order in which they come. Without that order a long line never
// passed while others published short ones: these took each piece of room before there was
// enough of it. So no publisher passes while another one waits. The wait is bounded:
// everything ahead passes a quota at a time, and each quota takes one round, and at most
// patience and quotaWrite for each connection that a goroutine writes to.

// passer is a publisher that waits at the gate.
type passer struct {
	n      int           // bytes it may publish
	passed chan struct{} // closed when it is let through
	left   bool          // it has given up; guarded by Flusher.mu
}

// pass waits until n more bytes may be published. It returns false when done was
// closed first.
func (f *Flusher) pass(n int, done <-chan struct{}) bool {
	p := f.arrive(n)
	if p == nil {
		return true
	}
	token(f.wake)
	token(f.hurry)
	select {
	case <-p.passed:
		return true
	case <-done:
		f.giveUp(p)
		return false
	}
}

// arrive lets n bytes through and returns nil, if there is room for them and no other
// publisher waits. Otherwise it returns the passer that waits for them.
func (f *Flusher) arrive(n int) *passer {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.queue) == 0 && f.roomLocked(n) {
		f.let += n
		return nil
	}
	p := &passer{n: n, passed: make(chan struct{})}
	f.queue = append(f.queue, p)
	return p
}

// roomLocked reports whether n more bytes fit. However many they are, they fit alone.
func (f *Flusher) roomLocked(n int) bool {
	under := f.let + f.published
	return under == 0 || under+n <= f.Quota
}

// admitLocked lets those through that there is room for, first come, first served. A
// round that is still to come makes room for the others.
func (f *Flusher) admitLocked() {
	for len(f.queue) > 0 {
		if p := f.queue[0]; p.left {
			f.left--
		} else if f.roomLocked(p.n) {
			f.let += p.n
			close(p.passed)
		} else {
			break
		}
		f.queue[0] = nil
		f.queue = f.queue[1:]
	}
	if len(f.queue) == 0 {
		f.queue = nil
		return
	}
	if f.published > 0 {
		token(f.wake)
		token(f.hurry)
	}
}

// giveUp takes p out of the queue. If it was let through in the same moment, it gives the
// room back, and wakes the flusher for the output that has come meanwhile (see add).
//
// A passer that gives up is only marked, for thousands may do so at once, and to search
// the queue for each of them would take 10^8 comparisons for 10,000. Those that are marked
// are dropped when they come first, or when they are more than half of the queue. So the
// first in the queue always waits, and giving up costs a few comparisons on average.
func (f *Flusher) giveUp(p *passer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-p.passed:
		f.let -= p.n
		token(f.wake)
	default:
		p.left = true
		f.left++
		if f.left > len(f.queue)/2 {
			f.queue = slices.DeleteFunc(f.queue, func(q *passer) bool { return q.left })
			f.left = 0
		}
	}
	f.admitLocked()
}

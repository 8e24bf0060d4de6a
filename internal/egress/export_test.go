package egress

import "fmt"

// PoolSize is how many goroutines the pool has.
func (f *Flusher) PoolSize() int {
	f.pool.mu.Lock()
	defer f.pool.mu.Unlock()
	return f.pool.size
}

// CrewCores is how many it has when none waits for its client.
func (f *Flusher) CrewCores() int { return f.pool.cores }

// Lapsed tells whether a write has been late.
func (w *Writer) Lapsed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slow != nil
}

// UnderWay tells what has been begun and not ended; empty where nothing has.
func (f *Flusher) UnderWay() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	writing := f.writing.Load()
	if f.let == 0 && f.carrying == 0 && len(f.due) == 0 && writing == 0 && f.published >= 0 && len(f.queue) == 0 {
		return ""
	}
	return fmt.Sprintf("%d bytes let through, %d rounds, %d due, %d writing, %d published, %d at the gate", f.let, f.carrying, len(f.due), writing, f.published, len(f.queue))
}

// Gate tells how many bytes are let through or published and not written, and how many
// publishers wait at the gate.
func (f *Flusher) Gate() (under, waiting int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.let + f.published, len(f.queue) - f.left
}

// Queued tells how many publishers the queue at the gate holds, those that have given up
// included.
func (f *Flusher) Queued() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.queue)
}

// Crowd puts n publishers into the queue at the gate, which is shut.
func (f *Flusher) Crowd(n int) (all []*passer) {
	f.let = f.Quota
	for range n {
		all = append(all, f.arrive(1))
	}
	return all
}

// GiveUp has one that waits give up.
func (f *Flusher) GiveUp(p *passer) { f.giveUp(p) }

// Followed tells how many connections are looked at.
func (f *Flusher) Followed() int {
	f.follows.mu.Lock()
	defer f.follows.mu.Unlock()
	return len(f.follows.all)
}

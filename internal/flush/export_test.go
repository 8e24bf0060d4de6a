package flush

import "fmt"

// CrewSize is how many goroutines the crew has.
func (f *Flusher) CrewSize() int {
	f.crew.mu.Lock()
	defer f.crew.mu.Unlock()
	return f.crew.size
}

// CrewCores is how many it has when none waits for its client.
func (f *Flusher) CrewCores() int { return f.crew.cores }

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
	return f.let + f.published, len(f.queue)
}

package flush

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

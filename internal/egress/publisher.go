package egress

// inlineMax is to how many connections at most those write who publish: to wake the flusher takes
// as long as a write or two, and an answer, or a line in a small room, is no more than that.
const inlineMax = 8

// publish notes that n bytes let through have been published by the session of w, and sees
// to their being written: by the caller, where they are few, or by the flusher.
func (f *Flusher) publish(w *Writer, n int) {
	var room [inlineMax]*Writer
	round := f.take(room[:0], w, n)
	if len(round) == 0 {
		return
	}
	defer f.gave()
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for _, w := range round {
		w.try(*buf)
	}
}

// take counts in what has been published. It returns the round that is the caller's to
// make, appended to round: empty where the flusher is to make it, or nothing is due.
func (f *Flusher) take(round []*Writer, w *Writer, n int) []*Writer {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.let -= n
	f.published += n
	if len(f.queue) > 0 {
		token(f.wake) // a round makes room of it
	}
	if len(f.due) == 0 {
		return nil
	}
	if !f.fewLocked(w) {
		token(f.wake)
		return nil
	}
	round = append(round, f.due...)
	clear(f.due)
	f.due = f.due[:0]
	f.beginLocked()
	return round
}

// fewLocked tells whether the session of w is to write what is due.
func (f *Flusher) fewLocked(w *Writer) bool {
	if len(f.due) == 1 && f.due[0] == w {
		return w.tries // an answer: who asks waits for it, so nothing would gather
	}
	if f.busy || len(f.due) > inlineMax {
		return false
	}
	for _, w := range f.due {
		if !w.tries {
			return false
		}
	}
	return f.debt.addFew(len(f.due))
}

// gave ends the round of one who published.
func (f *Flusher) gave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endLocked()
}

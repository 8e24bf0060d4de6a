package egress

// inlineMax is the maximum number of connections that a publisher writes to itself. Waking
// the flusher takes as long as a write or two. An answer, or a line in a small room, is no
// more than that.
const inlineMax = 8

// publish notes that the session of w has published n bytes that passed the gate. The
// caller writes them if there are few receivers, and otherwise the flusher does.
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

// take counts the published bytes. It appends the round that the caller must make to
// round: none if the flusher makes it, or no writer is due.
func (f *Flusher) take(round []*Writer, w *Writer, n int) []*Writer {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.let -= n
	f.published += n
	if len(f.queue) > 0 {
		token(f.wake) // a round makes room
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

// fewLocked reports whether the session of w writes the due output itself.
func (f *Flusher) fewLocked(w *Writer) bool {
	if len(f.due) == 1 && f.due[0] == w {
		return w.tries // an answer: the client waits for it, so nothing would gather
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

// gave ends the round of a publisher.
func (f *Flusher) gave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.endLocked()
}

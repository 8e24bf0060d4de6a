package lineedit

// completion is what Tab goes through.
type completion struct {
	candidates []string
	at         int
	length     int // characters of the one that is in the line
}

// complete puts the next candidate in the place of what is before the cursor, or
// the one before it where step is -1. The first of several comes with a list of
// all.
func (e *Editor) complete(step int) {
	if e.options.Complete == nil {
		return
	}
	if e.cycle != nil {
		c := e.cycle
		c.at = (c.at + step + len(c.candidates)) % len(c.candidates)
		e.put(c, c.length)
		return
	}
	before := textOf(e.line.before)
	start, candidates := e.options.Complete(before)
	if len(candidates) == 0 {
		e.bell = true
		return
	}
	c := &completion{candidates: candidates}
	if step < 0 {
		c.at = len(candidates) - 1
	}
	e.put(c, len(characters(before[start:])))
	if len(candidates) > 1 && e.event.Kind == None {
		e.cycle = c
		e.event = Event{Kind: Listed, Candidates: candidates}
	}
}

// put puts the candidate that c is at in the place of n characters before the
// cursor, if there is room for it.
func (e *Editor) put(c *completion, n int) {
	old := e.line.cutBefore(n)
	had := len(e.line.before)
	e.insert(c.candidates[c.at])
	if e.event.Kind == Full {
		e.line.insert(old)
	}
	c.length = len(e.line.before) - had
}

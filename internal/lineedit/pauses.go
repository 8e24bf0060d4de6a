package lineedit

import "time"

// Pauses measures how long a client sends nothing, for [Editor.Pause] and [Cooked.Pause].
type Pauses struct {
	last    time.Time // when the last read ended
	waiting bool      // more was there when the read began, so its time of arrival is unknown
}

// Begin notes that a read begins. there says whether something has come that it will read.
func (p *Pauses) Begin(there bool) { p.waiting = there }

// End notes that the read has ended, and returns how long nothing came before the piece
// just read. It measures from the end of the previous read, because the time until the
// next one began was a pause too. If something was there when the read began, it returns 0.
func (p *Pauses) End() (nothing time.Duration) {
	now := time.Now()
	if !p.waiting {
		nothing = now.Sub(p.last)
	}
	p.last = now
	return nothing
}

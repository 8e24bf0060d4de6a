package terminal

import (
	"time"

	"parley/internal/ratelimit"
)

// drewLocked charges n bytes that were drawn for the line. i.mu is held.
func (i *Session) drewLocked(n int, edited bool) {
	large := n > ratelimit.RedrawFree
	if n == 0 || !large && !edited {
		return
	}
	now := time.Now()
	i.drawn.Spend(n, now)
	if large {
		i.Redraws.Spend(n, now)
	}
}

// holdLocked reports whether drawing and printing must wait because too much was drawn
// recently. If so, it sets a timer to check again. i.mu is held.
//
// Text waits only while it is shorter than the redraw below it, and than a quarter of an
// outbox. So redraws are at most half of what a client is sent. The text is taken out of
// the outbox meanwhile, so that each push is noticed, and the outbox of a client that reads
// does not overflow. Nothing waits once the session ends.
func (i *Session) holdLocked() bool {
	line := i.editor.Cost()
	if i.closing || i.Client.Leaving() || !i.edited && line <= ratelimit.RedrawFree {
		return false
	}
	text := i.owedLocked()
	if text == 0 && !i.editor.Stale() {
		return false
	}
	now := time.Now()
	wait := i.drawn.Wait(now)
	if line > ratelimit.RedrawFree {
		wait = max(wait, i.Redraws.Wait(now))
	}
	if i.held.IsZero() {
		i.held = now
	}
	wait = min(wait, i.held.Add(ratelimit.RedrawLate).Sub(now))
	if wait <= 0 || text >= min(line, i.Quota) {
		i.held = time.Time{}
		return false
	}
	if i.redraw == nil {
		i.redraw = time.AfterFunc(wait, i.writer.Ready)
	} else {
		i.redraw.Reset(wait)
	}
	return true
}

// aside shows what a key asks for besides editing. If too much was drawn recently, it shows
// nothing instead of waiting. show returns how many bytes it has shown.
func (i *Session) aside(show func() int) {
	if i.drawn.Wait(time.Now()) > 0 {
		return
	}
	n := show()
	i.locked(func() { i.drewLocked(n, true) })
}

package chatcore

import (
	"fmt"
	"slices"
	"time"
)

const (
	// holdFor is how long a nick is held for its key after a session ended against the
	// user's will: they may be on their way back.
	holdFor = 10 * time.Minute
	// maxHolds is the maximum number of nicks held at once, and maxHoldsOfAddress that of
	// nicks whose owners came from one address. Keys cost nothing, so a client that resets
	// its connections could otherwise take a nick with each. Beyond the limit, the nick
	// that has been held longest is released.
	maxHolds          = 10_000
	maxHoldsOfAddress = 16
)

// hold keeps a nick for a key while its owner is away.
type hold struct {
	name
	identity Principal
	from     string // the owner's address
	until    time.Time
}

// holds contains the nicks that are held. Its methods are called with Core.mu held.
type holds struct {
	nicks map[string]*hold   // by both keys of the nick
	queue []*hold            // the held nicks, and some already released; the oldest first
	of    map[string][]*hold // by address; the oldest first
	n     int                // the number of held nicks
}

// against returns the hold that keeps n from the user with identity: a nick that looks
// like n, held for another key. It returns nil if there is none.
func (h *holds) against(n name, identity Principal) *hold {
	for _, key := range []string{n.key, n.drawn} {
		if held := h.nicks[key]; held != nil && !held.identity.Same(identity) && time.Now().Before(held.until) {
			return held
		}
	}
	return nil
}

// add holds the nick of u.
func (h *holds) add(u *User) {
	h.sweep()
	if h.nicks == nil {
		h.nicks, h.of = make(map[string]*hold), make(map[string][]*hold)
	}
	if own := h.of[u.from]; len(own) >= maxHoldsOfAddress {
		h.drop(own[0])
	}
	held := &hold{u.name, u.identity, u.from, time.Now().Add(holdFor)}
	h.nicks[held.key], h.nicks[held.drawn] = held, held
	h.of[held.from] = append(h.of[held.from], held)
	h.queue = append(h.queue, held)
	h.n++
}

// drop releases a nick, if it is still held.
func (h *holds) drop(held *hold) {
	if held == nil || h.nicks[held.key] != held {
		return
	}
	h.n--
	delete(h.nicks, held.key)
	delete(h.nicks, held.drawn)
	rest := slices.DeleteFunc(h.of[held.from], func(other *hold) bool { return other == held })
	if len(rest) == 0 {
		delete(h.of, held.from)
	} else {
		h.of[held.from] = rest
	}
}

// dropAll releases the nicks that look like n: their owner has one of them again.
func (h *holds) dropAll(n name) {
	h.drop(h.nicks[n.key])
	h.drop(h.nicks[n.drawn])
}

// sweep releases nicks that have been held long enough, and the oldest if there are too
// many. It releases only a few, because it is called for each nick that is added.
func (h *holds) sweep() {
	const most = 16
	n, now := 0, time.Now()
	for n < min(len(h.queue), most) && (h.n >= maxHolds || !now.Before(h.queue[n].until) || h.nicks[h.queue[n].key] != h.queue[n]) {
		h.drop(h.queue[n])
		h.queue[n] = nil
		n++
	}
	if h.queue = h.queue[n:]; len(h.queue) == 0 {
		h.queue = nil
	}
}

// refusal returns the error for a nick that is held for another key.
func (h *hold) refusal(nick string) error {
	left := time.Until(h.until).Round(time.Minute)
	return ErrNickInUse.With(fmt.Sprintf("%s (held for the key it belonged to, for another %d min)", nick, max(1, int(left.Minutes()))))
}

// heldFor reports whether the nick of u is held for their key after their last session
// ended with e.
func (e ending) heldFor(u *User) bool {
	switch e.reason {
	case Quit, Disconnected, Completed, HungUp: // closing the window is a way to leave
		return false
	}
	return !u.identity.Guest()
}

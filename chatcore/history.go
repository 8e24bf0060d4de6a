package chatcore

import (
	"slices"
	"sync"

	"parley/chatcore/policy"
)

// Past is a message said before. View is Own if the session's own user said it, otherwise
// Received. It is never Mentioned: history alerts no user.
type Past struct {
	*Event
	View View
}

// Last returns the last n messages said in a destination since the server started, the
// oldest first. It returns at most 200, and 64 KiB of text. It leaves out the users whom
// the session's user ignores. A room's history is forgotten when the room ends, that of a
// private conversation when either user leaves. Errors: [ErrNoUser], [ErrNoRoom],
// [ErrNotInRoom], [ErrNotOnline], [ErrGoingDown].
func (s *Session) Last(p Destination, n int) ([]Past, error) {
	said, err := s.pastOf(p)
	if err != nil {
		return nil, err
	}
	return lastShown(said, n, s.user), nil
}

// pastOf returns a copy of the history of a destination. Searching it, with 100 ignored
// users, then needs no lock.
func (s *Session) pastOf(p Destination) ([]historyEntry, error) {
	n := p.seek()
	mu, past, err := s.lockPast(p, n)
	if mu == nil {
		return nil, err
	}
	defer mu.Unlock()
	return past.every(), nil
}

// lockPast finds the history of a destination, and locks it. mu is nil if there is none.
func (s *Session) lockPast(p Destination, n sought) (mu *sync.Mutex, past *ring, err error) {
	c := s.core
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return nil, nil, err
	}
	switch {
	case p.Nick != "":
		with, err := c.userLocked(n)
		if err != nil {
			return nil, nil, err
		}
		talk := c.findConversation(s.user, with)
		if talk == nil {
			return nil, nil, nil
		}
		mu, past = &talk.mu, &talk.history
	case p.Room != "":
		r, err := s.roomToLocked(policy.Read, n)
		if err != nil {
			return nil, nil, err
		}
		mu, past = &r.mu, &r.history
	default:
		if err := s.mayLocked(policy.Read, nil); err != nil {
			return nil, nil, err
		}
		mu, past = &c.public.mu, &c.public.history
	}
	mu.Lock()
	return mu, past, nil
}

// lastShown returns the last n entries of said that u may see.
func lastShown(said []historyEntry, n int, u *User) []Past {
	var found []Past
	for i := len(said) - 1; i >= 0 && len(found) < n; i-- {
		k := said[i]
		switch {
		case k.serial == u.serial || k.Identity.Same(u.identity):
			found = append(found, Past{k.Event, Own})
		case !u.ignores(k.by()):
			found = append(found, Past{k.Event, Received})
		}
	}
	slices.Reverse(found)
	return found
}

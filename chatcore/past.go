package chatcore

import "slices"

// Past is something that was said before: Own where the session's own user said
// it, else Received. Never Mentioned: what is past calls nobody.
type Past struct {
	*Event
	View View
}

// Last returns the last n things said in a place since the server started, the
// oldest first: at most 200, and 64 KiB of text. It leaves out what those said
// whom the user ignores. A room is forgotten when it ends, and a private
// conversation when either user leaves. Errors: [ErrNoUser], [ErrNoRoom],
// [ErrNotInRoom], [ErrNotOnline].
func (s *Session) Last(p Place, n int) ([]Past, error) {
	c := s.core
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return nil, err
	}
	if p.Nick != "" {
		return s.lastPrivatelyLocked(p.Nick, n)
	}
	place := &c.public
	if p.Room != "" {
		r, err := s.memberLocked(p.Room)
		if err != nil {
			return nil, err
		}
		place = &r.space
	}
	place.mu.Lock()
	defer place.mu.Unlock()
	return place.past.last(n, s.user), nil
}

func (s *Session) lastPrivatelyLocked(nick string, n int) ([]Past, error) {
	with, err := s.core.userLocked(nick)
	if err != nil {
		return nil, err
	}
	talk := s.core.findConversation(s.user, with)
	if talk == nil {
		return nil, nil
	}
	talk.mu.Lock()
	defer talk.mu.Unlock()
	return talk.past.last(n, s.user), nil
}

// last returns the last n that u is shown.
func (r *ring) last(n int, u *User) []Past {
	var found []Past
	for i := r.n - 1; i >= 0 && len(found) < n; i-- {
		k := r.at(i)
		switch {
		case k.by.serial == u.serial || k.by.identity != "" && k.by.identity == u.identity:
			found = append(found, Past{k.Event, Own})
		case !u.ignores(k.by):
			found = append(found, Past{k.Event, Received})
		}
	}
	slices.Reverse(found)
	return found
}

package chatcore

import "strings"

// Destination is where something is said: in a room, to one nick alone, or, when both
// are empty, to everyone.
type Destination struct{ Room, Nick string }

// seek prepares the name of the place, if it has one.
func (p Destination) seek() sought {
	if p.Nick != "" {
		return seekNick(p.Nick)
	}
	return seek(p.Room)
}

// resolved is where a session's plain text goes. Nil is the public space. It never
// changes: the session gets another one.
type resolved struct {
	destinationKey
	name string // of the room, as it is shown
}

// spot is where the target is; nil is the public space.
func (t *resolved) at() destinationKey {
	if t == nil {
		return destinationKey{}
	}
	return t.destinationKey
}

// targetLocked is the place as a target. Talking to a nick is tied to the user
// who has it now; where there is none, to nobody.
func (c *Core) targetLocked(p Destination, n sought) *resolved {
	switch {
	case p.Nick != "":
		u, err := c.userLocked(n)
		if err != nil {
			u = &User{name: name{nick: strings.Clone(n.label), key: strings.Clone(n.key)}}
		}
		return &resolved{destinationKey: destinationKey{user: u}}
	case p.Room != "":
		if r, err := c.roomLocked(n); err == nil {
			return &resolved{destinationKey: destinationKey{room: r.key}, name: r.room}
		}
		return &resolved{destinationKey: destinationKey{room: strings.Clone(n.key)}, name: strings.Clone(n.label)}
	}
	return nil
}

// TalkIn makes the session's plain text go to a place from now on. It does not
// check that it can go there: each text is refused that cannot.
func (s *Session) TalkIn(p Destination) {
	n := p.seek()
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	s.talkInLocked(s.core.targetLocked(p, n))
}

// GoTo is TalkIn for a place that text can go to now. Errors: those of SayTo.
func (s *Session) GoTo(p Destination) error {
	n := p.seek()
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	if err := s.canReachLocked(p, n); err != nil {
		return err
	}
	s.talkInLocked(s.core.targetLocked(p, n))
	return nil
}

func (s *Session) talkInLocked(t *resolved) {
	if s.unread != nil {
		s.unread.mu.Lock()
		defer s.unread.mu.Unlock()
		s.unread.readLocked(t.at())
	}
	s.target.Store(t)
	s.changes.Add(1)
}

// Talking is the place plain text goes to. A user talked to is shown under the
// nick he has now, or had when he left.
func (s *Session) Talking() Destination {
	t := s.target.Load()
	switch {
	case t == nil:
		return Destination{}
	case t.user == nil:
		return Destination{Room: t.name}
	}
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return Destination{Nick: t.user.nick}
}

// SayHere is SayTo for the place where the session talks. It keeps text, which is no
// part of a longer string.
func (s *Session) SayHere(text string) error {
	s.user.touch()
	t := s.target.Load()
	switch {
	case t == nil:
		return s.speak(Said, sought{}, text)
	case t.user == nil:
		return s.speak(Said, sought{key: t.room, label: t.name}, text)
	}
	return s.whisper(text, func() (*User, error) { return s.talkedToLocked(t) })
}

// talkedToLocked is the user whom t is tied to. A nick that someone else has by
// now is not talked to, for what is said is private; but the same person may have
// come again.
func (s *Session) talkedToLocked(t *resolved) (*User, error) {
	now, err := s.core.sameLocked(t.user)
	if err == nil && now != t.user {
		s.talkInLocked(&resolved{destinationKey: destinationKey{user: now}})
	}
	return now, err
}

// sameLocked is the user that before is now: he may have come again.
func (c *Core) sameLocked(before *User) (*User, error) {
	if c.onlineLocked(before) {
		return before, nil
	}
	now, err := c.userLocked(sought{key: before.key, label: before.nick})
	if err != nil {
		return nil, err
	}
	if before.identity == "" || before.identity != now.identity {
		return nil, ErrNoUser.with(now.nick + " (someone else has that nick now: /to #" + now.nick + " to talk to them)")
	}
	return now, nil
}

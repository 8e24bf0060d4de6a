package chatcore

import "strings"

// Destination is where something is said: in a room, to one nick in private, or, if both
// are empty, to everyone.
type Destination struct{ Room, Nick string }

// seek prepares the name of the destination, if it has one.
func (p Destination) seek() sought {
	if p.Nick != "" {
		return seekNick(p.Nick)
	}
	return seek(p.Room)
}

// resolved is where a session's plain text goes. Nil is the public channel. It never
// changes; it is replaced.
type resolved struct {
	destinationKey
	name string // of the room, as it is shown
}

// at returns the destination of t; nil is the public channel.
func (t *resolved) at() destinationKey {
	if t == nil {
		return destinationKey{}
	}
	return t.destinationKey
}

// targetLocked returns p as a target. A nick is tied to the user who has it now, or, if
// there is none, to no user.
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

// TalkIn sends the session's plain text to a destination from now on. It does not check
// that text can go there: each text that cannot is refused.
func (s *Session) TalkIn(p Destination) {
	n := p.seek()
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	s.talkInLocked(s.core.targetLocked(p, n))
}

// GoTo is TalkIn for a destination that text can go to now. Errors: those of SayTo.
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

// Talking returns the destination of plain text. If it is a user, it has the nick they
// have now, or had when they left.
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

// SayHere is SayTo for the destination of plain text.
func (s *Session) SayHere(text Text) error {
	t := s.target.Load()
	switch {
	case t == nil:
		return s.speak(Said, sought{}, text)
	case t.user == nil:
		return s.speak(Said, sought{key: t.room, label: t.name}, text)
	}
	return s.whisper(text, func() (*User, error) { return s.talkedToLocked(t) })
}

// talkedToLocked returns the user to whom t is tied. If another user has the nick by now,
// it fails, because what is said is private. But the same person may have come back.
func (s *Session) talkedToLocked(t *resolved) (*User, error) {
	now, err := s.core.sameLocked(t.user)
	if err == nil && now != t.user {
		s.talkInLocked(&resolved{destinationKey: destinationKey{user: now}})
	}
	return now, err
}

// sameLocked returns the user who is the same person as before: they may have come back.
func (c *Core) sameLocked(before *User) (*User, error) {
	if c.onlineLocked(before) {
		return before, nil
	}
	now, err := c.userLocked(sought{key: before.key, label: before.nick})
	if err != nil {
		return nil, err
	}
	if !before.identity.Same(now.identity) {
		return nil, ErrNoUser.With(now.nick + " (someone else has that nick now: /to #" + now.nick + " to talk to them)")
	}
	return now, nil
}

package chatcore

// Correspondent is a person to write to in private. It stays that person, even if another
// user takes the nick.
type Correspondent struct{ user *User }

// Correspondent returns the user who last wrote to an Interactive session in private. It
// is not ok if there is none, or if they can no longer be talked to.
func (s *Session) Correspondent() (c Correspondent, ok bool) {
	if s.unread == nil {
		return c, false
	}
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	s.unread.mu.Lock()
	c.user = s.unread.whisperer
	s.unread.mu.Unlock()
	if c.user == nil {
		return c, false
	}
	_, err := s.core.sameLocked(c.user)
	return c, err == nil
}

// Person returns the user who has a nick and can be talked to. Errors: [ErrNoUser].
func (s *Session) Person(nick string) (Correspondent, error) {
	n := seekNick(nick)
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	u, err := s.core.userLocked(n)
	return Correspondent{u}, err
}

// Place returns the destination of a correspondent, whose nick may change.
func (s *Session) Place(c Correspondent) Destination {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return Destination{Nick: c.user.nick}
}

// Reply says text to a correspondent. Errors: [ErrNoUser], [ErrNotOnline], [ErrTooMany],
// [ErrGoingDown].
func (s *Session) Reply(c Correspondent, text Text) error {
	return s.whisper(text, func() (*User, error) { return s.core.sameLocked(c.user) })
}

// GoToCorrespondent is GoTo for a correspondent.
func (s *Session) GoToCorrespondent(c Correspondent) error {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	u, err := s.core.sameLocked(c.user)
	if err == nil {
		s.talkInLocked(&resolved{destinationKey: destinationKey{user: u}})
	}
	return err
}

package chatcore

import "strings"

// Correspondent is someone to write to alone: that person and nobody else, whoever
// has the nick by now.
type Correspondent struct{ user *User }

// Correspondent is who last wrote to an Interactive session alone; ok is false where
// nobody did, or that person can no longer be talked to.
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

// Person is who has a nick and can be talked to. Errors: [ErrNoUser].
func (s *Session) Person(nick string) (Correspondent, error) {
	n := seekNick(nick)
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	u, err := s.core.userLocked(n)
	return Correspondent{u}, err
}

// Destination is where a correspondent is talked to: the nick may change.
func (s *Session) Place(c Correspondent) Destination {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return Destination{Nick: c.user.nick}
}

// Reply says text to a correspondent. Errors: [ErrNoUser], [ErrNotOnline],
// [ErrTooMany].
func (s *Session) Reply(c Correspondent, text string) error {
	s.user.touch()
	text = strings.Clone(text) // it is kept, and may be a part of a longer line
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

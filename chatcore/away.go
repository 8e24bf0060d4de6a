package chatcore

import (
	"strings"
	"time"
)

// maxAway is the maximum length of an away text, in characters.
const maxAway = 300

// absence says that a user is away, since when and why.
type absence struct {
	since time.Time
	text  string
}

// note returns what those concerned are told: "bob is away: lunch".
func (a *absence) note(nick string) string {
	if a.text == "" {
		return nick + " is away"
	}
	return nick + " is away: " + a.text
}

// SetAway marks the session's user as away, with a safe text that may be empty. Errors:
// [ErrTooLong], [ErrNotOnline], [ErrGoingDown].
func (s *Session) SetAway(text string) error {
	if err := capped("a text for being away", text, maxAway); err != nil {
		return err
	}
	return s.setAbsence(&absence{time.Now(), strings.Clone(text)}) // cloned: it outlives the line it is part of
}

// Back marks the session's user as back. Errors: [ErrNotOnline], [ErrGoingDown].
func (s *Session) Back() error { return s.setAbsence(nil) }

func (s *Session) setAbsence(a *absence) error {
	s.core.mu.Lock()
	defer s.core.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	s.user.away = a
	s.user.promptsLocked()
	return nil
}

// IsAway reports whether the session's user is marked as away.
func (s *Session) IsAway() bool {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.user.away != nil
}

package chatcore

import (
	"strings"

	"parley/internal/safetext"
)

// Place is where something is said: in a room, to one nick alone, or, when both
// are empty, to everyone.
type Place struct{ Room, Nick string }

// SayTo says text in a place. Errors: [ErrNoUser], [ErrNoRoom], [ErrNotInRoom],
// [ErrNotOnline].
func (s *Session) SayTo(p Place, text string) error {
	if p.Nick != "" {
		return s.whisper(p.Nick, text)
	}
	return s.speak(Said, p.Room, text)
}

// CanReach returns the error SayTo would return now.
func (s *Session) CanReach(p Place) error {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	var err error
	switch {
	case p.Nick != "":
		_, err = s.core.userLocked(p.Nick)
	case p.Room != "":
		_, err = s.mayPostLocked(p.Room)
	}
	return err
}

// speak publishes a message of the given kind in a room, or publicly.
func (s *Session) speak(kind EventKind, roomName, text string) error {
	c := s.core
	if text = speakable(text); text == "" {
		return nil
	}
	e := &Event{Kind: kind, Text: text}
	place, err := s.lockPlace(e, roomName)
	if err != nil {
		return err
	}
	defer place.mu.Unlock()
	c.said[kind].Add(1)
	place.publishLocked(c, e, s)
	return nil
}

// lockPlace finds and locks the place for e to be published in, and says who and
// where. The core's lock is held until the place's is: whoever leaves meanwhile
// has to wait for it, so that nobody else can have taken the nick.
func (s *Session) lockPlace(e *Event, roomName string) (*space, error) {
	c := s.core
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return nil, err
	}
	e.From = s.user.nick
	place := &c.public
	if roomName != "" {
		r, err := s.mayPostLocked(roomName)
		if err != nil {
			return nil, err
		}
		place, e.Room = &r.space, r.room
	}
	place.mu.Lock()
	return place, nil
}

// speakable makes text safe, and nothing of text that is only spaces then: that is
// not said.
func speakable(text string) string {
	text = safetext.Text(text)
	if strings.Trim(text, " ") == "" {
		return ""
	}
	return text
}

// mayPostLocked finds the room if s may say something there: as a member, or as
// a command session, which need not enter.
func (s *Session) mayPostLocked(roomName string) (*room, error) {
	r, err := s.core.roomLocked(roomName)
	if err != nil {
		return nil, err
	}
	if s.user.rooms[r.key] == nil && s.kind != Command {
		return nil, ErrNotInRoom.with(r.room)
	}
	return r, nil
}

// whisper says text to one user alone.
func (s *Session) whisper(nick, text string) error {
	c := s.core
	if text = speakable(text); text == "" {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	to, err := c.userLocked(nick)
	if err != nil {
		return err
	}
	e := &Event{Kind: Whispered, From: s.user.nick, To: to.nick, Text: text}
	c.number(e)
	c.said[Whispered].Add(1)
	enc := encoder{event: e}
	n := 0
	for _, t := range to.sessions {
		if t.kind.hears() {
			n += t.deliver(&enc, s)
		}
	}
	if to != s.user {
		for _, t := range s.user.sessions {
			if t.kind.hears() {
				n += t.deliver(&enc, s)
			}
		}
	}
	c.delivered.Add(uint64(n))
	return nil
}

// userLocked finds a user who can be talked to by the nick.
func (c *Core) userLocked(nick string) (*User, error) {
	if u := c.users[safetext.Key(nick)]; u != nil {
		if _, online := c.online.find(u); online {
			return u, nil
		}
	}
	return nil, ErrNoUser.with(safetext.Label(nick, safetext.MaxName))
}

package chatcore

import (
	"cmp"
	"slices"

	"parley/internal/safetext"
)

func (s *Session) users(string) error {
	s.core.mu.RLock()
	nicks := s.core.online.nicks()
	s.core.mu.RUnlock()
	s.answer("users", "", nicks)
	return nil
}

func (s *Session) rooms(string) error {
	s.answer("rooms", "", s.RoomNames())
	return nil
}

func (s *Session) members(args string) error {
	room, err := oneWord(args)
	if err != nil {
		return err
	}
	s.core.mu.RLock()
	r, err := s.core.roomLocked(room)
	if err != nil {
		s.core.mu.RUnlock()
		return err
	}
	room, nicks := r.room, r.members.nicks()
	s.core.mu.RUnlock()
	s.answer("members", room, nicks)
	return nil
}

// RoomNames lists the rooms there are, sorted without case.
func (s *Session) RoomNames() []string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return roomNamesLocked(s.core.rooms)
}

// Rooms lists the rooms the session's user is in, sorted without case.
func (s *Session) Rooms() []string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return roomNamesLocked(s.user.rooms)
}

func roomNamesLocked(rooms map[string]*room) []string {
	names := make([]string, 0, len(rooms))
	for _, r := range rooms {
		if len(r.members) > 0 {
			names = append(names, r.room)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(safetext.Fold(a), safetext.Fold(b)), cmp.Compare(a, b))
	})
	return names
}

// Nicks lists whom the session can talk to: who spoke last, publicly or in a
// room, is the first; those who have not spoken are sorted without case.
func (s *Session) Nicks() []string {
	type speaking struct {
		nick string
		last uint64
	}
	c := s.core
	c.mu.RLock()
	all := make([]speaking, 0, len(c.online))
	for _, u := range c.online {
		if u != s.user {
			all = append(all, speaking{u.nick, u.spoke.Load()})
		}
	}
	c.mu.RUnlock()
	slices.SortStableFunc(all, func(a, b speaking) int { return cmp.Compare(b.last, a.last) })
	nicks := make([]string, len(all))
	for i, u := range all {
		nicks[i] = u.nick
	}
	return nicks
}

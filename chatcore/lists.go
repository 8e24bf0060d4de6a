package chatcore

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
)

// lent are lists lent to be answered with: one of 5,000 nicks takes 80 KB, and everybody
// may ask. Empty is not nil: see JSON.
var lent = sync.Pool{New: func() any { return &[]string{} }}

// giveBack gives back a list that has been lent. It is not to keep what was in it.
func giveBack(list *[]string) {
	clear(*list)
	*list = (*list)[:0]
	lent.Put(list)
}

func (s *Session) users(string) error {
	nicks := lent.Get().(*[]string)
	defer giveBack(nicks)
	s.core.mu.RLock()
	*nicks = s.core.online.nicks(*nicks)
	s.core.mu.RUnlock()
	return s.answer("users", "", *nicks)
}

func (s *Session) rooms(string) error {
	names, _ := s.RoomNames(math.MaxInt)
	return s.answer("rooms", "", names)
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
	nicks := lent.Get().(*[]string)
	defer giveBack(nicks)
	room, *nicks = r.room, r.members.nicks(*nicks)
	s.core.mu.RUnlock()
	return s.answer("members", room, *nicks)
}

// RoomNames lists the rooms there are, sorted without case: the first most of them,
// and how many there are in all.
func (s *Session) RoomNames(most int) (names []string, all int) {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	list := s.core.listed
	names = make([]string, 0, min(most, len(list)))
	for _, r := range list[:min(most, len(list))] {
		names = append(names, r.room)
	}
	return names, len(list)
}

// listLocked puts a room that has its first member on the list of rooms.
func (c *Core) listLocked(r *room) {
	if i, ok := slices.BinarySearchFunc(c.listed, r, byName); !ok {
		c.listed = slices.Insert(c.listed, i, r)
	}
}

// unlistLocked takes a room off the list that has no member any more.
func (c *Core) unlistLocked(r *room) {
	if i, ok := slices.BinarySearchFunc(c.listed, r, byName); ok {
		c.listed = slices.Delete(c.listed, i, i+1)
	}
}

// byName compares the names of rooms without case.
func byName(a, b *room) int {
	return cmp.Or(cmp.Compare(a.fold, b.fold), cmp.Compare(a.room, b.room))
}

// Rooms lists the rooms the session's user is in, sorted without case.
func (s *Session) Rooms() []string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.user.roomNamesLocked()
}

func (u *User) roomNamesLocked() []string {
	rooms := slices.SortedFunc(maps.Values(u.rooms), byName)
	names := make([]string, len(rooms))
	for i, r := range rooms {
		names[i] = r.room
	}
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

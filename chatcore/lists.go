package chatcore

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// listPool are lists listPool to be answered with: one of 5,000 nicks takes 80 KB, and everybody
// may ask. Empty is not nil: see JSON.
var listPool = sync.Pool{New: func() any { return &[]string{} }}

// giveBack gives back a list that has been lent. It is not to keep what was in it.
func giveBack(list *[]string) {
	clear(*list)
	*list = (*list)[:0]
	listPool.Put(list)
}

// stride is how much of a list is copied while the core is locked: 5,000 nicks in one go
// take longer than anybody else should wait. A list that is copied in several goes has
// everybody once who was there throughout under one nick.
const stride = 64

// nicksOf appends the nicks of a roster to list. rosterLocked returns the roster, as it is
// at each go.
func (c *Core) nicksOf(list []string, rosterLocked func() (roster, error)) ([]string, error) {
	err := c.strides(rosterLocked, func(u *User) { list = append(list, u.nick) })
	return list, err
}

// strides calls do for each user of a roster.
func (c *Core) strides(rosterLocked func() (roster, error), do func(*User)) error {
	for last := (rank{}); ; {
		more, err := c.strideLocked(&last, rosterLocked, do)
		if err != nil || !more {
			return err
		}
	}
}

// strideLocked calls do for the users who come after last, stride of them at most.
func (c *Core) strideLocked(last *rank, rosterLocked func() (roster, error), do func(*User)) (more bool, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	all, err := rosterLocked()
	if err != nil {
		return false, err
	}
	rest := all[all.after(*last):]
	now := rest[:min(stride, len(rest))]
	for _, u := range now {
		do(u)
	}
	if len(now) > 0 {
		*last = now[len(now)-1].rank()
	}
	return len(now) < len(rest), nil
}

func (c *Core) onlineRoster() (roster, error) { return c.online, nil }

func (s *Session) users(string) error {
	nicks := listPool.Get().(*[]string)
	defer giveBack(nicks)
	*nicks, _ = s.core.nicksOf(*nicks, s.core.onlineRoster) // it is always there
	return s.answer("users", "", *nicks)
}

func (s *Session) rooms(string) error {
	names, _ := s.RoomNames(math.MaxInt)
	return s.answer("rooms", "", names)
}

func (s *Session) members(args string) error {
	name, err := oneRoom(args)
	if err != nil {
		return err
	}
	n := seek(name)
	nicks := listPool.Get().(*[]string)
	defer giveBack(nicks)
	room := ""
	*nicks, err = s.core.nicksOf(*nicks, func() (roster, error) {
		r, err := s.core.roomLocked(n)
		if err != nil {
			return nil, err
		}
		room = r.room
		return r.members, nil
	})
	if err != nil {
		return err
	}
	return s.answer("members", room, *nicks)
}

// RoomNames lists the rooms there are, sorted without case: the first most of them,
// and how many there are in all.
func (s *Session) RoomNames(most int) (names []string, all int) {
	names = []string{} // and not nil: see JSON
	for last := (roomName{}); ; {
		names, all = s.core.someRooms(names, most, &last)
		if len(names) >= min(most, all) || last.name == "" {
			return names, all
		}
	}
}

// someRooms appends the names of the rooms that come after last, stride of them at most,
// and most in all. It sets last, to nothing where none come after it.
func (c *Core) someRooms(names []string, most int, last *roomName) (longer []string, all int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	begin := 0
	if last.name != "" {
		begin, _ = slices.BinarySearchFunc(c.listed, *last, func(r *room, last roomName) int {
			return cmp.Or(cmp.Compare(r.fold, last.fold), cmp.Compare(r.room, last.name), -1) // after it
		})
	}
	rest := c.listed[begin:]
	rest = rest[:min(stride, len(rest), most-len(names))]
	*last = roomName{}
	for _, r := range rest {
		names = append(names, r.room)
		*last = roomName{name: r.room, fold: r.fold}
	}
	return names, len(c.listed)
}

// listLocked puts a room that has its first member on the list of rooms.
func (c *Core) listLocked(r *room) {
	if i, ok := slices.BinarySearchFunc(c.listed, r, byName); !ok {
		c.listed = slices.Insert(c.listed, i, r)
	}
}

// unlistLocked takes rooms off the list that have no member any more. They are sorted as
// it is.
func (c *Core) unlistLocked(ended []*room) {
	kept, rest := c.listed[:0], c.listed
	for _, r := range ended {
		i, listed := slices.BinarySearchFunc(rest, r, byName)
		kept = shift(kept, rest[:i])
		if rest = rest[i:]; listed {
			rest = rest[1:]
		}
	}
	kept = shift(kept, rest)
	clear(c.listed[len(kept):])
	c.listed = kept
}

// shift appends some to kept, in whose array they may be in their place already.
func shift(kept, some []*room) []*room {
	n := len(kept) + len(some)
	if len(some) > 0 && &kept[:n][len(kept)] != &some[0] {
		copy(kept[len(kept):n], some)
	}
	return kept[:n]
}

// byName compares the names of rooms without case.
func byName(a, b *room) int {
	if c := strings.Compare(a.fold, b.fold); c != 0 {
		return c
	}
	return strings.Compare(a.room, b.room)
}

// Rooms lists the rooms the session's user is in, sorted without case.
func (s *Session) Rooms() []string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.user.roomNamesLocked(maxRooms)
}

// roomNamesLocked names the first most rooms that u is in.
func (u *User) roomNamesLocked(most int) []string {
	names := make([]string, min(most, len(u.sorted)))
	for i := range names {
		names[i] = u.sorted[i].room
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
	var all []speaking
	_ = s.core.strides(s.core.onlineRoster, func(u *User) { // it is always there
		if u != s.user {
			all = append(all, speaking{u.nick, u.spoke.Load()})
		}
	})
	slices.SortStableFunc(all, func(a, b speaking) int { return cmp.Compare(b.last, a.last) })
	nicks := make([]string, len(all))
	for i, u := range all {
		nicks[i] = u.nick
	}
	return nicks
}

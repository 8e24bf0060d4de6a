package chatcore

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// listPool holds lists for reuse in answers. One of 5,000 nicks takes 80 KB, and every
// session may ask for one. They are empty and never nil: see JSON.
var listPool = sync.Pool{New: func() any { return &[]string{} }}

// giveBack returns a list to listPool. It drops what was in it.
func giveBack(list *[]string) {
	clear(*list)
	*list = (*list)[:0]
	listPool.Put(list)
}

// stride is how many entries of a list are copied while the core is locked. Copying 5,000
// nicks at once would make others wait too long. A list copied in several steps contains
// each user once who was there throughout under one nick.
const stride = 64

// nicksOf appends the nicks of a roster to list. rosterLocked returns the current roster,
// and is called at each step.
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

// strideLocked calls do for the users after last, at most stride of them.
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

// AnswerUsers sends the session the list of the users online. Errors: [ErrTooMany].
func (s *Session) AnswerUsers() error {
	nicks := listPool.Get().(*[]string)
	defer giveBack(nicks)
	*nicks, _ = s.core.nicksOf(*nicks, s.core.onlineRoster) // this roster always exists
	return s.answer("users", "", *nicks)
}

// AnswerRooms sends the session the list of the rooms. Errors: [ErrTooMany].
func (s *Session) AnswerRooms() error {
	names, _ := s.RoomNames(math.MaxInt)
	return s.answer("rooms", "", names)
}

// AnswerMembers sends the session the list of the users in a room. Errors: [ErrNoRoom],
// [ErrTooMany].
func (s *Session) AnswerMembers(roomName string) error {
	n := seek(roomName)
	nicks := listPool.Get().(*[]string)
	defer giveBack(nicks)
	room := ""
	var err error
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

// RoomNames returns the names of the first most rooms, sorted without case, and the
// number of all rooms.
func (s *Session) RoomNames(most int) (names []string, all int) {
	names = []string{} // not nil: see JSON
	for last := (roomName{}); ; {
		names, all = s.core.someRooms(names, most, &last)
		if len(names) >= min(most, all) || last.name == "" {
			return names, all
		}
	}
}

// someRooms appends the names of the rooms after last: at most stride of them, and most
// in all. It sets last to the last of them, or to nothing if there are none.
func (c *Core) someRooms(names []string, most int, last *roomName) (longer []string, all int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	begin := 0
	if last.name != "" {
		begin, _ = slices.BinarySearchFunc(c.listed, *last, func(r *room, last roomName) int {
			return cmp.Or(cmp.Compare(r.fold, last.fold), cmp.Compare(r.room, last.name), -1) // after last
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

// listLocked adds a room that has its first member to the list of rooms.
func (c *Core) listLocked(r *room) {
	if i, ok := slices.BinarySearchFunc(c.listed, r, byName); !ok {
		c.listed = slices.Insert(c.listed, i, r)
	}
}

// unlistLocked removes ended rooms from the list, which is sorted. ended must be sorted
// in the same way.
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

// shift appends some to kept. It may share kept's array, and be in the right place
// already.
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

// Rooms returns the rooms the session's user is in, sorted without case.
func (s *Session) Rooms() []string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.user.roomNamesLocked(maxRooms)
}

// roomNamesLocked returns the names of the first most rooms that u is in.
func (u *User) roomNamesLocked(most int) []string {
	names := make([]string, min(most, len(u.sorted)))
	for i := range names {
		names[i] = u.sorted[i].room
	}
	return names
}

// Nicks returns the nicks of the users the session can talk to. Those who spoke in a
// channel come first, the most recent first of all. The others are sorted without case.
func (s *Session) Nicks() []string {
	type speaking struct {
		nick string
		last uint64
	}
	var all []speaking
	_ = s.core.strides(s.core.onlineRoster, func(u *User) { // this roster always exists
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

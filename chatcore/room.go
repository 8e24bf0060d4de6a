package chatcore

import (
	"fmt"
	"slices"

	"parley/chatcore/policy"
	"parley/internal/safetext"
)

// room is a channel with members. It exists for users as long as it has a member. While
// sessions only watch it, it is kept, but not shown, until someone enters again.
type room struct {
	channel
	key      string
	life     uint64 // a new number each time it is made; guarded by Core.mu
	maker    string // the address from which it was made; guarded by Core.mu
	members  roster // guarded by Core.mu
	topic    string // guarded by Core.mu
	watchers int    // sessions that receive it without being in it; guarded by Core.mu
}

// roomLocked returns the room with a name.
func (c *Core) roomLocked(n sought) (*room, error) {
	if r := c.rooms[n.key]; r != nil && len(r.members) > 0 && (n.life == 0 || n.life == r.life) {
		return r, nil
	}
	return nil, n.noRoom()
}

// Enter puts the session's user into a room, which is made if necessary. It does nothing
// if they are in it. Errors: [ErrInvalidRoom], [ErrTooMany], [ErrNotOnline],
// [ErrGoingDown].
func (s *Session) Enter(roomName string) error {
	name, err := checkRoom(safetext.Unjoined(roomName))
	if err != nil {
		return err
	}
	c, u := s.core, s.user
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	if u.rooms[name.key] != nil {
		return nil
	}
	if err := s.mayLocked(policy.Enter, c.rooms[name.key]); err != nil {
		return err
	}
	if _, online := c.online.find(u); !online {
		return ErrNotOnline.With(u.nick + " has no session that stays in a room")
	}
	if len(u.rooms) >= maxRooms {
		return ErrTooMany.With(fmt.Sprintf("you are in %d rooms, leave one first", maxRooms))
	}
	r := c.rooms[name.key]
	if r == nil || len(r.members) == 0 {
		if max := c.options.RoomsOfAddress; max > 0 && u.from != "" && c.made[u.from] >= max {
			return ErrTooMany.With(fmt.Sprintf("%d rooms were made from your address, enter one or leave some first", max))
		}
		r = c.makeLocked(r, name, u.from)
	}
	u.enterLocked(r)
	c.reportLocked(&r.channel, u, func(n *notices) { n.joinLocked(u) })
	r.members.add(u)
	for _, t := range u.sessions {
		if t.kind.receives() && t.watching == nil {
			r.add(t)
		}
	}
	return nil
}

// Exit takes the session's user out of a room, and returns the room's name, or "" if they
// are not in such a room. The room ends with its last member. An Interactive session that
// talks there talks to everyone from then on, as its prompt shows. Other sessions keep
// talking there and are refused: what they say must not become public. Errors:
// [ErrNotOnline], [ErrGoingDown].
func (s *Session) Exit(roomName string) (left string, err error) {
	key := seek(roomName).key
	if key == "" {
		return "", nil
	}
	c := s.core
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return "", err
	}
	if s.kind == Interactive && s.target.Load().at().room == key {
		s.talkInLocked(nil)
	}
	r := s.user.rooms[key]
	if r == nil {
		return "", nil
	}
	left = r.room
	c.exitLocked(s.user, r, "")
	return left, nil
}

// exitLocked takes u out of r; why is what others are told.
func (c *Core) exitLocked(u *User, r *room, why string) {
	u.leaveLocked(r)
	c.withdrawLocked(u, r, why)
	c.endIfEmptyLocked(r)
}

// exitAllLocked takes u out of all rooms. It removes ended rooms from the list in one
// pass: u may be the last member of a hundred.
func (c *Core) exitAllLocked(u *User, why string) {
	rooms := u.sorted
	u.rooms, u.sorted = nil, nil
	for _, r := range rooms {
		c.withdrawLocked(u, r, why)
	}
	c.endIfEmptyLocked(rooms...)
}

// withdrawLocked removes u from the members of r.
func (c *Core) withdrawLocked(u *User, r *room, why string) {
	r.members.remove(u)
	for _, s := range u.sessions {
		if s.watching != r {
			r.remove(s)
			s.forgetRoom(r)
		}
	}
	c.reportLocked(&r.channel, u, func(n *notices) { n.leaveLocked(u, why) })
}

// makeLocked makes a room. r is the room of that name that is only watched, or nil.
func (c *Core) makeLocked(r *room, name roomName, maker string) *room {
	if r == nil {
		r = &room{key: name.key}
		c.rooms[r.key] = r
	}
	c.lives++
	r.life, r.maker = c.lives, maker
	c.made[maker]++
	r.call(name)
	c.listLocked(r)
	return r
}

// enterLocked notes that u is in r.
func (u *User) enterLocked(r *room) {
	if u.rooms == nil {
		u.rooms = make(map[string]*room)
	}
	u.rooms[r.key] = r
	if i, ok := slices.BinarySearchFunc(u.sorted, r, byName); !ok {
		u.sorted = slices.Insert(u.sorted, i, r)
	}
}

// leaveLocked notes that u is no longer in r, which still has its name.
func (u *User) leaveLocked(r *room) {
	delete(u.rooms, r.key)
	if i, ok := slices.BinarySearchFunc(u.sorted, r, byName); ok {
		u.sorted = slices.Delete(u.sorted, i, i+1)
	}
}

// endIfEmptyLocked ends those of rooms, sorted by name, that have no members. Their
// history and topic are gone, even if a room is kept for its watchers.
func (c *Core) endIfEmptyLocked(rooms ...*room) {
	var few [8]*room
	ended := few[:0]
	for _, r := range rooms {
		if len(r.members) > 0 {
			continue
		}
		ended = append(ended, r)
		c.unmakeLocked(r)
		r.topic = ""
		r.forget()
		if r.watchers == 0 {
			delete(c.rooms, r.key)
		}
	}
	c.unlistLocked(ended)
}

// watchLocked makes a session receive one room, and neither the public channel nor the
// rooms its user is in.
func (s *Session) watchLocked(r *room) {
	s.watching = r
	r.watchers++
	r.add(s)
}

// unmakeLocked stops counting a room that has ended. It may have done so before: a room
// is looked at again when its last watcher leaves.
func (c *Core) unmakeLocked(r *room) {
	if r.life == 0 {
		return
	}
	r.life = 0
	if c.made[r.maker]--; c.made[r.maker] == 0 {
		delete(c.made, r.maker)
	}
}

func (c *Core) unwatchLocked(s *Session) {
	if r := s.watching; r != nil {
		s.watching = nil
		r.remove(s)
		r.watchers--
		c.endIfEmptyLocked(r)
	}
}

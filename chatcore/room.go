package chatcore

import (
	"errors"
	"fmt"

	"parley/internal/safetext"
)

// room is a space with members. It exists for the chat as long as it has one;
// where sessions only watch it, it is kept unseen for when someone enters again.
type room struct {
	space
	key      string
	members  roster // guarded by Core.mu
	topic    string // guarded by Core.mu
	watchers int    // sessions that hear it without being in it; guarded by Core.mu
}

// roomLocked finds a room by its name.
func (c *Core) roomLocked(roomName string) (*room, error) {
	if r := c.rooms[safetext.Key(roomName)]; r != nil && len(r.members) > 0 {
		return r, nil
	}
	return nil, ErrNoRoom.with(safetext.Label(roomName, safetext.MaxName))
}

// memberLocked finds a room that the session's user is in.
func (s *Session) memberLocked(roomName string) (*room, error) {
	r, err := s.core.roomLocked(roomName)
	if err != nil {
		return nil, err
	}
	if s.user.rooms[r.key] == nil {
		return nil, ErrNotInRoom.with(r.room)
	}
	return r, nil
}

// Enter puts the session's user into a room, which is made if need be; nothing
// if he is in it. Errors: [ErrInvalidRoom], [ErrTooMany], [ErrNotOnline].
func (s *Session) Enter(roomName string) error {
	name, err := safetext.Room(roomName)
	if err != nil {
		return ErrInvalidRoom.with(errors.Unwrap(err).Error())
	}
	key := safetext.Key(name)
	c, u := s.core, s.user
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	if u.rooms[key] != nil {
		return nil
	}
	if _, online := c.online.find(u); !online {
		return ErrNotOnline.with(u.nick + " has no session that stays in a room")
	}
	if len(u.rooms) >= maxRooms {
		return ErrTooMany.with(fmt.Sprintf("you are in %d rooms, leave one first", maxRooms))
	}
	r := c.rooms[key]
	if r == nil {
		r = &room{key: key}
		c.rooms[key] = r
	}
	if len(r.members) == 0 {
		r.call(name)
		c.listLocked(r)
	}
	if u.rooms == nil {
		u.rooms = make(map[string]*room)
	}
	u.rooms[key] = r
	c.reportLocked(&r.space, u, func(n *news) { n.joinLocked(u) })
	r.members.add(u)
	for _, t := range u.sessions {
		if t.kind.hears() && t.watching == nil {
			r.add(t)
		}
	}
	return nil
}

// Exit takes the session's user out of a room, which ends with its last member;
// nothing if he is not in it, or if there is none.
func (s *Session) Exit(roomName string) {
	c := s.core
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := s.user.rooms[safetext.Key(roomName)]; r != nil {
		c.exitLocked(s.user, r, "")
	}
}

// exitLocked takes u out of r; why is what the others are told of it.
func (c *Core) exitLocked(u *User, r *room, why string) {
	delete(u.rooms, r.key)
	r.members.remove(u)
	for _, s := range u.sessions {
		if s.watching != r {
			r.remove(s)
			s.forgetRoom(r)
		}
	}
	c.reportLocked(&r.space, u, func(n *news) { n.leaveLocked(u, why) })
	c.endIfEmptyLocked(r)
}

// endIfEmptyLocked ends a room without members. What was said there and what it
// was about is gone, even if it is kept for who watches it.
func (c *Core) endIfEmptyLocked(r *room) {
	if len(r.members) > 0 {
		return
	}
	c.unlistLocked(r)
	r.topic = ""
	r.forget()
	if r.watchers == 0 {
		delete(c.rooms, r.key)
	}
}

// watchLocked makes a session hear one room, and neither what is said publicly
// nor the rooms its user is in.
func (s *Session) watchLocked(r *room) {
	s.watching = r
	r.watchers++
	r.add(s)
}

func (c *Core) unwatchLocked(s *Session) {
	if r := s.watching; r != nil {
		s.watching = nil
		r.remove(s)
		r.watchers--
		c.endIfEmptyLocked(r)
	}
}

package chatcore

import "time"

// Member is a user as tables show them.
type Member struct {
	Nick      string
	Identity  Principal
	Away      string // why, if they have said so
	IsAway    bool
	AwaySince time.Time
	Idle      time.Duration // since they last did anything
	Since     time.Time     // when they joined
	Rooms     []string      // the rooms they are in, sorted: only the first few for [Session.Who]
	InRooms   int           // how many rooms they are in
	Sessions  int
}

// Who, like !members and !users, returns the users in a room, or those online if roomName
// is empty: the first most of them, sorted without case, and the number of all. Errors:
// [ErrNoRoom].
func (s *Session) Who(roomName string, most int) (members []Member, all int, err error) {
	c, n := s.core, seek(roomName)
	c.mu.RLock()
	defer c.mu.RUnlock()
	list := c.online
	if roomName != "" {
		r, err := c.roomLocked(n)
		if err != nil {
			return nil, 0, err
		}
		list = r.members
	}
	for _, u := range list[:min(most, len(list))] {
		members = append(members, u.memberLocked(fewRooms))
	}
	return members, len(list), nil
}

// Member returns the user who has a nick and can be talked to. Errors: [ErrNoUser].
func (s *Session) Member(nick string) (Member, error) {
	n := seekNick(nick)
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	u, err := s.core.userLocked(n)
	if err != nil {
		return Member{}, err
	}
	return u.memberLocked(maxRooms), nil
}

// fewRooms is how many rooms of each user a table names. A user may be in a hundred, and
// a hundred users may be listed.
const fewRooms = 5

func (u *User) memberLocked(rooms int) Member {
	m := Member{
		Nick: u.nick, Identity: u.identity, Idle: u.idle(),
		Since: u.since, Rooms: u.roomNamesLocked(rooms), InRooms: len(u.sorted), Sessions: len(u.sessions),
	}
	if u.away != nil {
		m.IsAway, m.Away, m.AwaySince = true, u.away.text, u.away.since
	}
	return m
}

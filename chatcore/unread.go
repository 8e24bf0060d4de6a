package chatcore

import (
	"slices"
	"sync"
)

// maxUnread is the maximum number of destinations with an unread count. The one that has
// been quiet longest is dropped for a new one.
const maxUnread = 100

// Unread is how much others have said in a destination where the session does not talk.
type Unread struct {
	Place Destination
	N     int
}

// unread is what a person at a prompt may want to look at next. Only Interactive sessions
// have it.
type unread struct {
	mu        sync.Mutex
	places    []unreadPlace // the most recent last
	whisperer *User         // the user who last said something in private
}

type unreadPlace struct {
	destinationKey
	name string // of the room, as it is shown
	n    int
}

// countUnread counts a message that the session is given, unless the session talks there.
func (s *Session) countUnread(d *broadcast) {
	private := d.where.user != nil
	if !private && s.target.Load().at() == d.where {
		return
	}
	un := s.unread
	un.mu.Lock()
	defer un.mu.Unlock()
	if private {
		un.whisperer = d.where.user
		s.retie(un.whisperer)
	}
	if s.target.Load().at() != d.where {
		un.countLocked(d.where, d.event.Room, 1+len(d.then))
		s.changes.Add(1)
	}
}

// retie points a session that talks to a user at u, if u is the same person who has come
// back.
func (s *Session) retie(u *User) {
	t := s.target.Load()
	if t != nil && t.user != nil && t.user != u && t.user.identity.Same(u.identity) {
		s.target.CompareAndSwap(t, &resolved{destinationKey: destinationKey{user: u}})
	}
}

// countLocked makes the destination the most recent, with n more messages in it.
func (un *unread) countLocked(where destinationKey, name string, n int) {
	last := len(un.places) - 1
	for i := last; i >= 0; i-- {
		if p := &un.places[i]; p.destinationKey == where {
			if n += p.n; i == last {
				p.n = n
				return
			}
			un.places = slices.Delete(un.places, i, i+1)
			break
		}
	}
	if len(un.places) == maxUnread {
		un.places = slices.Delete(un.places, 0, 1)
	}
	un.places = append(un.places, unreadPlace{where, name, n})
}

// readLocked removes the count of a destination.
func (un *unread) readLocked(where destinationKey) {
	un.places = slices.DeleteFunc(un.places, func(p unreadPlace) bool { return p.destinationKey == where })
}

// Unread returns what others have said in the destinations where the session does not
// talk, since it last talked there, the most recent first. Only an Interactive session
// has any. Users who have left are omitted: they can no longer be talked to.
func (s *Session) Unread() []Unread {
	if s.unread == nil {
		return nil
	}
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	s.unread.mu.Lock()
	defer s.unread.mu.Unlock()
	s.unread.places = slices.DeleteFunc(s.unread.places, func(p unreadPlace) bool {
		return p.user != nil && !s.core.onlineLocked(p.user)
	})
	var list []Unread
	for _, p := range slices.Backward(s.unread.places) {
		place := Destination{Room: p.name}
		if p.user != nil {
			place.Nick = p.user.nick
		}
		list = append(list, Unread{place, p.n})
	}
	return list
}

// forgetRoom removes the count of a room that the session's user has left.
func (s *Session) forgetRoom(r *room) {
	if s.unread == nil {
		return
	}
	s.unread.mu.Lock()
	defer s.unread.mu.Unlock()
	s.unread.readLocked(destinationKey{room: r.key})
	s.changes.Add(1)
	s.receiver.Ready()
}

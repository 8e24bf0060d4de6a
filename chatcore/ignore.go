package chatcore

import (
	"fmt"
	"slices"
)

// maxIgnored is the maximum number of users that one user can ignore: each delivery to
// them searches the list.
const maxIgnored = 100

// ignored is a user whose words another user does not want. A user with a proven identity
// is recognized by it under any nick. A guest is recognized as that user, and by the nick
// they had, because a guest who reconnects is another user. A verified user who has that
// nick is a different person.
type ignored struct {
	speaker
	nick string // at the time
}

func (i ignored) is(by speaker) bool {
	if !i.identity.Guest() {
		return i.identity.Same(by.identity)
	}
	return i.serial == by.serial || by.identity.Guest() && i.key == by.key
}

// ignores reports whether u ignores this speaker.
func (u *User) ignores(by speaker) bool {
	list := u.ignoring.Load()
	return list != nil && slices.ContainsFunc(*list, func(i ignored) bool { return i.is(by) })
}

// ignoredNow returns the list of users whom u ignores. The list is read without a lock:
// it is never changed, only replaced.
func (u *User) ignoredNow() []ignored {
	if list := u.ignoring.Load(); list != nil {
		return *list
	}
	return nil
}

// Ignore makes the session's user hear no more of what the user with a nick says. Errors:
// [ErrNoUser], [ErrCannotIgnore], [ErrTooMany], [ErrNotOnline], [ErrGoingDown].
func (s *Session) Ignore(nick string) error {
	c, u, n := s.core, s.user, seekNick(nick)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	other, ok := c.metLocked(n)
	list := u.ignoredNow()
	switch {
	case !ok:
		return n.noUser()
	case other.serial == u.serial || other.identity.Same(u.identity):
		return ErrCannotIgnore.With(other.nick + " is you")
	case u.ignores(other.speaker):
		return nil
	case len(list) >= maxIgnored:
		return ErrTooMany.With(fmt.Sprintf("you ignore %d people, unignore one first", maxIgnored))
	}
	longer := append(slices.Clone(list), other)
	u.ignoring.Store(&longer)
	return nil
}

// metLocked returns the user who has a nick. Otherwise it returns the one who had it
// last, of those who left lately: users who say something and leave at once can be
// ignored too.
func (c *Core) metLocked(n sought) (who ignored, ok bool) {
	if u := c.users[n.key]; u != nil {
		return ignored{u.speakerLocked(), u.nick}, true
	}
	return c.departed.find(n.key)
}

// Ignored returns the nicks of the users whom the session's user ignores, as they were
// when they were ignored.
func (s *Session) Ignored() (nicks []string) {
	for _, i := range s.user.ignoredNow() {
		nicks = append(nicks, i.nick)
	}
	return nicks
}

// Unignore ends what [Session.Ignore] began. It removes the user who has the nick now, or
// else the one who had it when they were ignored: they may have left. Errors:
// [ErrNotIgnored], [ErrNotOnline], [ErrGoingDown].
func (s *Session) Unignore(nick string) error {
	c, u, n := s.core, s.user, seekNick(nick)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	match := func(i ignored) bool { return i.key == n.key }
	if other := c.users[n.key]; other != nil && u.ignores(other.speakerLocked()) {
		match = func(i ignored) bool { return i.is(other.speakerLocked()) }
	}
	list := u.ignoredNow()
	shorter := slices.DeleteFunc(slices.Clone(list), match)
	switch len(shorter) {
	case len(list):
		return ErrNotIgnored.With(n.label)
	case 0:
		u.ignoring.Store(nil)
	default:
		u.ignoring.Store(&shorter)
	}
	return nil
}

package chatcore

import (
	"fmt"
	"slices"
	"strings"

	"parley/internal/lineproto"
)

// maxIgnored bounds what one user can make every delivery to him look through.
const maxIgnored = 100

// ignored is someone whose words a user does not want. Who has proven an identity
// is known by it under any nick; a guest as the user he is, and under the nick he
// had, since coming again is all it takes to be another user. A verified user who
// has that nick is somebody else.
type ignored struct {
	speaker
	nick string // as it was then
}

func (i ignored) is(by speaker) bool {
	if i.identity != "" {
		return i.identity == by.identity
	}
	return i.serial == by.serial || by.identity == "" && i.key == by.key
}

// ignores tells whether u wants nothing said by this speaker.
func (u *User) ignores(by speaker) bool {
	list := u.ignoring.Load()
	return list != nil && slices.ContainsFunc(*list, func(i ignored) bool { return i.is(by) })
}

// ignoredNow is whom u ignores. The list is never changed, only replaced: it
// is read without a lock.
func (u *User) ignoredNow() []ignored {
	if list := u.ignoring.Load(); list != nil {
		return *list
	}
	return nil
}

func (s *Session) ignore(args string) error {
	nick, rest := lineproto.Word(args)
	switch {
	case strings.Trim(rest, " ") != "":
		return errMissing
	case nick == "":
		s.Note(s.ignoredNote())
		return nil
	}
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
	case other.serial == u.serial || other.identity != "" && other.identity == u.identity:
		return ErrCannotIgnore.with(other.nick + " is you")
	case u.ignores(other.speaker):
		return nil
	case len(list) >= maxIgnored:
		return ErrTooMany.with(fmt.Sprintf("you ignore %d people, unignore one first", maxIgnored))
	}
	longer := append(slices.Clone(list), other)
	u.ignoring.Store(&longer)
	return nil
}

// metLocked is who has a nick, or else had it last, of those who left of late: whoever says
// something and is gone at once can be ignored too.
func (c *Core) metLocked(n sought) (who ignored, ok bool) {
	if u := c.users[n.key]; u != nil {
		return ignored{u.speakerLocked(), u.nick}, true
	}
	return c.departed.find(n.key)
}

func (s *Session) ignoredNote() string {
	list := s.user.ignoredNow()
	if len(list) == 0 {
		return "you ignore nobody"
	}
	var nicks []string
	for _, i := range list {
		nicks = append(nicks, i.nick)
	}
	return "you ignore: " + strings.Join(nicks, " ")
}

// unignore takes the one who has the nick now, or else had it when he was
// ignored: he may have left.
func (s *Session) unignore(args string) error {
	nick, err := oneWord(args)
	if err != nil {
		return err
	}
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
		return ErrNotIgnored.with(n.label)
	case 0:
		u.ignoring.Store(nil)
	default:
		u.ignoring.Store(&shorter)
	}
	return nil
}

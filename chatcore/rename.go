package chatcore

import (
	"parley/chatcore/policy"
	"parley/internal/safetext"
)

// Rename gives the session's user another nick, a word of a safe text. It returns the
// nick as it is shown, or "" if the user already had exactly that nick. Errors:
// [ErrInvalidNick], [ErrNickInUse], [ErrNotOnline], [ErrGoingDown].
func (s *Session) Rename(nick string) (now string, err error) {
	to, err := checkNick(safetext.Unjoined(nick))
	if err != nil {
		return "", err
	}
	c, u := s.core, s.user
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return "", err
	}
	if err := s.mayLocked(policy.Rename, nil); err != nil {
		return "", err
	}
	if other, ok := c.ownerLocked(to); !ok || other != nil && other != u {
		return "", ErrNickInUse.With(to.nick)
	}
	if held := c.holds.against(to, u.identity); held != nil {
		return "", held.refusal(to.nick)
	}
	if u.nick == to.nick {
		return "", nil
	}
	before, after := u.person(), person{u, to.nick, to.key}
	online := c.renameLocked(u, to)
	c.renames.Add(1)
	u.promptsLocked()
	c.promptPartnersLocked(u)
	if online {
		c.reportLocked(&c.public, u, func(n *notices) {
			n.other = append(n.other, func(by called) string { return by(before) + " is now " + by(after) })
		})
	}
	return to.nick, nil
}

// promptsLocked has the prompts of u drawn again, because something they show has
// changed.
func (u *User) promptsLocked() {
	for _, s := range u.sessions {
		if s.kind == Interactive {
			s.changes.Add(1)
			s.receiver.Ready()
		}
	}
}

// promptPartnersLocked has the prompts of all users who have talked to u in private drawn
// again: they may name u.
func (c *Core) promptPartnersLocked(u *User) {
	c.private.Lock()
	defer c.private.Unlock()
	for _, talk := range u.conversations {
		for _, other := range talk.users {
			if other != u {
				other.promptsLocked()
			}
		}
	}
}

// renameLocked gives u the nick to and sorts u again in all rosters. It reports whether u
// is online.
func (c *Core) renameLocked(u *User, to name) bool {
	rosters := []*roster{&c.online}
	for _, r := range u.rooms {
		rosters = append(rosters, &r.members)
	}
	_, online := c.online.find(u)
	for _, r := range rosters {
		r.remove(u)
	}
	c.disownLocked(u)
	u.name = to
	c.ownLocked(u)
	for _, r := range rosters {
		if online {
			r.add(u)
		}
	}
	return online
}

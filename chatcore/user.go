package chatcore

import (
	"sync/atomic"
	"time"
)

// User is a person online: a nick, and the sessions that share it. Core.mu guards the
// fields that are neither atomic nor constant.
type User struct {
	serial   uint64    // never changes; no other user has had it
	identity Principal // never changes
	from     string    // never changes: the address of the first session, for limits per address
	since    time.Time

	name
	sessions      []*Session
	rooms         map[string]*room // by key
	sorted        []*room          // the same, sorted by name without case
	away          *absence         // never changed, only replaced; nil for most
	conversations []*conversation  // the most recent last; guarded by Core.private

	active   atomic.Int64              // when a session was last active, in nanoseconds after since, so that setting the clock does not change it
	spoke    atomic.Uint64             // the number of their last message in a channel
	ignoring atomic.Pointer[[]ignored] // replaced, never changed; nil for most
}

// newUserLocked adds a user.
func (c *Core) newUserLocked(n name, a JoinRequest) *User {
	c.serial++
	u := &User{serial: c.serial, identity: a.Identity, from: a.From, since: time.Now(), name: n}
	c.ownLocked(u)
	return u
}

// ownLocked makes u the owner of their nick.
func (c *Core) ownLocked(u *User) {
	c.users[u.key], c.users[u.drawn] = u, u
	c.holds.dropAll(u.name)
}

// disownLocked frees the nick of u for others.
func (c *Core) disownLocked(u *User) {
	delete(c.users, u.key)
	delete(c.users, u.drawn)
}

// listeners counts the user's sessions that receive what others say, and those that
// announce their presence.
func (u *User) listeners() (all, loud int) {
	for _, s := range u.sessions {
		if s.kind.receives() {
			all++
		}
		if s.kind.announcesPresence() {
			loud++
		}
	}
	return all, loud
}

// idle returns how long the user has done nothing.
func (u *User) idle() time.Duration { return time.Since(u.since) - time.Duration(u.active.Load()) }

// Touch notes that the session's user did something. Saying something does so by itself.
func (s *Session) Touch() { s.user.touch() }

// touch notes that the user did something.
func (u *User) touch() { u.active.Store(int64(time.Since(u.since))) }

// onlineLocked reports whether u is still online and can be talked to.
func (c *Core) onlineLocked(u *User) bool {
	if c.users[u.key] != u {
		return false
	}
	_, online := c.online.find(u)
	return online
}

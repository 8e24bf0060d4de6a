package chatcore

import (
	"sync/atomic"
	"time"
)

// User is a person online: a nick, and the sessions that share it. What is not
// atomic is guarded by Core.mu, but for what never changes.
type User struct {
	serial   uint64 // never changes; no other user has had it
	identity string // never changes: the key fingerprint that was proven; empty for a guest
	from     string // never changes: the address of the first session, for limits of an address
	since    time.Time

	name
	sessions      []*Session
	rooms         map[string]*room // by key
	sorted        []*room          // the same, sorted by their names without case
	away          *absence         // never changed, only replaced; nil for most
	conversations []*conversation  // the most recent last; guarded by Core.private

	active   atomic.Int64              // when a session last did anything, in nanoseconds after since: no clock that is set changes it
	spoke    atomic.Uint64             // the number of the last thing said publicly or in a room
	ignoring atomic.Pointer[[]ignored] // replaced, never changed; nil for most
}

// newUserLocked brings a user into being.
func (c *Core) newUserLocked(n name, a JoinRequest) *User {
	c.serial++
	u := &User{serial: c.serial, identity: a.Identity, from: a.From, since: time.Now(), name: n}
	c.ownLocked(u)
	return u
}

// ownLocked makes u the owner of the nick.
func (c *Core) ownLocked(u *User) {
	c.users[u.key], c.users[u.drawn] = u, u
	c.holds.dropAll(u.name)
}

// disownLocked makes the nick of u free for others.
func (c *Core) disownLocked(u *User) {
	delete(c.users, u.key)
	delete(c.users, u.drawn)
}

// listeners counts the user's sessions that receive what others say, and those
// among them whose coming and going is news.
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

// idle is how long the user has done nothing.
func (u *User) idle() time.Duration { return time.Since(u.since) - time.Duration(u.active.Load()) }

// touch notes that the user did something.
func (u *User) touch() { u.active.Store(int64(time.Since(u.since))) }

// onlineLocked tells whether u is, or still is, someone who can be talked to.
func (c *Core) onlineLocked(u *User) bool {
	if c.users[u.key] != u {
		return false
	}
	_, online := c.online.find(u)
	return online
}

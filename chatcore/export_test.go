package chatcore

import "time"

// KeptRooms is how many rooms are held, those without a member too, and spaces
// with news to tell.
func (c *Core) KeptRooms() (rooms, newsy int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.rooms), len(c.withNotices)
}

// Conversations is how many private conversations are held, each counted for both
// of its users.
func (c *Core) Conversations() (n int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	c.private.Lock()
	defer c.private.Unlock()
	for _, u := range c.users {
		n += len(u.conversations)
	}
	return n
}

// PastBytes is how much is kept of what was said, in all places.
func (c *Core) PastBytes() int64 { return c.historyBytes.Load() }

// MaxPastAll is how much that may be.
const MaxPastAll = maxPastAll

// WatchLock has held told each time the core's lock was held, and for how long. Nobody
// else may use the core then.
func (c *Core) WatchLock(held func(time.Duration)) { c.mu.held = held }

// Holds is how many nicks are held for the keys that had them.
func (c *Core) Holds() (n int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, held := range c.holds.of {
		n += len(held)
	}
	return n
}

// AnswerLines is answerLines.
var AnswerLines = answerLines

// RoomsMade is of how many addresses there are rooms.
func (c *Core) RoomsMade() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.made)
}

package chatcore

import "time"

// KeptRooms returns the number of rooms held, including those without members, and of
// channels with notices to send.
func (c *Core) KeptRooms() (rooms, newsy int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.rooms), len(c.withNotices)
}

// Conversations returns the number of private conversations held, each counted for both
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

// PastBytes returns the bytes of history in all rooms and conversations.
func (c *Core) PastBytes() int64 { return c.historyBytes.Load() }

// MaxPastAll is the limit of PastBytes.
const MaxPastAll = maxPastAll

// WatchLock has held called each time the core's lock was held, with how long. No other
// goroutine may use the core meanwhile.
func (c *Core) WatchLock(held func(time.Duration)) { c.mu.held = held }

// Holds returns the number of nicks held for the keys that had them.
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

// RoomsMade returns the number of addresses from which existing rooms were made.
func (c *Core) RoomsMade() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.made)
}

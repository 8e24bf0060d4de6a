package chatcore

import (
	"slices"
	"sync"
)

// maxConversations is how many private conversations are kept for each user; the
// one that has rested longest is dropped for another.
const maxConversations = 32

// conversation is what two users said to each other alone. It is forgotten when
// either of them leaves.
type conversation struct {
	users [2]*User

	mu      sync.Mutex
	history ring
}

// conversation returns the conversation of a and b, who may be one, as the most
// recent of both.
func (c *Core) conversation(a, b *User) *conversation {
	c.private.Lock()
	defer c.private.Unlock()
	talk := a.conversationWithLocked(b)
	if talk == nil {
		talk = &conversation{users: [2]*User{a, b}}
	}
	talk.dropLocked()
	for _, u := range []*User{a, b} {
		if len(u.conversations) == maxConversations {
			u.conversations[0].forgetLocked()
		}
	}
	a.conversations = append(a.conversations, talk)
	if a != b {
		b.conversations = append(b.conversations, talk)
	}
	return talk
}

// Partners lists whom the session's user has written with alone and can write to, the most
// recent first.
func (s *Session) Partners() (nicks []string) {
	c, u := s.core, s.user
	c.mu.RLock()
	defer c.mu.RUnlock()
	c.private.Lock()
	defer c.private.Unlock()
	for _, talk := range slices.Backward(u.conversations) {
		for _, other := range talk.users {
			if other != u && c.onlineLocked(other) {
				nicks = append(nicks, other.nick)
			}
		}
	}
	return nicks
}

// findConversation returns the conversation of a and b, or nil.
func (c *Core) findConversation(a, b *User) *conversation {
	c.private.Lock()
	defer c.private.Unlock()
	return a.conversationWithLocked(b)
}

// forgetConversations forgets all conversations of u.
func (c *Core) forgetConversations(u *User) {
	c.private.Lock()
	defer c.private.Unlock()
	for len(u.conversations) > 0 {
		u.conversations[0].forgetLocked()
	}
}

// conversationWithLocked finds the conversation of u and with. Core.private is held.
func (u *User) conversationWithLocked(with *User) *conversation {
	for _, talk := range slices.Backward(u.conversations) {
		if talk.users == [2]*User{u, with} || talk.users == [2]*User{with, u} {
			return talk
		}
	}
	return nil
}

// forgetLocked takes the conversation from both users for good. Who is adding to it
// at this moment adds to what is forgotten.
func (t *conversation) forgetLocked() {
	t.dropLocked()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.history.forget()
	t.history.closed = true
}

// dropLocked takes the conversation from both users. Core.private is held.
func (t *conversation) dropLocked() {
	for _, u := range t.users {
		if i := slices.Index(u.conversations, t); i >= 0 {
			u.conversations = slices.Delete(u.conversations, i, i+1)
		}
	}
}

package chatcore

import (
	"slices"
	"sync"
)

// maxConversations is the maximum number of private conversations kept for each user. The
// one that has been quiet longest is dropped for a new one.
const maxConversations = 32

// conversation is what two users said to each other in private. It is forgotten when
// either of them leaves.
type conversation struct {
	users [2]*User

	mu      sync.Mutex
	history ring
}

// conversation returns the conversation of a and b, which may be the same user. It
// becomes the most recent of both.
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

// Partners returns the nicks of the users with whom the session's user has talked in
// private and still can, the most recent first.
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

// findConversation returns the conversation of a and b, or nil if they have none.
func (c *Core) findConversation(a, b *User) *conversation {
	c.private.Lock()
	defer c.private.Unlock()
	return a.conversationWithLocked(b)
}

// forgetConversations drops all conversations of u.
func (c *Core) forgetConversations(u *User) {
	c.private.Lock()
	defer c.private.Unlock()
	for len(u.conversations) > 0 {
		u.conversations[0].forgetLocked()
	}
}

// conversationWithLocked returns the conversation of u and with, or nil. Core.private is
// held.
func (u *User) conversationWithLocked(with *User) *conversation {
	for _, talk := range slices.Backward(u.conversations) {
		if talk.users == [2]*User{u, with} || talk.users == [2]*User{with, u} {
			return talk
		}
	}
	return nil
}

// forgetLocked removes the conversation from both users for good. A message that is being
// added at that moment is forgotten too.
func (t *conversation) forgetLocked() {
	t.dropLocked()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.history.forget()
	t.history.closed = true
}

// dropLocked removes the conversation from both users. Core.private is held.
func (t *conversation) dropLocked() {
	for _, u := range t.users {
		if i := slices.Index(u.conversations, t); i >= 0 {
			u.conversations = slices.Delete(u.conversations, i, i+1)
		}
	}
}

// Package chatcore is the chat itself: users, rooms, messages, commands and
// outboxes. It knows no network and no disk, and starts no goroutine: every
// method runs on the caller's goroutine and waits for no client.
//
// A front end calls [Core.Join] for each connection that may talk, feeds the lines it
// reads to [Session.Do] or [Session.DoAll], writes what [Session.Take] yields, and calls
// [Session.Leave] when the connection is over.
//
// # Locks
//
// They are taken in this order and never in another:
//
//  1. Core.mu: who is online, who is in which room.
//  2. Core.private: which private conversations there are.
//  3. space.mu: who hears what is said in one place. Publishing is one critical
//     section under it, so all who hear a place hear it in one order.
//     conversation.mu is the same for what two users say to each other. Nobody
//     takes two of these.
//  4. unread.mu: what a person at a prompt has not looked at.
//  5. outbox.mu: what is owed to one session.
//
// Receiver's methods are called with any of them held.
package chatcore

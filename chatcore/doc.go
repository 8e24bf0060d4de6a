// Package chatcore is the chat itself: users, rooms, messages and outboxes. It
// knows no network and no disk, and starts no goroutine. Every method runs on the
// caller's goroutine and waits for no client.
//
// A front end calls [Core.Join] for each connection that joins the chat. It
// parses the lines it reads with package command, writes what [Session.Take] returns, and
// calls [Session.Leave] when the connection is over.
//
// # Locks
//
// Locks are always taken in this order:
//
//  1. Core.mu: the users online, and the members of each room.
//  2. Core.private: the list of private conversations.
//  3. channel.mu: the subscribers of one channel. Publishing is one critical
//     section under it, so all subscribers see one order. conversation.mu is the
//     same for two users who talk in private. No goroutine holds two of these.
//  4. unread.mu: what the user of an Interactive session has not read.
//  5. outbox.mu: what waits for one session.
//
// Receiver's methods are called with any of them held.
package chatcore

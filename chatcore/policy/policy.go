// Package policy says who may do what, and where. It is one pure function over one table,
// which the core asks wherever something is about to happen. A role or a punishment is a
// new column of the table, and not a condition elsewhere.
package policy

import "errors"

// Action is something that a person asks for.
type Action uint8

// The actions.
const (
	Join     Action = iota // come into the chat
	Rename                 // take another nick
	Enter                  // enter a room, or make it
	Watch                  // receive what is said in a room without being in it
	Speak                  // say something, or tell what one does
	Whisper                // say something to one person
	SetTopic               // say what a room is about
	Read                   // read what was said before
	actions
)

// Place is where an action happens.
type Place uint8

// The places.
const (
	Public Place = iota // everyone is there
	Room                // its members are there
	places
)

// Actor is what matters about the person who asks.
type Actor struct {
	Guest    bool // no key proves who they are
	Member   bool // they are in the room
	Visiting bool // a command session, which need not enter a room to speak there
}

// ErrNotMember says that only a member of the room may do that.
var ErrNotMember = errors.New("only a member of the room may do that")

// rule decides for one action at one place.
type rule func(Actor) error

func anyone(Actor) error { return nil }

func members(a Actor) error {
	if !a.Member {
		return ErrNotMember
	}
	return nil
}

func membersAndVisitors(a Actor) error {
	if a.Visiting {
		return nil
	}
	return members(a)
}

// table has the rule for each action, in public and in a room.
var table = [actions][places]rule{
	Join:     {anyone, anyone},
	Rename:   {anyone, anyone},
	Enter:    {anyone, anyone},
	Watch:    {anyone, anyone},
	Speak:    {anyone, membersAndVisitors},
	Whisper:  {anyone, anyone},
	SetTopic: {members, members}, // public has no topic and no members
	Read:     {anyone, members},
}

// Decide returns nil if the actor may do that, and otherwise why not. Errors:
// [ErrNotMember].
func Decide(a Actor, do Action, where Place) error { return table[do][where](a) }

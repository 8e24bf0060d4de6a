package chatcore

import (
	"errors"
	"strings"

	"parley/internal/safetext"
)

// Making the keys of a name takes microseconds; those of a long one in a strange script
// take many. So names are prepared before any lock of the core is taken: one to be taken
// as a [name], one to be looked up as a [sought].

// name is a valid nick in the forms it is used in. nick is how it is shown, and fold is
// its sort key. key and drawn are the two keys no other nick may share; drawn takes the
// letters exactly as they are.
type name struct{ nick, key, drawn, fold string }

// GuestMark stands before the nick of a guest wherever people see it. It is no part of
// the nick, but people type what they see. So it is accepted wherever a nick is expected.
const GuestMark = "~"

// checkNick returns s as a nick that may be taken. Errors: [ErrInvalidNick],
// [ErrNickInUse] for a reserved nick.
func checkNick(s string) (name, error) {
	nick, err := safetext.Nick(unmarked(s))
	if err != nil {
		return name{}, ErrInvalidNick.With(errors.Unwrap(err).Error())
	}
	if safetext.Reserved(nick) {
		return name{}, ErrNickInUse.With(nick + " is reserved")
	}
	nick = strings.Clone(nick) // cloned: it outlives the line it is part of
	return name{nick, safetext.Key(nick), safetext.Drawn(nick), safetext.Fold(nick)}, nil
}

// roomName is a valid room name in the forms it is used in.
type roomName struct{ name, key, fold string }

// checkRoom returns s as the name of a room that may be made. Errors: [ErrInvalidRoom].
func checkRoom(s string) (roomName, error) {
	room, err := safetext.Room(s)
	if err != nil {
		return roomName{}, ErrInvalidRoom.With(errors.Unwrap(err).Error())
	}
	if safetext.Reserved(room) {
		return roomName{}, ErrInvalidRoom.With(room + " is reserved")
	}
	room = strings.Clone(room) // cloned: it outlives the line it is part of
	return roomName{room, safetext.Key(room), safetext.Fold(room)}, nil
}

// sought is the name of a user or room to look up: its key, and how the name is shown to
// the user who asks.
type sought struct {
	key, label string
	life       uint64 // of a room: which of the rooms that had the name; 0 means the current one
}

// seek prepares a name. The key is empty only if the name is empty.
func seek(name string) sought {
	key := safetext.Key(name)
	if key == "" {
		key = name // only invisible letters: it is no name
	}
	return sought{key: key, label: safetext.Label(safetext.Unjoined(name), safetext.MaxName)}
}

// seekNick prepares the nick of a user.
func seekNick(nick string) sought { return seek(unmarked(nick)) }

// unmarked returns a nick without the mark of a guest. The mark alone is returned
// unchanged.
func unmarked(nick string) string {
	if rest, ok := strings.CutPrefix(nick, GuestMark); ok && rest != "" {
		return rest
	}
	return nick
}

// noUser returns the error for a user who is not online.
func (n sought) noUser() error { return ErrNoUser.With(n.label) }

// noRoom returns the error for a room that does not exist.
func (n sought) noRoom() error { return ErrNoRoom.With(n.label) }

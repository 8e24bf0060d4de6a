package chatcore

import (
	"errors"
	"strings"

	"parley/internal/safetext"
)

// To make the keys of a name takes microseconds, and of a long one in a strange script
// many. So a name is prepared before any lock of the core is taken: one that is taken,
// as a [name]; one that is looked for, as a [sought].

// name is a valid nick in the forms it is used in: as it is shown; the two keys no
// other nick may share, of which drawn goes by the letters just as they are; and for
// sorting.
type name struct{ nick, key, drawn, fold string }

// GuestMark stands before the nick of a guest where people see it. It is no part of the
// nick, but people type what they see: it is forgiven wherever a nick is expected.
const GuestMark = "~"

// checkNick returns s as a nick that may be taken. Errors: [ErrInvalidNick],
// [ErrNickInUse] for a reserved one.
func checkNick(s string) (name, error) {
	nick, err := safetext.Nick(unmarked(s))
	if err != nil {
		return name{}, ErrInvalidNick.with(errors.Unwrap(err).Error())
	}
	if safetext.Reserved(nick) {
		return name{}, ErrNickInUse.with(nick + " is reserved")
	}
	nick = strings.Clone(nick) // it outlives the line it is a part of
	return name{nick, safetext.Key(nick), safetext.Drawn(nick), safetext.Fold(nick)}, nil
}

// roomName is a valid name of a room in the forms it is used in.
type roomName struct{ name, key, fold string }

// checkRoom returns s as the name of a room that may be made. Errors: [ErrInvalidRoom].
func checkRoom(s string) (roomName, error) {
	room, err := safetext.Room(s)
	if err != nil {
		return roomName{}, ErrInvalidRoom.with(errors.Unwrap(err).Error())
	}
	if safetext.Reserved(room) {
		return roomName{}, ErrInvalidRoom.with(room + " is reserved")
	}
	room = strings.Clone(room) // it outlives the line it is a part of
	return roomName{room, safetext.Key(room), safetext.Fold(room)}, nil
}

// sought is a name somebody asks for, of a user or a room: what it is compared by, and
// how it is shown to them.
type sought struct {
	key, label string
	life       uint64 // of a room: which of those that had the name; 0 for whichever there is
}

// seek prepares a name. The key is empty for an empty name only.
func seek(name string) sought {
	key := safetext.Key(name)
	if key == "" {
		key = name // of letters that are not seen: it is no name
	}
	return sought{key: key, label: safetext.Label(safetext.Unjoined(name), safetext.MaxName)}
}

// seekNick prepares the nick of a user.
func seekNick(nick string) sought { return seek(unmarked(nick)) }

// unmarked is a nick without the mark of a guest. The mark alone stays as it is.
func unmarked(nick string) string {
	if rest, ok := strings.CutPrefix(nick, GuestMark); ok && rest != "" {
		return rest
	}
	return nick
}

// noUser refuses a request for a user who is not there.
func (n sought) noUser() error { return ErrNoUser.with(n.label) }

// noRoom refuses a request for a room there is not.
func (n sought) noRoom() error { return ErrNoRoom.with(n.label) }

package chatcore

import (
	"fmt"
	"unicode/utf8"

	"parley/internal/proto"
)

// Error says that a request was refused and changed nothing. The client that asked
// receives it as "!error What: Detail".
type Error struct {
	What   string // the kind of refusal, for a program to compare
	Detail string // with what, and what to do, for a person
}

func (e *Error) Error() string { return e.What + ": " + e.Detail }

// Is reports whether target is a refusal of the same kind.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.What == e.What && (t.Detail == "" || t.Detail == e.Detail)
}

// The kinds of refusal, for errors.Is.
var (
	ErrNoUser       = &Error{What: "no such user"}
	ErrNoRoom       = &Error{What: "no such room"}
	ErrNotInRoom    = &Error{What: "not in room"}
	ErrNickInUse    = &Error{What: "nick in use"}
	ErrInvalidNick  = &Error{What: "invalid nick"}
	ErrInvalidRoom  = &Error{What: "invalid room"}
	ErrTooMany      = &Error{What: "too many"}
	ErrNotOnline    = &Error{What: "not online"}
	ErrGoingDown    = &Error{What: "going down"}
	ErrLineTooLong  = &Error{What: "line too long"}
	ErrTooLong      = &Error{What: "too long"}
	ErrCannotIgnore = &Error{What: "cannot ignore"}
	ErrNotIgnored   = &Error{What: "not ignored"}
)

// LineTooLong returns the refusal of a line of more than max bytes. 0 means
// [proto.MaxRun], which no limit exceeds.
func LineTooLong(max int) *Error {
	if max <= 0 {
		max = proto.MaxRun
	}
	return ErrLineTooLong.With(fmt.Sprintf("%d bytes at most", max))
}

// capped refuses a text of more than max characters; what names the text.
func capped(what, text string, max int) error {
	if utf8.RuneCountInString(text) > max {
		return ErrTooLong.With(fmt.Sprintf("%s has %d characters at most", what, max))
	}
	return nil
}

// With returns a refusal of the same kind as e, with a detail.
func (e *Error) With(detail string) *Error { return &Error{What: e.What, Detail: detail} }

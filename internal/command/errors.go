package command

import (
	"errors"

	"parley/chatcore"
)

// The refusals of lines that make no sense, for errors.Is.
var (
	ErrUsage   = &chatcore.Error{What: "usage"}
	ErrUnknown = &chatcore.Error{What: "unknown command"}
	ErrNotHere = &chatcore.Error{What: "not here"}
)

// NotUnderstood reports whether err says that a line made no sense, rather than that its
// request was refused.
func NotUnderstood(err error) bool {
	return errors.Is(err, ErrUsage) || errors.Is(err, ErrUnknown) || errors.Is(err, ErrNotHere)
}

// errArguments is what a command returns if an argument is missing or wrong. [Call.Run]
// turns it into the command's usage.
var errArguments = errors.New("argument missing or wrong")

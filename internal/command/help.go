package command

import (
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
)

// The lines that are not commands, as usage errors and help show them.
const (
	sayUsage     = "text"
	whisperUsage = "#nick text"
	roomUsage    = "@room text"
)

// Plain is the help about the lines that are not commands: how each is written, and what
// it does.
var Plain = [][2]string{
	{sayUsage, "say text to everyone online"},
	{whisperUsage, "say text to nick alone"},
	{roomUsage, "say text in a room you are in"},
}

func help(c *Call, _ *chatcore.Session) (Result, error) {
	if c.args() == "" {
		return AllHelp{}, nil
	}
	name := strings.TrimLeft(c.args(), "!/")
	of := find(name, false)
	if of == nil || of.Lines == nil {
		return nil, unknown("!", name)
	}
	return Help{of, of.Lines}, nil
}

func helpTyped(c *Call, _ *chatcore.Session) (Result, error) {
	if c.args() == "" {
		return AllHelp{}, nil
	}
	name, _ := proto.Word(strings.TrimLeft(c.args(), "!/"))
	of := FindPrompt(name)
	if of == nil {
		return nil, unknown("/", name)
	}
	return Help{of, of.Prompt}, nil
}

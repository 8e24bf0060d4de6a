package chatcore

import (
	"fmt"
	"strings"

	"parley/internal/safetext"
)

// The lines that are not commands, for !help and for usage errors.
var (
	sayUsage     = "text"
	whisperUsage = "#nick text"
	roomUsage    = "@room text"
	lineHelp     = []CommandHelp{
		{Usage: sayUsage, Description: "say text to everyone online"},
		{Usage: whisperUsage, Description: "say text to nick alone"},
		{Usage: roomUsage, Description: "say text in a room you are in"},
	}
)

// Commands returns the help of every command, in the order of !help, for front ends that
// show it in their own way.
func Commands() []CommandHelp {
	var all []CommandHelp
	for _, c := range commands {
		all = append(all, c.CommandHelp)
	}
	return all
}

func (s *Session) help(args string) error {
	if args == "" {
		for _, c := range append(lineHelp[:len(lineHelp):len(lineHelp)], Commands()...) {
			s.Note(fmt.Sprintf("%-20s %s", c.Usage, c.Description))
		}
		return nil
	}
	name := strings.TrimLeft(args, "!/")
	c := findCommand(name)
	if c == nil {
		return ErrUnknownCommand.with("!" + safetext.Label(name, safetext.MaxName) + " (try !help)")
	}
	s.Note(c.Usage)
	s.Note(c.Description)
	s.Note("example: " + c.Example)
	return nil
}

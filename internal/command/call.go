package command

import (
	"errors"
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
	"parley/internal/safetext"
)

// Call is a line of a client, parsed. Its strings are safe text (see [safetext.Text]).
type Call struct {
	line    proto.Line
	command *Command // nil if the line is no command, or one that this kind of client does not have
	prompt  bool     // typed at a prompt
	slash   bool     // as /name, not as !name
	several bool     // at a prompt: the text of line is all of several lines, not made safe yet

	// Person is, at a prompt, the one person the line is for. They are looked up when the
	// line is entered, whatever happens before its turn: see [Call.Nick].
	Person Person
}

// Person is a person who was looked up, or the error if there was none.
type Person struct {
	Who chatcore.Correspondent
	Err error
}

// Parse parses a line of the protocol, without its line ending.
func Parse(line string) Call {
	c := Call{line: proto.Parse(safetext.Text(line))}
	if c.line.Kind == proto.Command {
		if c.command = find(c.line.Target, false); c.command != nil && c.command.Lines == nil {
			c.command = nil
		}
	}
	return c
}

// Run carries out the call for a session. The result is nil if there is nothing to say
// about it. The error of a refused request is always a [*chatcore.Error].
func (c *Call) Run(s *chatcore.Session) (Result, error) {
	switch {
	case c.several:
		return nil, c.sayLines(s)
	case c.command != nil, c.line.Kind == proto.Command:
		command := *c // so that the call of a line that is said needs no allocation
		return command.runCommand(s)
	case c.line.Kind == proto.Public:
		return nil, s.SayHere(chatcore.SafeText(c.line.Text)) // the whole line, which holds its own bytes
	case c.line.Kind == proto.Empty:
		return nil, nil
	}
	return nil, c.sayTo(s)
}

func (c *Call) sayTo(s *chatcore.Session) error {
	private := c.line.Kind == proto.Private
	switch {
	case c.line.Target != "" && strings.Trim(c.line.Text, " ") != "":
	case private:
		s.Touch()
		return ErrUsage.With(whisperUsage)
	default:
		s.Touch()
		return ErrUsage.With(roomUsage)
	}
	said := part(c.line.Text)
	switch {
	case private && c.prompt:
		return c.whisper(s, said)
	case private:
		return s.SayTo(chatcore.Destination{Nick: c.line.Target}, said)
	}
	return s.SayTo(chatcore.Destination{Room: c.line.Target}, said)
}

// part returns a part of a safe line as a text of its own. The core keeps it.
func part(of string) chatcore.Text { return chatcore.SafeText(strings.Clone(of)) }

// runCommand carries out a command, and turns errArguments into its usage.
func (c *Call) runCommand(s *chatcore.Session) (result Result, err error) {
	s.Touch()
	if c.command == nil {
		err = unknown("!", c.line.Target)
	} else {
		result, err = c.form().run(c, s)
	}
	if errors.Is(err, errArguments) {
		err = ErrUsage.With(c.command.Usage(c.form()))
	}
	var e *chatcore.Error
	if c.slash && NotUnderstood(err) && errors.As(err, &e) { // in the words of people who type / for !
		err = e.With(strings.ReplaceAll(e.Detail, "!", "/"))
	}
	return result, err
}

// form returns the form of the command that is used.
func (c *Call) form() *Form {
	if c.prompt {
		return c.command.Prompt
	}
	return c.command.Lines
}

// unknown returns the error for a command that does not exist. mark stands before names.
func unknown(mark, name string) error {
	return ErrUnknown.With(mark + safetext.Label(name, safetext.MaxName) + " (try " + mark + "help)")
}

// args returns the arguments of a command, as they were given.
func (c *Call) args() string { return c.line.Text }

// word returns the only argument of a command that takes one.
func (c *Call) word() (string, error) {
	word, err := c.atMostOne()
	if err == nil && word == "" {
		err = errArguments
	}
	return word, err
}

// atMostOne returns the only argument of a command that takes one or none.
func (c *Call) atMostOne() (string, error) {
	word, rest := proto.Word(c.line.Text)
	if strings.Trim(rest, " ") != "" {
		return "", errArguments
	}
	return word, nil
}

// roomMark stands before the name of a room wherever people see it. It is no part of the
// name, but people type what they see. So commands that look for a room accept one mark.
// !enter may make a room, and takes only a name, as section 3 of the protocol has always
// had it.
const roomMark = "@"

// room returns the only argument of a command that looks for a room.
func (c *Call) room() (string, error) {
	room, err := c.word()
	if room = strings.TrimPrefix(room, roomMark); err == nil && room == "" {
		err = errArguments
	}
	return room, err
}

package chatcore

import (
	"errors"
	"strings"

	"parley/internal/proto"
	"parley/internal/safetext"
)

// CommandHelp describes a command to its readers.
type CommandHelp struct {
	Name        string // without the !
	Usage       string // "!topic room [text]"
	Description string
	Example     string // a line that can be typed
}

// command is a row of the table of commands: its help, and what it does.
type command struct {
	CommandHelp
	run func(s *Session, args string) error
}

// commands is the table of commands, in the order of !help.
var commands []command

// init fills the table. A composite literal would be an initialization cycle: !help,
// which is in the table, reads it.
func init() {
	commands = []command{
		{CommandHelp{"users", "!users", "list who is online", "!users"}, (*Session).users},
		{CommandHelp{"enter", "!enter room", "enter a room, made if there is none of that name", "!enter dev"}, (*Session).enter},
		{CommandHelp{"leave", "!leave room", "leave a room, which ends with its last member", "!leave dev"}, (*Session).exit},
		{CommandHelp{"rooms", "!rooms", "list the rooms", "!rooms"}, (*Session).rooms},
		{CommandHelp{"members", "!members room", "list who is in a room", "!members dev"}, (*Session).members},
		{CommandHelp{"say", "!say text", "say text to everyone, even text that starts with ! # or @", "!say #1 is done"}, (*Session).say},
		{CommandHelp{"me", "!me [@room] text", "tell everyone, or a room, what you do: * ann waves", "!me @dev waves"}, (*Session).me},
		{CommandHelp{"topic", "!topic room [text]", "tell what a room is about, or say it as a member", "!topic dev release on friday"}, (*Session).topic},
		{CommandHelp{"nick", "!nick new", "take another nick", "!nick zoe"}, (*Session).rename},
		{CommandHelp{"whois", "!whois nick", "tell who someone is: a verified key or a guest, and since when", "!whois bob"}, (*Session).whois},
		{CommandHelp{"away", "!away [text]", "say that you are away, and why", "!away lunch"}, (*Session).goAway},
		{CommandHelp{"back", "!back", "say that you are back", "!back"}, (*Session).back},
		{CommandHelp{"ignore", "!ignore [nick]", "hear no more of what someone says; without nick: list whom you ignore", "!ignore bob"}, (*Session).ignore},
		{CommandHelp{"unignore", "!unignore nick", "hear someone again", "!unignore bob"}, (*Session).unignore},
		{CommandHelp{"notices", "!notices on|off", "tell you who comes and goes, or not", "!notices on"}, onOff((*Session).SetNotices)},
		{CommandHelp{"echo", "!echo on|off", "send you what you say yourself, or not", "!echo on"}, onOff((*Session).SetEcho)},
		{CommandHelp{"format", "!format text|json", "send you text, or one JSON object a line for programs", "!format json"}, (*Session).formatAs},
		{CommandHelp{"help", "!help [command]", "list the commands, or describe one", "!help topic"}, (*Session).help},
		{CommandHelp{"quit", "!quit [text]", "leave the chat, with last words or without", "!quit good night"}, (*Session).quit},
	}
}

// findCommand returns the command with the given name, in any case, or nil if there is no
// such command.
func findCommand(name string) *command {
	for i := range commands {
		if c := &commands[i]; strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

// Do carries out one line of a client, without its line ending. Answers go to the
// session's outbox. The error of a refused request is always an [*Error]. The front end
// tells it in the way of its sessions (see [Session.Tell]).
func (s *Session) Do(line string) error {
	s.user.touch()
	return s.carryOut(proto.Parse(safetext.Text(line)))
}

func (s *Session) carryOut(l proto.Line) error {
	switch l.Kind {
	case proto.Public:
		return s.SayHere(l.Text)
	case proto.Private:
		if l.Target == "" || strings.Trim(l.Text, " ") == "" {
			return ErrUsage.with(whisperUsage)
		}
		return s.SayTo(Destination{Nick: l.Target}, l.Text)
	case proto.Room:
		if l.Target == "" || strings.Trim(l.Text, " ") == "" {
			return ErrUsage.with(roomUsage)
		}
		return s.SayTo(Destination{Room: l.Target}, l.Text)
	case proto.Command:
		return s.command(l.Target, l.Text)
	}
	return nil
}

func (s *Session) command(name, args string) error {
	c := findCommand(name)
	if c == nil {
		return ErrUnknownCommand.with("!" + safetext.Label(name, safetext.MaxName) + " (try !help)")
	}
	if err := c.run(s, args); !errors.Is(err, errMissing) {
		return err
	}
	return ErrUsage.with(c.Usage)
}

// oneWord returns the only argument of a command that takes one.
func oneWord(args string) (string, error) {
	word, rest := proto.Word(args)
	if word == "" || strings.Trim(rest, " ") != "" {
		return "", errMissing
	}
	return word, nil
}

// roomMark stands before the name of a room wherever people see it. It is no part of the
// name, but people type what they see. So commands that look for a room accept one mark.
// !enter may make a room, and takes only a name, as section 3 of the protocol has always
// had it.
const roomMark = "@"

// oneRoom returns the only argument of a command that looks for a room.
func oneRoom(args string) (string, error) {
	room, err := oneWord(args)
	if room = strings.TrimPrefix(room, roomMark); err == nil && room == "" {
		err = errMissing
	}
	return room, err
}

func (s *Session) enter(args string) error {
	room, err := oneWord(args)
	if err != nil {
		return err
	}
	return s.Enter(room)
}

func (s *Session) exit(args string) error {
	room, err := oneRoom(args)
	if err != nil {
		return err
	}
	_, err = s.Exit(room)
	return err
}

func (s *Session) say(args string) error {
	if args == "" {
		return errMissing
	}
	return s.SayTo(Destination{}, args)
}

func (s *Session) me(args string) error {
	room := s.Talking().Room
	inRoom := strings.HasPrefix(args, roomMark)
	if inRoom {
		room, args = proto.Word(args[1:])
	}
	switch {
	case inRoom && room == "", strings.Trim(args, " ") == "":
		return errMissing
	case !inRoom && s.target.Load().at().user != nil: // what is meant for one must not be told to all
		return ErrUsage.with("!me @room text, for you talk to one nick, and what you do is told to many")
	}
	return s.speak(Emoted, seek(room), strings.Clone(args)) // cloned: args is kept, and part of a longer line
}

// onOff returns the function of a command that switches a setting.
func onOff(set func(*Session, bool)) func(*Session, string) error {
	return func(s *Session, args string) error {
		switch args {
		case "on":
			set(s, true)
		case "off":
			set(s, false)
		default:
			return errMissing
		}
		return nil
	}
}

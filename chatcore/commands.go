package chatcore

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/internal/lineproto"
	"parley/internal/safetext"
)

// command is one row of the table of commands: what it is called, how it is
// used, what it does for the reader of !help, and what it does.
type command struct {
	name, usage, description string
	run                      func(s *Session, args string) error
}

// The lines that are no commands, for !help and for their usage errors.
var (
	sayUsage     = "text"
	whisperUsage = "#nick text"
	roomUsage    = "@room text"
	lineHelp     = []command{
		{usage: sayUsage, description: "say text to everyone online"},
		{usage: whisperUsage, description: "say text to nick alone"},
		{usage: roomUsage, description: "say text in a room you are in"},
	}
)

// commands returns the table of commands, in the order of !help.
func commands() []command {
	return []command{
		{"users", "!users", "list who is online", (*Session).users},
		{"enter", "!enter room", "enter a room, made if there is none of that name", (*Session).enter},
		{"leave", "!leave room", "leave a room, which ends with its last member", (*Session).exit},
		{"rooms", "!rooms", "list the rooms", (*Session).rooms},
		{"members", "!members room", "list who is in a room", (*Session).members},
		{"say", "!say text", "say text to everyone, even text that starts with ! # or @", (*Session).say},
		{"me", "!me [@room] text", "tell everyone, or a room, what you do: * ann waves", (*Session).me},
		{"nick", "!nick new", "take another nick", (*Session).rename},
		{"whois", "!whois nick", "tell who someone is: a verified key or a guest, and since when", (*Session).whois},
		{"notices", "!notices on|off", "tell you who comes and goes, or not", onOff((*Session).SetNotices)},
		{"echo", "!echo on|off", "send you what you say yourself, or not", onOff((*Session).SetEcho)},
		{"help", "!help [command]", "list the commands, or describe one", (*Session).help},
		{"quit", "!quit", "leave the chat", (*Session).quit},
	}
}

func findCommand(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// Do carries out one line of a client, without its line ending. Answers go to
// the session's outbox; a request that fails is returned, an [*Error] always,
// for the front end to tell in the way of its sessions (see [Session.Tell]).
func (s *Session) Do(line string) error {
	l := lineproto.Parse(safetext.Text(line))
	switch l.Kind {
	case lineproto.Public:
		return s.SayTo(Place{Room: s.place}, l.Text)
	case lineproto.Private:
		if l.Target == "" || strings.Trim(l.Text, " ") == "" {
			return ErrUsage.with(whisperUsage)
		}
		return s.SayTo(Place{Nick: l.Target}, l.Text)
	case lineproto.Room:
		if l.Target == "" || strings.Trim(l.Text, " ") == "" {
			return ErrUsage.with(roomUsage)
		}
		return s.SayTo(Place{Room: l.Target}, l.Text)
	case lineproto.Command:
		return s.command(l.Target, l.Text)
	}
	return nil
}

func (s *Session) command(name, args string) error {
	c, ok := findCommand(name)
	if !ok {
		return ErrUnknownCommand.with("!" + safetext.Label(name, safetext.MaxName) + " (try !help)")
	}
	if err := c.run(s, args); !errors.Is(err, errMissing) {
		return err
	}
	return ErrUsage.with(c.usage)
}

// oneWord is the one argument of a command that takes one.
func oneWord(args string) (string, error) {
	word, rest := lineproto.Word(args)
	if word == "" || strings.Trim(rest, " ") != "" {
		return "", errMissing
	}
	return word, nil
}

func (s *Session) users(string) error {
	s.core.mu.RLock()
	list := s.core.online.nicks()
	s.core.mu.RUnlock()
	s.answer(list)
	return nil
}

func (s *Session) enter(args string) error {
	room, err := oneWord(args)
	if err != nil {
		return err
	}
	return s.Enter(room)
}

func (s *Session) exit(args string) error {
	room, err := oneWord(args)
	if err != nil {
		return err
	}
	s.Exit(room)
	// At a prompt one sees where text goes; elsewhere it is not to become public.
	if s.kind == Interactive && safetext.Key(room) == safetext.Key(s.place) {
		s.place = ""
	}
	return nil
}

func (s *Session) rooms(string) error {
	s.answer(s.core.roomNames())
	return nil
}

func (s *Session) members(args string) error {
	room, err := oneWord(args)
	if err != nil {
		return err
	}
	s.core.mu.RLock()
	r, err := s.core.roomLocked(room)
	if err != nil {
		s.core.mu.RUnlock()
		return err
	}
	list := r.members.nicks()
	s.core.mu.RUnlock()
	s.answer(list)
	return nil
}

func (s *Session) say(args string) error {
	if args == "" {
		return errMissing
	}
	return s.SayTo(Place{}, args)
}

func (s *Session) me(args string) error {
	room := s.place
	if strings.HasPrefix(args, "@") {
		room, args = lineproto.Word(args[1:])
		if room == "" {
			return errMissing
		}
	}
	if strings.Trim(args, " ") == "" {
		return errMissing
	}
	return s.speak(Emoted, room, args)
}

func (s *Session) rename(args string) error {
	nick, err := oneWord(args)
	if err != nil {
		return err
	}
	return s.Rename(nick)
}

// Rename gives the session's user another nick. Errors: [ErrInvalidNick],
// [ErrNickInUse], [ErrNotOnline].
func (s *Session) Rename(nick string) error {
	to, err := checkNick(nick)
	if err != nil {
		return err
	}
	c, u := s.core, s.user
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	if other := c.users[to.key]; other != nil && other != u {
		return ErrNickInUse.with(to.nick)
	}
	from := u.nick
	if from == to.nick {
		return nil
	}
	rosters := []*roster{&c.online}
	for _, r := range u.rooms {
		rosters = append(rosters, &r.members)
	}
	_, online := c.online.find(u)
	for _, r := range rosters {
		r.remove(u)
	}
	delete(c.users, u.key)
	u.nick, u.key, u.fold = to.nick, to.key, to.fold
	c.users[u.key] = u
	if !online {
		return nil
	}
	for _, r := range rosters {
		r.add(u)
	}
	c.reportLocked(&c.public, func(n *news) { n.other = append(n.other, from+" is now "+u.nick) })
	return nil
}

func (s *Session) whois(args string) error {
	nick, err := oneWord(args)
	if err != nil {
		return err
	}
	c := s.core
	c.mu.RLock()
	u, err := c.userLocked(nick)
	if err != nil {
		c.mu.RUnlock()
		return err
	}
	who := "a guest"
	if u.identity != "" {
		who = "verified, key " + u.identity
	}
	since := u.since.UTC().Format(time.RFC3339)
	nick, n := u.nick, len(u.sessions)
	c.mu.RUnlock()
	s.Note(fmt.Sprintf("%s is %s", nick, who))
	s.Note(fmt.Sprintf("%s is online since %s, sessions: %d", nick, since, n))
	return nil
}

// onOff is a command that switches something.
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

func (s *Session) help(args string) error {
	if args == "" {
		for _, c := range append(lineHelp[:len(lineHelp):len(lineHelp)], commands()...) {
			s.Note(fmt.Sprintf("%-18s %s", c.usage, c.description))
		}
		return nil
	}
	name := strings.TrimLeft(args, "!/")
	c, ok := findCommand(name)
	if !ok {
		return ErrUnknownCommand.with("!" + safetext.Label(name, safetext.MaxName) + " (try !help)")
	}
	s.Note(c.usage)
	s.Note(c.description)
	return nil
}

func (s *Session) quit(string) error {
	s.end(Quit)
	return nil
}

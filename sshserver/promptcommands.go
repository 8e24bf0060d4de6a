package sshserver

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/lineedit"
	"parley/internal/proto"
	"parley/internal/render"
	"parley/internal/safetext"
)

// argument is the kind of argument that a command takes, for completion.
type argument uint8

const (
	takesNothing argument = iota
	takesNick
	takesRoom
	takesPlace
	takesCommand
	takesSetting
	takesOnOff
)

// promptCommand is a command for people at a prompt: one that only the prompt has, or
// another name or a shorter form for one of the chat's.
type promptCommand struct {
	chatcore.CommandHelp
	takes argument
	run   func(i *interactive, args string) error
}

// forPrograms lists the commands that are not offered: at a prompt they change nothing.
var forPrograms = map[string]bool{"echo": true, "format": true}

// clears is the one command that is not echoed: it would stay on the screen that it clears.
const clears = "clear"

// promptCommands take precedence over those of the chat.
var promptCommands []promptCommand

func init() { // /help, among others, refers to the table
	promptCommands = []promptCommand{
		{chatcore.CommandHelp{Name: "to", Usage: "/to [@room|#nick]", Description: "talk in a room, to someone alone, or to everyone", Example: "/to @dev"}, takesPlace, (*interactive).talkTo},
		{chatcore.CommandHelp{Name: "reply", Usage: "/reply [text]", Description: "answer whoever last wrote to you alone; without text: talk to them", Example: "/reply on my way"}, takesNothing, (*interactive).reply},
		{chatcore.CommandHelp{Name: "enter", Usage: "/enter room", Description: "enter a room and talk there; made if there is none of that name", Example: "/enter dev"}, takesRoom, (*interactive).enterAndTalk},
		{chatcore.CommandHelp{Name: "leave", Usage: "/leave [room]", Description: "leave a room, or the one you talk in", Example: "/leave dev"}, takesRoom, (*interactive).leaveRoom},
		{chatcore.CommandHelp{Name: "users", Usage: "/users", Description: "list who is online", Example: "/users"}, takesNothing, (*interactive).users},
		{chatcore.CommandHelp{Name: "members", Usage: "/members [room]", Description: "list who is in a room, or in the one you talk in", Example: "/members dev"}, takesRoom, (*interactive).members},
		{chatcore.CommandHelp{Name: "topic", Usage: "/topic [@room] [text]", Description: "tell what a room is about, or say it as a member", Example: "/topic release on friday"}, takesNothing, (*interactive).topic},
		{chatcore.CommandHelp{Name: "whois", Usage: "/whois nick", Description: "tell who someone is: a verified key or a guest, since when, idle, away", Example: "/whois bob"}, takesNick, (*interactive).whois},
		{chatcore.CommandHelp{Name: "nick", Usage: "/nick new", Description: "take another nick; you keep your rooms", Example: "/nick zoe"}, takesNothing, (*interactive).rename},
		{chatcore.CommandHelp{Name: "away", Usage: "/away [text]", Description: "say that you are away, and why; without text, once more: that you are back", Example: "/away lunch"}, takesNothing, (*interactive).away},
		{chatcore.CommandHelp{Name: "who", Usage: "/who [room]", Description: "show who is online, or in a room: guest or verified, idle, away, rooms", Example: "/who dev"}, takesRoom, (*interactive).whoTable},
		{chatcore.CommandHelp{Name: "last", Usage: "/last [n]", Description: "show what was said last where you talk: 20 lines, or n", Example: "/last 50"}, takesNothing, (*interactive).last},
		{chatcore.CommandHelp{Name: "set", Usage: "/set [name [value]]", Description: "list your settings, explain one, or change it", Example: "/set tz Europe/Berlin"}, takesSetting, (*interactive).set},
		{chatcore.CommandHelp{Name: clears, Usage: "/clear", Description: "clear the screen", Example: "/clear"}, takesNothing, (*interactive).clear},
		{chatcore.CommandHelp{Name: "echo", Usage: "/echo", Description: "for programs only: in a terminal you always see what you say", Example: "/echo"}, takesNothing, (*interactive).noEcho},
		{chatcore.CommandHelp{Name: "notices", Usage: "/notices on|off", Description: "show who comes and goes, or not: the same as /set notices", Example: "/notices off"}, takesOnOff, (*interactive).notices},
		{chatcore.CommandHelp{Name: "format", Usage: "/format", Description: "for programs only: they have no terminal (ssh -T, or the raw port)", Example: "/format"}, takesNothing, (*interactive).noFormat},
		{chatcore.CommandHelp{Name: "help", Usage: "/help [command]", Description: "show all commands, or explain one", Example: "/help topic"}, takesCommand, (*interactive).help},
		{chatcore.CommandHelp{Name: "msg", Usage: "/msg nick text", Description: "say text to nick alone, as #nick text does", Example: "/msg bob psst"}, takesNick, (*interactive).msg},
	}
}

// aliases maps the words of IRC to the names here.
var aliases = map[string]string{
	"join": "enter", "part": "leave", "names": "members", "list": "rooms", "query": "to",
	"dm": "msg", "tell": "msg", "w": "msg", "whisper": "msg", "exit": "quit", "bye": "quit", "?": "help", "h": "help",
}

// taking maps the chat's own commands to the arguments they take.
var taking = map[string]argument{
	"ignore": takesNick, "unignore": takesNick,
}

// findPromptCommand finds a command of the prompt by its name or an alias.
func findPromptCommand(name string) (promptCommand, bool) {
	name = canonical(name)
	for _, c := range promptCommands {
		if c.Name == name {
			return c, true
		}
	}
	return promptCommand{}, false
}

// canonical returns what a command is called here.
func canonical(name string) string {
	name = strings.ToLower(name)
	if of, ok := aliases[name]; ok {
		return of
	}
	return name
}

// command carries out a command: the prompt's, or else the chat's.
func (i *interactive) command(name, args string) error {
	if c, ok := findPromptCommand(name); ok {
		err := c.run(i, args)
		if err == errArguments {
			return usage(c.Usage)
		}
		return err
	}
	name = canonical(name)
	if err := i.chat.Do(strings.TrimRight("!"+name+" "+args, " ")); err != nil {
		return err
	}
	if done, ok := doneWords[name]; ok && (args != "" || !strings.Contains(done, "%s")) {
		i.say(strings.ReplaceAll(done, "%s", args))
	}
	return nil
}

// doneWords are said after a command of the chat that says nothing itself.
var doneWords = map[string]string{
	"back":     "You are back.",
	"ignore":   "You hear no more of %s: /unignore %s changes that.",
	"unignore": "You hear %s again.",
}

func usage(of string) error { return &chatcore.Error{What: chatcore.ErrUsage.What, Detail: of} }

// errArguments is what a command's function returns if it does not understand its
// arguments. It is replaced by the command's usage.
var errArguments = usage("")

// talkTo switches to the destination that args names: @room, #nick, a room the person is
// in, someone online, or, if it names none, everyone.
func (i *interactive) talkTo(args string) error {
	l := proto.Parse(strings.TrimSpace(args))
	switch {
	case strings.Trim(l.Text, " ") != "" && l.Kind != proto.Public:
		return errArguments
	case l.Kind == proto.Room:
		return i.chat.GoTo(chatcore.Destination{Room: l.Target})
	case l.Kind == proto.Private && l.Target != "":
		return i.talkToPerson()
	case l.Kind == proto.Private:
		return errArguments
	case l.Kind == proto.Command:
		return errArguments
	}
	name := strings.TrimSpace(args)
	if name == "" || strings.EqualFold(name, "public") {
		return i.chat.GoTo(chatcore.Destination{})
	}
	if strings.Contains(name, " ") {
		return errArguments
	}
	err := i.chat.GoTo(chatcore.Destination{Room: name})
	if errors.Is(err, chatcore.ErrNoRoom) {
		return i.chat.GoTo(chatcore.Destination{Nick: name})
	}
	return err
}

func (i *interactive) reply(args string) error {
	if i.to.who == (chatcore.Correspondent{}) {
		return &chatcore.Error{What: "nobody to reply to", Detail: "nobody who is here has written to you alone"}
	}
	if args == "" {
		return i.talkToPerson()
	}
	return i.whisper(args)
}

// roomArgument returns the one room that args names, in any of the ways people write it.
func roomArgument(args string) (string, error) {
	room, rest := proto.Word(args)
	if strings.Trim(rest, " ") != "" {
		return "", errArguments
	}
	return strings.TrimLeft(room, "@#"), nil
}

// roomOrHere returns the room that args names, or the one the person talks in.
func (i *interactive) roomOrHere(args string) (string, error) {
	room, err := roomArgument(args)
	if err == nil && room == "" {
		room = i.chat.Talking().Room
	}
	if err == nil && room == "" {
		err = errArguments
	}
	return room, err
}

func (i *interactive) enterAndTalk(args string) error {
	room, err := roomArgument(args)
	if err != nil || room == "" {
		return errArguments
	}
	if err := i.chat.Enter(room); err != nil {
		return err
	}
	if err := i.chat.GoTo(chatcore.Destination{Room: room}); err != nil {
		return err
	}
	text, err := i.describe(room)
	if err == nil {
		i.say(text)
	}
	return err
}

// describe tells who is in a room, and what its topic is.
func (i *interactive) describe(room string) (text string, err error) {
	members, all, err := i.chat.Who(room, namedOnline+1)
	if err != nil {
		return "", err
	}
	topic, err := i.chat.Topic(room)
	if err != nil {
		return "", err
	}
	text = "You are alone in " + i.chat.Talking().Room + "."
	if all > 1 {
		text = fmt.Sprintf("You are in %s with %s.", i.chat.Talking().Room, listed(members, all-1, i.chat.Nick()))
	}
	if topic != "" {
		text += " Topic: " + topic
	}
	return text, nil
}

func (i *interactive) leaveRoom(args string) error {
	room, err := i.roomOrHere(args)
	if err != nil {
		return err
	}
	left, err := i.chat.Exit(safetext.Text(room))
	switch {
	case err != nil:
		return err
	case left == "":
		return &chatcore.Error{What: chatcore.ErrNotInRoom.What, Detail: safetext.Label(room, safetext.MaxName)}
	}
	i.say("You left " + left + ".")
	return nil
}

func (i *interactive) rename(args string) error {
	nick, rest := proto.Word(args)
	if nick == "" || strings.Trim(rest, " ") != "" {
		return errArguments
	}
	now, err := i.chat.Rename(safetext.Text(nick))
	if err == nil && now != "" {
		i.say("You are " + now + " now.")
	}
	return err
}

func (i *interactive) users(string) error { return i.list("", "Online") }

func (i *interactive) members(args string) error {
	room, err := i.roomOrHere(args)
	if err == errArguments && args == "" {
		return i.users("") // the members of the public channel
	}
	if err != nil {
		return err
	}
	return i.list(room, "In "+room)
}

// list shows who is in a room, or online, in one line.
func (i *interactive) list(room, label string) error {
	members, all, err := i.chat.Who(room, mostShown)
	if err != nil {
		return err
	}
	names := make([]string, len(members))
	for n, m := range members {
		names[n] = render.Name(m.Nick, m.Identity)
	}
	if more := all - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	i.say(fmt.Sprintf("%s (%d): %s", label, all, strings.Join(names, ", ")))
	return nil
}

// topic shows or sets a topic. A room is named as @room, because any other word may be the
// first of a topic. Public has no topic, so a lone word is a room there.
func (i *interactive) topic(args string) error {
	room, text := i.chat.Talking().Room, args
	if at, ok := strings.CutPrefix(args, "@"); ok {
		room, text = proto.Word(at)
	} else if room == "" && !strings.Contains(args, " ") {
		room, text = args, ""
	}
	if room == "" {
		return errArguments
	}
	if err := i.chat.Do("!topic " + room + " " + text); err != nil {
		return err
	}
	if strings.Trim(text, " ") != "" { // the members are told of the topic, but not who set it
		i.say("You set the topic of " + room + ".")
	}
	return nil
}

// mostShown is the maximum number of rows in a table.
const mostShown = 100

func (i *interactive) whoTable(args string) error {
	room, err := roomArgument(args)
	if err != nil {
		return err
	}
	members, all, err := i.chat.Who(room, mostShown)
	if err != nil {
		return err
	}
	i.printLines(i.style().AppendWho(nil, members))
	if more := all - len(members); more > 0 {
		i.say(fmt.Sprintf("and %d more: /who ROOM shows those in a room", more))
	}
	return nil
}

// defaultLast is how many lines /last shows by default.
const defaultLast = 20

func (i *interactive) last(args string) error {
	n := defaultLast
	if args != "" {
		var err error
		if n, err = strconv.Atoi(args); err != nil || n < 1 {
			return errArguments
		}
	}
	place := i.chat.Talking()
	past, err := i.chat.Last(place, n)
	if err != nil {
		return err
	}
	if len(past) == 0 {
		i.say("Nothing has been said here yet.")
		return nil
	}
	i.printLines(i.style().AppendHistory(nil, past, time.Now()))
	return nil
}

// clear clears the screen after everything said up to now has been shown: it goes through
// the outbox.
func (i *interactive) clear(string) error {
	var plain bool
	if i.locked(func() { plain = i.settings.plain }); !plain {
		i.chat.Send([]byte(lineedit.ClearScreen))
	}
	return nil
}

func (i *interactive) noEcho(string) error {
	i.say("In a terminal you always see what you say.")
	return nil
}

func (i *interactive) noFormat(string) error {
	return &chatcore.Error{What: "not in a terminal", Detail: "JSON is for programs, with ssh -T or on the raw port"}
}

func (i *interactive) msg(args string) error {
	nick, text := proto.Word(args)
	if nick = strings.TrimLeft(nick, "#@"); nick == "" || strings.TrimSpace(text) == "" {
		return errArguments
	}
	return i.whisper(text)
}

// style returns the current style of the session.
func (i *interactive) style() (s render.Style) {
	i.locked(func() { s = i.settings.style() })
	return s
}

// walk goes to the next or previous destination with unread lines. If none has any, it goes
// through all.
func (i *interactive) walk(step int) {
	here := i.chat.Talking()
	if to := neighbour(i.places(here), here, step); to != here {
		i.locked(func() { i.edited = true }) // it was edited by a key
		_ = i.chat.GoTo(to)                  // it fails if the destination has just gone: the next key does not offer it
	}
}

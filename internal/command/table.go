package command

import (
	"slices"
	"strings"

	"parley/chatcore"
)

// Command is a row of the table. A client that sends lines of the protocol (the raw port,
// ssh without a terminal, a command session) has the form Lines; a person at a prompt has
// the form Prompt. A form that is nil is not there.
type Command struct {
	Name    string
	Aliases []string // at a prompt, for people who know other chats
	Lines   *Form
	Prompt  *Form
}

// Form is how a command is used by one kind of client.
type Form struct {
	Args    string // as help shows them: "room [text]"
	Help    string
	Example string // arguments that could be given
	Hidden  bool   // not offered for completion
	run     run
	own     bool // only a prompt has this form
}

// run carries out a call of a command for a session.
type run func(c *Call, s *chatcore.Session) (Result, error)

func form(args, help, example string, do run) Form {
	return Form{Args: args, Help: help, Example: example, run: do}
}

// noCommandHere returns the form of a command that a prompt does not need. It only says so.
func noCommandHere(help string, do run) Form {
	return Form{Help: help, run: do, Hidden: true}
}

// both returns a command that is the same for all clients.
func both(name string, f Form, aliases ...string) Command {
	return Command{Name: name, Aliases: aliases, Lines: &f, Prompt: &f}
}

// forms returns a command with a form for lines and one for a prompt.
func forms(name string, lines, prompt Form, aliases ...string) Command {
	prompt.own = true
	return Command{Name: name, Aliases: aliases, Lines: &lines, Prompt: &prompt}
}

// onlyPrompt returns a command that only a prompt has.
func onlyPrompt(name string, prompt Form, aliases ...string) Command {
	prompt.own = true
	return Command{Name: name, Aliases: aliases, Prompt: &prompt}
}

// table is the table of commands, in the order of !help.
var table []Command

// init fills the table. A composite literal would be an initialization cycle: !help,
// which is in the table, reads it.
func init() {
	table = []Command{
		forms("users",
			form("", "list who is online", "", listUsers),
			form("", "list who is online", "", peopleOnline)),
		forms("enter",
			form("room", "enter a room, made if there is none of that name", "dev", enter),
			form("room", "enter a room and talk there; made if there is none of that name", "dev", enterAndTalk), "join"),
		forms("leave",
			form("room", "leave a room, which ends with its last member", "dev", leave),
			form("[room]", "leave a room, or the one you talk in", "dev", leaveHere), "part"),
		both("rooms", form("", "list the rooms", "", listRooms), "list"),
		forms("members",
			form("room", "list who is in a room", "dev", listMembers),
			form("[room]", "list who is in a room, or in the one you talk in", "dev", peopleHere), "names"),
		both("say", form("text", "say text to everyone, even text that starts with ! # or @", "#1 is done", say)),
		both("me", form("[@room] text", "tell everyone, or a room, what you do: * ann waves", "@dev waves", me)),
		forms("topic",
			form("room [text]", "tell what a room is about, or say it as a member", "dev release on friday", topic),
			form("[@room] [text]", "tell what a room is about, or say it as a member", "release on friday", topicHere)),
		forms("nick",
			form("new", "take another nick", "zoe", rename),
			form("new", "take another nick; you keep your rooms", "zoe", rename)),
		forms("whois",
			form("nick", "tell who someone is: a verified key or a guest, and since when", "bob", whois),
			form("nick", "tell who someone is: a verified key or a guest, since when, idle, away", "bob", whoisTyped)),
		forms("away",
			form("[text]", "say that you are away, and why", "lunch", away),
			form("[text]", "say that you are away, and why; without text, once more: that you are back", "lunch", awayOrBack)),
		both("back", form("", "say that you are back", "", back)),
		both("ignore", form("[nick]", "hear no more of what someone says; without nick: list whom you ignore", "bob", ignore)),
		both("unignore", form("nick", "hear someone again", "bob", unignore)),
		forms("notices",
			form("on|off", "tell you who comes and goes, or not", "on", onOff((*chatcore.Session).SetNotices)),
			form("on|off", "show who comes and goes, or not: the same as /set notices", "off", setNotices)),
		forms("echo",
			form("on|off", "send you what you say yourself, or not", "on", onOff((*chatcore.Session).SetEcho)),
			noCommandHere("for programs only: in a terminal you always see what you say", noEcho)),
		forms("format",
			form("text|json", "send you text, or one JSON object a line for programs", "json", format),
			noCommandHere("for programs only: they have no terminal (ssh -T, or the raw port)", noFormat)),
		forms("help",
			form("[command]", "list the commands, or describe one", "topic", help),
			form("[command]", "show all commands, or explain one", "topic", helpTyped), "?", "h"),
		both("quit", form("[text]", "leave the chat, with last words or without", "good night", quit), "exit", "bye"),

		onlyPrompt("to", form("[@room|#nick]", "talk in a room, to someone alone, or to everyone", "@dev", talkTo), "query"),
		onlyPrompt("reply", form("[text]", "answer whoever last wrote to you alone; without text: talk to them", "on my way", reply)),
		onlyPrompt("who", form("[room]", "show who is online, or in a room: guest or verified, idle, away, rooms", "dev", who)),
		onlyPrompt("last", form("[n]", "show what was said last where you talk: 20 lines, or n", "50", last)),
		onlyPrompt("set", form("[name [value]]", "list your settings, explain one, or change it", "tz Europe/Berlin", set)),
		onlyPrompt("clear", form("", "clear the screen", "", clearScreen)),
		onlyPrompt("msg", form("nick text", "say text to nick alone, as #nick text does", "bob psst", msg), "dm", "tell", "w", "whisper"),
	}
}

// find returns the command with a name, in any case, or nil if there is none. At a prompt
// aliases are names too.
func find(name string, aliases bool) *Command {
	for i := range table {
		c := &table[i]
		if strings.EqualFold(c.Name, name) || aliases && slices.Contains(c.Aliases, strings.ToLower(name)) {
			return c
		}
	}
	return nil
}

// Lines yields the commands that lines of the protocol have, in the order of !help.
func Lines(yield func(*Command) bool) {
	for i := range table {
		if c := &table[i]; c.Lines != nil && !yield(c) {
			return
		}
	}
}

// Prompt yields the commands that a prompt has, in the order of the table.
func Prompt(yield func(*Command) bool) {
	for i := range table {
		if c := &table[i]; c.Prompt != nil && !yield(c) {
			return
		}
	}
}

// FindPrompt returns the command that a prompt has under a name or an alias, or nil.
func FindPrompt(name string) *Command {
	if c := find(name, true); c != nil && c.Prompt != nil {
		return c
	}
	return nil
}

// Usage returns how a form is written: "!topic room [text]".
func (c *Command) Usage(f *Form) string { return f.mark() + strings.TrimRight(c.Name+" "+f.Args, " ") }

// Example returns a line that can be typed.
func (c *Command) Example(f *Form) string {
	return f.mark() + strings.TrimRight(c.Name+" "+f.Example, " ")
}

// mark returns what stands before the name of a command.
func (f *Form) mark() string {
	if f.own {
		return "/"
	}
	return "!"
}

package sshserver

import (
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
	"parley/internal/safetext"
)

// overview is the output of /help: all commands, on a screen of 24 rows of 80 columns.
const overview = `Say   text             to where the prompt says: to everyone, at first
      @room text       in a room              #nick text    to one person alone
      /me waves        an emote               //text        says /text
Go    /to @room|#nick  talk there; /to alone: to everyone
      /enter room      enter a room (/join)   /leave        leave it (/part)
      /reply text      to who last wrote to you alone (or /msg nick text)
      Alt-Up Alt-Down  to the places with unread lines
Look  /who             a table of people      /whois nick   guest or verified?
      /users /rooms    lists (/list)          /members room (/names)
      /last            what was said here     /topic [text] what it is about
You   /nick new        another nick           /away why     and /back
      /ignore nick     and /unignore          /set          time zone, bell ...
      /quit            or Ctrl-D              /clear        the screen
Keys  Tab completes; Up, Down and Ctrl-R find what you typed; Ctrl-C clears the
      line; Alt-Enter begins a new line; the others are those of your shell
      /help command explains one. For bots: ssh -T, and !format json.`

func (i *interactive) help(args string) error {
	if args == "" {
		for line := range strings.SplitSeq(overview, "\n") {
			i.say(line)
		}
		return nil
	}
	name, _ := proto.Word(strings.TrimLeft(args, "!/"))
	h, ok := helpOf(name)
	if !ok {
		return &chatcore.Error{What: chatcore.ErrUnknownCommand.What, Detail: "/" + safetext.Label(name, safetext.MaxName) + " (try /help)"}
	}
	slash := func(text string) string { return "/" + strings.TrimLeft(text, "!/") }
	i.say(slash(h.Usage) + ": " + h.Description)
	i.say("Example: " + slash(h.Example))
	if names := aliasesOf(h.Name); names != "" {
		i.say("Also: " + names)
	}
	return nil
}

// helpOf returns the help for a command, of the prompt or of the chat.
func helpOf(name string) (chatcore.CommandHelp, bool) {
	if c, ok := findPromptCommand(name); ok {
		return c.CommandHelp, true
	}
	for _, c := range chatcore.Commands() {
		if c.Name == canonical(name) {
			return c, true
		}
	}
	return chatcore.CommandHelp{}, false
}

func aliasesOf(name string) string {
	var names []string
	for alias, of := range aliases {
		if of == name {
			names = append(names, "/"+alias)
		}
	}
	return strings.Join(names, " ")
}

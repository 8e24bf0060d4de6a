package render

import (
	"strings"

	"parley/internal/command"
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

// promptHelp explains one command to a person at a prompt.
func promptHelp(h command.Help) []string {
	slash := func(line string) string { return "/" + strings.TrimLeft(line, "!/") }
	told := []string{
		slash(h.Command.Usage(h.Form)) + ": " + h.Form.Help,
		"Example: " + slash(h.Command.Example(h.Form)),
	}
	if len(h.Command.Aliases) > 0 {
		told = append(told, "Also: /"+strings.Join(h.Command.Aliases, " /"))
	}
	return told
}

package terminal

import "parley/internal/command"

// person returns the one person that a line is for, as it is entered: the one it names or,
// for a reply, the last who had written privately when the line was begun. Whatever happens
// before the line's turn does not change it: another person may take the nick, or write.
func (i *Session) person(call *command.Call) (p command.Person) {
	if nick := call.Nick(); nick != "" {
		p.Who, p.Err = i.chat.Person(nick)
		return p
	}
	i.locked(func() { p.Who = i.begun })
	return p
}

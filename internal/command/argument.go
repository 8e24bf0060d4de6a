package command

import "strings"

// Argument is the kind of a command's first argument, for completion.
type Argument uint8

// The kinds of first arguments.
const (
	Other   Argument = iota // none, or one that cannot be completed
	Nick                    // of a person online
	Room                    // with @ or without
	Place                   // @room or #nick
	Name                    // of a command
	Setting                 // the name of a setting
	OnOff                   // on or off
)

// arguments are the kinds by how they are written in [Form.Args].
var arguments = map[string]Argument{
	"nick": Nick, "room": Room, "@room|#nick": Place, "command": Name, "name": Setting, "on|off": OnOff,
}

// Takes returns the kind of the form's first argument.
func (f *Form) Takes() Argument {
	first, _, _ := strings.Cut(f.Args, " ")
	return arguments[strings.Trim(first, "[]")]
}

package command

import (
	"testing"
)

// A name or an alias means one command, and each form can be explained and carried out.
func TestTable_IsUnambiguousAndComplete(t *testing.T) {
	owner := make(map[string]string)
	for i := range table {
		c := &table[i]
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			if of := owner[name]; of != "" {
				t.Errorf("%s means %s and %s", name, of, c.Name)
			}
			owner[name] = c.Name
			if got := FindPrompt(name); got != c {
				t.Errorf("%s is not found at a prompt", name)
			}
		}
		for _, f := range []*Form{c.Lines, c.Prompt} {
			if f != nil && (f.Help == "" || f.run == nil) {
				t.Errorf("%s has a form without help or function", c.Name)
			}
		}
	}
}

func TestForm_Takes(t *testing.T) {
	want := map[string]Argument{
		"enter": Room, "leave": Room, "members": Room, "who": Room, "whois": Nick, "ignore": Nick, "unignore": Nick, "msg": Nick,
		"to": Place, "help": Name, "set": Setting, "notices": OnOff,
	}
	for c := range Prompt {
		if got := c.Prompt.Takes(); got != want[c.Name] {
			t.Errorf("/%s takes %d, want %d", c.Name, got, want[c.Name])
		}
	}
}

package chatcore_test

import (
	"testing"

	"parley/chatcore"
)

// The "@" of a line to a room is forgiven where a command takes a room.
func TestCommands_ForgiveTheSignOfARoom(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann, bob := join(t, core, "ann"), join(t, core, "bob")
	ann.does("!enter @dev", "!topic @dev release on friday")
	ann.asks("!topic @dev", "! topic of dev: release on friday")
	bob.asks("!members @Dev", "ann")
	ann.asks("!rooms", "dev")
	ann.does("!leave @dev")
	ann.asks("!rooms", "")
	for _, line := range []string{"!enter @", "!enter @@dev", "!topic @", "!members @", "!leave a@b c"} {
		if err := ann.Do(line); err == nil {
			t.Errorf("%s was carried out", line)
		}
	}
}

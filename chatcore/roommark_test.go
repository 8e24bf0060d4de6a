package chatcore_test

import (
	"testing"

	"parley/chatcore"
)

// People see @ before the name of a room, and type what they see (issue 12, number 16).
func TestTheMarkOfARoomIsForgiven(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	ann.does("!enter dev")
	ann.asks("!rooms", "dev")
	ann.asks("!members @dev", "ann")
	ann.asks("!topic @dev", "! dev has no topic")
	ann.does("!topic @DEV release  on @friday")
	ann.asks("!topic @dev", "! topic of dev: release  on @friday")
	for line, want := range map[string]string{
		"!topic @ops":    "no such room: ops",
		"!topic @ops x":  "no such room: ops",
		"!members @ops":  "no such room: ops",
		"!members @@dev": "no such room: @dev",
		"!topic @@dev":   "no such room: @dev",
		"!topic @":       "usage: !topic room [text]",
		"!topic @ dev":   "usage: !topic room [text]",
		"!members @ dev": "usage: !members room",
		"!members @":     "usage: !members room",
		"!leave @ dev":   "usage: !leave room",
		"!leave @":       "usage: !leave room",
		"!enter @a b":    "usage: !enter room",
	} {
		if err := ann.Do(line); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
	for _, line := range []string{"!enter @ops", "!enter @dev"} { // it may make a room, so it takes only names
		if err := ann.Do(line); err == nil {
			t.Errorf("%s: no error", line)
		}
	}
	ann.does("!leave  @dev")
	ann.asks("!rooms", "")
}

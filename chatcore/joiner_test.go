package chatcore_test

import (
	"testing"

	"parley/chatcore"
)

// A text keeps the joiners in its words. A name has none: it is the word without them.
func TestNamesAreTakenAndFoundWithoutJoiners(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	all := joinAll(t, core, "ann", "bob")
	ann, bob := all["ann"], all["bob"]

	ann.does("!nick علی\u200cرضا", "!users")
	ann.hears("bob علیرضا")
	bob.refuses("!nick علیرضا\u200c", "nick in use: علیرضا")
	bob.does("#علی\u200cرضا می\u200cآیم")
	ann.hears("#bob: می\u200cآیم")

	ann.does("!enter کتاب\u200cها", "!rooms")
	ann.hears("کتابها")
	bob.does("!enter کتابها", "@کتاب\u200cها می\u200cآیم")
	ann.hears("@کتابها bob: می\u200cآیم")
	bob.does("!topic کتاب\u200cها می\u200cخوانیم", "!topic کتابها")
	bob.hears("! topic of کتابها: می\u200cخوانیم")
	bob.does("!leave کتاب\u200cها", "!members کتاب\u200cها")
	bob.hears("علیرضا")
	bob.refuses("#می\u200cآید hi", "no such user: میآید")

	if _, err := core.Join(chatcore.JoinRequest{Nick: "می\u200cآید"}); err == nil {
		t.Error("a nick with a joiner is let in")
	}
}

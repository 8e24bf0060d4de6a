package chatcore_test

import (
	"errors"
	"testing"

	"parley/chatcore"
)

// The program's words for destinations and people cannot be a nick or a room, by any way
// in and in any spelling.
func TestThreat31_WordsOfTheProgramAreNobodys(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	ann := join(t, core, "ann")
	for _, word := range []string{
		"public", "everyone", "all", "here", "you", "me", "system", "server", "admin", "mod", "moderator", "parley",
		"PUBLIC", "Everyone", "ａｌｌ", "hеre", "yоu", "𝐦𝐞", "ѕystem", "sеrver", "admın", "möd", "m\u043ed", "рarley", "рublic", "puЬlic",
	} {
		want := word != "möd" // another word
		if _, err := arrive(t, core, chatcore.JoinRequest{Nick: word, Identity: chatcore.Principal{Key: "SHA256:eve"}}); errors.Is(err, chatcore.ErrNickInUse) != want {
			t.Errorf("Join of %q: %v", word, err)
		}
		if want {
			ann.refuses("!nick "+word, "nick in use: "+word+" is reserved")
			ann.refuses("!enter "+word, "invalid room: "+word+" is reserved")
		}
	}
	ann.does("!enter public-works", "!nick admiral")
}

package safetext

import "strings"

// Reserved reports whether a nick is, in any spelling that [Key] or [Drawn] takes for it,
// one of the words that read as the server's own, as a place, as everyone, or as people
// with more rights than others.
func Reserved(name string) bool {
	return reservedKeys[Key(name)] || !isASCII(name) && reservedLooks[Drawn(name)]
}

var reserved = []string{
	"public", "everyone", "all", "here", "you", "me",
	"system", "server", "admin", "mod", "moderator", "parley",
}

// reservedKeys has the keys of the reserved words, reservedLooks what those are drawn like
// in a name that is not ASCII: with I in place of i too.
var reservedKeys, reservedLooks = func() (keys, looks map[string]bool) {
	keys, looks = map[string]bool{}, map[string]bool{}
	for _, word := range reserved {
		keys[Key(word)] = true
		looks[word] = true
		looks[strings.ReplaceAll(word, "i", drawn('I'))] = true
	}
	return keys, looks
}()

package safetext

// Reserved reports whether name is a word the program itself uses.
func Reserved(name string) bool {
	for _, key := range []string{Key(name), Drawn(name)} {
		switch key {
		case "public", "everyone", "all", "here", "you", "me", "system", "server", "admin", "mod", "moderator", "parley":
			return true
		}
	}
	return false
}

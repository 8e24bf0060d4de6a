package chatcore

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"parley/internal/safetext"
)

// A mention is found once for each message, whoever hears it: the words of the
// text are looked up among the nicks, not the nicks in the text.

// heedful tells whether a session may show a mention differently.
func (s *Session) heedful() bool { return s.kind == Interactive || s.formats.Load().json }

// foreignKeys returns the keys of the words of text that are not ASCII. To make
// them takes a while, so it is done before any lock is taken.
func (c *Core) foreignKeys(text string) []string {
	if c.heedful.Load() == 0 {
		return nil
	}
	var keys []string
	for word, rest := nextWord(text); word != ""; word, rest = nextWord(rest) {
		if !isASCII(word) {
			keys = append(keys, safetext.Key(word))
		}
	}
	return keys
}

// namedLocked returns the users whose nick is a word of text, of which foreign
// are the keys of the words that are not ASCII. It looks for nobody where nobody
// would see the difference.
func (c *Core) namedLocked(text string, foreign []string) (named []*User) {
	if c.heedful.Load() == 0 {
		return nil
	}
	add := func(u *User) {
		if u != nil && !slices.Contains(named, u) {
			named = append(named, u)
		}
	}
	var key [safetext.MaxName]byte
	for word, rest := nextWord(text); word != ""; word, rest = nextWord(rest) {
		if len(word) <= len(key) && isASCII(word) {
			add(c.users[string(lowered(key[:0], word))])
		}
	}
	for _, k := range foreign {
		add(c.users[k])
	}
	return named
}

// nextWord takes the first run of characters off text that a nick may be made
// of, in any spelling. It is empty when there is none.
func nextWord(text string) (word, rest string) {
	begin := -1
	for i, r := range text {
		switch in := inWord(r); {
		case in && begin < 0:
			begin = i
		case !in && begin >= 0:
			return text[begin:i], text[i:]
		}
	}
	if begin < 0 {
		return "", ""
	}
	return text[begin:], ""
}

func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.Nd, unicode.M)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lowered appends the key of an ASCII word to dst: [safetext.Key] without its
// allocation.
func lowered(dst []byte, word string) []byte {
	for i := range len(word) {
		b := word[i]
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		dst = append(dst, b)
	}
	return dst
}

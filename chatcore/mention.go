package chatcore

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"parley/internal/safetext"
)

// Mentions are found once for each message, however many users receive it: the words of
// the text are looked up among the nicks, not the nicks in the text.

// mentionAware reports whether the session may show a mention differently.
func (s *Session) mentionAware() bool { return s.kind == Interactive || s.formats.Load().json }

// maxMentioned is the maximum number of users whom one message can mention: each receiver
// is looked up among them. Further users receive the message like any other.
const maxMentioned = 50

// look finds the users whom each of all mentions.
func (c *Core) look(all []broadcast) {
	for i := range all {
		all[i].named, all[i].looked = c.mentioned(all[i].event.Text), true
	}
}

// mentioned returns the users whose nick is a word of text. It finds the words and makes
// their keys before it locks the core. It releases the lock after every few words: 4 KB
// of text has up to 2,000.
func (c *Core) mentioned(text string) (named []*User) {
	var room [64]string
	for len(text) > 0 && len(named) < maxMentioned {
		words := room[:0]
		for len(text) > 0 && len(words) < len(room) {
			var word string
			if word, text = nextWord(text); !isASCII(word) {
				words = append(words, safetext.Key(word))
			} else if word != "" && len(word) <= safetext.MaxName {
				words = append(words, word)
			}
		}
		named = c.lookUp(words, named)
	}
	return named
}

// lookUp appends the users whose nicks are among words, which are keys or ASCII.
func (c *Core) lookUp(words []string, named []*User) []*User {
	if len(words) == 0 {
		return named
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	var key [4 * safetext.MaxName]byte // a fixed buffer, so that no string is allocated
	for _, word := range words {
		if u := c.users[string(lowered(key[:0], word))]; u != nil && len(named) < maxMentioned && !slices.Contains(named, u) {
			named = append(named, u)
		}
	}
	return named
}

// nextWord takes the first run of characters off text that can spell a nick, including
// joiners between its letters. word is empty if there is none.
func nextWord(text string) (word, rest string) {
	begin := -1
	for i, r := range text {
		switch in := inWord(r); {
		case in && begin < 0:
			begin = i
		case !in && begin >= 0 && !safetext.IsJoiner(r):
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

// lowered appends the key of an ASCII word to dst. It is [safetext.Key] without the
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

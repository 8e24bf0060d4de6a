package sshserver

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// alike maps the small letters of the victims to letters that look like them.
var alike = map[rune]string{
	'a': "аɑａ𝐚", 'b': "ｂ𝐛", 'c': "сϲｃ𝐜", 'e': "еｅ𝐞", 'i': "іｉ𝐢ı", 'l': "ｌ𝐥", 'n': "ｎ𝐧ո", 'o': "оοｏ𝐨օ",
	'p': "рｐ𝐩", 'r': "гｒ𝐫", 's': "ѕｓ𝐬", 'u': "υʋｕ𝐮ս", 'v': "νѵｖ𝐯", 'y': "уｙ𝐲",
}

// spelling returns a spelling of a victim's nick.
func (c *crime) spelling(v *victim) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(v.nick) {
		others := []rune(alike[unicode.ToLower(r)])
		switch {
		case len(others) > 0 && c.IntN(3) == 0:
			b.WriteRune(others[c.IntN(len(others))])
		case c.IntN(4) == 0:
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteRune(r)
		}
	}
	return []norm.Form{norm.NFC, norm.NFD}[c.IntN(2)].String(b.String())
}

// user returns an ssh user name that may become a victim's nick, or, sometimes, may not.
func (c *crime) user(v *victim) string {
	if c.IntN(5) == 0 {
		return "thief"
	}
	between := []string{"", "", "", "", "-", ".", "\u200b", "\u202e", "\x1b", " "}[c.IntN(10)]
	user := strings.Join(strings.SplitAfter(c.spelling(v), ""), between)
	return user + []string{"", "", "+dev", "+", "+" + v.nick}[c.IntN(5)]
}

// resembled returns the victim that a nick looks like, as far as the letters above tell, or nil.
func (c *crime) resembled(nick string) *victim {
	for _, v := range c.victims {
		if plainly(nick) == plainly(v.nick) {
			return v
		}
	}
	return nil
}

func plainly(nick string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		for letter, others := range alike {
			if strings.ContainsRune(others, r) {
				return letter
			}
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(nick)))
}

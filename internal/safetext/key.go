package safetext

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ergochat/confusables"
	"golang.org/x/text/unicode/norm"
)

// Key returns what a nick or a room is compared by: two names with one key are
// one name. The key is not for showing.
//
// Case and spelling do not count: NFC or NFD, full-width letters, the letters of
// mathematics, ß and ss, the two small sigmas, the Turkish i with and without
// its dot are one. So names that PRECIS UsernameCaseMapped (RFC 8265) compares
// equal have one key, but names that PRECIS refuses to compare have one too.
//
// Look-alikes do not count: each character is then replaced by the ASCII letter
// or digit it is drawn like, or else by its prototype in the confusables of
// TR39. ASCII letters and digits are never look-alikes of each other.
//
// Both hold at once because case goes first, and a letter is looked up in both
// its forms. Where these look like different letters, as Greek ν like v and Ν
// like N, the capital decides: it is drawn the same, the small one only alike.
//
// A name in small ASCII letters is its own key, returned without a copy. What can be
// no name in any spelling is its own key too: it is looked for, and not found, without
// the work.
func Key(name string) string {
	if isPlain(name) {
		return strings.ToLower(name)
	}
	if noName(name) {
		return name
	}
	return skeleton(foldFully(name))
}

// Drawn returns what a nick looks like as it is spelled: as [Key], but a letter that is
// drawn like an ASCII one goes by its own form, where Key goes by its capital. The small
// Greek ν is drawn like v, and its key is that of N: nobody may come as either beside
// somebody who has the other, so a nick takes both. For ASCII it is the key.
func Drawn(name string) string {
	if isPlain(name) || noName(name) {
		return Key(name)
	}
	var out strings.Builder
	for _, r := range norm.NFD.String(name) {
		out.WriteString(drawn(r))
	}
	return undotted(out.String())
}

// drawn returns what r, as it is, looks like.
func drawn(r rune) string {
	if r >= utf8.RuneSelf {
		if like := tabled(r); isASCIIWord(like) {
			return strings.ToLower(like)
		}
	}
	var out strings.Builder
	for _, f := range foldFully(string(r)) {
		out.WriteString(likeness(f))
	}
	return out.String()
}

// noName tells whether s can be no name in any spelling, by what is seen at once: its
// length, or a letter that is in none. Some of those are eighteen letters each when they
// are spelled out.
func noName(s string) bool {
	return len(s) > maxSpelling || strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(misleading, r) })
}

// maxSpelling is the longest a name can be in bytes: no character takes more than
// twelve in NFD.
const maxSpelling = 12 * MaxName

// Fold returns name for sorting without case. It maps each character by itself
// (the simple mappings of UAX #44) and leaves look-alikes apart.
func Fold(name string) string {
	if isASCII(name) {
		return strings.ToLower(name)
	}
	return strings.Map(foldRune, name)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldRune returns the one letter that stands for all cases of r. Going by the
// capital brings the second small forms (ς, ſ, ϑ) to the first.
func foldRune(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

// foldFully takes case, compatibility forms (NFKD, UAX #15) and what is not seen
// out of s. The folding of the cases package is not used: it swaps the two cases
// of Cherokee instead of joining them.
func foldFully(s string) string {
	s = norm.NFKD.String(lunate.Replace(s))
	s = strings.Map(func(r rune) rune {
		if traitsOf(r).has(hidden) {
			return -1
		}
		return foldRune(r)
	}, s)
	s = strings.ReplaceAll(s, "ß", "ss") // the one full folding left after NFKD
	return norm.NFKD.String(s)
}

// skeleton replaces each character of the folded s by what it looks like (TR39,
// section 4). A dot on an i says nothing: İ, i and ı are cases of one another in
// one language or another.
func skeleton(s string) string {
	var out strings.Builder
	for _, r := range s {
		out.WriteString(likeness(r))
	}
	return undotted(out.String())
}

func undotted(s string) string {
	return strings.ReplaceAll(norm.NFD.String(s), "i"+string(dotAbove), "i")
}

// likeness returns what the folded r looks like.
func likeness(r rune) string {
	if r < alphabetsEnd {
		return alphabets()[r]
	}
	if like, ok := others.Load(r); ok {
		return like.(string)
	}
	like := lookUp(r)
	others.Store(r, like)
	return like
}

// others has the likenesses of further letters that were looked up, of which there are
// 140,000 at most: a line of a thousand one-letter words takes 3 ms with it, and 6 ms
// without.
var others sync.Map

// alphabets has the likenesses of the letters of Europe, Latin to Armenian: a
// name in one of them takes a quarter of the time. They are looked up once, for
// the first name that needs them.
var alphabets = sync.OnceValue(func() []string {
	likes := make([]string, alphabetsEnd)
	for r := range rune(alphabetsEnd) {
		likes[r] = lookUp(r)
	}
	return likes
})

const alphabetsEnd = 0x0590

// lookUp finds what the folded r looks like. A prototype can look like something
// itself once it is folded, so it is looked up as well.
func lookUp(r rune) string {
	like := prototype(r)
	for range maxLookups - 1 {
		if isASCII(like) || like == string(r) {
			break
		}
		var next strings.Builder
		for _, r := range like {
			next.WriteString(prototype(r))
		}
		like = next.String()
	}
	return like
}

// maxLookups is the longest chain of prototypes there is.
const maxLookups = 3

// prototype takes one step from the folded r to what it looks like.
func prototype(r rune) string {
	if r < utf8.RuneSelf {
		return string(r)
	}
	if like, ok := likenesses[r]; ok {
		return like
	}
	if c := unicode.ToUpper(r); c != r {
		capital := confusable(c)
		if isASCIIWord(capital) && capital != "l" { // an I is filed under l there
			return capital
		}
	}
	return confusable(r)
}

// confusable returns the folded prototype of r in the table of TR39, or r if it
// has none.
func confusable(r rune) string {
	if like := tabled(r); like != string(r) {
		return foldFully(like)
	}
	return string(r)
}

// tabled returns the prototype of r in the table of TR39, or r if it has none. That
// table takes every m for rn, which the package's tweak mends for some.
func tabled(r rune) string {
	return strings.ReplaceAll(confusables.SkeletonTweaked(string(r)), "rn", "m")
}

func isASCIIWord(s string) bool {
	for _, r := range s {
		if !isASCIIName(r) {
			return false
		}
	}
	return s != ""
}

// likenesses come before the table of TR39, which has none of these.
var likenesses = map[rune]string{
	// Small capitals: the table joins them with the small letters of Cyrillic
	// and Greek whose capitals are Latin ones, but not with those.
	'ᴀ': "a", 'ʙ': "b", 'ᴅ': "d", 'ᴇ': "e", 'ꜰ': "f", 'ɢ': "g", 'ʜ': "h", 'ᴊ': "j",
	'ᴋ': "k", 'ĸ': "k", 'ʟ': "l", 'ᴍ': "m", 'ʍ': "m", 'ɴ': "n", 'ᴘ': "p", 'ᴛ': "t",
	'ꞓ': "e", // stands for the small epsilons there
	// Bars: the table files capital I, small l and 1 together, ASCII keeps apart.
	'ӏ': "l", // small palochka
	'ꓲ': "i", // Lisu has capitals only
	'ⲓ': "i", // Coptic, whose small letters are small capitals
}

// lunate keeps the form of sigma that is drawn as c from becoming the common
// one, as it does in NFKD.
var lunate = strings.NewReplacer("ϲ", "c", "Ϲ", "c")

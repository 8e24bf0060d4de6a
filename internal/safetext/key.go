package safetext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parley/internal/safetext/confusables"
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
// or digit it is drawn like, or else by what stands for all that are drawn like it
// in package confusables. ASCII letters and digits are never look-alikes of each
// other.
//
// Both hold at once because case goes first, and a letter is looked up in both
// its forms. Where these look like different letters, as Greek ν like v and Ν
// like N, the capital decides: it is drawn the same, the small one only alike.
//
// The key of a name is that of its letters in a row, and those are kept once they
// were asked for: Key is as cheap for any word as it is for one of Latin letters
// with accents. A name in small ASCII letters is its own key, returned without a
// copy. What can be no name in any spelling is its own key too.
func Key(name string) string {
	if isPlain(name) {
		return strings.ToLower(name)
	}
	if len(name) > maxSpelling {
		return name
	}
	var space [8 * MaxName]byte
	key, ok := appendKey(space[:0], name)
	if !ok {
		return name
	}
	return string(key)
}

// Drawn returns what a nick looks like as it is spelled, where [Key] joins the cases of
// its letters and goes by the capitals. The small Greek ν is drawn like v, and its key is
// that of N: no one may come as either while someone has the other, so a nick takes
// both.
//
// For ASCII it is the key. In any other name, what Unicode takes for one is one: I, l and
// 1; O, o and 0; m and rn. So the Cyrillic І and the palochka Ӏ are drawn the same, while
// their keys are those of i and l.
func Drawn(name string) string {
	if isPlain(name) || noName(name) {
		return Key(name)
	}
	return strings.Clone(strings.ReplaceAll(undotted(drawnAll(norm.NFC.String(name))), "rn", "m"))
}

func drawnAll(s string) string {
	var out strings.Builder
	for _, r := range s {
		out.WriteString(drawn(r))
	}
	return out.String()
}

// drawn returns what r, as it is, looks like.
func drawn(r rune) string {
	switch {
	case r == 'I' || r == '1':
		return "l"
	case r == '0':
		return "o"
	case r == 'İ':
		return "i"
	case traitsOf(r).has(hidden):
		return ""
	}
	if like, ok := confusables.Likeness(r); ok {
		return like
	}
	for _, form := range []norm.Form{norm.NFD, norm.NFKD} {
		if parts := form.String(string(r)); parts != string(r) {
			return drawnAll(parts)
		}
	}
	// The other case, unless that is drawn like something else.
	small := foldRune(r)
	if _, ok := confusables.Likeness(small); ok {
		return string(r)
	}
	return string(small)
}

// noName reports whether s can be no name in any spelling.
func noName(s string) bool {
	if len(s) > maxSpelling {
		return true
	}
	_, ok := appendKey(nil, s)
	return !ok
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
	if folded := strings.Map(foldRune, name); folded != name {
		return strings.Clone(folded)
	}
	return name
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
	s = strings.Map(foldRune, strings.Map(dropHidden, s))
	s = strings.ReplaceAll(s, "ß", "ss") // the one full folding left after NFKD
	return norm.NFKD.String(s)
}

// lunate keeps the form of sigma that is drawn as c from becoming the common
// one, as it does in NFKD.
var lunate = strings.NewReplacer("ϲ", "c", "Ϲ", "c")

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

// likeness returns what the folded r looks like. That can look like something itself
// by its capital, so it is looked up as well.
func likeness(r rune) string {
	like := capitalFirst(r)
	for range maxLookups - 1 {
		if isASCII(like) || like == string(r) {
			break
		}
		var next strings.Builder
		for _, r := range like {
			next.WriteString(capitalFirst(r))
		}
		like = next.String()
	}
	return like
}

// maxLookups is the longest chain of likenesses there is.
const maxLookups = 3

// capitalFirst takes one step from the folded r to what it looks like.
func capitalFirst(r rune) string {
	if r < utf8.RuneSelf {
		return string(r)
	}
	if bar, ok := bars[r]; ok {
		return bar
	}
	like, ok := confusables.Likeness(r)
	if !ok {
		like = string(r)
	}
	if unicode.IsDigit(r) {
		return digits.Replace(like)
	}
	if c := unicode.ToUpper(r); c != r {
		capital, _ := confusables.Likeness(c)
		if isASCIIWord(capital) && capital != "l" { // an I is filed under l there
			return capital
		}
	}
	return like
}

func isASCIIWord(s string) bool {
	for _, r := range s {
		if !isASCIIName(r) {
			return false
		}
	}
	return s != ""
}

// bars are letters that Unicode files under l, as it does I and 1, which ASCII keeps
// apart. digits are those of scripts whose one is drawn like l, or whose zero like o.
var (
	bars = map[rune]string{
		'ӏ': "l", // small palochka
		'ꓲ': "i", // Lisu has capitals only
		'ⲓ': "i", // Coptic, whose small letters are small capitals
	}
	digits = strings.NewReplacer("l", "1", "o", "0")
)

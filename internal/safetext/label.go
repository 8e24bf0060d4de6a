package safetext

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Label returns s for a log or a list: safe as by [Text], without spaces around
// it, and at most max runes long. What is longer is cut between two characters
// as people see them (UAX #29) and ends in "…", which counts too. A max of 0 or
// less gives "".
//
// Of a long s no more is looked at than it takes to fill the label. What is cut off is
// not held in memory by the rest.
func Label(s string, max int) string {
	if max <= 0 {
		return ""
	}
	for limit := utf8.UTFMax * (max + labelMargin); limit < len(s); limit *= 4 {
		begin := strings.TrimSpace(Text(s[:limit]))
		if utf8.RuneCountInString(begin) > max+labelMargin {
			return shorten(begin, max)
		}
	}
	text := Text(s)
	label := strings.TrimSpace(text)
	switch {
	case utf8.RuneCountInString(label) > max:
		return shorten(label, max)
	case len(label) < len(text):
		return strings.Clone(label)
	}
	return label
}

// labelMargin is how many runes at the end of a piece of text can depend on what follows
// it: more than any base with its marks, or any emoji sequence, has in a safe text.
const labelMargin = 64

func shorten(s string, max int) string { return strings.TrimSpace(ended(cut(s, max-1))) + "…" }

// ended returns s, the beginning of a safe text, without a ZWNJ on its last character that
// kept that from the letter after the cut, and what is on the character after it.
func ended(s string) string {
	i := strings.LastIndex(s, string(nonJoiner))
	if i < 0 || Text(s) == s {
		return s
	}
	return s[:i]
}

// cut returns as many whole characters from the start of s as fit in max runes.
func cut(s string, max int) string {
	end := 0
	for chars := graphemes.FromString(s); chars.Next(); end = chars.End() {
		max -= utf8.RuneCountInString(chars.Value())
		if max < 0 {
			break
		}
	}
	return s[:end]
}

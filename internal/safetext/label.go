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
func Label(s string, max int) string {
	s = strings.TrimSpace(Text(s))
	if max <= 0 {
		return ""
	}
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	return strings.TrimSpace(cut(s, max-1)) + "…"
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

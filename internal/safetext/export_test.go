package safetext

import (
	"strings"
	"unicode/utf8"
)

// SlowKey is the key of a name as it is defined, without what is kept of its letters.
func SlowKey(name string) string { return skeleton(foldFully(name)) }

// Pictographs is the set of characters that emoji sequences are made of.
var Pictographs = pictographs

// JoinsNext and JoinsPrevious are how a letter is joined to its neighbours.
var (
	JoinsNext     = joinsNext
	JoinsPrevious = joinsPrevious
)

// MaxSpelling is the longest a name can be in bytes.
const MaxSpelling = maxSpelling

// NoName reports whether s can be no name in any spelling.
var NoName = noName

// UnicodeSkeleton is the skeleton of TR39.
var UnicodeSkeleton = unicodeSkeleton

// WholeLabel is Label by all of s.
func WholeLabel(s string, max int) string {
	s = strings.TrimSpace(Text(s))
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	return shorten(s, max)
}

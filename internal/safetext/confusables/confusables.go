// Package confusables has the characters that are drawn alike, by the data of Unicode's
// UTS #39 and what this package adds to it.
//
// The table is generated: see gen. It is of confusables.txt.gz, the file as Unicode publishes
// it, under the licence next to it (Unicode-3.0), and of additions.txt, which is parley's
// own and gives the reasons.
package confusables

import "slices"

//go:generate go run ./gen

// entry gives one character its likeness, by its place among the likenesses.
type entry struct {
	char     rune
	likeness uint16
}

// Likeness returns what r is drawn like, and whether the table has r. Characters that
// are drawn alike have one likeness, which is in lower case, in NFD, and has no likeness
// of its own. It is in ASCII if any of them is like a string of ASCII.
//
// The table does not have ASCII itself. It has the likenesses of I, l and 1 as "l", of O
// and 0 as "o", of m and rn as "m": they are one to Unicode.
func Likeness(r rune) (string, bool) {
	i, ok := slices.BinarySearchFunc(entries[:], r, func(e entry, r rune) int { return int(e.char - r) })
	if !ok {
		return "", false
	}
	return likenesses[entries[i].likeness], true
}

package safetext

// SlowKey is Key without its way around for ASCII.
func SlowKey(name string) string { return skeleton(foldFully(name)) }

// Pictographs is the set of characters that emoji sequences are made of.
var Pictographs = pictographs

// MaxSpelling is the longest a name can be in bytes.
const MaxSpelling = maxSpelling

// NoName tells whether s is seen at once to be no name.
var NoName = noName

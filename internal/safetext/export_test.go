package safetext

// SlowKey is the key of a name as it is defined, without what is kept of its letters.
func SlowKey(name string) string { return skeleton(foldFully(name)) }

// Pictographs is the set of characters that emoji sequences are made of.
var Pictographs = pictographs

// MaxSpelling is the longest a name can be in bytes.
const MaxSpelling = maxSpelling

// NoName reports whether s can be no name in any spelling.
var NoName = noName

// UnicodeSkeleton is the skeleton of TR39.
var UnicodeSkeleton = unicodeSkeleton

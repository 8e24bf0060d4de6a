// Package keys holds the two things that say who is who: the server's host key,
// by which people know that they reached the same server again, and the identity
// of a person, which is the fingerprint of the key that signed.
//
// A host key is never replaced. It is made once, where there is none, and any
// file found in its place that is not a sound key kept private is refused with
// the path and the mend: a new key would make every client warn of an attack,
// and what is there may be the only copy of the old one.
package keys

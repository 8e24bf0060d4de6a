// Package safetext makes what a person chose safe to show, and decides which
// names are one name. It is the one door for texts, nicks, rooms, topics, SSH
// user names, client versions and TERM.
//
//   - [Text] makes a chat text safe; [Label] makes a short one for logs and lists.
//   - [Nick], [NickFrom] and [Room] hold the rules for names.
//   - [Key] and [Drawn] are what names are compared by, [Fold] what they are sorted by.
//   - [Reserved] are the names that no one can have.
//
// Every function is pure, total and safe for concurrent use: any string may be
// given, and no answer holds anything that a terminal could take for more than
// text.
//
// # Unicode versions
//
// What is assigned is asked of the unicode package, so letters of a newer
// Unicode come with a newer Go. Emoji do not wait for that: the code points that
// UTS #51 sets aside for future pictographs are text already. What looks alike is
// in a table of its own: see package confusables.
package safetext

// Package lineedit is the input line of a terminal session: what a person types
// stays whole at the bottom of the screen, whatever is printed above it.
//
// It is pure: keys go in as bytes ([Editor.Type]), what has been typed comes out
// as events, and output for the terminal is made when it can be sent
// ([Editor.Render]). So nothing here waits, a thousand messages cost one redraw,
// and however much is typed, no output gathers. One goroutine at a time may call
// an Editor.
//
// The files, from the terminal inwards: key, sequence, string, coded and pasting (bytes
// become keys), bindings (keys become edits), line (the text and its cursor, in
// characters as people see them), history, search, complete; and outwards: layout
// (the line in rows of cells), screen (a terminal whose cursor can be moved), plain
// (one where it is not), wrap (what is printed above the line, in rows).
//
// # What is asked of a terminal
//
// It knows these of ECMA-48: BEL, CR, LF, CUU, CUD, CUF, ED, EL, SGR, and for Ctrl-L
// CUP. Nothing that is sent is wider than the terminal, as far as we know its width. The
// rows of what is printed and of the line end in CR
// LF, full or not: when a terminal gets wider, it then leaves them as they are, and
// what we draw before we know of it goes where it should. When it gets narrower,
// nearly all that have a scrollback wrap each row again, and what is drawn before
// we know leaves rows of the line on the screen; but no terminal takes away what is above.
//
// Terminals do not agree how wide some characters are. A character of several
// code points (a flag, a family, a sign in emoji style) is therefore followed by
// a movement to the column where it ends by our measure, and is not put where a
// terminal that draws its parts side by side would have to wrap it.
package lineedit

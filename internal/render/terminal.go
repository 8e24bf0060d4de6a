package render

import "strings"

// Terminal is what a terminal can do, as far as its name tells.
type Terminal struct {
	Moves  bool // its cursor can be moved
	Colour bool
	Means  AlertCaps
	Asks   bool // many terminals go by this name: AskVersion tells which it is
}

// AskVersion asks a terminal what it is (XTVERSION, in xterm's ctlseqs). It answers
// DCS > | name and version ST, or not at all. tmux asks each terminal so, and fish each
// that is not the Linux console; none is known to show it.
const AskVersion = "\x1b[>0q"

// known are the terminals that know one of the notifications, or need it to be the one they
// know. By what their names begin with.
var known = []struct {
	prefix string
	is     Terminal
}{
	{"dumb", Terminal{Means: Bell}},
	{"unknown", Terminal{}},
	{"network", Terminal{}},
	{"vt52", Terminal{}},
	{"vte", Terminal{Moves: true, Colour: true, Means: Bell | OSC777}},
	{"vt", Terminal{Moves: true, Means: Bell}},
	{"ansi", Terminal{Moves: true, Means: Bell}},
	{"linux", Terminal{Moves: true, Colour: true, Means: Bell}},
	{"cygwin", Terminal{Moves: true, Colour: true, Means: Bell}},
	{"putty", Terminal{Moves: true, Colour: true, Means: Bell}},
	{"rxvt", Terminal{Moves: true, Colour: true, Means: Bell | OSC777}},
	{"foot", Terminal{Moves: true, Colour: true, Means: Bell | OSC777}},
	{"gnome", Terminal{Moves: true, Colour: true, Means: Bell | OSC777}},
	{"konsole", Terminal{Moves: true, Colour: true, Means: Bell | OSC777}},
	{"contour", Terminal{Moves: true, Colour: true, Means: Bell | OSC777}},
	{"xterm-kitty", Terminal{Moves: true, Colour: true, Means: Bell | OSC9}},
	{"xterm-ghostty", Terminal{Moves: true, Colour: true, Means: Bell | OSC9}},
	{"xterm", Terminal{Moves: true, Colour: true, Means: Bell | OSC9, Asks: true}},
	{"screen", Terminal{Moves: true, Colour: true, Means: Bell | OSC9, Asks: true}},
	{"tmux", Terminal{Moves: true, Colour: true, Means: Bell | OSC9, Asks: true}},
}

// TerminalOf is the terminal of the name a client gives (TERM). One that has no
// name can do nothing; any other is taken for one of today's.
func TerminalOf(name string) Terminal {
	if name == "" {
		return Terminal{Means: Bell}
	}
	for _, k := range known {
		if strings.HasPrefix(name, k.prefix) {
			return k.is
		}
	}
	return Terminal{Moves: true, Colour: true, Means: Bell | OSC9}
}

// knowOSC777 are the terminals that know the other notification only, by what their answers
// to AskVersion begin with, in small letters. WezTerm and Ghostty know both.
var knowOSC777 = []string{"vte", "foot", "konsole", "contour", "rxvt", "urxvt"}

// MeansOf are the means of a terminal that gives itself this name. More know OSC 9 than
// know OSC 777, and those that know neither ignore it: so it is what others are sent, and
// those that do not answer.
func MeansOf(version string) AlertCaps {
	version = strings.ToLower(version)
	for _, name := range knowOSC777 {
		if strings.HasPrefix(version, name) {
			return Bell | OSC777
		}
	}
	return Bell | OSC9
}

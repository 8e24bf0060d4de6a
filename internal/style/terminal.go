package style

import "strings"

// Terminal is what a terminal can do, as far as its name tells.
type Terminal struct {
	Moves  bool // its cursor can be moved
	Colour bool
	Means  Means
}

// known are the terminals that know one of the notifications, or both: those would
// show each twice. By what their names begin with.
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
	{"xterm-kitty", Terminal{Moves: true, Colour: true, Means: Bell | OSC9}},
	{"xterm-ghostty", Terminal{Moves: true, Colour: true, Means: Bell | OSC9}},
	{"wezterm", Terminal{Moves: true, Colour: true, Means: Bell | OSC9}},
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
	return Terminal{Moves: true, Colour: true, Means: Bell | OSC9 | OSC777}
}

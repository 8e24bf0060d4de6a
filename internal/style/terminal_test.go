package style

import "testing"

func TestTerminalOf(t *testing.T) {
	none, bell := Terminal{}, Terminal{Means: Bell}
	ofOld := Terminal{Moves: true, Means: Bell}
	console := Terminal{Moves: true, Colour: true, Means: Bell}
	osc9 := Terminal{Moves: true, Colour: true, Means: Bell | OSC9}
	osc777 := Terminal{Moves: true, Colour: true, Means: Bell | OSC777}
	both := Terminal{Moves: true, Colour: true, Means: Bell | OSC9 | OSC777}
	for name, want := range map[string]Terminal{
		"": bell, "dumb": bell, "dumb-emacs-ansi": bell, "unknown": none, "network": none, "vt52": none,
		"vt100": ofOld, "vt220": ofOld, "vt320-w": ofOld, "ansi": ofOld, "ansi-mini": ofOld,
		"linux": console, "linux-16color": console, "cygwin": console, "putty-256color": console,
		"rxvt": osc777, "rxvt-unicode-256color": osc777, "foot": osc777, "foot-extra": osc777, "vte-256color": osc777,
		"xterm-kitty": osc9, "xterm-ghostty": osc9, "wezterm": osc9,
		"xterm": both, "xterm-256color": both, "screen-256color": both, "tmux-256color": both, "alacritty": both, "st-256color": both,
		"whatever comes next": both,
	} {
		if got := TerminalOf(name); got != want {
			t.Errorf("TerminalOf(%q) = %+v, want %+v", name, got, want)
		}
	}
}

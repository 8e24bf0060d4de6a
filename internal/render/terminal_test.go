package render

import "testing"

func TestTerminalOf(t *testing.T) {
	none, bell := Terminal{}, Terminal{Means: Bell}
	ofOld := Terminal{Moves: true, Means: Bell}
	console := Terminal{Moves: true, Colour: true, Means: Bell}
	osc9 := Terminal{Moves: true, Colour: true, Means: Bell | OSC9}
	osc777 := Terminal{Moves: true, Colour: true, Means: Bell | OSC777}
	asks := osc9
	asks.Asks = true
	for name, want := range map[string]Terminal{
		"": bell, "dumb": bell, "dumb-emacs-ansi": bell, "unknown": none, "network": none, "vt52": none,
		"vt100": ofOld, "vt220": ofOld, "vt320-w": ofOld, "ansi": ofOld, "ansi-mini": ofOld,
		"linux": console, "linux-16color": console, "cygwin": console, "putty-256color": console,
		"rxvt": osc777, "rxvt-unicode-256color": osc777, "foot": osc777, "foot-extra": osc777, "vte-256color": osc777,
		"gnome-256color": osc777, "konsole-256color": osc777, "contour": osc777,
		"xterm-kitty": osc9, "xterm-ghostty": osc9, "wezterm": osc9,
		"xterm": asks, "xterm-256color": asks, "xterm-direct": asks, "screen": asks, "screen-256color": asks, "screen.xterm-256color": asks, "tmux-256color": asks,
		"alacritty": osc9, "st-256color": osc9, "whatever comes next": osc9,
	} {
		if got := TerminalOf(name); got != want {
			t.Errorf("TerminalOf(%q) = %+v, want %+v", name, got, want)
		}
	}
}

// A terminal is sent one kind of notification: one that it knows, where it knows one.
func TestMeansOf(t *testing.T) {
	for version, want := range map[string]AlertCaps{
		// Both.
		"WezTerm 20240203-110809-5046fc22": Bell | OSC9, "ghostty 1.2.0": Bell | OSC9,
		// OSC 9.
		"kitty(0.26.5)": Bell | OSC9, "iTerm2 3.5.0": Bell | OSC9,
		// OSC 777.
		"VTE(7600)": Bell | OSC777, "foot(1.13.1)": Bell | OSC777, "Konsole 23.08.4": Bell | OSC777, "contour 0.4.1": Bell | OSC777, "rxvt-unicode 9.31": Bell | OSC777,
		// Neither, as far as we know.
		"XTerm(388)": Bell | OSC9, "tmux 3.3a": Bell | OSC9, "mintty 3.6.1": Bell | OSC9, "Windows Terminal 1.25": Bell | OSC9,
		"": Bell | OSC9, "\x00\xff": Bell | OSC9,
	} {
		if got := MeansOf(version); got != want {
			t.Errorf("MeansOf(%q) = %b, want %b", version, got, want)
		}
	}
}

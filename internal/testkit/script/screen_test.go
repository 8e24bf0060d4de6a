package script

import "testing"

func TestMark(t *testing.T) {
	for _, test := range []struct {
		row    string
		column int
		want   string
	}{
		{"", 0, "▏"},
		{"ann>", 5, "ann> ▏"},
		{"abc", 1, "a▏bc"},
		{"日本", 2, "日▏本"},
		{"日本", 4, "日本▏"},
		{"e\u0301x", 1, "e\u0301▏x"},
		{"👍🏽x", 4, "👍🏽▏x"},
		{"🇩🇪x", 2, "🇩🇪▏x"},
		{"❤\ufe0fx", 1, "❤\ufe0f▏x"},
	} {
		if got := mark(test.row, test.column); got != test.want {
			t.Errorf("mark(%q, %d) = %q, want %q", test.row, test.column, got, test.want)
		}
	}
}

func TestUntimed(t *testing.T) {
	for text, want := range map[string]string{
		"12:34 bob: hi":  "hh:mm bob: hi",
		"[at 00:00, 7]":  "[at hh:mm, 7]",
		"23:59:58 ann: ": "hh:mm:58 ann: ",
		"112:34 99:99":   "112:34 99:99",
	} {
		if got := untimed(text); got != want {
			t.Errorf("untimed(%q) = %q, want %q", text, got, want)
		}
	}
}

// The commands for screens themselves, as TestCommands has the others.
func TestScreenCommands(t *testing.T) {
	ok, err := condition("tool:tmux")
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Skip("there is no tmux here")
	}
	for _, test := range []struct {
		name, script string
		want         string // in the log of the failure; none: the script must succeed
	}{
		{"screen", "screen s sh -c 'echo one; echo 12:30 two; cat'\nsees s two\nkeys s 'th;' -l Space\nshows s want\n-- want --\none\nhh:mm two\nth;-l ▏", ""},
		{"no cursor", "screen s sh -c 'echo one; cat'\nshows s want\n-- want --\none", ""},
		{"not so", "screen s sh -c 'echo one; read x'\nsees s one\nkeys s Enter\nshows s want\n-- want --\ntwo", "s: its program ended without it\nit shows:\none\n\nwanted:\ntwo\n"},
		{"size", "screen s 20x3 sh -c 'stty size; cat'\nsees s '^3 20$'\nscreen t sh -c 'stty size; cat'\nsees t '^24 80$'", ""},
		{"resized", "screen s 20x3 sh -c 'trap \"stty size\" WINCH; echo ready; while :; do sleep 0.01; done'\nsees s ready\nresize s 30x4\nsees s '^4 30$'", ""},
		{"environment", "screen s TERM=xterm A=b sh -c 'echo $TERM $A $LC_ALL; cat'\nsees s '^xterm b C.UTF-8$'\nscreen t sh -c 'echo $TERM; cat'\nsees t '^tmux-256color$'", ""},
		{"sees a variable", "screen s sh -c 'echo the number is 42; cat'\nsees s 'is ([0-9]+)' N\nexec echo $N\nstdout ^42$", ""},
		{"sees the cursor", "screen s sh -c 'echo one; cat'\nsees s one\nkeys s abc\nsees s '^one\\nabc▏$'", ""},
		{"sees nothing", "screen s true\nsees s two", "s: its program ended without it\nit shows:\n\n"},
		{"history", "screen s 10x3 sh -c 'seq 5; echo 1234567890abc; cat'\nhistory s want\nstdout ^5$\n-- want --\n1\n2\n3\n4\n5\n1234567890abc", ""},
		{"history now", "screen s 10x3 sh -c 'seq 5; cat'\nsees s 5\nhistory s\nstdout -count=1 ^1$", ""},
		{"keys", "screen s cat -v\nkeys s -l Enter\nkeys s C-v M-b\nsees s 'Enter\\^\\[b▏'", ""},
		{"bytes", "screen s sh -c 'stty raw -echo; echo ready; exec cat -v'\nsees s ready\nbytes s 'a\\x1b[1~\\x00\\xc2\\x9c;'\nsees s 'a\\^\\[\\[1~\\^@M-BM-\\^\\\\;'", ""},
		{"types", "screen s cat\ntypes s 'a ; 日 b'\nsees s '^a ; 日 b▏'", ""},
		{"paste", "screen s sh -c 'printf \"\\033[?2004h\"; stty raw; exec cat -v'\nsees s ▏\npaste s text\nsees s '200~a\\^Mb\\^M.*201~'\n-- text --\na\nb", ""},
		{"paste raw", "screen s sh -c 'printf \"\\033[?2004h\"; stty -echo; echo ready; exec cat -v'\nsees s ready\npaste s text raw\nshows s want\n-- text --\na\nb\n-- want --\nready\na\nb", ""},
		{"bell", "screen s sh -c 'echo one; read x; printf \"\\atwo\\n\"; cat'\nsees s one\n! rung s\nkeys s Enter\nsees s two\nrung s", ""},
		{"no bell", "screen s sh -c 'echo one; cat'\nsees s one\nrung s", "s: the bell has not rung"},
		{"a bell", "screen s sh -c 'printf \"\\aone\"; cat'\nsees s one\n! rung s", "s: the bell has rung"},
		{"a stopped program ends", "screen s sh -c 'sh -c \"echo one; kill -STOP \\$\\$\"; cat'\nsees s one", ""},
		{"shown in a failure", "screen s sh -c 'echo one; cat'\nsees s one\nexec false", "[s history]\none\n"},
		{"one name twice", "screen s cat\nscreen s cat", "s is still there"},
		{"no such screen", "keys s a", "tmux: exit status 1"},
		{"usage", "screen s 10x10 A=b", "usage: screen NAME [WxH] [KEY=VALUE...] PROGRAM [ARG...]"},
		{"usage of resize", "screen s cat\nresize s big", "usage: resize NAME WxH"},
		{"usage of flood", "screen s cat\nflood s 1 1 a", `no program or connection has the name "s"`},
	} {
		t.Run(test.name, func(t *testing.T) { tryScript(t, test.script, test.want) })
	}
}

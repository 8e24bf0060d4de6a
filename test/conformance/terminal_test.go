package conformance

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// what is typed in a terminal: pieces, with a pause before each but the first.
type typing struct {
	says   string // as it stands in docs/protocol.md, section 6
	pause  time.Duration
	pieces []string
	heard  []string // by another
}

var typings = []typing{
	{
		says: "Nothing in a pasted text is carried out before Enter.", pause: time.Second,
		pieces: []string{"\x1b[200~one\n/quit\n\x1b[201~", "\r"}, heard: []string{"one", "/quit"},
	},
	{
		says: "If the end of a paste stands in its middle, what comes in one piece with it is pasted too, and so is what comes before another end, within 0.2 s of the last input.", pause: time.Second,
		pieces: []string{"\x1b[200~one\x1b[201~\r/quit\r\x1b[201~", "\r"}, heard: []string{"one", "/quit"},
	},
	{
		says:  "So keys that follow a paste are held for 0.2 s after the last of them, and for 1 s after the first at most;",
		pause: 150 * time.Millisecond, pieces: append(strings.Split("\x1b[200~one\x1b[201~ x x x x x x x x x", " "), "\r"), heard: []string{"onexxxxxxxxx"},
	},
	{
		says: "Enter that comes in one piece with the end of a paste sends nothing, and the person is told.", pause: time.Second,
		pieces: []string{"\x1b[200~one\x1b[201~\r", "!\r"}, heard: []string{"one!"},
	},
	{
		says: "A paste that has no end is ended after 5 s without input, and the person is told; what came of it is in the line.", pause: 6 * time.Second,
		pieces: []string{"\x1b[200~one\r/quit", "\r"}, heard: []string{"one", "/quit"},
	},
	{
		says:   "A key does the same in every terminal, and in a keyboard mode that another program left on (kitty's, or modifyOtherKeys of xterm).",
		pieces: []string{"two\x1bOD\x1b[D\x1b[1;1:1D\x1b[57418uX\x1b[7~\x1b[1~\x1b[Hone \x1b[52u\x1b[27;1;53~\x1b[13u"}, heard: []string{"one 45tXwo"},
	},
	{
		says:   "A key without a meaning does nothing, and never takes another key with it.",
		pieces: []string{"\x1b[[Aa\x1b[15~b\x1b[99zc\x1bOPd\x1b[57376ue\r"}, heard: []string{"abcde"},
	},
	{
		says:   "Alt-Enter begins a new line of the text; so does Shift-Enter, where the terminal tells it from Enter.",
		pieces: []string{"a\x1b\rb\x1b[13;2uc\x1b[27;2;13~d\r"}, heard: []string{"a", "b", "c", "d"},
	},
	{
		says:   "Control sequences and strings (OSC, DCS, APC, PM and SOS, with ESC or as C1 in UTF-8) are read to their end and dropped, however long they are.",
		pieces: []string{"a\x1b]52;c;" + strings.Repeat("QUJD", 20_000) + "\ab\x1bPx\x1b\\c\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\\u009dx\u009c\u009b?1;2cd\r"}, heard: []string{"abcd"},
	},
	{
		says:   "Strings end with ST, OSC with BEL too; CAN, SUB, Ctrl-C and Ctrl-D end them early.",
		pieces: []string{"\x1b]x\x1b\\a\x1b]x\u009cb\x1b]x\ac\x1bPx\x18d\x1bPx\x1ae\r"}, heard: []string{"abcde"},
	},
	{
		says: "One that is not whole after 0.5 s without input ends as well: a person typed Alt-] or the like, and their next key is a key.", pause: time.Second,
		pieces: []string{"a\x1b]", "b\x1b[", "c\x1bP", "d\r"}, heard: []string{"abcd"},
	},
	{
		says: "A person who types Alt-] or another key that is the beginning of a string loses none of the keys after it.", pause: 400 * time.Millisecond,
		pieces: []string{"\x1b]", "h", "i\x1b_", "!\x1bP", "1", "\r"}, heard: []string{"hi!1"},
	},
	{
		says:   "A string is the terminal's if two bytes of its text come within 50 ms of each other.",
		pieces: []string{"\x1b^private\x1b\\\x1b]he", "llo\az\r"}, pause: 300 * time.Millisecond, heard: []string{"z"},
	},
	{
		says:   "Sent more slowly, it is the terminal's if it begins as answers do: with a number and `;` (OSC), with `1$r`, `1+r`, `>|`, `!|` or the like (DCS), or with `Gi=` or the like (APC).",
		pieces: []string{"\x1b]", "1", "1;", "rgb:", "1/2/3", "\a\x1bP", ">", "|", "x", "\x1b\\z\r"}, pause: 300 * time.Millisecond, heard: []string{"z"},
	},
	{
		says: "What could still become such a beginning is shown when the next key makes it clear, or after 0.5 s.", pause: time.Second,
		pieces: []string{"\x1b]", "1", "x\r"}, heard: []string{"1x"},
	},
	{
		says:   "Sequences that name a set of characters, such as `ESC ( B`, and the answer of a VT52 (`ESC / Z`) are dropped whole.",
		pieces: []string{"\x1b(Ba\x1b/Zb\x1b#8c\x1b%Gd\x1b Fe\r"}, heard: []string{"abcde"},
	},
	{
		says: "After 50 ms without input the next key is a key, because the person typed Alt-( or the like.", pause: 400 * time.Millisecond,
		pieces: []string{"\x1b(", "a\x1b/", "b\r"}, heard: []string{"ab"},
	},
	{
		says: "A terminal that goes by the name of xterm, screen or tmux is asked once what it is (XTVERSION, `CSI > 0 q`).", pause: 100 * time.Millisecond,
		pieces: []string{"a\x1bP>|WezTerm 20240203\x1b\\b", "\x1bP>|VTE(7600)\x1b\\c\r"}, heard: []string{"abc"},
	},
}

// TestTerminal plays what docs/protocol.md says of typing, with the system's ssh.
func TestTerminal(t *testing.T) {
	needSSH(t)
	document, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range typings {
		if !strings.Contains(flat(string(document)), flat(tt.says)) {
			t.Errorf("section 6 does not say: %s", tt.says)
		}
		t.Run(tt.says, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			other := rawPort{}.connect(t, s, bob)
			if _, err := io.WriteString(other.in, "bob\r\n"); err != nil {
				t.Fatal(err)
			}
			cmd := sshCommand(t, s, ann)
			cmd.Args[slices.Index(cmd.Args, "-T")] = "-tt"
			cmd.Env = append(os.Environ(), "TERM=xterm-256color")
			screen := start(t, cmd)
			asked := func(unseen []byte, _ error) (int, bool, error) {
				return 0, !strings.Contains(string(unseen), "\x1b[>0q"), nil
			}
			if err := screen.tape.look(asked); err != nil {
				t.Fatal(err)
			}
			for n, piece := range tt.pieces {
				if n > 0 {
					time.Sleep(tt.pause) // it is what the sentence is about
				}
				if _, err := io.WriteString(screen.in, piece); err != nil {
					t.Fatal(err)
				}
			}
			for _, text := range tt.heard {
				if line, err := other.tape.line(); err != nil || line != "ann: "+text+"\r\n" {
					t.Errorf("heard %q, %v; want %q", line, err, text)
				}
			}
		})
	}
}

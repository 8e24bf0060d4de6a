package conformance

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// cookedInputs are what is piped to `ssh -tt HOST /say`, and what another hears.
var cookedInputs = []struct {
	says  string // as it stands in docs/protocol.md, section 6
	input string
	heard []string
}{
	{
		says:  "Where the client's own input ends (`printf 'one\\ntwo' | ssh -tt HOST /say`), a last line without a newline counts, and `/tail` goes on.",
		input: "one\ntwo", heard: []string{"one", "two"},
	},
	{
		says:  "An input that is no terminal (`ssh -tt HOST /say <big.txt`) is held back instead, and nothing of it is left out.",
		input: strings.Repeat(longLine+"\n", 25), heard: slices.Repeat([]string{longLine}, 25),
	},
	{
		says:  "All keys are known as in the interactive session, in a keyboard mode that another program left on too; Alt-Backspace erases a word.",
		input: "a\x1b[111u\rone two\x1b\x7fd\x1b[27;1;33~\x1b[13u\x1b/Z\x1b]11;x\aend\x1b[A\x1b[100;5u", heard: []string{"ao", "one d!", "end"},
	},
}

// longLine makes 25 of them more than the 64 KiB that may wait.
var longLine = strings.Repeat("x", 4000)

// TestCommandOnATerminal plays what docs/protocol.md says of the input of a command with a
// terminal, with the system's ssh.
func TestCommandOnATerminal(t *testing.T) {
	needSSH(t)
	document, err := os.ReadFile("../../docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range cookedInputs {
		if !strings.Contains(flat(string(document)), flat(tt.says)) {
			t.Errorf("section 6 does not say: %s", tt.says)
		}
		t.Run(tt.says, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			other := rawPort{}.connect(t, s, bob)
			if _, err := io.WriteString(other.in, "bob\r\n!users\r\n"); err != nil {
				t.Fatal(err)
			}
			if line, err := other.tape.line(); err != nil || line != "bob\r\n" {
				t.Fatalf("bob is sent %q, %v", line, err)
			}
			cmd := sshCommand(t, s, ann, "/say")
			cmd.Args[slices.Index(cmd.Args, "-T")] = "-tt"
			session := start(t, cmd)
			if _, err := io.WriteString(session.in, tt.input); err != nil {
				t.Fatal(err)
			}
			_ = session.endInput()
			for _, text := range tt.heard {
				if line, err := other.tape.line(); err != nil || line != "ann: "+text+"\r\n" {
					t.Errorf("heard %q, %v; want %q", line, err, text)
				}
			}
			if left := session.left(); left != "" {
				t.Error(left)
			}
		})
	}
}

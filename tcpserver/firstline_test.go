package tcpserver

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"parley/internal/netguard"
)

// The first line is the same in whatever pieces it comes: a nick, perhaps with mistyped
// characters, a line that cannot be a nick, or one whose end has not come.
func TestFirstLine(t *testing.T) {
	for _, tt := range []struct {
		name, in   string
		ends       bool
		nick, rest string
		fault      netguard.Refusal
	}{
		{"a nick", "ann\r\nhello\n", true, "ann", "hello\n", netguard.BadLogin},
		{"mistyped", "amm\b\bnn\n", true, "ann", "", netguard.BadLogin},
		{"mistyped, with what is in no nick", "ann!\x7f\n", true, "ann", "", netguard.BadLogin},
		{"two words, and one is erased", "ann smith\b\b\b\b\b\b\n", true, "ann", "", netguard.BadLogin},
		{"all of it is erased", "\b\b/x\b\b\b\b\bann\n", true, "ann", "", netguard.BadLogin},
		{"a byte order mark", "\ufeffann\n", true, "ann", "", netguard.BadLogin},
		{"spaces stay", " ann \n", true, " ann ", "", netguard.Foreign},
		{"HTTP", "GET / HTTP/1.1\r\n\r\n", true, noNick, "", netguard.Foreign},
		{"a short line of another protocol", "EHLO a\r\n", true, "EHLO a", "", netguard.Foreign},
		{"not yet", "GET /", false, "", "", netguard.BadLogin},
		{"more than anybody mistypes", "GET /abcdefgh", true, noNick, "", netguard.Foreign},
		{"a control character", "an\x07\b", true, noNick, "", netguard.Foreign},
		{"TLS", "\x16", true, noNick, "", netguard.Foreign},
		{"a line too long", strings.Repeat("a", 5000), true, "", "", netguard.BadLogin},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for size := 1; size <= len(tt.in); size++ {
				l, ends, last := newFirstLine(), false, ""
				for piece := range slices.Chunk([]byte(tt.in), size) {
					last += string(piece)
					if l.came += len(piece); l.ends(piece) {
						ends = true
						break
					}
				}
				rest := string(l.rest) + tt.in[len(last):]
				if ends != tt.ends || l.nick != tt.nick || l.fault != tt.fault || tt.rest != "" && rest != tt.rest {
					t.Fatalf("in pieces of %d: ended %t, %q, then %q (%s)", size, ends, l.nick, rest, l.fault)
				}
			}
		})
	}
}

// IAC EL erases the line in whatever pieces it comes, and does not excuse another protocol.
func TestFirstLine_ErasedByTelnet(t *testing.T) {
	for _, tt := range []struct {
		in, nick string
		fault    netguard.Refusal
	}{
		{"amm\xff\xf8ann\n", "ann", netguard.BadLogin},
		{"amm smith\xff\xf8ann\n", "ann", netguard.BadLogin},
		{"GET / HTTP/1.1\xff\xf8ann\n", noNick, netguard.Foreign},
	} {
		for piece := 1; piece <= len(tt.in); piece++ {
			var filter telnet
			line := newFirstLine()
			for data := []byte(tt.in); len(data) > 0; {
				n := min(piece, len(data))
				text, _ := filter.filter(bytes.Clone(data[:n]), nil)
				if data = data[n:]; line.ends(text) {
					break
				}
			}
			if line.nick != tt.nick || line.fault != tt.fault {
				t.Errorf("%q in pieces of %d: %q, %v", tt.in, piece, line.nick, line.fault)
			}
		}
	}
}

func TestFirstLine_IsBounded(t *testing.T) {
	l := newFirstLine()
	for _, tt := range []struct {
		came int
		ends bool
	}{{maxRegistration, false}, {1, true}} { // telnet's own commands, of which no text is left
		if l.came += tt.came; l.ends(nil) != tt.ends {
			t.Errorf("after %d bytes it has ended: %t", l.came, !tt.ends)
		}
	}
	if l.fault != netguard.BadLogin {
		t.Errorf("refused as %q", l.fault)
	}
}

package tutorial

import (
	"strings"
	"testing"
)

func TestTyped(t *testing.T) {
	tests := []struct {
		name   string
		pieces string // one Read each, parted by |
		sent   string // what goes to the server after each, and at the end of input
		quit   bool
	}{
		{"the transcript", "Hi,|I um| have to tell you something!\n", "Hi,|I um| have to tell you something!\r\n|", false},
		{"LF", "a\nb\n", "a\r\nb\r\n|", false},
		{"CRLF stays", "a\r\nb\r\n", "a\r\nb\r\n|", false},
		{"CRLF across reads", "a\r|\nb\r|\r|\n", "a\r|\nb\r|\r|\n|", false},
		{"CR alone", "a\rb\n", "a\rb\r\n|", false},
		{"empty lines", "\n\n|\r\n", "\r\n\r\n|\r\n|", false},
		{"quit", "/quit\n", "", true},
		{"quit CRLF", "/quit\r\n", "", true},
		{"quit after a line", "a\n/quit\nb\n", "a\r\n", true},
		{"quit in pieces", "/|q|uit|\r|\n", "||||", true},
		{"quit after a piece ending in newline", "a\n|/quit\n", "a\r\n|", true},
		{"quit at the end of input", "a\n/quit", "a\r\n|", true},
		{"quit CR at the end of input", "/quit\r", "|", true},
		{"a slash is held, then sent", "/|x", "|/x|", false},
		{"another command", "/quiet\n", "/quiet\r\n|", false},
		{"more than quit", "/quit|now\n", "|/quitnow\r\n|", false},
		{"quit and CR and more", "/quit\r|x\n", "|/quit\rx\r\n|", false},
		{"quit and two CRs", "/quit\r\r\n", "/quit\r\r\n|", false},
		{"space before", " /quit\n", " /quit\r\n|", false},
		{"in the middle of a line", "a|/quit\n", "a|/quit\r\n|", false},
		{"after a CR that ends no line", "a\r|/quit\n", "a\r|/quit\r\n|", false},
		{"slashes", "//quit\n/\n", "//quit\r\n/\r\n|", false},
		{"held at the end of input", "/qui", "|/qui", false},
		{"not text", "\x00\xff\x03", "\x00\xff\x03|", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var typed typedText
			var sent []string
			quit := false
			for piece := range strings.SplitSeq(test.pieces, "|") {
				var send []byte
				send, quit = typed.next([]byte(piece))
				sent = append(sent, string(send))
			}
			if !quit {
				var send []byte
				send, quit = typed.end()
				sent = append(sent, string(send))
			}
			if got := strings.Join(sent, "|"); got != test.sent || quit != test.quit {
				t.Errorf("got %q, %v, want %q, %v", got, quit, test.sent, test.quit)
			}
		})
	}
}

// However the input is cut, the same goes to the server.
func FuzzTyped(f *testing.F) {
	f.Add("/quit\r\nnever", uint8(3))
	f.Add("/qui\n/quit \r\n\r/quit\n", uint8(1))
	f.Fuzz(func(t *testing.T, text string, at uint8) {
		cut := min(int(at), len(text))
		whole, wholeQuit := typeAll(text)
		parts, partsQuit := typeAll(text[:cut], text[cut:])
		if whole != parts || wholeQuit != partsQuit {
			t.Errorf("whole %q, %v; in two parts %q, %v", whole, wholeQuit, parts, partsQuit)
		}
		if want, wantQuit := naiveTyped(text); whole != want || wholeQuit != wantQuit {
			t.Errorf("got %q, %v, want %q, %v", whole, wholeQuit, want, wantQuit)
		}
	})
}

func typeAll(pieces ...string) (sent string, quit bool) {
	var typed typedText
	for _, piece := range pieces {
		send, quit := typed.next([]byte(piece))
		sent += string(send)
		if quit {
			return sent, true
		}
	}
	send, quit := typed.end()
	return sent + string(send), quit
}

func naiveTyped(text string) (sent string, quit bool) {
	for line := range strings.Lines(text) {
		if short := strings.TrimSuffix(line, "\n"); short == "/quit" || short == "/quit\r" {
			return sent, true
		}
		sent += strings.ReplaceAll(strings.ReplaceAll(line, "\r\n", "\n"), "\n", "\r\n")
	}
	return sent, false
}

package tcpserver

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/chatcore"
	"parley/internal/netguard"
	"parley/internal/proto"
)

const (
	// maxRegistration is how many bytes may come before the nick is complete: a line, and
	// telnet commands.
	maxRegistration = 2 * proto.DefaultMaxLine
	// maxMistyped is how many characters may come, counted from the first that is invalid
	// in a nick, before the client is taken for one of another protocol. A person may erase
	// as many.
	maxMistyped = 8
	// byteOrderMark is what some editors write at the beginning of a file. Other lines lose
	// it when they are made safe.
	byteOrderMark = "\ufeff"
	// noNick stands for a line that cannot be a nick. Joining with it returns the reason.
	noNick = " "
)

// firstLine is the first line of a connection: a nick, or the beginning of another protocol.
type firstLine struct {
	splitter *proto.Splitter
	came     int // bytes received
	mistyped int // characters, from the first that is invalid in a nick

	// The result, once the line has ended.
	nick  string
	rest  []byte           // what came after the line
	fault netguard.Refusal // how to count the refusal, if the nick is not accepted
}

func newFirstLine() *firstLine {
	return &firstLine{splitter: proto.NewSplitter(proto.DefaultMaxLine), fault: netguard.BadLogin}
}

// ends handles text. It reports whether the line has ended, or can no longer be a nick.
func (l *firstLine) ends(text []byte) bool {
	foreign := l.foreign(text)
	line, rest, found := l.splitter.Next(text)
	if foreign || found == proto.Whole && l.mistyped > 0 {
		l.fault = netguard.Foreign
	}
	switch {
	case foreign:
		l.nick = noNick
	case found == proto.Whole:
		l.nick = strings.TrimPrefix(string(line), byteOrderMark)
		l.rest = append([]byte(nil), rest...)
	case found == proto.NeedMore:
		return l.came > maxRegistration
	}
	return true
}

// foreign handles text, and reports whether the line can no longer be a nick. The server
// does not wait for a client that speaks HTTP, SSH or TLS, and ignores what follows.
func (l *firstLine) foreign(text []byte) bool {
	for _, b := range text {
		switch {
		case b == '\n':
			return false
		case b == '\r', b == chatcore.GuestMark[0] && l.mistyped == 0:
		case b == proto.Backspace, b == proto.Delete:
			l.mistyped = max(0, l.mistyped-1)
		case b < ' ': // no key that people press by mistake
			return true
		case l.mistyped > 0 && utf8.RuneStart(b), b < utf8.RuneSelf && !unicode.IsLetter(rune(b)) && !unicode.IsDigit(rune(b)):
			if l.mistyped++; l.mistyped > maxMistyped {
				return true
			}
		}
	}
	return false
}

package tcpserver

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/chatcore"
	"parley/internal/lineproto"
	"parley/internal/netguard"
)

const (
	// maxRegistration is how many bytes may come before the nick is whole: a line, and
	// telnet's own commands.
	maxRegistration = 2 * lineproto.DefaultMaxLine
	// maxMistyped is how many characters, from the first that is in no nick, may come
	// before the client is taken for one of another protocol. A person may erase as many.
	maxMistyped = 8
	// byteOrderMark is what some editors write at the beginning of a file. Other lines lose
	// it when they are made safe.
	byteOrderMark = "\ufeff"
	// noNick stands for a line that can be no nick: joining with it says why.
	noNick = " "
)

// firstLine is the line a connection begins with: a nick, or the beginning of another
// protocol.
type firstLine struct {
	splitter *lineproto.Splitter
	came     int // bytes
	mistyped int // characters, from the first on that is in no nick

	// What it is, once it has ended.
	nick  string
	rest  []byte           // what came after it
	fault netguard.Refusal // what is wrong with it, if the nick is
}

func newFirstLine() *firstLine {
	return &firstLine{splitter: lineproto.NewSplitter(lineproto.DefaultMaxLine), fault: netguard.BadLogin}
}

// ends goes on with text, and tells whether the line has ended, or can be no nick any more.
func (l *firstLine) ends(text []byte) bool {
	foreign := l.foreign(text)
	line, rest, found := l.splitter.Next(text)
	if foreign || found == lineproto.Whole && l.mistyped > 0 {
		l.fault = netguard.Foreign
	}
	switch {
	case foreign:
		l.nick = noNick
	case found == lineproto.Whole:
		l.nick = strings.TrimPrefix(string(line), byteOrderMark)
		l.rest = append([]byte(nil), rest...)
	case found == lineproto.NeedMore:
		return l.came > maxRegistration
	}
	return true
}

// foreign goes on with text and reports whether the line can be no nick any more. A client
// that speaks HTTP, SSH or TLS is not waited for, and nothing that follows is looked at.
func (l *firstLine) foreign(text []byte) bool {
	for _, b := range text {
		switch {
		case b == '\n':
			return false
		case b == '\r', b == chatcore.GuestMark[0] && l.mistyped == 0:
		case b == lineproto.Backspace, b == lineproto.Delete:
			l.mistyped = max(0, l.mistyped-1)
		case b < ' ': // no key that people use by mistake
			return true
		case l.mistyped > 0 && utf8.RuneStart(b), b < utf8.RuneSelf && !unicode.IsLetter(rune(b)) && !unicode.IsDigit(rune(b)):
			if l.mistyped++; l.mistyped > maxMistyped {
				return true
			}
		}
	}
	return false
}

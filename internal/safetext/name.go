package safetext

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxName is how long a nick or a room name may be, in characters: code points
// after NFC.
const MaxName = 32

// Why a name is refused. [Nick] and [Room] return errors that wrap one of these
// and read like "invalid nick: only letters and digits". None holds any of what
// was given.
var (
	ErrEmpty   = errors.New("empty")
	ErrTooLong = fmt.Errorf("%d characters at most", MaxName)
	ErrChar    = errors.New("character not allowed")
)

// nameRule is what one kind of name may be made of.
type nameRule struct {
	kind  string
	marks string // allowed besides letters and digits
	chars error  // what it is made of, for who gave something else
}

var (
	nickRule = nameRule{"nick", "", charError("only letters and digits")}
	roomRule = nameRule{"room", "-_.", charError("only letters, digits, '-', '_' and '.'")}
)

// charError is [ErrChar] in the words of one kind of name.
type charError string

func (e charError) Error() string        { return string(e) }
func (e charError) Is(target error) bool { return target == ErrChar }

// Nick returns s in NFC if it is a nick: 1 to [MaxName] letters and decimal
// digits of any script (general categories L and Nd). Spaces around it are not
// forgiven. A letter with a mark is a letter if NFC has a code point for both;
// pieces of letters that do not stand alone (fillers and lone vowels of Hangul,
// half-width voice marks) are none, and neither are the letters of [misleading]. A
// nick is safe text.
//
// The error is [ErrEmpty], [ErrTooLong] or [ErrChar], wrapped.
func Nick(s string) (string, error) { return nickRule.check(s) }

// Room is [Nick] for rooms, whose names may also hold '-', '_' and '.'.
func Room(s string) (string, error) { return roomRule.check(s) }

// NickFrom makes a nick of the name someone has elsewhere, such as an SSH user
// name: what may not be in a nick is dropped, and the rest cut to [MaxName]
// characters. It returns "" when nothing is left, else what [Nick] accepts as it
// is.
func NickFrom(user string) string {
	nick := strings.Map(func(r rune) rune {
		if nickRule.allows(r) {
			return r
		}
		return -1
	}, norm.NFC.String(user))
	nick = norm.NFC.String(nick) // what stood apart may compose
	return strings.Clone(firstRunes(nick, MaxName))
}

func (n nameRule) check(s string) (string, error) {
	s = norm.NFC.String(s)
	if err := n.fault(s); err != nil {
		return "", fmt.Errorf("invalid %s: %w", n.kind, err)
	}
	return strings.Clone(s), nil // it may be kept for hours, and have come in a long line
}

func (n nameRule) fault(s string) error {
	if s == "" {
		return ErrEmpty
	}
	for _, r := range s {
		if !n.allows(r) {
			return n.chars
		}
	}
	if utf8.RuneCountInString(s) > MaxName {
		return ErrTooLong
	}
	return nil
}

// allows reports whether r may be in a name. A byte that is not UTF-8 comes as
// U+FFFD, which is no letter.
func (n nameRule) allows(r rune) bool {
	if r < utf8.RuneSelf {
		return isASCIIName(r) || strings.ContainsRune(n.marks, r)
	}
	t := traitsOf(r)
	return t.has(named) && !t.has(hidden|attached) && !unicode.Is(misleading, r)
}

func isASCIIName(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

package safetext_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parley/internal/safetext"
)

var long = strings.Repeat("x", safetext.MaxName)

func TestNick(t *testing.T) {
	for rule, c := range map[string]struct {
		in, want string
		err      error
	}{
		"letters and digits":               {"bob42", "bob42", nil},
		"case is kept":                     {"BoB", "BoB", nil},
		"digits alone":                     {"007", "007", nil},
		"letters of any script":            {"Владимир", "Владимир", nil},
		"Chinese":                          {"李小龙", "李小龙", nil},
		"digits of any script":             {"علی۱۲", "علی۱۲", nil},
		"the spelling is NFC":              {"Rene\u0301", "René", nil},
		"32 characters":                    {long, long, nil},
		"32 characters after NFC":          {strings.Repeat("e\u0301", 32), strings.Repeat("é", 32), nil},
		"32 characters of four bytes":      {strings.Repeat("𐐷", 32), strings.Repeat("𐐷", 32), nil},
		"nothing is refused":               {"", "", safetext.ErrEmpty},
		"33 characters are refused":        {long + "x", "", safetext.ErrTooLong},
		"a space before is refused":        {" bob", "", safetext.ErrChar},
		"a space after is refused":         {"bob ", "", safetext.ErrChar},
		"punctuation is refused":           {"bob-smith", "", safetext.ErrChar},
		"a sigil is refused":               {"#bob", "", safetext.ErrChar},
		"a colon is refused":               {"bob:", "", safetext.ErrChar},
		"an HTTP request is refused":       {"GET / HTTP/1.1", "", safetext.ErrChar},
		"a control character is refused":   {"bob\x1b", "", safetext.ErrChar},
		"a byte not UTF-8 is refused":      {"bob\xff", "", safetext.ErrChar},
		"a replacement is refused":         {"bob\uFFFD", "", safetext.ErrChar},
		"zero width is refused":            {"bo\u200bb", "", safetext.ErrChar},
		"a bidi control is refused":        {"\u202ebob", "", safetext.ErrChar},
		"a mark that stays is refused":     {"bob\u0336", "", safetext.ErrChar},
		"a vowel sign is refused":          {"की", "", safetext.ErrChar},
		"an emoji is refused":              {"bob😀", "", safetext.ErrChar},
		"a Roman number is refused":        {"Ⅷ", "", safetext.ErrChar},
		"a superscript is refused":         {"x²", "", safetext.ErrChar},
		"a Hangul filler is refused":       {"\u3164", "", safetext.ErrChar},
		"its other forms are refused":      {"a\uffa0", "", safetext.ErrChar},
		"the first of its parts too":       {"a\u115f", "", safetext.ErrChar},
		"the second too":                   {"a\u1160", "", safetext.ErrChar},
		"a lone Hangul vowel is refused":   {"bob\u1161", "", safetext.ErrChar},
		"a half-width sound mark is too":   {"ﾊﾞ", "", safetext.ErrChar},
		"private use is refused":           {"\ue000", "", safetext.ErrChar},
		"the wrong counts before the long": {long + "xxx!", "", safetext.ErrChar},
	} {
		t.Run(rule, func(t *testing.T) {
			got, err := safetext.Nick(c.in)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("Nick(%+q) = %+q, %v; want %+q, %v", c.in, got, err, c.want, c.err)
			}
		})
	}
}

func TestRoom(t *testing.T) {
	for rule, c := range map[string]struct {
		in, want string
		err      error
	}{
		"letters and digits":          {"ops2", "ops2", nil},
		"dash, underscore and dot":    {"dev-ops_1.2", "dev-ops_1.2", nil},
		"them alone":                  {"-._", "-._", nil},
		"letters of any script":       {"комната", "комната", nil},
		"32 characters":               {long, long, nil},
		"nothing is refused":          {"", "", safetext.ErrEmpty},
		"33 characters are refused":   {long + "-", "", safetext.ErrTooLong},
		"a space is refused":          {"my room", "", safetext.ErrChar},
		"a slash is refused":          {"a/b", "", safetext.ErrChar},
		"a look-alike dot is refused": {"a․b", "", safetext.ErrChar},
	} {
		t.Run(rule, func(t *testing.T) {
			got, err := safetext.Room(c.in)
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("Room(%+q) = %+q, %v; want %+q, %v", c.in, got, err, c.want, c.err)
			}
		})
	}
}

func TestNameErrorsSayWhatIsWrong(t *testing.T) {
	nick := func(s string) error { _, err := safetext.Nick(s); return err }
	room := func(s string) error { _, err := safetext.Room(s); return err }
	for want, err := range map[string]error{
		"invalid nick: empty":                                  nick(""),
		"invalid nick: 32 characters at most":                  nick(long + "x"),
		"invalid nick: only letters and digits":                nick("\x1b[2J"),
		"invalid room: empty":                                  room(""),
		"invalid room: 32 characters at most":                  room(long + "x"),
		"invalid room: only letters, digits, '-', '_' and '.'": room("a b"),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("error %q, want %q", err, want)
		}
	}
}

func TestNickFrom(t *testing.T) {
	for rule, c := range map[string]struct{ in, want string }{
		"a nick stays":                      {"alice", "alice"},
		"what is not allowed goes":          {"j.doe_2-x", "jdoe2x"},
		"a service account":                 {"www-data", "wwwdata"},
		"the result is NFC":                 {"rene\u0301", "rené"},
		"what comes together composes":      {"\u1100\x00\u1161", "\u1100"},
		"a byte not UTF-8 goes":             {"a\xffb", "ab"},
		"it is cut":                         {long + "yz", long},
		"what goes does not count":          {strings.Repeat("-", 99) + long, long},
		"nothing left":                      {"-_ \x1b", ""},
		"nothing at all":                    {"", ""},
		"control characters leave no trace": {"bo\x1b[31mb", "bo31mb"},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := safetext.NickFrom(c.in); got != c.want {
				t.Errorf("NickFrom(%+q) = %+q, want %+q", c.in, got, c.want)
			}
		})
	}
}

func FuzzNick(f *testing.F) {
	for _, s := range []string{"bob", "Rene\u0301", "ал\u0438\u0306са", "\u1100\u1161\u11a8", "a\xffb", "\u3164",
		long + "x", "ﬁ", "\u0958", " bob", "j.doe", "\u1100.\u1161", "-_.", "𝟘", "\x1b[2J"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		nick, err := safetext.Nick(s)
		checkName(t, "Nick", s, nick, err, "")
		room, err := safetext.Room(s)
		checkName(t, "Room", s, room, err, "-_.")
		if nick != "" && room != nick {
			t.Errorf("%+q is a nick but not a room", s)
		}
		from := safetext.NickFrom(s)
		if again, err := safetext.Nick(from); from != "" && (err != nil || again != from) {
			t.Errorf("NickFrom(%+q) = %+q, no nick: %v", s, from, err)
		}
		if nick != "" && from != nick {
			t.Errorf("NickFrom(%+q) = %+q, want the nick %+q", s, from, nick)
		}
	})
}

func checkName(t *testing.T, what, s, name string, err error, marks string) {
	if err != nil {
		known := errors.Is(err, safetext.ErrEmpty) || errors.Is(err, safetext.ErrTooLong) || errors.Is(err, safetext.ErrChar)
		if name != "" || !known {
			t.Errorf("%s(%+q) = %+q, %v", what, s, name, err)
		}
		return
	}
	if name != norm.NFC.String(s) || safetext.Text(name) != name {
		t.Errorf("%s(%+q) = %+q: not the NFC of it, or not safe text", what, s, name)
	}
	if n := utf8.RuneCountInString(name); n < 1 || n > safetext.MaxName {
		t.Errorf("%s(%+q) has %d characters", what, s, n)
	}
	for _, r := range name {
		if !unicode.In(r, unicode.L, unicode.Nd) && !strings.ContainsRune(marks, r) {
			t.Errorf("%s(%+q) has %U", what, s, r)
		}
	}
}

package safetext

import (
	"strings"
	"testing"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

// everyNameRune calls f with each character that is not ASCII and may be a nick of its
// own, as it is; but not with the 100,000 of Chinese and Korean, which look like nothing
// of ASCII.
func everyNameRune(f func(r rune)) {
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !nickRule.allows(r) || unicode.In(r, unicode.Unified_Ideograph, unicode.Hangul) {
			continue
		}
		if s := string(r); norm.NFC.IsNormalString(s) {
			f(r)
		}
	}
}

// The promise of look-alikes, over all of Unicode: a nick made with a letter that TR39
// says looks like ASCII letters shares a key with the ASCII nick it looks like.
func TestEveryLookAlikeOfASCIISharesAKey(t *testing.T) {
	n := 0
	everyNameRune(func(r rune) {
		like := unicodeSkeleton(string(r))
		if !isASCIIWord(like) {
			return
		}
		n++
		for _, ascii := range asciiLike(like) {
			if k := Key(ascii); k == Key("x"+string(r)) || k == Drawn("x"+string(r)) {
				return
			}
		}
		t.Errorf("%c %U is drawn like %q: key %q, drawn %q", r, r, like, Key("x"+string(r)), Drawn("x"+string(r)))
	})
	if n < 1300 {
		t.Errorf("only %d look-alikes were found", n)
	}
}

// asciiLike are the ASCII nicks that an x and something with a prototype may be
// taken for: the table of TR39 has one prototype for I, l and 1, for O, o and 0, and for m
// and rn, which ASCII keeps apart.
func asciiLike(prototype string) []string {
	all := []string{"x" + prototype, "x" + strings.ReplaceAll(prototype, "rn", "m")}
	for _, same := range []string{"Il1", "Oo0"} {
		for _, nick := range all {
			for _, from := range same {
				for _, to := range same {
					all = append(all, strings.ReplaceAll(nick, string(from), string(to)))
				}
			}
		}
	}
	return all
}

// What could be taken for what stands around a name is in no name.
func TestNoLetterOfANameMisleads(t *testing.T) {
	everyNameRune(func(r rune) {
		if like := unicodeSkeleton(string(r)); strings.Trim(like, ":!*#@~") == "" {
			t.Errorf("%c %U is drawn like %q", r, r, like)
		}
		if strings.Contains(norm.NFKD.String(string(r)), " ") {
			t.Errorf("%c %U has a space in its compatibility form", r, r)
		}
		chars := graphemes.FromString(string(r) + ":")
		chars.Next()
		if chars.Value() != string(r) {
			t.Errorf("%c %U takes the colon behind it in", r, r)
		}
	})
}

func TestDrawn(t *testing.T) {
	for _, tt := range []struct{ name, key, drawn string }{
		{"Vick", "vick", "vick"},
		{"νick", "nick", "vick"},
		{"Νick", "nick", "nick"},
		{"υser", "yser", "user"},
		{"аlice", "alice", "alice"},
		{"ſam", "sam", "fam"},
		{"Ждан", "ждah", "ждah"},
	} {
		if k, d := Key(tt.name), Drawn(tt.name); k != tt.key || d != tt.drawn {
			t.Errorf("%s: key %q, drawn %q, want %q, %q", tt.name, k, d, tt.key, tt.drawn)
		}
	}
}

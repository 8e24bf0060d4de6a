package safetext_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/safetext"
)

// Row 11: letters that look like others of ASCII do so together too. Of any ASCII nick,
// spelled with any of its look-alikes, one key is that of the nick, but for what ASCII
// itself keeps apart: I, l and 1; O and 0; m and rn.
func TestThreat11_LookAlikesTogether(t *testing.T) {
	letters := "abcdefghijklmnopqrstuvwxyz0123456789"
	others := lookAlikesOf(letters)
	rng := rand.New(rand.NewPCG(11, 11))
	for range 5_000 {
		var nick, spelled strings.Builder
		for range 1 + rng.IntN(8) {
			c := rune(letters[rng.IntN(len(letters))])
			nick.WriteRune(c)
			if all := others[c]; len(all) > 0 && rng.IntN(3) > 0 {
				c = all[rng.IntN(len(all))]
			}
			spelled.WriteRune(c)
		}
		want := apart.Replace(nick.String())
		key, drawn := safetext.Key(spelled.String()), safetext.Drawn(spelled.String())
		if apart.Replace(key) != want && apart.Replace(drawn) != want {
			t.Errorf("%s (%+q) looks like %s, and has the keys %+q and %+q", spelled.String(), spelled.String(), nick.String(), key, drawn)
		}
	}
}

// apart makes one of what the table of TR39 takes for one.
var apart = strings.NewReplacer("i", "l", "1", "l", "0", "o", "m", "rn")

// lookAlikesOf are, for each of some letters, those that may be in a nick and are drawn
// like it, by the table of TR39 or, where that has no letter of ASCII, by Drawn.
func lookAlikesOf(letters string) map[rune][]rune {
	all := make(map[rune][]rune)
	for _, r := range alphabet() {
		like := strings.ToLower(safetext.UnicodeSkeleton(string(r)))
		if nick, err := safetext.Nick(string(r)); err != nil || nick != string(r) || r < utf8.RuneSelf {
			continue
		}
		if strings.Trim(like, letters) != "" {
			like = safetext.Drawn(string(r))
		}
		for _, c := range letters {
			if apart.Replace(like) == apart.Replace(string(c)) {
				all[c] = append(all[c], r)
			}
		}
	}
	return all
}

// No letter that is drawn like a sign of the protocol or of the news is in a name, nor one
// that is hardly seen after a name.
func TestThreat40_LettersLikeSignsAreInNoName(t *testing.T) {
	for _, r := range "ⵌꓸꓹꓺꓻꓼⸯ\u02d1\u02b9\u02c8\u0640\u02d0\u01c3" {
		if nick, err := safetext.Nick("ann" + string(r)); err == nil {
			t.Errorf("%q (%U) is a nick", nick, r)
		}
		if nick := safetext.NickFrom(string(r) + "ann"); nick != "ann" {
			t.Errorf("the user name with %U becomes %q", r, nick)
		}
		if room, err := safetext.Room(string(r) + "dev"); err == nil {
			t.Errorf("%q (%U) is a room", room, r)
		}
	}
}

// Letters that readers of a living script tell apart are two.
func TestThreat30_LettersOfOneScriptStayApart(t *testing.T) {
	for _, pair := range [][2]string{{"นา", "บา"}, {"נ", "ג"}, {"ко", "но"}} {
		a, b := strings.TrimRight(pair[0], "า"), strings.TrimRight(pair[1], "า")
		if safetext.Key(a) == safetext.Key(b) || safetext.Drawn(a) == safetext.Drawn(b) {
			t.Errorf("%s and %s are one name", a, b)
		}
	}
}

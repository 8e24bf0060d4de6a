package safetext

import (
	"bufio"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"

	"parley/internal/safetext/confusables"
)

// share reports whether one of two nicks cannot be taken while the other is.
func share(a, b string) bool {
	ka, da, kb, db := Key(a), Drawn(a), Key(b), Drawn(b)
	return ka == kb || ka == db || da == kb || da == db
}

// isNick reports whether s is a nick as it is.
func isNick(s string) bool {
	nick, err := Nick(s)
	return err == nil && nick == s
}

// likeASCII has the letters that looked like ASCII and were free while the table was of
// Unicode 13.
var likeASCII = map[string]string{
	"þ": "p", "ƒ": "f", "ƿ": "p", "Ϭ": "6", "ϭ": "o", "ϸ": "p", "ш": "w", "ւ": "i",
	"३": "3", "૩": "3", "ട": "s", "င": "c", "ၚ": "c", "០": "o", "Ⲃ": "B", "Ⲝ": "3",
	"ⲽ": "w", "Ⳅ": "3", "Ⳏ": "P", "ⳏ": "p", "Ⳝ": "6",
}

func TestThreat30_LettersOfUnicodeToday(t *testing.T) {
	if confusables.Version < "17" {
		t.Errorf("the table is of Unicode %s", confusables.Version)
	}
	for letter, ascii := range likeASCII {
		for _, nick := range []string{"b%b", "%", "x%", "%%"} {
			a, b := strings.ReplaceAll(nick, "%", letter), strings.ReplaceAll(nick, "%", ascii)
			if !share(a, b) {
				t.Errorf("%s can come in next to %s", a, b)
			}
		}
	}
	if !share("b០b", "b0b") || !share("b០b", "bob") {
		t.Error("the Khmer zero is not both the zero and the o")
	}
}

// Every pair that Unicode's file says is drawn alike, where both can be in a nick: they
// are one in a nick. In a nick of ASCII alone, I, l and 1 are three, and so on: see Key.
func TestThreat30_EveryPairOfUnicode(t *testing.T) {
	n := 0
	for r, like := range unicodeSays() {
		from, to := string(r), norm.NFC.String(like)
		if !isNick(from) || !isNick(to) {
			continue
		}
		n++
		if !share("ж"+from, "ж"+to) {
			t.Errorf("ж%s (%U) can come in next to ж%s (%+q): drawn %+q and %+q", from, r, to, to, Drawn("ж"+from), Drawn("ж"+to))
		}
		if r >= utf8.RuneSelf && !share("x"+from, "x"+strings.ReplaceAll(to, "rn", "m")) {
			t.Errorf("x%s (%U) can come in next to x%s: drawn %+q", from, r, to, Drawn("x"+from))
		}
	}
	t.Logf("%d pairs", n)
	if n < 3000 {
		t.Errorf("only %d pairs", n)
	}
}

// What looks like the same looks alike: all letters with one skeleton are one.
func TestThreat30_AllThatLooksTheSame(t *testing.T) {
	groups := map[string][]string{}
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if s := string(r); nickRule.allows(r) && isNick(s) {
			skeleton := unicodeSkeleton(s)
			groups[skeleton] = append(groups[skeleton], s)
		}
	}
	n := 0
	for skeleton, group := range groups {
		n += len(group) * (len(group) - 1) / 2
		for _, a := range group[1:] {
			if first := Drawn("ж" + group[0]); Drawn("ж"+a) != first {
				t.Errorf("%s and %s look like %q, but are drawn %+q and %+q", a, group[0], skeleton, Drawn("ж"+a), first)
			}
			if !isASCIIWord(skeleton) && !share("x"+a, "x"+group[0]) {
				t.Errorf("x%s can come in next to x%s", a, group[0])
			}
		}
	}
	t.Logf("%d pairs", n)
	if n < 20_000 {
		t.Errorf("only %d pairs", n)
	}
}

// Words written wholly in one script look like words wholly in another.
func TestThreat30_WholeScripts(t *testing.T) {
	scripts := map[string]map[string][]rune{} // letters by script and by skeleton
	for name, script := range unicode.Scripts {
		letters := map[string][]rune{}
		rangetable.Visit(script, func(r rune) {
			if isNick(string(r)) {
				skeleton := unicodeSkeleton(string(r))
				letters[skeleton] = append(letters[skeleton], r)
			}
		})
		scripts[name] = letters
	}
	skeletons := map[string][]string{}
	for name, letters := range scripts {
		skeletons[name] = slices.Sorted(maps.Keys(letters))
	}
	names, rng, pairs := slices.Sorted(maps.Keys(scripts)), rand.New(rand.NewPCG(30, 10)), 0
	for i, a := range names {
		for _, b := range names[:i] {
			var both []string
			for _, skeleton := range skeletons[a] {
				if scripts[b][skeleton] != nil {
					both = append(both, skeleton)
				}
			}
			if len(both) < 4 {
				continue
			}
			pairs++
			for range 50 {
				one, other := "", ""
				for range 1 + rng.IntN(8) {
					skeleton := both[rng.IntN(len(both))]
					one += string(pick(rng, scripts[a][skeleton]))
					other += string(pick(rng, scripts[b][skeleton]))
				}
				if !share(one, other) && !shareApart(one, other) {
					t.Errorf("%s (%s) can come in next to %s (%s): %+q, %+q", one, a, other, b, Drawn(one), Drawn(other))
				}
			}
		}
	}
	t.Logf("%d pairs of scripts", pairs)
	if pairs < 50 {
		t.Errorf("only %d pairs of scripts", pairs)
	}
}

func pick(rng *rand.Rand, from []rune) rune { return from[rng.IntN(len(from))] }

// shareApart is share but for what ASCII itself keeps apart.
func shareApart(a, b string) bool {
	return (isASCII(a) || isASCII(b)) && asciiApart.Replace(Drawn(a)) == asciiApart.Replace(Drawn(b))
}

var asciiApart = strings.NewReplacer("i", "l", "1", "l", "0", "o", "rn", "m")

func TestThreat30_Additions(t *testing.T) {
	file, err := os.Open("confusables/additions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		from, to, ok := strings.Cut(line, ";")
		if !ok {
			continue
		}
		n++
		if a, b := string(hexRunes(from)), string(hexRunes(to)); !share("x"+a, "x"+b) {
			t.Errorf("x%s can come in next to x%s: %q, %q", a, b, Key("x"+a), Drawn("x"+a))
		}
	}
	if n < 10 {
		t.Errorf("only %d additions", n)
	}
}

// Letters that are drawn alike have one likeness: nothing is left to look up.
func TestThreat30_LikenessesAreStable(t *testing.T) {
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		like, ok := confusables.Likeness(r)
		if !ok {
			continue
		}
		for _, l := range like {
			if again, ok := confusables.Likeness(l); ok {
				t.Errorf("%U looks like %+q, of which %U looks like %+q", r, like, l, again)
			}
		}
		if norm.NFD.String(like) != like || strings.Contains(like, "rn") {
			t.Errorf("%U looks like %+q", r, like)
		}
	}
}

package safetext_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"parley/internal/safetext"
)

func TestOneName(t *testing.T) {
	for why, names := range map[string][]string{
		"case":                        {"alice", "Alice", "ALICE"},
		"a Cyrillic letter":           {"alice", "аlice", "Аlice", "ALIСE"},
		"every letter Cyrillic":       {"coco", "сосо", "СОСО", "COCO"},
		"Cyrillic capitals":           {"BOT", "ВОТ", "вот", "bot"},
		"Greek capitals":              {"NIKH", "ΝΙΚΗ", "νικη", "Νikh"},
		"Greek and Latin":             {"Zoe", "Ζoe", "ζoe"},
		"Armenian":                    {"oho", "օհօ", "ՕՀՕ"},
		"Cherokee":                    {"dad", "ᎠᎪᎠ", "ꭰꭺꭰ"},
		"Lisu":                        {"BIN", "ꓐꓲꓠ"},
		"small capitals":              {"bank", "ʙᴀɴᴋ"},
		"full-width":                  {"bob1", "ｂｏｂ１", "ＢＯＢ１"},
		"mathematics":                 {"bob0", "𝐛𝐨𝐛𝟎", "𝔹𝕆𝔹𝟘", "𝓑𝓸𝓫𝟬"},
		"superscript":                 {"ha", "ʰᵃ", "ᴴᴬ"},
		"NFC and NFD":                 {"René", "Rene\u0301", "RENÉ"},
		"sharp s":                     {"straße", "STRASSE", "STRAẞE", "strasse", "ſtraße"},
		"final sigma":                 {"Οδυσσευς", "ΟΔΥΣΣΕΥΣ", "Οδυσσευσ"},
		"lunate sigma looks like c":   {"coco", "ϲoϲo", "ϹOϹO"},
		"the Turkish i":               {"istanbul", "İstanbul", "Istanbul", "ıstanbul", "I\u0307STANBUL"},
		"a Turkish j":                 {"jülide", "JÜLIDE", "JU\u0308LIDE"},
		"Kelvin":                      {"kim", "\u212Aim"},
		"ligatures":                   {"fish", "ﬁsh", "ﬁﬆ"[:3] + "sh"},
		"letters of two letters":      {"Ǆon", "ǅon", "ǆon"},
		"palochka is an l":            {"alice", "aӏice", "aӀice"},
		"a Cyrillic i":                {"Ivan", "Іvan", "іvan"},
		"m is not written rn":         {"mm", "ｍ𝐦"},
		"digits of scripts":           {"۴", "٤"},
		"what is not seen":            {"bob", "b\u200bob", "\ufeffbob\u202e", "bob\u3164"},
		"rooms keep their signs":      {"dev-ops_1.2", "DEV-ops_1.2", "ᏧeⅤ-ops_1.2"},
		"half-width voice marks":      {"ガン", "ｶﾞﾝ", "カ\u3099ン"},
		"Hangul in parts":             {"한", "\u1112\u1161\u11ab"},
		"an accent on a look-alike":   {"ÀB", "А\u0300b", "àВ"},
		"nothing":                     {"", "\u200b"},
		"every digit stays as it is":  {"0123456789", "０１２３４５６７８９"},
		"every letter stays as it is": {"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	} {
		t.Run(why, func(t *testing.T) {
			for _, name := range names {
				if a, b := safetext.Key(names[0]), safetext.Key(name); a != b {
					t.Errorf("%+q and %+q have the keys %+q and %+q", names[0], name, a, b)
				}
			}
		})
	}
}

func TestTwoNames(t *testing.T) {
	for why, names := range map[string][]string{
		"0 and o":            {"bob0", "bobo"},
		"1, l and i":         {"bob1", "bobl", "bobi"},
		"I and l":            {"Ian", "lan"},
		"how many":           {"u1", "u11", "u"},
		"m and rn":           {"mom", "rnorn"},
		"w and vv":           {"wow", "vvow"},
		"accents":            {"rene", "rené", "renè"},
		"strokes":            {"lodz", "łodz", "lođz"},
		"signs of rooms":     {"a-b", "a_b", "a.b", "ab"},
		"Cyrillic":           {"Владимир", "Владимира", "Валерий"},
		"Greek":              {"Ελενη", "Αννα"},
		"Chinese":            {"李小龙", "李大龙", "李小龍"},
		"Japanese":           {"カ", "ガ", "か"},
		"Korean":             {"김철수", "김철호"},
		"Arabic":             {"علی", "حسن"},
		"Hebrew":             {"דוד", "דן"},
		"Thai":               {"กข", "กค"},
		"Devanagari":         {"राम", "श्याम"},
		"Cyrillic, no Latin": {"Юля", "Яна", "Фая", "Щука"},
	} {
		t.Run(why, func(t *testing.T) {
			for i, a := range names {
				for _, b := range names[:i] {
					if safetext.Key(a) == safetext.Key(b) {
						t.Errorf("%+q and %+q have the key %+q", a, b, safetext.Key(a))
					}
				}
			}
		})
	}
}

// Of any two short ASCII strings: one name if they differ in case only, by the
// fast way and by the slow one.
func TestKeyOfASCIIIsItsLowerCase(t *testing.T) {
	for a := range byte(utf8.RuneSelf) {
		for b := byte(' '); b <= '~'; b++ {
			s := string([]byte{a, b})
			want := strings.ToLower(s)
			if a < ' ' || a == 0x7f { // not seen
				want = want[1:]
			}
			if got := safetext.Key(s); got != want {
				t.Errorf("Key(%q) = %q", s, got)
			}
			if got := safetext.SlowKey(s); got != want {
				t.Errorf("SlowKey(%q) = %q", s, got)
			}
		}
	}
}

// alphabet returns every letter and digit of every script but the large ones,
// where neither case nor look-alikes are at home.
func alphabet() []rune {
	var all []rune
	for r := range rune(unicode.MaxRune + 1) {
		if unicode.In(r, unicode.L, unicode.Nd) && !unicode.In(r, unicode.Han, unicode.Hangul, unicode.Tangut) {
			all = append(all, r)
		}
	}
	return all
}

func TestEveryLetterIsOneInAllItsForms(t *testing.T) {
	for _, r := range alphabet() {
		if safetext.NoName(string(r)) {
			continue // it is compared with nothing
		}
		want := safetext.Key(string(r))
		for _, form := range forms(string(r)) {
			if got := safetext.Key(form); got != want {
				t.Errorf("%c %U has the key %+q, but %+q has %+q", r, r, want, form, got)
			}
		}
	}
}

// forms returns other spellings of what is one name.
func forms(s string) []string {
	all := []string{
		strings.ToUpper(s), strings.ToLower(s), strings.ToTitle(s),
		cases.Upper(language.Und).String(s), cases.Lower(language.Und).String(s), cases.Title(language.Und).String(s),
		cases.Upper(language.Turkish).String(s), cases.Lower(language.Turkish).String(s),
		norm.NFC.String(s), norm.NFD.String(s), width.Fold.String(s),
		safetext.Fold(s), safetext.Key(s),
	}
	if key, err := precis.UsernameCaseMapped.CompareKey(s); err == nil {
		all = append(all, key)
	}
	return all
}

// What holds for each letter holds for any of them together.
func TestLettersKeepTheirFormsTogether(t *testing.T) {
	rng, letters := rand.New(rand.NewPCG(8, 9)), alphabet()
	for range 1000 {
		var nick strings.Builder
		for range 1 + rng.IntN(8) {
			nick.WriteRune(letters[rng.IntN(len(letters))])
		}
		checkKey(t, safetext.NickFrom(nick.String()))
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":          "",
		"alice":     "alice",
		"ALICE":     "alice",
		"Élodie":    "élodie",
		"ΣΊΣΥΦΟΣ":   "σίσυφοσ",
		"σίσυφος":   "σίσυφοσ",
		"Владимир":  "владимир",
		"bob0":      "bob0",
		"аlice":     "аlice",
		"Straße":    "straße",
		"李小龙":       "李小龙",
		"dev-ops_A": "dev-ops_a",
	} {
		if got := safetext.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldJoinsWhatSimpleFoldingJoins(t *testing.T) {
	for r := range rune(0x20000) {
		if a, b := safetext.Fold(string(r)), safetext.Fold(string(unicode.SimpleFold(r))); a != b {
			t.Errorf("%U folds to %+q, another case of it to %+q", r, a, b)
		}
	}
}

func FuzzKey(f *testing.F) {
	for _, pair := range [][2]string{
		{"alice", "аlice"}, {"Straße", "STRASSE"}, {"İ", "ı"}, {"ΟΔΟΣ", "οδος"}, {"bob0", "bobo"},
		{"сосо", "coco"}, {"ｂｏｂ", "bob"}, {"김", "\u1100\u1175\u11b7"}, {"ᾴ", "ΆΙ"}, {"ꭰ", "Ꭰ"}, {"i\u0307\u0323", "\u0345"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		checkAnyKey(t, a)
		a, b = safetext.NickFrom(a), safetext.NickFrom(b)
		checkKey(t, a)
		checkKeys(t, a, b)
	})
}

// checkAnyKey holds what is promised of the key of any string at all.
func checkAnyKey(t *testing.T, s string) {
	key := safetext.Key(s)
	if !utf8.ValidString(key) && utf8.ValidString(s) {
		t.Errorf("Key(%+q) = %+q: not UTF-8", s, key)
	}
	nfd := norm.NFD.String(s)
	if safetext.NoName(s) {
		if key != s && key != strings.ToLower(s) || !safetext.NoName(nfd) { // ASCII too long for a name takes the short way
			t.Errorf("%+q is no name, but Key says %+q, and NoName of its NFD says %t", s, key, safetext.NoName(nfd))
		}
		return
	}
	if again := safetext.Key(nfd); len(nfd) <= safetext.MaxSpelling && again != key {
		t.Errorf("Key(%+q) = %+q, but that of its NFD is %+q", s, key, again)
	}
}

func TestNoNameInAnySpelling(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.S) {
			continue
		}
		if s := string(r); safetext.NoName(s) != safetext.NoName(norm.NFD.String(s)) {
			t.Errorf("%U is in no name: %t, but its NFD: %t", r, safetext.NoName(s), !safetext.NoName(s))
		}
	}
}

// checkKey holds what is promised of the key of one nick.
func checkKey(t *testing.T, nick string) {
	key := safetext.Key(nick)
	if slow := safetext.SlowKey(nick); slow != key {
		t.Errorf("Key(%+q) = %+q, by the slow way %+q", nick, key, slow)
	}
	for _, form := range forms(nick) {
		if got := safetext.Key(form); got != key {
			t.Errorf("Key(%+q) = %+q, but that of %+q is %+q", nick, key, form, got)
		}
	}
	letters := ""
	for _, r := range nick {
		letters += safetext.Key(string(r))
	}
	if got := norm.NFD.String(letters); got != key {
		t.Errorf("Key(%+q) = %+q, but letter by letter it is %+q", nick, key, got)
	}
}

// checkKeys holds what is promised of the keys of two nicks.
func checkKeys(t *testing.T, a, b string) {
	same := safetext.Key(a) == safetext.Key(b)
	if strings.EqualFold(a, b) && !(same && safetext.Fold(a) == safetext.Fold(b)) {
		t.Errorf("%+q and %+q differ in case only, but are two names", a, b)
	}
	if isASCII(a+b) && same && !strings.EqualFold(a, b) {
		t.Errorf("%q and %q are one name", a, b)
	}
	same = same || safetext.Drawn(a) == safetext.Key(b) // a nick takes both
	if strings.ReplaceAll(safetext.UnicodeSkeleton(a), "rn", "m") == b && isASCII(b) && strings.ToLower(b) == b && !same && !strings.ContainsAny(b, "loi") {
		t.Errorf("%+q looks like %+q, but they are two names", a, b)
	}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func TestNoNameIsTooLongForAKey(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if n := len(norm.NFD.String(string(r))) * safetext.MaxName; n > safetext.MaxSpelling {
			t.Errorf("%d times %U take %d bytes", safetext.MaxName, r, n)
		}
	}
}

func TestWhatIsTooLongForANameIsItsOwnKey(t *testing.T) {
	if s := strings.Repeat("Ю", 1000); safetext.Key(s) != s {
		t.Errorf("Key of %d characters is %+q", utf8.RuneCountInString(s), safetext.Key(s))
	}
}

func BenchmarkKeyASCII(b *testing.B) { benchmark(b, safetext.Key, "alice") }

func BenchmarkKeyCapital(b *testing.B) { benchmark(b, safetext.Key, "Alice") }

func BenchmarkKeyCyrillic(b *testing.B) { benchmark(b, safetext.Key, "Владимир") }

func BenchmarkKeyWorst(b *testing.B) { benchmark(b, safetext.Key, strings.Repeat("ﷺ", 128)) }

func BenchmarkKeyKorean(b *testing.B) { benchmark(b, safetext.Key, "김철수") }

func TestKeyOfASmallNameAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { sink = safetext.Key("alice42") }); n != 0 {
		t.Errorf("Key allocates %v times", n)
	}
}

// What is kept of letters makes the same keys as the definition, whatever stands together.
func TestThreat30_FastKeyIsTheSlowOne(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.S) {
			checkFast(t, string(r))
		}
	}
	letters, marks := alphabet(), []rune("\u200b\u034f\ufe0f\uff9e\uff9fiıİJΥßϹsſ")
	for r := range rune(0x20000) {
		if unicode.Is(unicode.M, r) {
			marks = append(marks, r)
		}
	}
	rng := rand.New(rand.NewPCG(30, 4))
	for range 20_000 {
		var word strings.Builder
		for range 1 + rng.IntN(6) {
			word.WriteRune(letters[rng.IntN(len(letters))])
			for range rng.IntN(4) {
				word.WriteRune(marks[rng.IntN(len(marks))])
			}
		}
		checkFast(t, word.String())
	}
	for n := range 70 { // at 30 marks the norm package breaks a run
		checkFast(t, "e"+strings.Repeat("\u0301", n))
		checkFast(t, "ế"+strings.Repeat("\u0301\u0323", n/2)+"a\u0323")
	}
}

func checkFast(t *testing.T, s string) {
	t.Helper()
	if key, slow := safetext.Key(s), safetext.SlowKey(s); key != slow && !safetext.NoName(s) {
		t.Errorf("Key(%+q) = %+q, by the slow way %+q", s, key, slow)
	}
}

package safetext_test

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"

	"parley/internal/safetext"
)

// untouched are texts that people write: they come out as they went in.
var untouched = map[string]string{
	"nothing":               "",
	"ASCII":                 "Hello, world! ~",
	"accents":               "crème brûlée, Ångström, Tiếng Việt",
	"Greek":                 "Καλημέρα, τί κάνεις;",
	"Cyrillic":              "Всё хорошо, їжак",
	"Arabic with vowels":    "السَّلَامُ عَلَيْكُمْ",
	"Hebrew with points":    "שָׁלוֹם עֲלֵיכֶם",
	"Devanagari":            "नमस्ते दुनिया, कर्त्स्न्य",
	"Bengali":               "আপনি কেমন আছেন",
	"Tamil hum":             "ம்ம்ம்ம்ம்ம்ம்",
	"Thai":                  "สวัสดีชาวโลก น้ำ",
	"Tibetan stack":         "བསྒྲུབས་",
	"Burmese, six marks":    "မြွှော့ လျှော့",
	"Khmer":                 "ស្ត្រី",
	"Chinese":               "你好，世界",
	"Chinese, rare":         "𠮷野家",
	"Japanese":              "こんにちは、ガギグ",
	"half-width Japanese":   "ﾊﾞﾄﾞﾐﾝﾄﾝ",
	"Korean":                "안녕하세요",
	"mathematics":           "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋",
	"emoji":                 "😀🎉🦀",
	"emoji with style":      "❤️ ☎︎ ©️",
	"skin tone":             "👍🏽 ☝🏿",
	"family":                "👨‍👩‍👧‍👦",
	"kiss with skin tones":  "👩🏽‍❤️‍💋‍👨🏻",
	"profession":            "🧑🏾‍🚀 👩‍⚕️",
	"arrow in a sequence":   "🙂‍↔️ 🏃🏽‍➡️",
	"rainbow flag":          "🏳️‍🌈 🏴‍☠️",
	"flags":                 "🇩🇪🇯🇵",
	"keycaps":               "1️⃣ #️⃣ *️⃣ 0⃣",
	"emoji of Unicode 16":   "\U0001FAE9 \U0001FADF",
	"enclosed emoji":        "📱⃠",
	"struck out":            "n̶o̶",
	"no-break space":        "10\u00A0km",
	"replacement character": "\uFFFD",
}

func TestTextKeepsWhatPeopleWrite(t *testing.T) {
	for name, s := range untouched {
		t.Run(name, func(t *testing.T) {
			if got := safetext.Text(s); got != s {
				t.Errorf("Text(%+q) = %+q", s, got)
			}
		})
	}
}

var cleaned = map[string]struct{ in, want string }{
	"a byte that is not UTF-8 is replaced":              {"a\xffb", "a\uFFFDb"},
	"a run of them is replaced once":                    {"a\xff\xfe\xc0b", "a\uFFFDb"},
	"a surrogate in UTF-8 is replaced":                  {"\xed\xa0\x80", "\uFFFD"},
	"a cut character is replaced":                       {"\xf0\x9f\x98", "\uFFFD"},
	"a tab is a space":                                  {"a\tb", "a b"},
	"a line end goes":                                   {"a\r\nb", "ab"},
	"a line separator is a space":                       {"a\u2028b\u2029c", "a b c"},
	"an escape sequence is defused":                     {"\x1b[31mred\x1b]0;t\x07", "[31mred]0;t"},
	"C1 goes":                                           {"a\u009b31m\u0085b", "a31mb"},
	"DEL goes":                                          {"a\x7fb", "ab"},
	"bidi controls go":                                  {"a\u202eb\u2066c\u200fd\u061ce", "abcde"},
	"zero width goes":                                   {"a\u200bb\u200cc\u2060d\ufeffe\u00adf", "abcdef"},
	"tags go, and leave the flag":                       {"🏴\U000E0067\U000E0062\U000E007F", "🏴"},
	"Hangul fillers go":                                 {"a\u115f\u1160\u3164\uffa0b", "ab"},
	"other ignorables go":                               {"a\u034f\u17b4\u180b\u180f\U000E0100\ufe00b", "ab"},
	"private use is replaced":                           {"a\ue000b\U000F0000", "a\uFFFDb\uFFFD"},
	"what is not assigned is replaced":                  {"a\u0378b\uffffc\U0001FFFE", "a\uFFFDb\uFFFDc\uFFFD"},
	"the result is composed":                            {"e\u0301 \u1100\u1161\u11a8 \u212B", "é 각 Å"},
	"a fifth mark on a base goes":                       {"a" + strings.Repeat("\u0336", 9) + "b", "a" + strings.Repeat("\u0336", 4) + "b"},
	"marks are counted after composing":                 {"e\u0301" + strings.Repeat("\u0336", 9), "é" + strings.Repeat("\u0336", 4)},
	"marks of two heights are counted together":         {"x\u0316\u0301\u0316\u0301\u0316\u0301", "x\u0316\u0316\u0316\u0301"},
	"a letter that decomposes counts its marks":         {"\u0958" + strings.Repeat("\u0951", 9), "क\u093c" + strings.Repeat("\u0951", 3)},
	"a hundred marks are cut too":                       {"a" + strings.Repeat("\u0301", 100), "á" + strings.Repeat("\u0301", 4)},
	"a ninth sign with width goes":                      {"क" + strings.Repeat("ा", 20), "क" + strings.Repeat("ा", 8)},
	"a mark at the start goes":                          {"\u0301a", "a"},
	"a mark after a space goes":                         {"a \u0301b\u00A0\u20E3", "a b\u00A0"},
	"a mark after a tab goes":                           {"\t\u0301", " "},
	"a lone Hangul vowel goes":                          {"\u1161a", "a"},
	"a skin tone after nothing goes":                    {"🏽 🏽a🏽", " a🏽"},
	"a ninth skin tone goes":                            {"👍" + strings.Repeat("🏽", 20), "👍" + strings.Repeat("🏽", 8)},
	"a style on a letter goes":                          {"a\ufe0fb\ufe0e", "ab"},
	"a style on a digit goes":                           {"1\ufe0f2", "12"},
	"a second style goes":                               {"❤\ufe0f\ufe0f\ufe0e", "❤\ufe0f"},
	"a style after a mark goes":                         {"❤\u0336\ufe0f", "❤\u0336"},
	"a joiner after a letter goes":                      {"a\u200d😀", "a😀"},
	"a joiner before a letter goes":                     {"😀\u200da", "😀a"},
	"a joiner at the end goes":                          {"😀\u200d", "😀"},
	"a second joiner goes":                              {"👩\u200d\u200d👩", "👩\u200d👩"},
	"a joiner across something dropped stays":           {"👩\u200d\u200b👩", "👩\u200d👩"},
	"a fourth joiner of a sequence goes":                {strings.Repeat("👩\u200d", 5) + "👩", "👩\u200d👩\u200d👩\u200d👩👩\u200d👩"},
	"a mark in a joined sequence goes":                  {"👩\u200d👩\u0301\u200d👩", "👩\u200d👩\u200d👩"},
	"what stood apart composes":                         {"e\u200b\u0301 e\ufe0f\u0301", "é é"},
	"an arrow that composes leaves no joiner behind it": {"👩\u200d↔\u0338", "👩↮"},
	"nor does one that composes late":                   {"👩\u200d↔\u200d\u0338", "👩\u200d↔"},
}

func TestTextMakesSafe(t *testing.T) {
	for rule, c := range cleaned {
		t.Run(rule, func(t *testing.T) {
			if got := safetext.Text(c.in); got != c.want {
				t.Errorf("Text(%+q)\n got %+q\nwant %+q", c.in, got, c.want)
			}
			checkText(t, c.in)
		})
	}
}

// Every code point, between letters: what it becomes is a matter of its general
// category and of whether Unicode calls it ignorable.
func TestTextJudgesEveryCodePoint(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if !utf8.ValidRune(r) || 0x40100 <= r && r < 0xE0000 { // ten empty planes
			continue
		}
		in := "a" + string(r) + "b"
		if got, want := safetext.Text(in), norm.NFC.String("a"+judge(r)+"b"); got != want {
			t.Errorf("U+%04X becomes %+q, want %+q", r, got, want)
		}
	}
}

func judge(r rune) string {
	switch {
	case r == '\t' || unicode.In(r, unicode.Zl, unicode.Zp):
		return " "
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return ""
	case unicode.IsGraphic(r) || unicode.Is(safetext.Pictographs, r):
		return string(r)
	}
	return "\uFFFD"
}

// The rule about marks in joined sequences is there for the one character that
// such a mark makes another of; a new Unicode could add more.
func TestOnlyOnePictographComposes(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		first, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		if first != r && first != '↔' && unicode.In(first, safetext.Pictographs, keycapBases) {
			t.Errorf("%U is made of %U", r, first)
		}
	}
}

// Label cuts by the library's view of what belongs together: where that is
// another than ours, a joiner could be left at a cut.
func TestPictographsAreThoseOfTheGraphemeLibrary(t *testing.T) {
	for r := range rune(0x20000) {
		if unicode.IsLetter(r) || unicode.Is(unicode.Co, r) {
			continue
		}
		attaches := chars("a"+string(r)) == 1
		joined := !attaches && chars("👩\u200d"+string(r)) == 1
		if mine := unicode.Is(safetext.Pictographs, r); mine != joined {
			t.Errorf("%U is a pictograph: %v here, %v there", r, mine, joined)
		}
	}
}

// chars counts the characters of s as people see them.
func chars(s string) int {
	n := 0
	for all := graphemes.FromString(s); all.Next(); {
		n++
	}
	return n
}

var keycapBases = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: '#', Hi: '#', Stride: 1}, {Lo: '*', Hi: '*', Stride: 1}, {Lo: '0', Hi: '9', Stride: 1},
}, LatinOffset: 3}

func TestLabel(t *testing.T) {
	for rule, c := range map[string]struct {
		in   string
		max  int
		want string
	}{
		"what fits stays":                     {"xterm-256color", 14, "xterm-256color"},
		"what does not is cut, … included":    {"xterm-256color", 6, "xterm…"},
		"spaces around it go":                 {" \t a b \r\n ", 9, "a b"},
		"nor is one left before the …":        {"ab cd", 4, "ab…"},
		"it is safe text":                     {"vt\x1b[2J\x00\xff", 20, "vt[2J\uFFFD"},
		"runes are counted, not bytes":        {"äöü", 3, "äöü"},
		"an emoji is not cut":                 {"ab👨‍👩‍👧‍👦", 5, "ab…"},
		"nor is a flag":                       {"a🇩🇪🇯🇵", 4, "a🇩🇪…"},
		"nor is a letter from its marks":      {"ax̶̶̶", 4, "a…"},
		"a character too long for max is cut": {"👨‍👩‍👧‍👦", 3, "…"},
		"a max of one leaves the …":           {"ab", 1, "…"},
		"a max of none leaves nothing":        {"ab", 0, ""},
		"nor does a max below that":           {"ab", -1, ""},
		"nor is the flag of Wales":            {"a🏴" + tagged("gbwls"), 7, "a…"},
		"it ends in no ZWNJ":                  {"می\u200cخواهم", 4, "می…"},
		"nor has it one before what is left":  {"بی\u200cِخواهم", 5, "بی…"},
		"it keeps those that stay":            {"می\u200cخواهم", 5, "می\u200cخ…"},
		"nothing stays nothing":               {"\x00 \u200b", 5, ""},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := safetext.Label(c.in, c.max); got != c.want {
				t.Errorf("Label(%+q, %d) = %+q, want %+q", c.in, c.max, got, c.want)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	for _, s := range untouched {
		f.Add(s)
	}
	for _, c := range cleaned {
		f.Add(c.in)
	}
	for _, s := range joined {
		f.Add(s)
	}
	f.Add("🏴" + tagged("gbeng"))
	f.Add("ᄀ\u200dᅡᆨᆨ\u0301ᄀᄀ")
	f.Add("\u09c7\u0951\u0951\u0951\u0951\u09c7\u0951\u09be")
	f.Fuzz(checkText)
}

// Characters that act on their neighbours, thrown together: a fuzzer that
// changes bytes seldom finds such sequences.
func TestTextOfCharactersThatActOnOthers(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for range 5_000 {
		var in strings.Builder
		for range rng.IntN(16) {
			in.WriteString(actors[rng.IntN(len(actors))])
		}
		checkText(t, in.String())
	}
}

var actors = []string{
	"a", " ", "1", "#", "e", "é", "=", "क", "\u0958", "\u00A0", "\xff", "\u2028", // bases and spaces
	"😀", "👩", "↔", "❤", "↮", "🏽", "🇩", "\U0001FAE9", // emoji
	"\u200d", "\u200d", "\u200d", "\ufe0f", "\ufe0f", "\ufe0e", "\u20e3", // what holds them together
	"\u0301", "\u0338", "\u0316", "\u0344", "\u0345", "\u093c", "\u0951", "\u0902", "\u0f73", "\u034f", // marks
	"\u09c7", "\u09be", "\u0ccb", "\u102b", // signs with width
	"ᄀ", "ᅡ", "ᆨ", "가", "각", "ﾊ", "ﾞ", "\u3164", // Hangul, half-width
	"ب", "د", "ی", "ෙ", "්", "\u094d", "ශ", "न", "\u200c", "\u200c", "\u064b", "\u0654", "ـ", // what joins, or not
	"🏴", "🏴", tagged("gbeng"), tagged("ustx"), tagged(""), "\U000E0067", // flags
	"\u0e33", "\u0d4e", "\U0001D160", "\u200b", "\u202e", "\x1b", // the rest
	strings.Repeat("\u0301", 5), strings.Repeat("\u0316", 31), strings.Repeat("🏽", 9), strings.Repeat("ᅡ", 9),
}

// checkText holds what is promised of any text, told apart from how it is done.
func checkText(t *testing.T, in string) {
	out := safetext.Text(in)
	if again := safetext.Text(out); again != out {
		t.Errorf("Text(%+q) is not a fixed point:\n once %+q\ntwice %+q", in, out, again)
	}
	if !utf8.ValidString(out) || !norm.NFC.IsNormalString(out) {
		t.Errorf("Text(%+q) = %+q: not UTF-8 in NFC", in, out)
	}
	if len(out) > 3*len(in) {
		t.Errorf("Text(%+q) = %+q: %d bytes of %d", in, out, len(out), len(in))
	}
	for i, r := range out {
		if r == ' ' && safetext.Text(out[i+1:]) != out[i+1:] {
			t.Errorf("Text(%+q) = %+q: the part %+q is not safe", in, out, out[i+1:])
		}
	}
	checkRunes(t, []rune(out))
	checkSeen(t, []rune(out))
	checkLabel(t, in)
}

func checkRunes(t *testing.T, out []rune) {
	base, stacked, marks := false, 0, 0
	for i, r := range out {
		if !mayStand(out, i) {
			t.Errorf("%+q has %U at %d", string(out), r, i)
		}
		if !unicode.Is(unicode.M, r) {
			if !unicode.Is(unicode.Cf, r) {
				base, stacked, marks = !unicode.Is(unicode.Zs, r), 0, 0
			}
			continue
		}
		marks++
		if unicode.In(r, unicode.Mn, unicode.Me) {
			stacked++
		}
		if !base || stacked > 4 || marks > 8 {
			t.Errorf("%+q: mark %U at %d has no base, or too many with it", string(out), r, i)
		}
	}
}

// mayStand reports whether the rune at i may be in a safe text where it is.
func mayStand(s []rune, i int) bool {
	at := func(i int) rune {
		if i < 0 || i >= len(s) {
			return 0
		}
		return s[i]
	}
	isEmoji := func(r rune) bool { return unicode.Is(safetext.Pictographs, r) }
	switch r, before, after := s[i], at(i-1), at(i+1); {
	case r == '\u200c':
		return afterVirama(s[:i]) || betweenCursive(s[:i], s[i+1:])
	case r == '\u200d' && !isEmoji(after):
		return afterVirama(s[:i])
	case r == '\u200d':
		ends := isEmoji(before) || before == '\ufe0e' || before == '\ufe0f' || 0x1F3FB <= before && before <= 0x1F3FF
		return ends || afterVirama(s[:i])
	case r == '\ufe0e' || r == '\ufe0f':
		return isEmoji(before) || unicode.Is(keycapBases, before) && after == '\u20e3'
	case 0xE0000 <= r && r <= 0xE007F:
		return inFlag(s, i)
	default:
		return judge(r) == string(r)
	}
}

// afterVirama is RFC 5892, appendix A.2, on a letter of the virama's script.
func afterVirama(before []rune) bool {
	if len(before) == 0 {
		return false
	}
	virama := before[len(before)-1]
	if norm.NFC.PropertiesString(string(virama)).CCC() != 9 {
		return false
	}
	base := 0
	for i, r := range before {
		if !unicode.In(r, unicode.M, unicode.Other_Grapheme_Extend, attachedToo) {
			base = i
		}
	}
	for _, script := range unicode.Scripts {
		if unicode.Is(script, virama) {
			return unicode.Is(script, before[base])
		}
	}
	return false
}

// betweenCursive is RFC 5892, appendix A.1, without the viramas.
func betweenCursive(before, after []rune) bool {
	isMark := func(r rune) bool { return unicode.In(r, unicode.Mn, unicode.Me) }
	for len(before) > 0 && isMark(before[len(before)-1]) {
		before = before[:len(before)-1]
	}
	for len(after) > 0 && isMark(after[0]) {
		after = after[1:]
	}
	return len(before) > 0 && len(after) > 0 && safetext.JoinsNext(before[len(before)-1]) && safetext.JoinsPrevious(after[0])
}

// attachedToo are on the character before them without being marks: vowels and finals of
// Hangul, and the tones of skin.
var attachedToo = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x1160, Hi: 0x11FF, Stride: 1}, {Lo: 0xD7B0, Hi: 0xD7FB, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1F3FB, Hi: 0x1F3FF, Stride: 1}},
}

var flag = regexp.MustCompile(`^🏴[\x{E0061}-\x{E007A}]{2}[\x{E0030}-\x{E0039}\x{E0061}-\x{E007A}]{1,4}\x{E007F}`)

// inFlag reports whether the tag at i is one of a flag.
func inFlag(s []rune, i int) bool {
	for begin := i; begin >= 0; begin-- {
		if s[begin] == '🏴' {
			return i-begin < utf8.RuneCountInString(flag.FindString(string(s[begin:])))
		}
	}
	return false
}

// checkSeen holds that between two letters that do not join, nor are of a script with a
// virama, there is nothing that is not seen.
func checkSeen(t *testing.T, out []rune) {
	for i, r := range out {
		if !unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) || i+1 == len(out) {
			continue
		}
		if plain(out[i-1]) && plain(out[i+1]) {
			t.Errorf("%+q has %U between two letters, at %d", string(out), r, i)
		}
	}
}

func plain(r rune) bool {
	return unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Han, unicode.Hangul, unicode.Hebrew, unicode.Hiragana, unicode.Katakana, unicode.Nd)
}

func checkLabel(t *testing.T, in string) {
	for _, max := range []int{1, 2, 5, 20} {
		label := safetext.Label(in, max)
		if utf8.RuneCountInString(label) > max || safetext.Text(label) != label || strings.TrimSpace(label) != label {
			t.Errorf("Label(%+q, %d) = %+q: too long, not safe or with spaces around", in, max, label)
		}
		if whole := strings.TrimSpace(safetext.Text(in)); !strings.HasPrefix(whole, strings.TrimSuffix(label, "…")) {
			t.Errorf("Label(%+q, %d) = %+q: not the start of %+q", in, max, label, whole)
		}
		if want := safetext.WholeLabel(in, max); label != want {
			t.Errorf("Label(%+q, %d) = %+q, but of all of it %+q", in, max, label, want)
		}
	}
}

var sink string

func BenchmarkTextASCII(b *testing.B) {
	benchmark(b, safetext.Text, "hello, this is a plain line of chat, 60 bytes or thereabout!")
}

func BenchmarkTextEmoji(b *testing.B) {
	benchmark(b, safetext.Text, "nice work 👍🏽 👨‍👩‍👧‍👦 ❤️ see you")
}

func BenchmarkTextRussian(b *testing.B) {
	benchmark(b, safetext.Text, "Привет, как дела? Всё хорошо, спасибо")
}

func BenchmarkTextChinese(b *testing.B) {
	benchmark(b, safetext.Text, "你好，世界。今天天气很好，我们一起去公园吧！")
}

func BenchmarkTextPersian(b *testing.B) {
	benchmark(b, safetext.Text, "می\u200cخواهم کتاب\u200cهای تازه را بخوانم، نمی\u200cدانم کجا هستند")
}

func BenchmarkTextSinhala(b *testing.B) {
	benchmark(b, safetext.Text, "ශ්\u200dරී ලංකා ප්\u200dරජාතාන්ත්\u200dරික සමාජවාදී ජනරජය")
}

func BenchmarkTextUnsafe(b *testing.B) {
	benchmark(b, safetext.Text, "z̸͓͐a̸l̵g̶o̴ t̴e̴x̴t̴\x1b[31m and e\u0301")
}

// BenchmarkTextWorst is a full line of what takes the longest.
func BenchmarkTextWorst(b *testing.B) {
	benchmark(b, safetext.Text, strings.Repeat("a\u0316\u0301\u0344", 4096/7))
}

// BenchmarkTextJoiners is a full line of joiners of which each is judged by what follows.
func BenchmarkTextJoiners(b *testing.B) {
	benchmark(b, safetext.Text, "ب"+strings.Repeat("\u200c\u064b", 4096/5))
}

func benchmark(b *testing.B, f func(string) string, s string) {
	b.ReportAllocs()
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		sink = f(s)
	}
}

func TestTextOfASCIIAllocatesNothing(t *testing.T) {
	for _, s := range []string{"plain ASCII", "👍🏽 Всё хорошо"} {
		if n := testing.AllocsPerRun(100, func() { sink = safetext.Text(s) }); n != 0 {
			t.Errorf("Text(%q) allocates %v times", s, n)
		}
	}
}

package safetext_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"

	"parley/internal/safetext"
)

// joined are words with joiners, as they are written: zero-width ones are escaped, so that
// they are seen here.
var joined = map[string]string{
	"Persian":             "می\u200cخواهم کتاب\u200cهای تازه\u200cای بخوانم، نمی\u200cدانم",
	"Persian, vowels":     "مِی\u200cخواهَم می\u200cِشود", // a mark before the joiner and one after it
	"Kurdish":             "ئه\u200cم کورده\u200cکان",
	"Urdu":                "صحت\u200cمند",
	"Pashto":              "پښتو ژبه\u200cيي",
	"Uyghur":              "مى\u200cنى",
	"Syriac":              "ܒ\u200cܒ",
	"N'Ko":                "ߞ\u200cߊ",
	"Adlam":               "\U0001E928\u200c\U0001E929",
	"Hindi":               "क्\u200dष क्\u200cष रक्\u200dषा",
	"Hindi, half letters": "क् क्\u200d त्\u200d, न्\u200d",
	"Marathi":             "दर्\u200dया र्\u200dहस्व वाऱ्\u200dयाने",
	"Nepali":              "गर्\u200dयो श्रीमान्\u200cको",
	"Bengali":             "ক্\u200dষ উদ্\u200cঘাটন হঠাৎ\u00a0ত্\u200d",
	"Assamese":            "ক্\u200cষ",
	"Gujarati":            "ક્\u200dષ",
	"Punjabi":             "ਕ੍\u200dਰ",
	"Odia":                "କ୍\u200cଷ",
	"Tamil":               "க்\u200cஷ",
	"Telugu":              "సాఫ్ట్\u200cవేర్ లైన్\u200cలో",
	"Kannada":             "ಸಾಫ್ಟ್\u200cವೇರ್ ಕ್\u200cಷ",
	"Malayalam":           "അവന്\u200d വന്നു, തമിഴ്\u200cനാട്",
	"Malayalam chillus":   "ന്\u200d ണ്\u200d ര്\u200d ല്\u200d ള്\u200d",
	"Sinhala":             "ශ්\u200dරී ලංකා ප්\u200dරජාතාන්ත්\u200dරික ක්\u200dෂ",
}

func TestJoinersStayInWords(t *testing.T) {
	for language, s := range joined {
		t.Run(language, func(t *testing.T) {
			if got := safetext.Text(s); got != s {
				t.Errorf("Text(%+q)\n got %+q", s, got)
			}
			checkText(t, s)
		})
	}
}

func TestJoinersGoElsewhere(t *testing.T) {
	for rule, c := range map[string]struct{ in, want string }{
		"between Latin letters":                     {"pay\u200cpal pay\u200dpal", "paypal paypal"},
		"between letters of Greek and Cyrillic":     {"α\u200cβ ж\u200dж", "αβ жж"},
		"between Chinese and Korean":                {"你\u200c好 한\u200d국", "你好 한국"},
		"between a letter of Arabic and a Latin":    {"ب\u200ca a\u200cب", "بa aب"},
		"before a space":                            {"می\u200c خواهم", "می خواهم"},
		"after a space":                             {"می \u200cخواهم", "می خواهم"},
		"at the end of a line":                      {"می\u200c", "می"},
		"at the start of one":                       {"\u200cمی\u200d", "می"},
		"before punctuation":                        {"می\u200c:\u200c.", "می:."},
		"after a letter that joins on one side":     {"کار\u200cها", "کارها"},
		"after tatweel":                             {"بـ\u200cب", "بـب"},
		"of two in a row the second":                {"می\u200c\u200cخواهم क्\u200d\u200dष", "می\u200cخواهم क्\u200dष"},
		"all of a thousand that join nothing":       {"ب" + strings.Repeat("\u200c", 1000) + "a", "بa"},
		"a ZWJ where only a ZWNJ is allowed":        {"می\u200dخواهم", "میخواهم"},
		"a ZWNJ after a ZWJ that is dropped":        {"می\u200d\u200cخواهم", "میخواهم"},
		"a second one on one base":                  {"ب\u200cِ\u200cب क्\u200d्\u200dष", "ب\u200cِب क्\u200d्ष"},
		"before a virama: RFC 5892 does not":        {"র\u200d্যাম ರ\u200d್ವ", "র্যাম ರ್ವ"},
		"after a virama on a Latin letter":          {"a्\u200db a्\u200cb", "a्b a्b"},
		"after a virama of another script":          {"क්\u200dष", "क්ष"},
		"after a virama on nothing":                 {"्\u200dष \u200d्", "ष "},
		"after a mark that stands behind a virama":  {"क्॑\u200dष", "क्॑ष"},
		"also where it comes to stand there":        {"क्॑\u200dष", "क्॑ष"},
		"or would, for something dropped":           {"क॑\u200d्\u200dष", "क्॑ष"},
		"after a virama that composes":              {"කේ\u200dය", "කේය"},
		"or that composes later":                    {"කෙ\u200d්\u200dය", "කේය"},
		"in an emoji sequence with letters":         {"👩\u200cب ب\u200c👩\u200d👩", "👩ب ب👩\u200d👩"},
		"after a style that goes, where nothing is": {"ب\ufe0f\u200c", "ب"},
		"when letters are as many as a line takes":  {strings.Repeat("a\u200c", 500), strings.Repeat("a", 500)},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := safetext.Text(c.in); got != c.want {
				t.Errorf("Text(%+q)\n got %+q\nwant %+q", c.in, got, c.want)
			}
			checkText(t, c.in)
		})
	}
}

// tagged returns what follows a flag: the tags of s and their end.
func tagged(s string) string {
	return strings.Map(func(r rune) rune { return 0xE0000 + r }, s) + "\U000E007F"
}

func TestTagsOfFlags(t *testing.T) {
	const flag = "🏴"
	for rule, c := range map[string]struct{ in, want string }{
		"England's stay":                       {flag + tagged("gbeng"), flag + tagged("gbeng")},
		"Scotland's stay":                      {"a" + flag + tagged("gbsct") + "b", "a" + flag + tagged("gbsct") + "b"},
		"those of Wales stay":                  {flag + tagged("gbwls") + "\u0338", flag + tagged("gbwls") + "\u0338"},
		"Texas has them too":                   {flag + tagged("ustx"), flag + tagged("ustx")},
		"and Tokyo":                            {flag + tagged("jp13") + flag + tagged("jp13"), flag + tagged("jp13") + flag + tagged("jp13")},
		"too few go":                           {flag + tagged("gb"), flag},
		"too many go":                          {flag + tagged("gbengla"), flag},
		"a sentence goes":                      {flag + tagged("meet at nine behind the house"), flag},
		"what is no subdivision goes":          {flag + tagged("12345") + flag + tagged("GBENG") + flag + tagged("1ab"), flag + flag + flag},
		"tags of no flag go before the others": {flag + tagged("g-beng"), flag + tagged("gbeng")},
		"without an end they go":               {flag + strings.TrimSuffix(tagged("gbeng"), "\U000E007F") + "a", flag + "a"},
		"the end alone goes":                   {flag + tagged(""), flag},
		"a second end goes":                    {flag + tagged("gbeng") + tagged(""), flag + tagged("gbeng")},
		"tags after tags go":                   {flag + tagged("gbeng") + tagged("gbsct"), flag + tagged("gbeng")},
		"tags after a letter go":               {"a" + tagged("gbeng") + "b", "ab"},
		"tags after another emoji go":          {"😀" + tagged("gbeng") + "👍🏽" + tagged("gbeng"), "😀👍🏽"},
		"tags after a style go":                {flag + "\ufe0f" + tagged("gbeng"), flag + "\ufe0f"},
		"tags in a joined sequence go":         {"👩\u200d" + flag + tagged("gbeng"), "👩\u200d" + flag},
		"a style after them goes":              {flag + tagged("gbeng") + "\ufe0f", flag + tagged("gbeng")},
		"a joiner after them goes":             {flag + tagged("gbeng") + "\u200d😀", flag + tagged("gbeng") + "😀"},
		"the deprecated language tag goes":     {flag + "\U000E0001" + tagged("gbeng"), flag + tagged("gbeng")},
		"tags without anything go":             {tagged("gbeng"), ""},
		"something dropped between stays none": {flag + "\u200b" + tagged("gbeng"), flag + tagged("gbeng")},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := safetext.Text(c.in); got != c.want {
				t.Errorf("Text(%+q)\n got %+q\nwant %+q", c.in, got, c.want)
			}
			checkText(t, c.in)
		})
	}
}

// What is not seen makes no name another one: Text may leave joiners in a word.
func TestJoinersAreInNoName(t *testing.T) {
	for _, name := range []string{"علی\u200cرضا", "क्\u200dष", "علی\u200c"} {
		bare := strings.NewReplacer("\u200c", "", "\u200d", "").Replace(name)
		for _, rule := range []func(string) (string, error){safetext.Nick, safetext.Room} {
			if got, err := rule(name); err == nil {
				t.Errorf("%+q is a name: %+q", name, got)
			}
		}
		if got, want := safetext.NickFrom(name), safetext.NickFrom(bare); got != want {
			t.Errorf("NickFrom(%+q) = %+q, want %+q", name, got, want)
		}
		if got, want := safetext.Key(name), safetext.Key(bare); got != want {
			t.Errorf("Key(%+q) = %+q, want %+q", name, got, want)
		}
		if got, want := safetext.Drawn(name), safetext.Drawn(bare); got != want {
			t.Errorf("Drawn(%+q) = %+q, want %+q", name, got, want)
		}
		if got := safetext.Unjoined(safetext.Text(name)); got != bare {
			t.Errorf("Unjoined(%+q) = %+q, want %+q", name, got, bare)
		}
	}
}

// The tables of x/text have the joining types too, after the contextual rules of PRECIS.
// They are those of RFC 5892, appendix A.1.
func TestJoiningTypesAreThoseOfPRECIS(t *testing.T) {
	rules := precis.NewFreeform()
	asked := 0
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.L, unicode.N, unicode.P) || norm.NFC.String(string(r)) != string(r) {
			continue
		}
		if _, err := rules.String(string(r)); err != nil {
			continue // it has a rule of its own
		}
		asked++
		for _, s := range []string{string(r) + "\u200cب", "ب\u200c" + string(r)} {
			_, err := rules.String(s)
			if got := safetext.Text(s); (got == s) != (err == nil) {
				t.Errorf("Text(%+q) = %+q, and PRECIS says %v", s, got, err)
			}
		}
	}
	if asked < 100_000 {
		t.Errorf("asked for %d characters only", asked)
	}
}

// Composing changes neither how a letter joins nor what is transparent, so a second pass
// judges a ZWNJ as the first has.
func TestComposingChangesNoJoiningType(t *testing.T) {
	kind := func(r rune) (k [3]bool) {
		return [3]bool{safetext.JoinsNext(r), safetext.JoinsPrevious(r), unicode.In(r, unicode.Mn, unicode.Me)}
	}
	for r := range rune(unicode.MaxRune + 1) {
		parts := []rune(norm.NFD.String(string(r)))
		if !utf8.ValidRune(r) || len(parts) == 1 || norm.NFC.String(string(parts)) != string(r) {
			continue
		}
		if unicode.In(parts[len(parts)-1], unicode.Mn, unicode.Me) && kind(parts[0]) != kind(r) {
			t.Errorf("%U joins otherwise than %U, which it begins with", r, parts[0])
		}
	}
}

package safetext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/safetext"
)

// Lines of 4096 bytes whose every word is looked up as a name.
var keyLines = map[string]string{
	"Hangul":       words("한", 1),
	"HangulMany":   scriptWords(0xAC00, 1),
	"CJK":          scriptWords(0x4E00, 1),
	"Greek":        scriptWords('α', 1),
	"Cyrillic":     scriptWords('а', 1),
	"CyrillicLong": scriptWords('а', 12),
	"Mixed":        words("аΩ한字é", 2),
	"Accents":      words("é", 1),
	"Mark":         words("x\u0301", 1),
	"MarkNFD":      words("e\u0301", 1),
	"MarkCapital":  words("J\u030C", 1),
	"MarkDot":      words("i\u0307", 1),
	"Marks4":       words("a\u0323\u0302\u0301\u0300", 1),
	"MarkGreek":    words("Υ\u0313\u0342", 1),
	"MarkIndic":    words("क\u093f", 1),
	"HalfWidth":    words("ｶﾞ", 1),
	"Thai":         words("กำ", 1),
	"Math":         words("𝓑", 1),
}

func words(word string, times int) string {
	return strings.Repeat(strings.Repeat(word, times)+" ", 4096/(len(word)*times+1))
}

func scriptWords(first rune, letters int) string {
	var line strings.Builder
	for r := first; line.Len() < 4096-4*letters-1; {
		for range letters {
			line.WriteRune(r)
			r = first + (r-first+1)%24
		}
		line.WriteByte(' ')
	}
	return line.String()
}

func BenchmarkKeyLine(b *testing.B) {
	for name, line := range keyLines {
		b.Run(name, func(b *testing.B) {
			all := strings.Fields(line)
			if len(line) > 4096 || !utf8.ValidString(line) {
				b.Fatal(len(line))
			}
			b.ReportAllocs()
			for b.Loop() {
				for _, word := range all {
					sink = safetext.Key(word)
				}
			}
		})
	}
}

package sshserver

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hostile makes texts that try to do more to a terminal than be read. The same seed makes
// the same texts.
type hostile struct{ *rand.Rand }

func newHostile(seed uint64) hostile { return hostile{rand.New(rand.NewPCG(seed, seed))} }

// sequences are whole control sequences, with ESC. Each is also used with C1.
var sequences = []string{
	"\x1b]0;owned\a", "\x1b]1;icon\a", "\x1b]2;owned\x1b\\", "\x1b]7;file://evil/\a", "\x1b]4;1;?\a", "\x1b]10;?\a", "\x1b]11;#ff0000\a",
	"\x1b]8;;http://evil/\x1b\\here\x1b]8;;\x1b\\", "\x1b]9;call\a", "\x1b]777;notify;a;b\a", "\x1b]52;c;ZXZpbA==\a", "\x1b]52;c;?\a",
	"\x1b]1337;File=:AAAA\a", "\x1b]112\a", "\x1bP+q544e\x1b\\", "\x1bP$qm\x1b\\", "\x1bP1$r0m\x1b\\", "\x1b_Gq=2;AAAA\x1b\\", "\x1b^private\x1b\\", "\x1bXstring\x1b\\",
	"\x1b[c", "\x1b[>c", "\x1b[=c", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[?1$p", "\x1b[20t", "\x1b[21t", "\x1b[14t", "\x1b[x", "\x1bZ", "\x05",
	"\x1b[2J", "\x1b[3J", "\x1b[H", "\x1b[J", "\x1b[1J", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[5A", "\x1b[A\r", "\x1b[9D", "\x1b[1;1H", "\x1b[3d", "\x1b[2S", "\x1b[2T", "\x1b[2L", "\x1b[2M", "\x1b[9P", "\x1b[9X", "\x1b[9@", "\x1b[9b",
	"\x1b[2;5r", "\x1b[?6h", "\x1b[4h", "\x1b[20h", "\x1b[?7l", "\x1b[?25l", "\x1b[?1049h", "\x1b[?47h", "\x1b[?1000h", "\x1b[?1004h", "\x1b[?2004l", "\x1b[?2026h", "\x1b[?3h", "\x1b[!p", "\x1b[2 q", "\x1b[1 q", "\x1b[>4;2m",
	"\x1b[31m", "\x1b[8m", "\x1b[7;5m", "\x1b[38;2;1;2;3m", "\x1bc", "\x1b7", "\x1b8", "\x1b#8", "\x1b(0", "\x1b)B", "\x1bM", "\x1bD", "\x1bE", "\x1bH", "\x1b=", "\x1bN", "\x1bn", "\x0e", "\x0f", "\b\b\b\b", "\a", "\x0b", "\x0c", "\x7f", "\x00", "\x18", "\x1a",
}

// characters are hard to judge one by one.
var characters = []string{
	"\u0085", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c",
	"\u200b", "\u200c", "\u200d", "\u2060", "\u2063", "\ufeff", "\u00ad", "\u180e", "\u034f", "\u115f", "\u3164", "\uffa0", "\u2800", "\u00a0", "\u3000", "\ufff9", "\ufffb", "\ufffc",
	"\U000e0041", "\U000e007f", "\U000e0100", "\ufe0f", "\ufe0e", "\u20e3", "\U0001f3fb", "\ue000", "\ufdd0", "\uffff", "\U0010ffff", "\U0001d173", "\u0378",
	"\x80", "\xff", "\xc0\x9b", "\xe0\x82\x9b", "\xf0\x80\x82\x9b", "\xed\xa0\x80", "\xed\xb0\x80", "\xf4\x90\x80\x80", "\xe2\x80", "\xc2", "\xf0\x9f\x91",
	"👩\u200d👩\u200d👧\u200d👦", "👍🏽", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "🏴\U000e0061\U000e0062", "می\u200cخ", "ශ්\u200dරී", "ی", "🇩🇪", "🇩", "1\ufe0f\u20e3", "❤\ufe0f", "☺", "\u200d👧",
	"你好", "한", "\u1100\u1161\u11a8", "\u1161", "क्षि", "กำ", "สวัสดี", "שלום", "مرحبا", "ﷺ", "ﷻ", "𒐫", "꧅", "Z͑ͫ̓", "\u0e33", "\u0600", "\U000110bd", "\u0d4e",
}

// words are harmless, or imitate what the server says.
var words = []string{"hello", "ann", "kim", "12:00 ann: I agree", "* bob left", "! server is going down", "ann>", "[dev] kim: yes", "~", ": ", "a b", "x", "-- now --"}

// text returns a text of one line: without LF and CR.
func (h hostile) text() string {
	var b strings.Builder
	pieces := 1 + h.IntN(7)
	if h.IntN(50) == 0 {
		pieces = 100
	}
	for range pieces {
		b.WriteString(h.piece())
	}
	return strings.NewReplacer("\n", "", "\r", "").Replace(b.String())
}

func (h hostile) piece() string {
	switch h.IntN(12) {
	case 0, 1, 2:
		return h.dressed(sequences[h.IntN(len(sequences))])
	case 3, 4:
		return characters[h.IntN(len(characters))]
	case 5:
		return h.dressed("\x1b["+h.digits()) + string(rune('@'+h.IntN('~'-'@'+1)))
	case 6:
		return h.zalgo()
	case 7:
		return h.bytes()
	case 8:
		return string(h.anyRune())
	case 9:
		if h.IntN(20) > 0 {
			return words[h.IntN(len(words))]
		}
		return strings.Repeat(words[h.IntN(len(words))], h.IntN(120))
	}
	return words[h.IntN(len(words))] + " "
}

// dressed returns a sequence as it is, with its C1 as bytes or as code points, or with
// something inside that a filter may remove.
func (h hostile) dressed(s string) string {
	switch h.IntN(5) {
	case 0:
		return c1(s, func(b byte) string { return string([]byte{b}) })
	case 1:
		return c1(s, func(b byte) string { return string(rune(b)) })
	case 2:
		return strings.ReplaceAll(s, "\x1b", "\x1b"+characters[h.IntN(len(characters))])
	case 3:
		return strings.ReplaceAll(s, "\x1b", "\x1b\x1b")
	}
	return s
}

// c1 replaces ESC and a letter with the equivalent single control character.
func c1(s string, as func(byte) string) string {
	for b := byte(0x80); b < 0xa0; b++ {
		s = strings.ReplaceAll(s, "\x1b"+string(rune(b-0x40)), as(b))
	}
	return s
}

func (h hostile) digits() string {
	return []string{"", "1", "5", "99", "0;0", "?25", "?1049", "65535", ">0", "1;31", "2147483648"}[h.IntN(11)]
}

func (h hostile) zalgo() string {
	var b strings.Builder
	b.WriteByte(byte('a' + h.IntN(26)))
	for range h.IntN(60) {
		b.WriteRune(rune(0x300 + h.IntN(0x70)))
	}
	return b.String()
}

func (h hostile) bytes() string {
	b := make([]byte, 1+h.IntN(12))
	for i := range b {
		b[i] = byte(h.IntN(256))
	}
	return string(b)
}

func (h hostile) anyRune() rune {
	if h.IntN(2) == 0 {
		return rune(h.IntN(0x3000))
	}
	return rune(h.IntN(utf8.MaxRune + 1))
}

// lines returns a text of several lines.
func (h hostile) lines() string {
	all := []string{h.text()}
	for range 1 + h.IntN(5) {
		all = append(all, h.text())
	}
	return strings.Join(all, "\n")
}

// name returns letters of all scripts, now and then with other characters.
func (h hostile) name() string {
	var b strings.Builder
	for n := 1 + h.IntN(10); n > 0; {
		if r := h.anyRune(); unicode.In(r, unicode.L, unicode.Nd) {
			b.WriteRune(r)
			n--
		}
	}
	if h.IntN(4) == 0 {
		b.WriteString(h.piece())
	}
	return strings.NewReplacer("\n", "", "\r", "", " ", "").Replace(b.String())
}

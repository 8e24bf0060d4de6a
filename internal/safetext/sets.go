package safetext

import (
	"unicode"

	"golang.org/x/text/unicode/rangetable"
)

const (
	joiner    = '\u200D' // ZERO WIDTH JOINER, holds an emoji sequence together
	nonJoiner = '\u200C' // ZERO WIDTH NON-JOINER, keeps letters apart
	blackFlag = '\U0001F3F4'
	tagsEnd   = '\U000E007F' // CANCEL TAG
	keycap    = '\u20E3'     // COMBINING ENCLOSING KEYCAP
	dotAbove  = '\u0307'     // COMBINING DOT ABOVE
	unknown   = unicode.ReplacementChar
	textStyle = '\uFE0E' // VARIATION SELECTOR-15, an emoji drawn as text
	iconStyle = '\uFE0F' // VARIATION SELECTOR-16, a sign drawn as emoji
)

// isStyle reports whether r chooses between the text and the emoji form.
func isStyle(r rune) bool { return r == textStyle || r == iconStyle }

// isTag reports whether r can be in the tags of a flag.
func isTag(r rune) bool { return isTagLetter(r) || isTagDigit(r) || r == tagsEnd }

func isTagLetter(r rune) bool { return '\U000E0061' <= r && r <= '\U000E007A' }
func isTagDigit(r rune) bool  { return '\U000E0030' <= r && r <= '\U000E0039' }

// isKeycapBase reports whether r can be drawn on a key (UTS #51, ED-20).
func isKeycapBase(r rune) bool { return '0' <= r && r <= '9' || r == '#' || r == '*' }

// traits are what this package needs to know of one code point.
type traits uint8

const (
	// shown has a place in a text. What is neither hidden nor shown is a
	// surrogate, for private use, or not assigned (Cs, Co, Cn).
	shown traits = 1 << iota
	// hidden leaves no trace on the screen, whatever else it is: control and
	// format characters, and what UAX #44 calls Default_Ignorable_Code_Point.
	hidden
	// attached is drawn on the character before it (UAX #29, GB9 and GB9a, and
	// the Hangul vowels and finals, to which terminals give no width).
	attached
	// stacked marks pile up on one place instead of taking width.
	stacked
	space      // separates (Zs)
	pictograph // can be a part of an emoji sequence
	tone       // the skin of the emoji before it
	named      // may be in a name
)

func (t traits) has(some traits) bool { return t&some != 0 }

// sets gives the traits of whole sets of code points. A code point has the
// traits of every set it is in.
var sets = []struct {
	*unicode.RangeTable
	traits
}{
	{unicode.L, shown | named},
	{unicode.Nd, shown | named},
	{unicode.N, shown},
	{unicode.P, shown},
	{unicode.S, shown},
	{unicode.Zs, shown | space},
	{unicode.M, shown | attached},
	{unicode.Mn, stacked},
	{unicode.Me, stacked},
	{unicode.Other_Grapheme_Extend, attached},
	{jamo, attached},
	{skinTones, attached | tone},
	{pictographs, shown | pictograph},
	{unicode.Cc, hidden},
	{unicode.Cf, hidden},
	{unicode.Variation_Selector, hidden},
	{unicode.Other_Default_Ignorable_Code_Point, hidden},
}

var skinTones = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0x1F3FB, Hi: 0x1F3FF, Stride: 1}}}

// misleading are letters that may be in a text and in no name.
var misleading = rangetable.New(
	// Drawn as the signs that stand after or before a name, or between names: ! : * # . , ;
	0x01C3, 0x02D0, 0x2D51, 0xA4FD, 0x1031F, 0x2D4C, 0xA4F8, 0xA4F9, 0xA4FA, 0xA4FB, 0xA4FC,
	// Hardly seen after a name: primes, half lengths and other small modifiers, tatweel.
	0x0149, 0x02B9, 0x02BA, 0x02BB, 0x02BC, 0x02BD, 0x02C6, 0x02C7, 0x02C8, 0x02C9, 0x02CA, 0x02CB, 0x02CC, 0x02CD, 0x02CE, 0x02CF,
	0x02D1, 0x02EC, 0x02EE, 0x0374, 0x0640, 0x07FA, 0x2E2F, 0xA717, 0xA718, 0xA719, 0xA71A, 0xA71B, 0xA71C, 0xA71D, 0xA71E, 0xA71F, 0xA788,
	// With a space in their compatibility form (NFKD): a mark over nothing, or words.
	0x037A, 0xFC5E, 0xFC5F, 0xFC60, 0xFC61, 0xFC62, 0xFC63, 0xFDFA, 0xFDFB,
	0xFE70, 0xFE72, 0xFE74, 0xFE76, 0xFE78, 0xFE7A, 0xFE7C, 0xFE7E,
	// One character with what comes after them, be it the colon after a nick (UAX
	// #29, GB9b).
	0x0D4E, 0x111C2, 0x111C3, 0x1193F, 0x11941, 0x11A84, 0x11A85, 0x11A86, 0x11A87, 0x11A88, 0x11A89, 0x11D46, 0x11F02,
)

// jamo are the vowels and finals of conjoining Hangul (Hangul_Syllable_Type V
// and T) that NFC has not made part of a syllable.
var jamo = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x1160, Hi: 0x11FF, Stride: 1},
	{Lo: 0xD7B0, Hi: 0xD7C6, Stride: 1},
	{Lo: 0xD7CB, Hi: 0xD7FB, Stride: 1},
}}

// known has the traits of the first two planes, which hold nearly every text:
// one look instead of a search in each set, which made a line of Russian cost as
// much as the write that sends it.
var known = spread()

func spread() *[0x20000]traits {
	var all [0x20000]traits
	for _, set := range sets {
		for _, r := range set.R16 {
			for c := int(r.Lo); c <= int(r.Hi); c += int(r.Stride) {
				all[c] |= set.traits
			}
		}
		for _, r := range set.R32 {
			for c := int(r.Lo); c <= int(r.Hi) && c < len(all); c += int(r.Stride) {
				all[c] |= set.traits
			}
		}
	}
	return &all
}

func traitsOf(r rune) traits {
	if int(r) < len(known) {
		return known[r]
	}
	var t traits
	for _, set := range sets {
		if unicode.Is(set.RangeTable, r) {
			t |= set.traits
		}
	}
	return t
}

package lineedit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// typedKey is a key, and what was pasted if it is a paste, or what the terminal is.
type typedKey struct {
	key
	pasted    string
	overflow  int
	continues bool
}

// pause stands in tests for a time without input: as long as anything waits for more.
const pause = "\u23f8"

// decoded are the keys of pieces. What of a paste comes piece by piece is put together.
func decoded(pieces ...[]byte) []typedKey {
	var d decoder
	var all []typedKey
	for _, p := range pieces {
		all = joined(all, d.all(p))
	}
	return all
}

// decodedWith are the keys of text with pauses, each part of it cut into pieces.
func decodedWith(text string, cut func(part []byte) [][]byte) []typedKey {
	var d decoder
	var all []typedKey
	for n, part := range strings.Split(text, pause) {
		if n > 0 {
			all = d.settled(all)
			d.wait(keyPatience)
		}
		for _, piece := range cut([]byte(part)) {
			all = joined(all, d.all(piece))
		}
	}
	return all
}

// settled is all with the keys there are when nothing comes any more.
func (d *decoder) settled(all []typedKey) []typedKey {
	for d.patience() > 0 {
		all = joined(all, d.rest())
	}
	return all
}

// rest are the keys there are when nothing comes for a while.
func (d *decoder) rest() []typedKey {
	held, pasted := d.idle()
	if pasted {
		return []typedKey{d.typedPaste()}
	}
	return d.all(held)
}

func (d *decoder) typedPaste() typedKey {
	text, overflow, continues := d.takePaste()
	return typedKey{key{name: keyPaste}, text, overflow, continues}
}

// joined is all with more. A paste that continues is one with the paste before.
func joined(all, more []typedKey) []typedKey {
	for _, k := range more {
		if k.continues {
			last := &all[len(all)-1]
			last.pasted += k.pasted
			last.overflow += k.overflow
			continue
		}
		all = append(all, k)
	}
	return all
}

func (d *decoder) all(data []byte) []typedKey {
	var all []typedKey
	for {
		k, rest, ok := d.next(data)
		if !ok {
			return all
		}
		if k.name == keyUnknown {
			k.alt = false // is no matter
		}
		t := typedKey{key: k}
		if k.name == keyPaste || k.name == keyVersion {
			t = d.typedPaste()
			t.key = k
		}
		all = append(all, t)
		data = rest
	}
}

// keys are typedKeys of runes; a string is pasted, and a key is itself.
func keys(all ...any) []typedKey {
	var out []typedKey
	for _, a := range all {
		switch a := a.(type) {
		case rune:
			out = append(out, typedKey{key: key{name: a}})
		case key:
			out = append(out, typedKey{key: a})
		case string:
			out = append(out, typedKey{key: key{name: keyUnknown}}, typedKey{key: key{name: keyPaste}, pasted: a})
		default:
			panic(fmt.Sprintf("%T", a))
		}
	}
	return out
}

// alt is a key with Alt.
func alt(name rune) key { return key{name, true} }

var sequences = []struct {
	name, bytes string
	want        []typedKey
}{
	{"characters", "aé你🎉", keys('a', 'é', '你', '🎉')},
	{"control characters", "\x00\x01\x1a\x1f\x7f", keys(rune(0), ctrl('a'), ctrl('z'), rune(0x1f), rune(backspace))},

	// xterm, VTE, kitty, foot, Windows Terminal, iTerm2
	{"arrows", "\x1b[A\x1b[B\x1b[C\x1b[D", keys(keyUp, keyDown, keyRight, keyLeft)},
	{"arrows of the application mode", "\x1bOA\x1bOB\x1bOC\x1bOD", keys(keyUp, keyDown, keyRight, keyLeft)},
	{"Home and End", "\x1b[H\x1b[F", keys(keyHome, keyEnd)},
	{"Home and End of the application mode", "\x1bOH\x1bOF", keys(keyHome, keyEnd)},
	{"Home and End of the VT220, linux and tmux", "\x1b[1~\x1b[4~", keys(keyHome, keyEnd)},
	{"Home and End of rxvt", "\x1b[7~\x1b[8~", keys(keyHome, keyEnd)},
	{"Delete", "\x1b[3~", keys(keyDelete)},
	{"Shift-Tab", "\x1b[Z", keys(keyBackTab)},
	{"Enter of the number pad", "\x1bOM", keys(rune(enter))},
	{"arrows with Shift are arrows", "\x1b[1;2A\x1b[1;2D", keys(keyUp, keyLeft)},
	{"arrows with Alt", "\x1b[1;3A\x1b[1;3B\x1b[1;3C\x1b[1;3D", keys(alt(keyUp), alt(keyDown), alt(keyRight), alt(keyLeft))},
	{"arrows with Ctrl", "\x1b[1;5A\x1b[1;5B\x1b[1;5C\x1b[1;5D", keys(alt(keyUp), alt(keyDown), alt(keyRight), alt(keyLeft))},
	{"arrows with more", "\x1b[1;4C\x1b[1;6C\x1b[1;7C\x1b[1;8C\x1b[1;9C", keys(alt(keyRight), alt(keyRight), alt(keyRight), alt(keyRight), alt(keyRight))},
	{"arrows with no modifier that there is", "\x1b[1;1C\x1b[1;0C\x1b[1;C\x1b[1;xC\x1b[1;99999999999C", keys(keyRight, keyRight, keyRight, keyUnknown, 'C', keyRight)},
	{"arrows with CapsLock and NumLock", "\x1b[1;65C\x1b[1;129C\x1b[1;193C\x1b[1;197C", keys(keyRight, keyRight, keyRight, alt(keyRight))},
	{"arrows of iTerm2 with Option", "\x1b[1;9D\x1b[1;10D\x1b\x1b[D", keys(alt(keyLeft), alt(keyLeft), alt(keyLeft))},
	{"arrows with Ctrl, of old ones", "\x1b[5C\x1b[5D\x1bO5C\x1bO5D\x1bO1;5D", keys(alt(keyRight), alt(keyLeft), alt(keyRight), alt(keyLeft), alt(keyLeft))},
	{"and with others", "\x1b[3A\x1b[3D\x1bO3D\x1b[2C\x1bO2C\x1b[1D\x1b[0D\x1b[6H\x1b[5F\x1b[5Px", keys(alt(keyUp), alt(keyLeft), alt(keyLeft), keyRight, keyRight, keyLeft, keyLeft, alt(keyHome), alt(keyEnd), keyUnknown, 'x')},
	{"Delete with Ctrl", "\x1b[3;5~", keys(alt(keyDelete))},
	{"Home with Ctrl", "\x1b[1;5H", keys(alt(keyHome))},

	// Alt
	{"Alt-B, F, D", "\x1bb\x1bf\x1bd", keys(alt('b'), alt('f'), alt('d'))},
	{"Alt-Backspace, Alt-Enter, Alt-Ctrl-H", "\x1b\x7f\x1b\r\x1b\x08", keys(alt(backspace), alt(enter), alt(ctrl('h')))},
	{"Alt and a character of several bytes", "\x1bé\x1b你", keys(alt('é'), alt('你'))},
	{"Alt with arrows, of PuTTY and rxvt", "\x1b\x1b[A\x1b\x1b[D\x1b\x1bOC", keys(alt(keyUp), alt(keyLeft), alt(keyRight))},
	{"Escape before a letter is Alt, however often", "\x1b\x1b\x1bb", keys(alt('b'))},
	{"Alt is of one key", "\x1bbb", keys(alt('b'), 'b')},

	// of no use, swallowed whole
	{"F1 to F4", "\x1bOP\x1bOQ\x1bOR\x1bOSx", keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
	{"F1 to F5 of the linux console", "\x1b[[A\x1b[[B\x1b[[C\x1b[[D\x1b[[Ex", keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
	{"F5 and on, Insert, Page Up", "\x1b[15~\x1b[24~\x1b[2~\x1b[5~x", keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
	{"F keys with Shift", "\x1b[1;2P\x1b[15;2~x", keys(keyUnknown, keyUnknown, 'x')},
	{"focus", "\x1b[I\x1b[Ox", keys('x')},
	{"a click", "\x1b[<0;10;20M\x1b[<0;10;20mx", keys('x')},
	{"a click of urxvt", "\x1b[32;10;20Mx", keys('x')},
	{"a click of X10", "\x1b[M !!x\x1b[M#!!x", keys('x', 'x')},
	{"a click of X10 far to the right and down", "\x1b[M \xff\xfex\x1b[M \xa1\xc1x\x1b[M \xc1\xa1x\x1b[M \xc3!x", keys('x', 'x', 'x', 'x')},
	{"a click of X10 in UTF-8", "\x1b[M \u0101\u0151x\x1b[M!\u0101x\x1b[M \u07ff\u07ffx", keys('x', 'x')},
	{"a click of X10 broken off", "\x1b[M !\x1b[A\x1b[M\x03x", keys(keyUp, ctrl('c'), 'x')},
	{"F1 of SCO, which begins as a click does", "\x1b[M" + pause + "abcd", keys('a', 'b', 'c', 'd')},
	{"answers of a terminal", "\x1b[?1;2c\x1b[>0;276;0c\x1b[?2026;2$y\x1b[?12;40R\x1b[?0ux", keys('x')},
	{"more answers", "\x1b[12;40R\x1b[4;1$y\x1b[8;24;80t\x1b[0nx", keys(keyUnknown, keyUnknown, keyUnknown, 'x')},
	{"the end of a paste that did not begin", "\x1b[201~x", keys(keyUnknown, 'x')},

	// broken off
	{"a control character ends a sequence", "\x1b[12\rx", keys(rune(enter), 'x')},
	{"and the shorter kind", "\x1bO\x03x", keys(ctrl('c'), 'x')},
	{"Escape begins a new one", "\x1b[1;\x1b[A\x1bO\x1b[B", keys(keyUp, keyDown)},
	{"Escape in the middle of a character", "\xe4\x1b[A", keys('\uFFFD', keyUp)},

	// invalid UTF-8
	{"a byte alone", "\xffa\x80b", keys('\uFFFD', 'a', '\uFFFD', 'b')},
	{"a character broken off is one", "\xf0\x9f\x8ea", keys('\uFFFD', 'a')},
	{"one broken off by another", "\xf0\x9f你", keys('\uFFFD', '你')},
	{"a character made too long", "\xc0\xafa", keys('\uFFFD', '\uFFFD', 'a')},
	{"half a surrogate", "\xed\xa0\x80a", keys('\uFFFD', '\uFFFD', '\uFFFD', 'a')},
	{"Alt and half a character", "\x1b\xe4a", keys(alt('\uFFFD'), 'a')},

	// line ends
	{"CR", "a\rb", keys('a', rune(enter), 'b')},
	{"LF", "a\nb\n\n", keys('a', '\n', 'b', '\n', '\n')},
	{"CR LF is one", "a\r\nb\r\n\r\n", keys('a', rune(enter), 'b', rune(enter), rune(enter))},
	{"LF CR are two", "\n\r", keys('\n', rune(enter))},
	{"CR and a key and LF are two", "\ra\n", keys(rune(enter), 'a', '\n')},
	{"CR NUL LF are three", "\r\x00\n", keys(rune(enter), rune(0), '\n')},

	// rxvt
	{"keys of rxvt with Ctrl", "\x1bOa\x1bOb\x1bOc\x1bOd\x1b[3^x", keys(alt(keyUp), alt(keyDown), alt(keyRight), alt(keyLeft), alt(keyDelete), 'x')},
	{"keys of rxvt with Shift", "\x1b[a\x1b[b\x1b[c\x1b[d\x1b[3$\x1b[7$\x1b[8$\x1b[23$x", keys(keyUp, keyDown, keyRight, keyLeft, keyDelete, keyHome, keyEnd, keyUnknown, 'x')},
	{"keys of rxvt with both", "\x1b[3@\x1b[7@x", keys(alt(keyDelete), alt(keyHome), 'x')},
	{"keys of rxvt with Alt", "\x1b\x1b[A\x1b\x1bOd\x1b\x1b[3~", keys(alt(keyUp), alt(keyLeft), alt(keyDelete))},

	// unknown ends, and what cannot be in a sequence
	{"any end", "\x1b[99@a\x1b[1`b\x1b[1{c\x1b[1|d\x1b[1}e\x1bO@f\x1bO~g", keys(keyUnknown, 'a', keyUnknown, 'b', keyUnknown, 'c', keyUnknown, 'd', keyUnknown, 'e', keyUnknown, 'f', keyUnknown, 'g')},
	{"after a space, ! or '", "\x1b[1 qa\x1b[!pb\x1b['wc", keys('a', 'b', 'c')},
	{"DEL is a key", "\x1b[\x7f\x1bO\x7fx", keys(rune(backspace), rune(backspace), 'x')},
	{"so is a letter of another script", "\x1b[\u00e9\x1b[1;\u4f60\x1bO\u00e9", keys('\u00e9', '\u4f60', '\u00e9')},
	{"what looks like F1 of the Linux console", "\x1b[[x\x1b[[\x1b[A\x1b[[\rx", keys(keyUnknown, 'x', keyUp, rune(enter), 'x')},

	// sequences with bytes between Escape and their end, as answers of a VT52 have them
	{"of a VT52", "\x1b/Zx\x1b/Kx\x1b/Lx", keys('x', 'x', 'x')},
	{"sets of characters and the like", "\x1b(Bx\x1b)0x\x1b#8x\x1b%Gx\x1b Fx\x1b%/Gx\x1b$(Cx\x1b-Ax\x1b*~x", keys('x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x')},
	{"such ones broken off", "\x1b(\x03x\x1b/\x1b[A\x1b#\x7f\x1b(\u00e9\x1b/" + pause + "x", keys(ctrl('c'), 'x', keyUp, rune(backspace), '\u00e9', 'x')},
	{"and a long one", "\x1b(" + strings.Repeat("/", 200) + "Zx", keys('x')},

	// the number pad
	{"a number pad in its application mode", "\x1bOp\x1bOy\x1bOj\x1bOk\x1bOl\x1bOm\x1bOn\x1bOo\x1bOX\x1bO \x1bOI", keys('0', '9', '*', '+', ',', '-', '.', '/', '=', ' ', '\t')},

	// sequences of C1, in UTF-8
	{"arrows", "\u009bA\u008fB\x1b\u009bC\u009b1;5D", keys(keyUp, keyDown, alt(keyRight), alt(keyLeft))},
	{"others of C1", "\u0085\u009cx", keys('\u0085', '\u009c', 'x')},
	{"bytes of C1 are no UTF-8", "\x9bA", keys('\uFFFD', 'A')},

	// strings
	{"a colour", "a\x1b]11;rgb:1e1e/1e1e/2e2e\ab\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\c", keys('a', 'b', 'c')},
	{"a version", "\x1bP>|xterm(388)\x1b\\x", []typedKey{{key: key{name: keyVersion}, pasted: "xterm(388)"}, {key: key{name: 'x'}}}},
	{"a version, of C1", "\u0090>|WezTerm 20240203-110809-5046fc22\u009cx", []typedKey{{key: key{name: keyVersion}, pasted: "WezTerm 20240203-110809-5046fc22"}, {key: key{name: 'x'}}}},
	{"a version without a name", "\x1bP>|\x1b\\x", keys('x')},
	{"a version in another kind of string", "\x1b]>|xterm(388)\x1b\\\x1b_>|xterm(388)\x1b\\x", keys('x')},
	{"answers of many kinds", "\x1bP1$r0m\x1b\\\x1bP1+r544e=78\x1b\\\x1bP!|00000000\x1b\\\x1b]52;c;aGk=\a\x1b]4;1;rgb:0/0/0\a\x1b_Gi=1;OK\x1b\\\x1b]lhere\x1b\\x", keys('x')},
	{"strings of each kind", "\x1b]a\x1b\\\x1bPb\x1b\\\x1b_c\x1b\\\x1b^d\x1b\\\x1bXe\x1b\\x", keys('x')},
	{"of C1", "\u009da\u009c\u0090b\u009c\u009fc\u009c\u009ed\u009c\u0098e\u009cx", keys('x')},
	{"mixed", "\x1b]a\u009c\u009da\x1b\\\u009da\ax", keys('x')},
	{"empty", "\x1b]\a\x1b]\x1b\\\x1bP\x1b\\\u009d\u009cx", keys('x')},
	{"BEL ends only what is OSC", "\x1bPa\ab\x1b\\x\x1b_a\ab\u009cy", keys('x', 'y')},
	{"with characters", "\x1b]l\u00e9\u4f60\U0001f389\xff\xc2\x1b\\x", keys('x')},
	{"with an escape before", "\x1b\x1b]a\ax", keys('x')},
	{"with line ends and tabs", "\x1bPa\r\nb\tc\x1b\\x", keys('x')},
	{"a long one", "\x1b]52;c;" + strings.Repeat("QUJD", 30000) + "\ax", keys('x')},
	{"CAN and SUB end one", "\x1b]11;\x18a\x1bP\x1ab", keys(ctrl('x'), 'a', ctrl('z'), 'b')},
	{"Ctrl-C and Ctrl-D do, and are keys", "\x1b]a\x03\x1bPb\x04x", keys(ctrl('c'), ctrl('d'), 'x')},
	{"another sequence ends one", "\x1b]11;\x1b[A\x1bP\x1bOB\x1b_\u009bC\x1b]a\x1b]b\ax", keys(keyUp, keyDown, keyRight, 'x')},
	{"a paste ends one", "\x1b]11;\x1b[200~a\x1b[201~", keys("a")},
	{"Alt-] of a person", "\x1b]" + pause + "hello", keys('h', 'e', 'l', 'l', 'o')},
	{"and a key at once behind it", "\x1b]h" + pause + "ello", keys('h', 'e', 'l', 'l', 'o')},
	{"and some keys behind it", "\x1b]he" + pause + "llo", keys('l', 'l', 'o')},
	{"Alt-[, Alt-O, Alt-P", "\x1b[" + pause + "hi\x1bO" + pause + "hi\x1bP" + pause + "hi", keys('h', 'i', 'h', 'i', 'h', 'i')},
	{"half an arrow", "\x1b[1;5" + pause + "D", keys('D')},
	{"half an answer", "\x1b]11;rgb:1e1e" + pause + "x", keys('x')},
	{"half an answer, before its very end", "\x1b]11;rgb:1e1e\x1b" + pause + "\\x", keys(alt('\\'), 'x')},
	{"Escape, and then words", "\x1b" + pause + "Please\x1b" + pause + "]\x1b" + pause + "[A", keys(alt('P'), 'l', 'e', 'a', 's', 'e', alt(']'), alt('['), 'A')},
	{"Escape is Alt as long as it takes", "\x1b" + pause + "b", keys(alt('b'))},
	{"and before an arrow", "\x1b" + pause + "\x1b[D", keys(alt(keyLeft))},
	{"half a character", "\xe4\xbd" + pause + "\xa0", keys('\u4f60')},

	// pastes
	{"a paste", "a\x1b[200~one two\x1b[201~" + pause + "b", keys('a', "one two", 'b')},
	{"an empty paste", "\x1b[200~\x1b[201~" + pause + "b", keys("", 'b')},
	{"a paste of line ends", "\x1b[200~a\rb\r\nc\n\x1b[201~" + pause + "\n", keys("a\rb\r\nc\n", '\n')},
	{"a paste with an end that is none", "\x1b[200~a\x1b[201b\x1b[201~" + pause + "c", keys("a\x1b[201b", 'c')},
	{"a paste with half an end before its end", "\x1b[200~a\x1b[20\x1b[201~" + pause + "c", keys("a\x1b[20", 'c')},
	{"a paste with sequences and a begin", "\x1b[200~\x1b[A\x1b[200~\x03\x1b[201~" + pause + "c", keys("\x1b[A\x1b[200~\x03", 'c')},
	{"a paste with bytes that are not UTF-8", "\x1b[200~\xff\xe4\x1b[201~" + pause + "c", keys("\xff\xe4", 'c')},
	{"two pastes", "\x1b[200~a\x1b[201~" + pause + "\x1b[200~b\x1b[201~", keys("a", "b")},
	{"a paste after Escape", "\x1b\x1b[200~a\x1b[201~" + pause + "b", keys("a", 'b')},
	{"a paste of C1", "\u009b200~a\u009b201~" + pause + "b", keys("a", 'b')},
	{"a paste that is cut off", "\x1b[200~a\rb" + pause, keys("a\rb")},
	{"and then keys", "\x1b[200~a\rb" + pause + "\x03" + pause + "c", keys("a\rb", ctrl('c'), 'c')},
	{"and then the rest of it", "\x1b[200~a\rb" + pause + "c\r\x1b[201~\r" + pause + "d", keys("a\rbc\r\r", 'd')},
	{"the end of a paste in its middle", "\x1b[200~a\x1b[201~\r/quit\r\x1b[201~" + pause + "b", keys("a\r/quit\r", 'b')},
	{"and without another", "\x1b[200~a\x1b[201~\r/quit\r\x03\x04" + pause + "b", keys("a\r/quit\r\x03\x04", 'b')},
	{"and an end of C1", "\x1b[200~a\u009b201~\r/quit\r\x1b[201~" + pause + "b", keys("a\r/quit\r", 'b')},
	{"two pastes at once", "\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~" + pause + "c", []typedKey{{key: key{name: keyUnknown}}, {key: key{name: keyPaste}, pasted: "ab"}, {key: key{name: 'c'}}}},
	{"a paste that does not end", "\x1b[200~abc\r\x03", keys(keyUnknown)},
}

func TestBytesBecomeKeys(t *testing.T) {
	for _, tt := range sequences {
		t.Run(tt.name, func(t *testing.T) {
			whole := func(part []byte) [][]byte { return [][]byte{part} }
			if got := decodedWith(tt.bytes, whole); !slices.Equal(got, tt.want) {
				t.Fatalf("%q is %v, want %v", tt.bytes, got, tt.want)
			}
			bytewise := func(part []byte) [][]byte { return slices.Collect(slices.Chunk(part, 1)) }
			if got := decodedWith(tt.bytes, bytewise); !slices.Equal(got, tt.want) {
				t.Errorf("byte by byte it is %v, want %v", got, tt.want)
			}
			for i := range min(1000, len(tt.bytes)) {
				inTwo := func(part []byte) [][]byte {
					at := min(i, len(part))
					return [][]byte{part[:at], part[at:]}
				}
				if got := decodedWith(tt.bytes, inTwo); !slices.Equal(got, tt.want) {
					t.Errorf("cut in two at %d it is %v, want %v", i, got, tt.want)
				}
			}
		})
	}
}

func TestAllSequencesInARow(t *testing.T) {
	var data strings.Builder
	var want []typedKey
	for _, tt := range sequences[:len(sequences)-1] { // the last is a paste without an end
		data.WriteString(tt.bytes)
		data.WriteString(pause + "." + pause)
		want = append(append(want, tt.want...), keys('.')...)
	}
	got := decodedWith(data.String(), func(part []byte) [][]byte { return [][]byte{part} })
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("key %d is %v, want %v", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d keys, want %d", len(got), len(want))
	}
}

func TestThreat45_WhatHasNoEndTakesNoMemory(t *testing.T) {
	for _, tt := range []struct{ name, begin, more string }{
		{"a sequence", "\x1b[", "1;"},
		{"the shorter kind", "\x1bO", "1;"},
		{"escapes", "", "\x1b"},
		{"a string", "\x1b]", "text"},
		{"a string that would be kept", "\x1bP>|", "text"},
		{"a string of strings", "", "\x1bP\x1b_"},
		{"clicks", "", "\x1b[M"},
		{"a paste", "\x1b[200~", "text\x1b[201"},
		{"a paste of ends that are none", "\x1b[200~", "~"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var d decoder
			d.all([]byte(tt.begin))
			more := []byte(strings.Repeat(tt.more, 1000))
			for range 100 {
				if got := d.all(more); len(got) != 0 {
					t.Fatalf("%d keys, %v first", len(got), got[0])
				}
			}
			if cap(d.partial) > 2*maxSequence {
				t.Errorf("%d bytes of a sequence are kept", cap(d.partial))
			}
			if len(d.pasted) > maxPaste || cap(d.pasted) > 2*maxPaste {
				t.Errorf("%d bytes of a paste are kept, in %d", len(d.pasted), cap(d.pasted))
			}
		})
	}
}

func TestALongSequenceIsSkippedToItsEnd(t *testing.T) {
	for n := range 100 {
		if got, want := decoded([]byte("\x1b["+strings.Repeat("1", n)+";5~x")), keys(keyUnknown, 'x'); n > 1 && !slices.Equal(got, want) {
			t.Errorf("of %d digits: %v", n, got)
		}
	}
	// What is left of it is no key by chance.
	if got, want := decoded([]byte("\x1b["+strings.Repeat("1;", 100)+"3A.")), keys(keyUnknown, '.'); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAPasteIsCountedToItsEnd(t *testing.T) {
	for _, n := range []int{maxPaste - 7, maxPaste - 6, maxPaste - 1, maxPaste, maxPaste + 1, maxPaste + 5, maxPaste + 6, 3 * maxPaste} {
		text := strings.Repeat("0123456789", n/10+1)[:n]
		for _, size := range []int{1, 4096, 1 << 20} {
			got := decodedWith(pasteBegin+text+pasteEnd+pause+"x", func(part []byte) [][]byte {
				return slices.Collect(slices.Chunk(part, size))
			})
			want := keys(text[:min(n, maxPaste)], 'x')
			want[1].overflow = max(0, n-maxPaste)
			if !slices.Equal(got, want) {
				t.Errorf("of %d bytes, in pieces of %d: %d keys, %d bytes and %d more", n, size, len(got), len(got[1].pasted), got[1].overflow)
			}
		}
	}
}

// Bytes that are not UTF-8 cost as much as others: nothing is copied for them.
func TestInvalidBytesAllocateNothing(t *testing.T) {
	var d decoder
	data := []byte(strings.Repeat("\xe4a\xf0\x9f", 1000))
	d.all([]byte("\x1b[A")) // makes room
	if n := testing.AllocsPerRun(5, func() {
		for rest, ok := data, true; ok; {
			_, rest, ok = d.next(rest)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

package lineedit

import (
	"slices"
	"testing"
)

// What comes as a number does what the same key does else. Nothing comes of a release, nor
// of a key that is only held.
func TestCodedKeys(t *testing.T) {
	for _, tt := range []struct {
		name, bytes string
		want        []typedKey
	}{
		{"letters", "\x1b[97u\x1b[97;1u\x1b[97;1:1u\x1b[233u\x1b[20320u", keys('a', 'a', 'a', 'é', '你')},
		{"letters with Shift", "\x1b[97;2u\x1b[97:65;2u\x1b[233;2u\x1b[1092;2u", keys('A', 'A', 'É', 'Ф')},
		{"letters with CapsLock", "\x1b[97;65u\x1b[97;66u\x1b[97:65;66u\x1b[49;65u", keys('A', 'a', 'a', '1')},
		{"NumLock does nothing to letters", "\x1b[97;129u\x1b[97;130u\x1b[99;133u", keys('a', 'A', ctrl('c'))},
		{"signs with Shift, where the terminal tells", "\x1b[49:33;2u\x1b[47:63;2u", keys('!', '?')},
		{"text", "\x1b[97;;97u\x1b[97:65;2;65u\x1b[0;;229u\x1b[57404;129;53u", keys('a', 'A', 'å', '5')},
		{"text of several", "\x1b[0;;20320:22909u\x1b[97;;97:769u",
			[]typedKey{{key: key{name: keyPaste}, pasted: "你好"}, {key: key{name: keyPaste}, pasted: "a\u0301"}}},
		{"text with none that is one", "\x1b[0;;13u\x1b[0;;27:3ux", keys(keyUnknown, keyUnknown, 'x')},
		{"Ctrl and letters", "\x1b[99;5u\x1b[100;5u\x1b[97;5u\x1b[101;5u", keys(ctrl('c'), ctrl('d'), ctrl('a'), ctrl('e'))},
		{"with Shift too", "\x1b[99;6u\x1b[99:67;6u", keys(ctrl('c'), ctrl('c'))},
		{"on a keyboard of another script", "\x1b[1089::99;5u\x1b[1074::100;3u\x1b[1089:1057:99;6u\x1b[1089;5u", keys(ctrl('c'), alt('d'), ctrl('c'), keyUnknown)},
		{"Ctrl and signs", "\x1b[32;5u\x1b[91;5u\x1b[51;5u\x1b[96;5u\x1b[126;5u\x1b[95;5u", keys(rune(0), keyUnknown, keyUnknown, keyUnknown, keyUnknown, ctrl('_'))},
		{"Ctrl-I, Ctrl-M and Ctrl-J are what they are else", "\x1b[105;5u\x1b[109;5u.\x1b[106;5u", keys('\t', rune(enter), '.', '\n')},
		{"Alt and letters", "\x1b[98;3u\x1b[102;3u\x1b[100;3u", keys(alt('b'), alt('f'), alt('d'))},
		{"Ctrl-Alt", "\x1b[104;7u\x1b[127;7u", keys(alt(ctrl('h')), alt(ctrl('h')))},
		{"Enter", "\x1b[13u\x1b[13;1u\x1b[13;5u\x1b[13;129u", keys(rune(enter), rune(enter), rune(enter), rune(enter))},
		{"Shift-Enter and Alt-Enter", "\x1b[13;2u\x1b[13;3u\x1b[13;4u\x1b[13;6u\x1b[13;130u", keys(alt(enter), alt(enter), alt(enter), alt(enter), alt(enter))},
		{"Tab and Shift-Tab", "\x1b[9u\x1b[9;2u\x1b[9;5u", keys('\t', keyBackTab, '\t')},
		{"Backspace", "\x1b[127u\x1b[127;2u\x1b[127;5u\x1b[127;3u", keys(rune(backspace), rune(backspace), ctrl('h'), alt(backspace))},
		{"Escape does nothing", "\x1b[27ub\x1b[27;3ub", keys(keyUnknown, 'b', keyUnknown, 'b')},
		{"Super, Hyper and Meta do nothing", "\x1b[100;9u\x1b[100;17u\x1b[100;33ux", keys(keyUnknown, keyUnknown, keyUnknown, 'x')},
		{"the number pad", "\x1b[57399u\x1b[57408u\x1b[57409u\x1b[57413u\x1b[57414u\x1b[57414;2u", keys('0', '9', '.', '+', rune(enter), alt(enter))},
		{"and without NumLock", "\x1b[57417u\x1b[57418;5u\x1b[57419u\x1b[57420u\x1b[57423u\x1b[57424u\x1b[57426u\x1b[57427~", keys(keyLeft, alt(keyRight), keyUp, keyDown, keyHome, keyEnd, keyDelete, keyUnknown)},
		{"F13 and others of kitty", "\x1b[57376u\x1b[57361u\x1b[57440u\x1b[57344u\x1b[63743ux", keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
		{"keys that are held", "\x1b[57441;2u\x1b[57442;5u\x1b[57443;3:1u\x1b[57358u\x1b[57360ux", keys('x')},
		{"releases", "\x1b[97;1:3u\x1b[13;1:3u\x1b[99;5:3u\x1b[1;1:3A\x1b[3;1:3~\x1b[57442;1:3u\x1b[27;5:3;99~x", keys('x')},
		{"repeats", "\x1b[97;1:2u\x1b[1;1:2D\x1b[3;1:2~", keys('a', keyLeft, keyDelete)},
		{"arrows", "\x1b[1;1:1A\x1b[1;5:1D\x1b[1;3:2C\x1b[1;129D", keys(keyUp, alt(keyLeft), alt(keyRight), keyLeft)},
		{"modifyOtherKeys", "\x1b[27;5;99~\x1b[27;2;65~\x1b[27;2;33~\x1b[27;1;97~\x1b[27;3;98~", keys(ctrl('c'), 'A', '!', 'a', alt('b'))},
		{"and Enter, Tab, Backspace", "\x1b[27;5;13~\x1b[27;2;13~\x1b[27;3;13~\x1b[27;2;9~\x1b[27;5;9~\x1b[27;2;127~\x1b[27;5;127~", keys(rune(enter), alt(enter), alt(enter), keyBackTab, '\t', rune(backspace), ctrl('h'))},
		{"Backspace, as BS", "\x1b[8u\x1b[27;1;8~\x1b[27;2;8~\x1b[27;5;8~\x1b[27;6;8~\x1b[27;3;8~\x1b[8;3u\x1b[8;5u", keys(rune(backspace), rune(backspace), rune(backspace), ctrl('h'), ctrl('h'), alt(backspace), alt(backspace), ctrl('h'))},
		{"what is no character", "\x1b[55296u\x1b[57343u\x1b[55296;2u\x1b[55296;3u\x1b[55296;5u\x1b[27;1;55296~\x1b[27;2;57343~\x1b[1114112u\x1b[27;1;1114112~\x1b[0;;55296ux",
			keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
		{"in the place of another", "\x1b[97:55296;2u\x1b[0;;97:55296u\x1b[1089::55296;5u", keys('A', 'a', keyUnknown)},
		{"with an escape before", "\x1b\x1b[98u\x1b\x1b[27;1;98~", keys(alt('b'), alt('b'))},
		{"of C1", "\u009b99;5u", keys(ctrl('c'))},
		{"with no code, or none there is", "\x1b[u\x1b[;5u\x1b[0u\x1b[3u\x1b[31u\x1b[1114112u\x1b[99999999999u\x1b[27;2~\x1b[27~x", keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
		{"with a wrong sign of Shift", "\x1b[97:13;2u\x1b[97:3;2u", keys('A', 'A')},
		{"answers to what programs ask", "\x1b[?0u\x1b[?31u\x1b[>4;2mx", keys('x')},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := decoded([]byte(tt.bytes)); !slices.Equal(got, tt.want) {
				t.Fatalf("%q is %v, want %v", tt.bytes, got, tt.want)
			}
			if got := decoded(slices.Collect(slices.Chunk([]byte(tt.bytes), 1))...); !slices.Equal(got, tt.want) {
				t.Errorf("byte by byte it is %v, want %v", got, tt.want)
			}
		})
	}
}

// Releases are between the keys, and keys that are held come before them: what two keys do
// one after the other they do with these between them.
func TestCodedKeysOneAfterTheOther(t *testing.T) {
	const held, released = "\x1b[57442;5:1u", "\x1b[99;5:3u\x1b[57442;1:3u"
	for _, tt := range []struct{ name, line, keys, want string }{
		{"Ctrl-W twice is put back at once", "one two|", held + "\x1b[119;5u" + released + held + "\x1b[119;5u" + released + "\x19", "one two|"},
		{"words", "|", "\x1b[104;2u\x1b[104;1:3u\x1b[105u\x1b[32u\x1b[49:33;2u", "Hi !|"},
		{"lines", "|", "a\x1b[13;2u\x1b[13;2:3ub\x1b[27;2;13~c", "a\nb\nc|"},
		{"of an input method", "|", "\x1b[0;;20320:22909u!", "你好!|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := newEditor(Options{})
			at(e, tt.line)
			press(e, tt.keys)
			if got := shown(e); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	e := newEditor(Options{})
	got := press(e, held+"\x1b[99;5:1u"+released+held+"\x1b[99;5:1u"+released)
	if len(got) != 2 || got[0].Kind != Interrupted || got[1].Kind != Left {
		t.Errorf("Ctrl-C twice: %v", got)
	}
}

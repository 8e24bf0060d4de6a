package lineedit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// typedKey is a key, and what was pasted if it is a paste.
type typedKey struct {
	key
	pasted   string
	overflow int
}

// decoded are the keys of pieces.
func decoded(pieces ...[]byte) []typedKey {
	var d decoder
	var all []typedKey
	for _, p := range pieces {
		all = append(all, d.all(p)...)
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
		if k.name == keyPaste {
			t.pasted, t.overflow = d.takePaste()
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
	{"arrows with no modifier that there is", "\x1b[1;1C\x1b[1;0C\x1b[1;C\x1b[1;99C", keys(keyRight, keyRight, keyRight, keyRight)},
	{"arrows with Ctrl, of old ones", "\x1b[5C\x1bO5C\x1bO5D\x1bO1;5D", keys(keyRight, alt(keyRight), alt(keyLeft), alt(keyLeft))},
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
	{"keys of rxvt with Ctrl", "\x1bOa\x1bOd\x1b[3^\x1b[cx", keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
	{"focus", "\x1b[I\x1b[Ox", keys(keyUnknown, keyUnknown, 'x')},
	{"a click", "\x1b[<0;10;20M\x1b[<0;10;20mx", keys(keyUnknown, keyUnknown, 'x')},
	{"a click of urxvt", "\x1b[M", keys(keyUnknown)},
	{"answers of a terminal", "\x1b[?1;2c\x1b[>0;276;0c\x1b[12;40R\x1b[?2026;2$yx", keys(keyUnknown, keyUnknown, keyUnknown, keyUnknown, 'x')},
	{"keys of kitty", "\x1b[97;5u\x1b[27;5;13~x", keys(keyUnknown, keyUnknown, 'x')},
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

	// pastes
	{"a paste", "a\x1b[200~one two\x1b[201~b", keys('a', "one two", 'b')},
	{"an empty paste", "\x1b[200~\x1b[201~b", keys("", 'b')},
	{"a paste of line ends", "\x1b[200~a\rb\r\nc\n\x1b[201~\n", keys("a\rb\r\nc\n", '\n')},
	{"a paste with an end that is none", "\x1b[200~a\x1b[201b\x1b[201~c", keys("a\x1b[201b", 'c')},
	{"a paste with half an end before its end", "\x1b[200~a\x1b[20\x1b[201~c", keys("a\x1b[20", 'c')},
	{"a paste with sequences and a begin", "\x1b[200~\x1b[A\x1b[200~\x03\x1b[201~c", keys("\x1b[A\x1b[200~\x03", 'c')},
	{"a paste with bytes that are not UTF-8", "\x1b[200~\xff\xe4\x1b[201~c", keys("\xff\xe4", 'c')},
	{"two pastes", "\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~", keys("a", "b")},
	{"a paste after Escape", "\x1b\x1b[200~a\x1b[201~b", keys("a", 'b')},
	{"a paste that does not end", "\x1b[200~abc\r\x03", keys(keyUnknown)},
}

func TestBytesBecomeKeys(t *testing.T) {
	for _, tt := range sequences {
		t.Run(tt.name, func(t *testing.T) {
			data := []byte(tt.bytes)
			if got := decoded(data); !slices.Equal(got, tt.want) {
				t.Fatalf("%q is %v, want %v", tt.bytes, got, tt.want)
			}
			if got := decoded(slices.Collect(slices.Chunk(data, 1))...); !slices.Equal(got, tt.want) {
				t.Errorf("byte by byte it is %v, want %v", got, tt.want)
			}
			for i := range data {
				if got := decoded(data[:i], data[i:]); !slices.Equal(got, tt.want) {
					t.Errorf("cut in two at %d it is %v, want %v", i, got, tt.want)
				}
			}
			if string(data) != tt.bytes {
				t.Errorf("decoding changed the data to %q", data)
			}
		})
	}
}

func TestAllSequencesInARow(t *testing.T) {
	var data strings.Builder
	var want []typedKey
	for _, tt := range sequences[:len(sequences)-1] { // the last is a paste without an end
		data.WriteString(tt.bytes)
		data.WriteString(".")
		want = append(append(want, tt.want...), keys('.')...)
	}
	got := decoded([]byte(data.String()))
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("key %d is %v, want %v", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d keys, want %d", len(got), len(want))
	}
}

func TestWhatHasNoEndTakesNoMemory(t *testing.T) {
	for _, tt := range []struct{ name, begin, more string }{
		{"a sequence", "\x1b[", "1;"},
		{"the shorter kind", "\x1bO", "1;"},
		{"escapes", "", "\x1b"},
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
			got := decoded(slices.Collect(slices.Chunk([]byte(pasteBegin+text+pasteEnd+"x"), size))...)
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

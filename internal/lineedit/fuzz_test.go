package lineedit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Any bytes in any pieces, with messages and resizes in between: nothing breaks,
// and the screen is as if it had been drawn at once. how says what happens: each of
// its bytes takes some of keys, and does something behind them.
func FuzzEditor(f *testing.F) {
	for _, s := range sequences {
		f.Add([]byte("ab\x1b[D"+s.bytes), []byte{2, 0x83, 1, 0x42, 0xc7})
	}
	for _, p := range pieces {
		f.Add([]byte("one "+p+" two "+p), []byte{0x41, 3, 0x83, 0x45})
	}
	for _, s := range scripts {
		f.Add([]byte(strings.Repeat(s.text, 12)+"\x01x\x1b[C\x7f\x1b[3~"), []byte{0x43, 0x84, 0x3f, 0xc5, 0x3f})
	}
	f.Add([]byte("hello\rold \x12he\x12\x07\x10\x0e\tan\t\t\x1b[Z\x0c"), []byte{0xff, 0x40, 0x80, 0xc1})
	f.Add([]byte(pasted("a\r\nb\rc\nd")+"\x1b[A\x15\x19\x0b\x14"), []byte{0x7f, 0x83, 0xc1, 0x45})
	f.Add([]byte("\u200d\u0301\x01"+strings.Repeat("x", 90)), []byte{0xc0, 0xd0, 0xbf, 0x7f})
	f.Fuzz(func(t *testing.T, keys, how []byte) {
		if len(keys) > 2000 || len(how) > 60 {
			return // each is drawn often
		}
		const height = 2000 // nothing scrolls away
		m := newEmulator(t, 40, height, names("ann", "anna", "你好", "e\u0301a"))
		m.Resize(40, 24)
		m.print("")
		printed := ""
		for i, b := range append(how, 0xff) {
			n := min(int(b&0x3f), len(keys))
			if i == len(how) {
				n = len(keys)
			}
			for data := keys[:n]; len(data) > 0; {
				_, data = m.Type(data)
			}
			keys = keys[n:]
			check(t, m.Editor)
			text := ""
			switch b >> 6 {
			case 1:
				text = fmt.Sprintf("bob: %d\r\n", i)
			case 2:
				if !m.steady() {
					break // terminals do not agree how they wrap it again
				}
				width := 20 + int(b&0x3f)*8
				m.sheet().resize(width, height)
				m.Resize(width, 24)
			case 3:
				text = strings.Repeat("bob: a longer line ", 5) + "\r\n"
			}
			if m.clearing {
				printed = ""
			}
			printed += m.wrapped(text)
			m.print(text) // fails where it sends what it must not
			inside(t, m.terminal.(*screen).shown, m.options.Width)
			if m.Stale() {
				t.Fatal("there is something to do after Render")
			}
		}
		same(t, "", m.device, m.fresh(newSheet(t, m.options.Width, height), printed))

		m.draw(string(m.Leave(nil)))
		m.SetPlain(true)
		if out := string(m.Render(nil, []byte("bob: hi\r\n"))); strings.ContainsRune(out, escape) {
			t.Fatalf("plain sends %q", out)
		}
	})
}

// steady tells whether all that is shown takes the same cells in every terminal.
func (m *emulator) steady() bool {
	for _, r := range m.terminal.(*screen).shown.rows {
		if slices.ContainsFunc(r.cells, func(c cell) bool { return c.uncertain() }) {
			return false
		}
	}
	return true
}

// However bytes are cut into pieces: the keys are the same, and what is kept is
// bounded.
func FuzzDecoder(f *testing.F) {
	var all strings.Builder
	for _, s := range sequences {
		f.Add([]byte(s.bytes), []byte{1, 2, 3})
		all.WriteString(s.bytes)
	}
	f.Add([]byte(all.String()), []byte{7, 1, 200, 3})
	f.Add([]byte("\x1b\xe4\x1b[1;\x1b[200~\x1b[201\x1b[201~\r\n"), []byte{1})
	f.Fuzz(func(t *testing.T, data, cuts []byte) {
		want := decoded(data)
		var d decoder
		var got []typedKey
		for rest := data; len(rest) > 0; {
			n := len(rest)
			if len(cuts) > 0 {
				n, cuts = min(int(cuts[0])+1, n), cuts[1:]
			}
			got = append(got, d.all(rest[:n])...)
			rest = rest[n:]
			if len(d.partial) > maxSequence || len(d.pasted) > maxPaste {
				t.Fatalf("%d bytes of a sequence and %d of a paste are kept", len(d.partial), len(d.pasted))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("in pieces %v, at once %v", got, want)
		}
		if bytewise := decoded(slices.Collect(slices.Chunk(data, 1))...); !slices.Equal(bytewise, want) {
			t.Fatalf("byte by byte %v, at once %v", bytewise, want)
		}
	})
}

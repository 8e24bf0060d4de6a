package lineedit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// Any bytes in any pieces, with messages and resizes in between: nothing breaks,
// and the screen is as if it had been drawn at once. how says what happens: each of
// its bytes takes some of keys, and does something after them.
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

// However bytes are cut into pieces, with pauses or not: what is kept is bounded. Without
// pauses the keys are the same, and with a pause at the end nothing is waited for.
func FuzzDecoder(f *testing.F) {
	var all strings.Builder
	for _, s := range sequences {
		text := strings.ReplaceAll(s.bytes, pause, "")
		f.Add([]byte(text[:min(len(text), 500)]), []byte{1, 2, 3})
		all.WriteString(text[:min(len(text), 500)])
	}
	f.Add([]byte(all.String()), []byte{7, 1, 200, 3})
	f.Add([]byte("\x1b\xe4\x1b[1;\x1b[200~\x1b[201\x1b[201~\r\n"), []byte{1})
	f.Add([]byte("\x1b[200~a\x1b[201~\rb\x1b[201~\rc"), []byte{12, 128, 3, 7})
	f.Add([]byte("\x1bX0\x1b"), []byte{1, 20})
	f.Add([]byte("\x1b]11;rgb:1\ax\x1b]hello\r\x1bP1$\x1b/Zx"), []byte{1, 30, 30, 60, 30, 90, 30, 30, 30, 30})
	f.Fuzz(func(t *testing.T, data, cuts []byte) {
		once := func(part []byte) [][]byte { return [][]byte{part} }
		bytes := func(part []byte) [][]byte { return slices.Collect(slices.Chunk(part, 1)) }
		text := strings.ReplaceAll(string(data), pause, "") + pause
		data = []byte(strings.TrimSuffix(text, pause))
		want := decodedWith(text, once)
		if bytewise := decodedWith(text, bytes); !slices.Equal(bytewise, want) {
			t.Fatalf("byte by byte %v, at once %v", bytewise, want)
		}
		var d, paused decoder
		var got []typedKey
		for rest := data; len(rest) > 0; {
			n := len(rest)
			if len(cuts) > 0 {
				n = min(int(cuts[0]&0x7f)+1, n)
				paused.wait(time.Duration(cuts[0]) * 5 * time.Millisecond)
				if cuts[0] >= 0x80 {
					paused.rest()
				}
				cuts = cuts[1:]
			}
			got = joined(got, d.all(rest[:n]))
			paused.all(rest[:n])
			rest = rest[n:]
			d.bounded(t)
			paused.bounded(t)
		}
		if got = d.settled(got); !slices.Equal(got, want) {
			t.Fatalf("in pieces %v, at once %v", got, want)
		}
		// A paste is cut off, what is held is keys, and a sequence has ended: x is a key.
		paused.settled(nil)
		paused.wait(keyPatience)
		got = paused.settled(paused.all([]byte("x")))
		if n := len(got); n == 0 || got[n-1].name != 'x' {
			t.Fatalf("after a pause, x is %v", got)
		}
	})
}

// bounded fails where d keeps more than it may.
func (d *decoder) bounded(t *testing.T) {
	t.Helper()
	if len(d.partial) > maxSequence || len(d.pasted) > maxPaste {
		t.Fatalf("%d bytes of a sequence and %d of a paste are kept", len(d.partial), len(d.pasted))
	}
}

package tutorial

import (
	"bytes"
	"testing"
)

// feed gives text to a new buffer in pieces of the size and returns the lines, "!" for a line too long.
func feed(text []byte, size int) (lines []string) {
	var b lineBuffer
	for len(text) > 0 {
		packet := text[:min(size, len(text))]
		text = text[len(packet):]
		for len(packet) > 0 {
			piece, rest, ended := bytes.Cut(packet, []byte("\n"))
			packet = rest
			line, whole, err := b.add(piece, ended)
			if err != nil {
				lines = append(lines, "!")
			}
			if whole {
				lines = append(lines, "="+string(line))
			}
		}
		if cap(b.held) > 4*maxLine {
			panic("the buffer grows")
		}
	}
	return lines
}

// naive does the same with everything in memory.
func naive(text []byte) (lines []string) {
	for len(text) > 0 {
		line, rest, ended := bytes.Cut(text, []byte("\n"))
		text = rest
		short := bytes.TrimSuffix(line, []byte("\r"))
		switch {
		case len(short) > maxLine:
			lines = append(lines, "!")
		case ended:
			lines = append(lines, "="+string(short))
		}
	}
	return lines
}

func FuzzLineBuffer(f *testing.F) {
	a := bytes.Repeat([]byte("a"), maxLine)
	for _, end := range []string{"", "\n", "\r\n", "\r", "\r\r\n", "a\n", "a\r\n", "\ra\nb\n"} {
		f.Add(append(a[:maxLine:maxLine], end...), uint16(4096))
		f.Add([]byte("x"+end+"y"+end), uint16(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, size uint16) {
		got, want := feed(text, int(size)+1), naive(text)
		if len(got) != len(want) {
			t.Fatalf("%d lines, want %d", len(got), len(want))
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("line %d is %q, want %q", i, got[i], want[i])
			}
		}
	})
}

package proto

import (
	"bytes"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Backspace and Delete erase the character before them. Clients that send each key as it is
// typed leave that to the server.
const (
	Backspace = '\b'
	Delete    = '\x7f'
)

const erasers = string(Backspace) + string(Delete)

// EraseCost is how many bytes are looked at to erase a character, unless the character
// itself is longer than half of that.
const EraseCost = 64

// Erasures counts the characters in data that erase another.
func Erasures(data []byte) int {
	return bytes.Count(data, []byte{Backspace}) + bytes.Count(data, []byte{Delete})
}

// erases tells whether a character in data erases another.
func erases(data []byte) bool {
	return bytes.IndexByte(data, Backspace) >= 0 || bytes.IndexByte(data, Delete) >= 0
}

// lastCharacter returns where the last character of line begins, as people see characters
// (UAX #29). It looks at the last EraseCost bytes. It looks at more only if the character is
// longer than half of these, so that the cost of a flood is linear in what it sends. The
// price: after a row of flags longer than that, half a flag is taken for a whole one.
func lastCharacter(line []byte) int {
	n := len(line)
	if n == 0 || line[n-1] < utf8.RuneSelf && (n == 1 || line[n-2] < utf8.RuneSelf) {
		return max(0, n-1)
	}
	if r, size := utf8.DecodeLastRune(line); r == utf8.RuneError && size == 1 {
		return n - invalid(line)
	}
	for window := EraseCost; ; window *= 2 {
		begin := max(0, n-window)
		from := begin + valid(line[begin:])
		last := from
		for chars := graphemes.FromBytes(line[from:]); chars.Next(); {
			last = from + chars.Start()
		}
		if begin == 0 || last-begin >= window/2 {
			return last
		}
	}
}

// valid returns the position from which text is UTF-8.
func valid(text []byte) (from int) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if i += size; r == utf8.RuneError && size == 1 {
			from = i
		}
	}
	return from
}

// invalid returns the length of what is not UTF-8 at the end of line: the beginning of a
// character that was cut off, or one byte.
func invalid(line []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(line); n++ {
		if last := line[len(line)-n:]; utf8.RuneStart(last[0]) && !utf8.FullRune(last) {
			return n
		}
	}
	return 1
}

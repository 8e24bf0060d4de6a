package lineedit

import (
	"bytes"
	"strings"
	"time"
)

const (
	// maxPaste is how much of one paste is kept, in bytes.
	maxPaste = 16 << 10
	// pastePatience is how long a paste may go on without input before it has ended
	// without its end: a network that loses everything for 3 s is not the end.
	pastePatience = 5 * time.Second
	// keysPatience is how long nothing follows what follows a paste, until that is known to
	// be keys: see [stage].
	keysPatience = 200 * time.Millisecond
	// maxHold is how long keys are held in all, for a person who types on without such a
	// pause: maxHeldKeys bytes at most. A key that is held down repeats 30 times a second, and
	// has 8 bytes at most. What is more comes of no keyboard.
	maxHold     = time.Second
	maxHeldKeys = 256
)

// The ends of a paste: with ESC [, and with the one character of UTF-8 that is the same.
const (
	pasteEnd   = "\x1b[201~"
	pasteEndC1 = "\u009b201~"
)

// stage is how far a paste is.
//
// What is pasted may have an end in the middle, and after it lines that must not be
// carried out. Few terminals let it through. But each sends the true end after it, and
// all of a paste at once. So what comes in one piece with an end is pasted. What comes
// in further pieces (a terminal, ssh and the network cut it where they like) is held
// until it is clear what it is: pasted, where another end follows; keys, where nothing
// follows for keysPatience. Keys are held for maxHold in all: a person who presses Enter
// right after a paste sees it sent 0.2 s later at most, and one who types on sees their
// keys, and Ctrl-C do its work, after 1 s.
type stage uint8

const (
	notPasting stage = iota
	inPaste
	ended // and more of the piece that has the end may come
	held  // what came since is held
)

// pasting is a paste that is being read.
type pasting struct {
	stage     stage
	continued bool          // some of it is in the line already
	enter     bool          // a line end came in one piece with its end, after it
	pasted    []byte        // maxPaste bytes at most; or what comes otherwise and is no key
	heldFor   time.Duration // since the first byte that is held
	overflow  int           // how many bytes were more than that
}

// paste takes all of data as pasted. It reports whether there is something for the
// line.
func (d *decoder) paste(data []byte) bool {
	for _, b := range data {
		d.keep(b)
		d.enter = d.enter || d.stage == ended && (b == '\r' || b == '\n')
		switch {
		case b != '~' || len(d.partial) < len(pasteEnd):
		case string(d.partial) == pasteEnd, string(d.partial) == pasteEndC1:
			d.marked(ended)
		case d.stage != inPaste && string(d.partial) == pasteBegin:
			d.marked(inPaste)
		}
	}
	return d.stage == ended
}

// marked is called after a mark of a paste, all of which partial has.
func (d *decoder) marked(s stage) {
	d.unkeep(len(d.partial))
	d.partial = d.partial[:0]
	d.stage, d.enter, d.heldFor = s, false, 0
}

// pause is told that what comes next did not come with what came before, and how long there
// was nothing between the two.
func (d *decoder) pause(nothing time.Duration) {
	switch {
	case d.stage == ended:
		d.stage = held
	case d.stage == held && len(d.pasted) > 0:
		d.heldFor += nothing
	}
}

// patience returns how long to wait for input before idle is told that there is none;
// 0 where it has nothing to do then.
func (d *decoder) patience() time.Duration {
	switch {
	case d.stage == inPaste:
		return pastePatience
	case d.stage == held && len(d.pasted) > 0 && len(d.pasted) <= maxHeldKeys:
		return min(keysPatience, max(1, maxHold-d.heldFor))
	case d.stage == ended, d.stage == held && len(d.pasted) > 0:
		return keysPatience
	case d.unclear():
		return keyPatience
	}
	return 0
}

// idle is told that nothing came for as long as patience said. It returns what is keys
// after all, or reports that there is something for the line: a paste that was cut off, or
// more than a person types. What comes after a paste that was cut off is held once more: it
// may be the rest of it, with its end.
func (d *decoder) idle() (keys []byte, pasted bool) {
	d.heldFor = 0
	if d.stage == inPaste || d.overflow > 0 {
		d.stage = held
		return nil, true
	}
	if d.unclear() {
		keys = bytes.Clone(d.partial)
		if d.last == escape {
			keys = append(keys, escape)
		}
		d.begin()
		return keys, false
	}
	keys, d.pasted = d.pasted, nil
	d.stage, d.continued = notPasting, false
	d.begin()
	return keys, false
}

// eof is told that nothing more will come. It returns what is keys then. A paste without an
// end is none.
func (d *decoder) eof() (keys []byte) {
	if d.stage != inPaste {
		keys, _ = d.idle()
	}
	return keys
}

// keep keeps one byte of a paste, and in partial the last few.
func (d *decoder) keep(b byte) {
	if len(d.pasted) < maxPaste {
		d.pasted = append(d.pasted, b)
	} else {
		d.overflow++
	}
	if len(d.partial) == len(pasteEnd) {
		d.partial = append(d.partial[:0], d.partial[1:]...)
	}
	d.partial = append(d.partial, b)
}

// unkeep takes the last n bytes of a paste back.
func (d *decoder) unkeep(n int) {
	beyond := min(n, d.overflow)
	d.overflow -= beyond
	d.pasted = d.pasted[:len(d.pasted)-(n-beyond)]
}

// takePaste returns what was pasted, and how many bytes of it were not kept. continues
// tells whether it continues what was taken before. What may be the start of an end is
// left.
func (d *decoder) takePaste() (text string, overflow int, continues bool) {
	var start []byte
	if d.stage != notPasting {
		start = startOfMark(d.partial)
	}
	d.unkeep(len(start))
	text, overflow, continues = string(d.pasted), d.overflow, d.continued
	d.pasted, d.overflow = bytes.Clone(start), 0
	d.continued = d.stage != notPasting
	return text, overflow, continues
}

// startOfMark is what at the end of p may be the start of what marks a paste.
func startOfMark(p []byte) []byte {
	for i := range p {
		for _, mark := range []string{pasteEnd, pasteEndC1, pasteBegin} {
			if strings.HasPrefix(mark, string(p[i:])) {
				return p[i:]
			}
		}
	}
	return nil
}

package style

import (
	"hash/fnv"
	"strconv"

	"parley/internal/safetext"
)

// palette are the colours of nicks, of the 256 that terminals share: those whose
// contrast (WCAG 2) is at least 3.9 with black and with white, for no program is
// told what a terminal's background is. No grey, and not the red of errors.
var palette = [...]uint8{131, 130, 64, 28, 29, 30, 31, 27, 62, 99, 97, 129, 133, 163, 161, 132}

// Colour is the SGR parameters for a nick. It stays with the identity, whatever
// its nick; with the nick of a guest.
func Colour(nick, identity string) string {
	of := identity
	if of == "" {
		of = safetext.Key(nick)
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(of)) // it cannot fail
	return "38;5;" + strconv.Itoa(int(palette[h.Sum32()%uint32(len(palette))]))
}

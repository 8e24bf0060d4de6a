package render

import (
	"hash/fnv"
	"strconv"
	"strings"

	"parley/chatcore"
	"parley/internal/safetext"
)

// palette are the colours of nicks, of the 256 that terminals share: those whose
// contrast (WCAG 2) is at least 3.9 with black and with white, for no program is
// told what a terminal's background is. No grey, and not the red of errors.
var palette = [...]uint8{131, 130, 64, 28, 29, 30, 31, 27, 62, 99, 97, 129, 133, 163, 161}

// Drawn is what is left of SGR parameters in this style: all, none, or those that
// are no colour.
func (s Style) Drawn(sgr string) string {
	switch {
	case s.Colour:
		return sgr
	case !s.Emphasis:
		return ""
	case sgr == red:
		return Bold
	}
	if rest, ok := strings.CutPrefix(sgr, indexed); ok {
		_, rest, _ = strings.Cut(rest, ";")
		return rest
	}
	return sgr
}

// indexed begins the parameters for one of the 256 colours.
const indexed = "38;5;"

// Colour is the SGR parameters for a nick. It stays with the identity, whatever
// its nick; with the nick of a guest.
func Colour(nick string, identity chatcore.Principal) string {
	of := identity.Key
	if of == "" {
		of = safetext.Key(nick)
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(of)) // it cannot fail
	return indexed + strconv.Itoa(int(palette[h.Sum32()%uint32(len(palette))]))
}

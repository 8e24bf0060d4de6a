package terminal

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a container has no database of its own
	"unicode"
)

var errZone = errors.New("no such time zone")

// zones holds the time zones in use, one for each name, because equal styles must have
// equal pointers. There are some 600 names, and 105 offsets.
var zones = struct {
	mu    sync.Mutex
	named map[string]*time.Location
}{named: map[string]*time.Location{"UTC": time.UTC}}

// findZone returns the zone with a name in the time zone database, such as Europe/Berlin,
// or with an offset, such as +2, -03:30 or UTC+2.
func findZone(name string) (*time.Location, error) {
	zone, err := loadZone(name)
	if err != nil {
		return nil, err
	}
	zones.mu.Lock()
	defer zones.mu.Unlock()
	if known := zones.named[zone.String()]; known != nil {
		return known, nil
	}
	zones.named[zone.String()] = zone
	return zone, nil
}

var offset = regexp.MustCompile(`^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(00|15|30|45))?$`)

func loadZone(name string) (*time.Location, error) {
	if o := offset.FindStringSubmatch(name); o != nil {
		return fixedZone(o[1], o[2], o[3])
	}
	const local = "Local" // the server's zone is private
	// The database is a tree of files, which a path may name in many ways.
	if name == "" || name == local || len(name) > 64 || path.Clean(name) != name {
		return nil, errZone
	}
	if strings.EqualFold(name, "utc") {
		return time.UTC, nil
	}
	if zone, err := time.LoadLocation(name); err == nil {
		return zone, nil
	}
	return time.LoadLocation(capitalized(name))
}

// capitalized returns the name of a zone with the usual capitals, such as America/New_York.
// It works for most zones, for people who ignore case.
func capitalized(name string) string {
	begins := true
	return strings.Map(func(r rune) rune {
		if begins {
			r = unicode.ToUpper(r)
		} else {
			r = unicode.ToLower(r)
		}
		begins = r == '/' || r == '_' || r == '-'
		return r
	}, name)
}

func fixedZone(sign, hours, minutes string) (*time.Location, error) {
	h, _ := strconv.Atoi(hours)   // digits, because of the pattern
	m, _ := strconv.Atoi(minutes) // digits or nothing, which is 0
	const most = 14               // Line Islands
	if h > most {
		return nil, errZone
	}
	seconds := (h*60 + m) * 60
	if sign == "-" {
		seconds = -seconds
	}
	return time.FixedZone(fmt.Sprintf("UTC%s%02d:%02d", sign, h, m), seconds), nil
}

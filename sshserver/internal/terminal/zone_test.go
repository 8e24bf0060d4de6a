package terminal

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFindZone(t *testing.T) {
	winter := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, zone string
		ahead      string // of UTC, in winter; empty if there is no such zone
	}{
		{"Europe/Berlin", "Europe/Berlin", "1h"},
		{"America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires", "-3h"},
		{"UTC", "UTC", "0h"},
		{"utc", "UTC", "0h"},
		{"EST5EDT", "EST5EDT", "-5h"},
		{"+2", "UTC+02:00", "2h"},
		{"-03:30", "UTC-03:30", "-3h30m"},
		{"+0545", "UTC+05:45", "5h45m"},
		{"+530", "UTC+05:30", "5h30m"},
		{"UTC+2", "UTC+02:00", "2h"},
		{"GMT-11", "UTC-11:00", "-11h"},
		{"+14", "UTC+14:00", "14h"},
		{"+15", "", ""},
		{"+2:20", "", ""},
		{"2", "", ""},
		{"+", "", ""},
		{"+2 ", "", ""},
		{"--2", "", ""},
		{"", "", ""},
		{"Local", "", ""},
		{"Moon/Crisium", "", ""},
		{"Europe", "", ""},
		{"Europe/", "", ""},
		{"../x", "", ""},
		{"..", "", ""},
		{"Europe/../Europe/Berlin", "", ""},
		{"/etc/passwd", "", ""},
		{"/usr/share/zoneinfo/Europe/Berlin", "", ""},
		{`\etc\passwd`, "", ""},
		{"CET-1CEST,M3.5.0,M10.5.0/3", "", ""},
		{"Europe/Berlin\x00", "", ""},
		{strings.Repeat("A", 65), "", ""},
		{strings.Repeat("+", 1<<20), "", ""},
	} {
		zone, err := findZone(tt.name)
		if tt.zone == "" {
			if err == nil {
				t.Errorf("%.70q is the zone %s", tt.name, zone)
			}
			continue
		}
		if err != nil || zone.String() != tt.zone {
			t.Errorf("%q is the zone %v, %v; want %s", tt.name, zone, err, tt.zone)
			continue
		}
		_, ahead := winter.In(zone).Zone()
		if want, err := time.ParseDuration(tt.ahead); err != nil || time.Duration(ahead)*time.Second != want {
			t.Errorf("%q is %d s ahead, want %v", tt.name, ahead, want)
		}
	}
}

// Equal styles share what is rendered. They are equal if their zones are the same pointers.
func TestTheSameZoneIsTheSamePointer(t *testing.T) {
	for _, names := range [][]string{{"Asia/Kathmandu", "Asia/Kathmandu"}, {"UTC", "utc", "UTC"}, {"+5:45", "UTC+05:45", "GMT+5:45", "+0545"}} {
		var wg sync.WaitGroup
		found := make([]*time.Location, len(names))
		for n, name := range names {
			wg.Go(func() { found[n], _ = findZone(name) })
		}
		wg.Wait()
		for n := range names {
			if found[n] == nil || found[n] != found[0] {
				t.Errorf("%s and %s are %p and %p", names[0], names[n], found[0], found[n])
			}
		}
	}
	if utc, _ := findZone("UTC"); utc != time.UTC {
		t.Error("UTC is not that of package time")
	}
}

// Unknown names, and spellings of the same name, are not kept.
func TestZonesAreBounded(t *testing.T) {
	known := func() int { zones.mu.Lock(); defer zones.mu.Unlock(); return len(zones.named) }
	_, _ = findZone("+5:45")
	before := known()
	for _, name := range []string{"Moon/Crisium", "Moon/Imbrium", "../x", "+99", "UTC+5:45", "utc", "UTC", "GMT+0545"} {
		_, _ = findZone(name)
	}
	if now := known(); now != before {
		t.Errorf("%d zones are kept, %d before", now, before)
	}
}

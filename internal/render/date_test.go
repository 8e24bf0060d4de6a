package render

import (
	"testing"
	"time"
)

func TestCalendar(t *testing.T) {
	berlin, tokyo, santiago, apia := location(t, "Europe/Berlin"), location(t, "Asia/Tokyo"), location(t, "America/Santiago"), location(t, "Pacific/Apia")
	type moment struct {
		zone *time.Location
		at   string // in UTC
		want string
	}
	for _, tt := range []struct {
		name    string
		moments []moment
	}{
		{"the first day is not shown", []moment{{time.UTC, "2026-03-04 13:05", ""}, {time.UTC, "2026-03-04 23:59", ""}}},
		{"each further day is, once", []moment{
			{time.UTC, "2026-03-04 23:59", ""},
			{time.UTC, "2026-03-05 00:00", "-- Thursday, 5 March 2026 --|"},
			{time.UTC, "2026-03-05 23:59", ""},
			{time.UTC, "2026-03-08 00:00", "-- Sunday, 8 March 2026 --|"}, // days on which nothing is said
			{time.UTC, "2026-03-08 00:00", ""},
		}},
		{"midnight is that of the zone", []moment{
			{tokyo, "2026-03-04 14:59", ""},
			{tokyo, "2026-03-04 15:00", "-- Thursday, 5 March 2026 --|"},
			{tokyo, "2026-03-05 00:00", ""},
		}},
		{"a new year", []moment{
			{berlin, "2026-12-31 22:59", ""},
			{berlin, "2026-12-31 23:00", "-- Friday, 1 January 2027 --|"},
			{berlin, "2028-02-28 23:00", "-- Tuesday, 29 February 2028 --|"},
			{berlin, "2028-12-31 12:00", "-- Sunday, 31 December 2028 --|"},
			{berlin, "2029-12-31 12:00", "-- Monday, 31 December 2029 --|"},
		}},
		{"another zone is no other day", []moment{
			{time.UTC, "2026-03-04 20:00", ""},
			{tokyo, "2026-03-04 20:01", ""}, // though it is the 5th there
			{tokyo, "2026-03-05 14:59", ""},
			{tokyo, "2026-03-05 15:00", "-- Friday, 6 March 2026 --|"},
		}},
		{"a day that began before the zone was changed is shown", []moment{
			{time.UTC, "2026-03-04 20:00", ""},
			{berlin, "2026-03-05 09:00", "-- Thursday, 5 March 2026 --|"},
			{berlin, "2026-03-05 10:00", ""},
		}},
		{"a day of 23 hours", []moment{
			{berlin, "2026-03-28 22:59", ""},
			{berlin, "2026-03-28 23:00", "-- Sunday, 29 March 2026 --|"},
			{berlin, "2026-03-29 21:59", ""},
			{berlin, "2026-03-29 22:00", "-- Monday, 30 March 2026 --|"},
		}},
		{"a day of 25 hours", []moment{
			{berlin, "2026-10-24 22:00", ""},
			{berlin, "2026-10-25 22:59", ""},
			{berlin, "2026-10-25 23:00", "-- Monday, 26 October 2026 --|"},
		}},
		{"a day without midnight", []moment{ // on 6 September 2026, Santiago goes from 24:00 to 01:00
			{santiago, "2026-09-06 02:30", ""},
			{santiago, "2026-09-06 03:30", ""},
			{santiago, "2026-09-06 03:45", ""},
			{santiago, "2026-09-06 04:00", "-- Sunday, 6 September 2026 --|"},
			{santiago, "2026-09-06 04:30", ""},
			{santiago, "2026-09-07 03:00", "-- Monday, 7 September 2026 --|"},
		}},
		{"a day with two midnights", []moment{ // on 4 April 2026, Santiago goes from 24:00 to 23:00
			{santiago, "2026-04-05 02:59", ""},
			{santiago, "2026-04-05 03:30", ""},
			{santiago, "2026-04-05 04:00", "-- Sunday, 5 April 2026 --|"},
		}},
		{"a day left out", []moment{ // Samoa had no 30 December 2011
			{apia, "2011-12-30 09:00", ""},
			{apia, "2011-12-30 09:59", ""},
			{apia, "2011-12-30 10:00", "-- Saturday, 31 December 2011 --|"},
			{apia, "2011-12-30 10:01", ""},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var c Calendar
			for _, m := range tt.moments {
				at, err := time.ParseInLocation("2006-01-02 15:04", m.at, time.UTC)
				if err != nil {
					t.Fatal(err)
				}
				if got := marked(c.Day(nil, Style{Zone: m.zone}, at)); got != m.want {
					t.Errorf("at %s UTC, %s: got %q, want %q", m.at, at.In(m.zone), got, m.want)
				}
			}
		})
	}
}

func TestDatesStandBack(t *testing.T) {
	if got := marked(Style{Zone: time.UTC, Colour: true}.AppendDate(nil, noon)); got != "<faint>-- Wednesday, 4 March 2026 --</>|" {
		t.Error(got)
	}
}

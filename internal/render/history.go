package render

import (
	"time"

	"parley/chatcore"
)

// AppendFaint appends a line that stands back.
func (s Style) AppendFaint(dst []byte, text string) []byte {
	return append(s.appendStyled(dst, text, Faint), end...)
}

// AppendHistory appends what was said before now, between two lines that set it
// apart, with the date where it is another than that of the line before, and than
// today's at first.
func (s Style) AppendHistory(dst []byte, past []chatcore.Past, now time.Time) []byte {
	dst = s.AppendFaint(dst, "-- what was said here --")
	shown := s.date(now)
	for _, p := range past {
		if day := s.date(p.Time); day != shown {
			dst = s.AppendDate(dst, p.Time)
			shown = day
		}
		dst = s.appendEvent(dst, p.Event, p.View)
	}
	return s.AppendFaint(dst, "-- now --")
}

// date is the day of t.
func (s Style) date(t time.Time) string { return t.In(s.Zone).Format(time.DateOnly) }

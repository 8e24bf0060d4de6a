package render

import "time"

// Calendar says when a date must be shown: with the first thing on each day.
type Calendar struct {
	zone *time.Location
	ends time.Time // of the day whose date was shown last
}

// Day appends the date of t when it is not the day of what was shown before. The
// first day of all is not shown: it is today.
func (c *Calendar) Day(dst []byte, s Style, t time.Time) []byte {
	if c.zone == s.Zone && t.Before(c.ends) {
		return dst
	}
	first := c.zone == nil
	same := c.zone != s.Zone && t.Before(c.ends) // another zone, and the day goes on
	t = t.In(s.Zone)
	c.zone, c.ends = s.Zone, endOfDay(t)
	if first || same {
		return dst
	}
	return s.AppendDate(dst, t)
}

// endOfDay is when the day of t ends where t is.
func endOfDay(t time.Time) time.Time {
	end := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
	if end.Day() == t.Day() { // there is no midnight: clocks go forward then, and Date has taken the time before
		_, end = end.ZoneBounds()
	}
	return end
}

// AppendDate appends a line with the date of t.
func (s Style) AppendDate(dst []byte, t time.Time) []byte {
	dst = s.appendStyled(dst, t.In(s.Zone).Format("-- Monday, 2 January 2006 --"), Faint)
	return append(dst, end...)
}

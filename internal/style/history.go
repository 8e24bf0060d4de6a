package style

import "parley/chatcore"

// AppendFaint appends a line that stands back.
func (s Style) AppendFaint(dst []byte, text string) []byte {
	return append(s.appendStyled(dst, text, faint), end...)
}

// AppendHistory appends what was said before, between two lines that set it apart
// from what is said now, with the date where it is not that of the line before.
func (s Style) AppendHistory(dst []byte, past []chatcore.Past) []byte {
	dst = s.AppendFaint(dst, "-- what was said here --")
	var days Calendar
	for _, p := range past {
		dst = days.Day(dst, s, p.Time)
		dst = s.appendEvent(dst, p.Event, p.View)
	}
	return s.AppendFaint(dst, "-- now --")
}

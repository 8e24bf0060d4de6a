package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/clipperhouse/displaywidth"

	"parley/chatcore"
	"parley/internal/safetext"
)

// gap is between two columns of a table.
const gap = "  "

// maxReason is how much of the reason for being away a table shows, in characters.
const maxReason = 20

// AppendWho appends a table of members. What does not fit into the last column goes
// on in the next row of the screen.
func (s Style) AppendWho(dst []byte, members []chatcore.Member) []byte {
	rows := [][]string{{"NICK", "IDENTITY", "IDLE", "AWAY", "ROOMS"}}
	for _, m := range members {
		rows = append(rows, []string{Name(m.Nick, m.Identity), identityOf(m), Span(m.Idle), awayOf(m), roomsOf(m)})
	}
	widths := columnWidths(rows)
	for i, r := range rows {
		sgr := ""
		if i == 0 {
			sgr = Faint
		} else {
			sgr = Colour(members[i-1].Nick, members[i-1].Identity)
		}
		dst = s.appendRow(dst, r, widths, sgr)
	}
	return dst
}

func (s Style) appendRow(dst []byte, row []string, widths []int, sgr string) []byte {
	for i, text := range row {
		pad := strings.Repeat(" ", widths[i]-displaywidth.String(text)) + gap
		if i == len(row)-1 {
			pad = ""
		}
		if i > 0 && sgr != Faint {
			sgr = ""
		}
		dst = append(s.appendStyled(dst, text, sgr), pad...)
	}
	return append(dst, end...)
}

func columnWidths(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, text := range r {
			widths[i] = max(widths[i], displaywidth.String(text))
		}
	}
	return widths
}

func identityOf(m chatcore.Member) string {
	if m.Identity.Guest() {
		return "guest"
	}
	return "verified"
}

func awayOf(m chatcore.Member) string {
	switch {
	case !m.IsAway:
		return "-"
	case m.Away == "":
		return "away"
	}
	return safetext.Label(m.Away, maxReason)
}

// roomsOf names the first few rooms someone is in, and counts the others.
func roomsOf(m chatcore.Member) string {
	rooms := strings.Join(m.Rooms, " ")
	if more := m.InRooms - len(m.Rooms); more > 0 {
		rooms += fmt.Sprintf(" +%d", more)
	}
	return rooms
}

// Span is a duration in its largest unit: 12s, 5m, 3h, 2d.
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < day:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/day)
}

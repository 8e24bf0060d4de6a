package terminal

import (
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"parley/chatcore"
	"parley/internal/lineedit"
	"parley/internal/render"
)

// namedUnread is how many destinations with unread lines the prompt names.
const namedUnread = 3

// refreshPrompt brings the prompt up to date. i.mu is held.
func (i *Session) refreshPrompt() {
	changes, waiting := i.joined.Changes(), 0
	if i.slowed {
		waiting = i.entered.count()
	}
	if changes == i.seen && waiting == i.shown {
		return
	}
	i.seen, i.shown = changes, waiting
	i.editor.SetPrompt(i.promptSpans(waiting)...)
}

func (i *Session) promptSpans(waiting int) []lineedit.Span {
	nick, place := i.joined.Nick(), i.joined.Talking()
	look := i.settings.style()
	spans := []lineedit.Span{
		{Text: nick, Style: look.Drawn(render.Colour(nick, i.Who))},
		{Text: placeTag(place), Style: look.Drawn(render.Bold)},
	}
	tags := i.fitting(i.joined.Unread())
	if i.joined.IsAway() {
		tags += " (away)"
	}
	if waiting > 0 {
		tags += fmt.Sprintf(" (%d waiting)", waiting)
	}
	return append(spans, lineedit.Span{Text: tags, Style: look.Drawn(render.Faint)}, lineedit.Span{Text: "> "})
}

// placeTag returns how the prompt shows a destination.
func placeTag(p chatcore.Destination) string {
	switch {
	case p.Nick != "":
		return "→" + p.Nick
	case p.Room != "":
		return "@" + p.Room
	}
	return ""
}

// placeName returns what a person calls a destination.
func placeName(p chatcore.Destination) string {
	switch {
	case p.Nick != "":
		return p.Nick
	case p.Room != "":
		return p.Room
	}
	return "public"
}

// fitting returns [unreadTag], or only the number of all unread lines if the tag would take
// over a third of the row.
func (i *Session) fitting(all []chatcore.Unread) string {
	tag := unreadTag(all)
	if displaywidth.String(tag) <= i.width/3 {
		return tag
	}
	n := 0
	for _, u := range all {
		n += u.N
	}
	return " [" + countTag(n) + "]"
}

// unreadTag names the destinations with unread lines, and how many each has.
func unreadTag(all []chatcore.Unread) string {
	if len(all) == 0 {
		return ""
	}
	var parts []string
	for n, u := range all {
		if n == namedUnread {
			parts = append(parts, fmt.Sprintf("+%d", len(all)-n))
			break
		}
		parts = append(parts, fmt.Sprintf("%s %s", countTag(u.N), placeName(u.Place)))
	}
	return " [" + strings.Join(parts, ", ") + "]"
}

func countTag(n int) string {
	const most = 99
	if n > most {
		return fmt.Sprintf("%d+", most)
	}
	return fmt.Sprint(n)
}

package sshserver

import (
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"parley/chatcore"
	"parley/internal/lineedit"
	"parley/internal/style"
)

const (
	styleFaint = "2"
	styleBold  = "1"
)

// namedUnread is how many places with unread lines the prompt names.
const namedUnread = 3

// refreshPrompt makes the prompt what it is to be now. i.mu is held.
func (i *interactive) refreshPrompt() {
	changes, waiting := i.session.Changes(), 0
	if i.slowed {
		waiting = i.waiting.count()
	}
	if changes == i.seen && waiting == i.shown {
		return
	}
	i.seen, i.shown = changes, waiting
	i.editor.SetPrompt(i.promptSpans(waiting)...)
}

func (i *interactive) promptSpans(waiting int) []lineedit.Span {
	nick, place := i.session.Nick(), i.session.Talking()
	spans := []lineedit.Span{
		{Text: nick, Style: i.sgr(style.Colour(nick, i.who))},
		{Text: placeTag(place), Style: i.sgr(styleBold)},
		{Text: i.fitting(unreadTag(i.session.Unread())), Style: i.sgr(styleFaint)},
	}
	if waiting > 0 {
		spans = append(spans, lineedit.Span{Text: fmt.Sprintf(" (%d waiting)", waiting), Style: i.sgr(styleFaint)})
	}
	return append(spans, lineedit.Span{Text: "> "})
}

// sgr is a style, where there is colour.
func (i *interactive) sgr(s string) string {
	if i.settings.colour {
		return s
	}
	return ""
}

// placeTag is how a prompt names a place.
func placeTag(p chatcore.Place) string {
	switch {
	case p.Nick != "":
		return "→" + p.Nick
	case p.Room != "":
		return "@" + p.Room
	}
	return ""
}

// placeName is how a place is named to a person.
func placeName(p chatcore.Place) string {
	switch {
	case p.Nick != "":
		return p.Nick
	case p.Room != "":
		return p.Room
	}
	return "public"
}

// unreadTag names places with unread lines, and how many each has.
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

// fitting is tag, or where that would take a third of the row, a sign that there is
// something.
func (i *interactive) fitting(tag string) string {
	if tag != "" && displaywidth.String(tag) > i.window.Width/3 {
		return " [+]"
	}
	return tag
}

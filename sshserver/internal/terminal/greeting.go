package terminal

import (
	"fmt"
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/render"
)

// namedOnline is how many people a list of those online names.
const namedOnline = 10

// greet tells where the person is, who is online, and how to get help. It is one screen,
// with nothing in between.
func (i *Session) greet() {
	lines := i.greeting()
	if i.Room != "" {
		if room, err := command.Describe(i.chat, i.Room); err == nil { // the room exists, because the person is in it
			lines = append(lines, render.Presence(room))
		}
	}
	i.chat.Show([]byte(strings.Join(lines, "\r\n") + "\r\n"))
}

func (i *Session) greeting() []string {
	lines := []string{fmt.Sprintf("Welcome to %s, %s.", i.Server, render.Name(i.chat.Nick(), i.Who))}
	lines = append(lines, i.motd()...)
	if members, all, err := i.chat.Who("", namedOnline); err == nil { // it does not fail for public
		lines = append(lines, fmt.Sprintf("%d online: %s.", all, render.Listed(members, all)))
	}
	if rooms, all := i.chat.RoomNames(namedOnline); all > 0 {
		lines = append(lines, "Rooms: "+strings.Join(render.Short(rooms, all), ", ")+".")
	}
	if past, err := i.chat.Last(chatcore.Destination{}, 1); err == nil && len(past) > 0 {
		lines = append(lines, "/last shows what was said here before.")
	}
	last := "/help lists the commands, Tab completes, Ctrl-D leaves."
	if i.settings.zone == time.UTC {
		last += " Times: UTC (/set tz)."
	}
	if name := i.settings.unknownZone; name != "" {
		lines = append(lines, "Your ssh says that your time zone is "+name+", which is not known here.")
	}
	return append(lines, last)
}

// motd returns the message of the day, cut so that the rest of the greeting fits the screen.
func (i *Session) motd() []string {
	if i.MOTD == "" {
		return nil
	}
	lines := strings.Split(i.MOTD, "\n")
	var height int
	i.locked(func() { height = i.height })
	const others = 8 // rows of the greeting itself, some of them wrapped, and of the prompt
	most := max(1, height-others)
	if len(lines) > most {
		lines = append(lines[:most-1:most-1], fmt.Sprintf("(and %d lines more)", len(lines)-most+1))
	}
	return lines
}

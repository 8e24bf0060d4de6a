package sshserver

import (
	"fmt"
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/render"
)

// away marks the person as away. Without a text, a person who is away is back.
func (i *interactive) away(args string) error {
	if args == "" && i.chat.IsAway() {
		if err := i.chat.Do("!back"); err != nil {
			return err
		}
		i.say("You are back.")
		return nil
	}
	if err := i.chat.Do(strings.TrimRight("!away "+args, " ")); err != nil {
		return err
	}
	i.say("You are away, which whoever writes to you alone is told. /back ends it.")
	return nil
}

// whois tells who someone is, with times in the person's own time zone.
func (i *interactive) whois(args string) error {
	nick := strings.TrimLeft(args, "#@")
	if nick == "" || strings.Contains(nick, " ") {
		return errArguments
	}
	m, err := i.chat.Member(nick)
	if err != nil {
		return err
	}
	if m.Identity == "" {
		i.say(render.Name(m.Nick, m.Identity) + " is a guest: nothing proves who that is.")
	} else {
		i.say(m.Nick + " is verified, key " + m.Identity)
	}
	i.say(fmt.Sprintf("Online since %s, idle %s, sessions: %d%s", i.at(m.Since), render.Span(m.Idle), m.Sessions, roomsOf(m)))
	if m.IsAway {
		i.say(strings.TrimRight("Away since "+i.at(m.AwaySince)+": "+m.Away, ": "))
	}
	return nil
}

func roomsOf(m chatcore.Member) string {
	if len(m.Rooms) == 0 {
		return ""
	}
	return ", in " + strings.Join(m.Rooms, " ")
}

// at formats a time in the person's time zone, with the date if that is not today.
func (i *interactive) at(t time.Time) string {
	zone := i.style().Zone
	now := time.Now().In(zone)
	if t = t.In(zone); t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 January 15:04")
}

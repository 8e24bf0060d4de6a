package render

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/command"
)

// Sentences returns what a person at a prompt is told about a result, with times as they
// have set them. It is empty for a result that the prompt itself shows.
func (s Style) Sentences(r command.Result, now time.Time) []string {
	switch r := r.(type) {
	case command.Entered:
		return []string{Presence(r)}
	case command.Left:
		return []string{"You left " + r.Room + "."}
	case command.Renamed:
		return []string{"You are " + r.Nick + " now."}
	case command.TopicSet: // the members are told of the topic, but not who set it
		return []string{"You set the topic of " + r.Room + "."}
	case command.Whois:
		return s.whois(r.Member, now)
	case command.People:
		return people(r)
	case command.History:
		if len(r.Past) == 0 {
			return []string{"Nothing has been said here yet."}
		}
		return nil // see [Style.AppendHistory]
	case command.Away:
		return []string{"You are away. People who write to you privately are told. /back ends it."}
	case command.Back:
		return []string{"You are back."}
	case command.Ignored:
		return []string{"You no longer see what " + r.Nick + " says. /unignore " + r.Nick + " undoes that."}
	case command.Unignored:
		return []string{"You see what " + r.Nick + " says again."}
	case command.AllHelp:
		return strings.Split(overview, "\n")
	case command.Help:
		return promptHelp(r)
	}
	return Words(r)
}

// Presence tells who is in a room with a person, and what its topic is.
func Presence(e command.Entered) string {
	text := "You are alone in " + e.Room + "."
	if e.All > 1 {
		others := slices.DeleteFunc(slices.Clone(e.Members), func(m chatcore.Member) bool { return m.Nick == e.You })
		text = fmt.Sprintf("You are in %s with %s.", e.Room, Listed(others, e.All-1))
	}
	if e.Topic != "" {
		text += " Topic: " + e.Topic
	}
	return text
}

func (s Style) whois(m chatcore.Member, now time.Time) []string {
	who := Name(m.Nick, m.Identity) + " is a guest: nothing proves who that is."
	if !m.Identity.Guest() {
		who = m.Nick + " is verified, key " + m.Identity.Key
	}
	rooms := ""
	if len(m.Rooms) > 0 {
		rooms = ", in " + strings.Join(m.Rooms, " ")
	}
	told := []string{who, fmt.Sprintf("Online since %s, idle %s, sessions: %d%s", s.when(m.Since, now), Span(m.Idle), m.Sessions, rooms)}
	if m.IsAway {
		told = append(told, strings.TrimRight("Away since "+s.when(m.AwaySince, now)+": "+m.Away, ": "))
	}
	return told
}

// when formats a time in the person's time zone, with the date if that is not today.
func (s Style) when(t, now time.Time) string {
	t, now = t.In(s.Zone), now.In(s.Zone)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2 January 15:04")
}

// people names users in one line. Of a table it only counts those that the table leaves
// out: see [Style.AppendWho].
func people(p command.People) []string {
	more := p.All - len(p.Members)
	if p.Table {
		if more > 0 {
			return []string{fmt.Sprintf("and %d more: /who ROOM shows those in a room", more)}
		}
		return nil
	}
	label := "Online"
	if p.Room != "" {
		label = "In " + p.Room
	}
	names := namesOf(p.Members)
	if more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return []string{fmt.Sprintf("%s (%d): %s", label, p.All, strings.Join(names, ", "))}
}

func namesOf(members []chatcore.Member) (names []string) {
	for _, m := range members {
		names = append(names, Name(m.Nick, m.Identity))
	}
	return names
}

// namedInList is how many people or rooms a sentence names. The others are counted.
const namedInList = 10

// Listed names the first few of all users, and counts the others: "ann, bob and carl".
func Listed(members []chatcore.Member, all int) string {
	names := Short(namesOf(members[:min(len(members), namedInList)]), all)
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return strings.Join(names, ", ")
}

// Short returns the first few names, followed by the number of the others among all.
func Short(names []string, all int) []string {
	names = slices.Clip(names[:min(len(names), namedInList)])
	switch more := all - len(names); more {
	case 0:
		return names
	case 1:
		return append(names, "1 other")
	default:
		return append(names, fmt.Sprintf("%d others", more))
	}
}

// Counted returns n with the word for one or for several.
func Counted(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

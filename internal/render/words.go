package render

import (
	"fmt"
	"strings"
	"time"

	"parley/internal/command"
)

// Words returns what a client that sends lines of the protocol is told about a result:
// the notes of docs/protocol.md, section 3. It is empty for a result that such a client
// is not told about.
func Words(r command.Result) []string {
	switch r := r.(type) {
	case command.Note:
		return []string{string(r)}
	case command.Topic:
		if r.Text == "" {
			return []string{r.Room + " has no topic"}
		}
		return []string{"topic of " + r.Room + ": " + r.Text}
	case command.Whois:
		return whoisWords(r)
	case command.Ignoring:
		return []string{ignoring(r)}
	case command.AllHelp:
		return allHelp()
	case command.Help:
		return []string{r.Command.Usage(r.Form), r.Form.Help, "example: " + r.Command.Example(r.Form)}
	}
	return nil
}

func whoisWords(w command.Whois) []string {
	who := "a guest"
	if !w.Identity.Guest() {
		who = "verified, key " + w.Identity.Key
	}
	words := []string{
		fmt.Sprintf("%s is %s", w.Nick, who),
		fmt.Sprintf("%s is online since %s, sessions: %d", w.Nick, stamp(w.Since), w.Sessions),
		fmt.Sprintf("%s is idle for %s", w.Nick, w.Idle.Truncate(time.Second)),
	}
	if !w.IsAway {
		return words
	}
	away := w.Nick + " is away"
	if w.Away != "" {
		away += ": " + w.Away
	}
	return append(words, fmt.Sprintf("%s, since %s", away, stamp(w.AwaySince)))
}

// stamp formats a time for programs, in RFC 3339 and UTC.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func ignoring(i command.Ignoring) string {
	if len(i.Nicks) == 0 {
		return "you ignore nobody"
	}
	return "you ignore: " + strings.Join(i.Nicks, " ")
}

func allHelp() (words []string) {
	const row = "%-20s %s"
	for _, line := range command.Plain {
		words = append(words, fmt.Sprintf(row, line[0], line[1]))
	}
	for c := range command.Lines {
		words = append(words, fmt.Sprintf(row, c.Usage(c.Lines), c.Lines.Help))
	}
	return words
}

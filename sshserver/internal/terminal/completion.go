package terminal

import (
	"math"
	"slices"
	"strings"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/safetext"
)

// maxCandidates is the maximum number of candidates offered.
const maxCandidates = 50

// complete implements Complete of [lineedit.Options]: nicks, rooms after @, commands after
// / or !, and the arguments of commands.
func (i *Session) complete(before string) (start int, candidates []string) {
	if i.joined == nil {
		return 0, nil
	}
	start = strings.LastIndexAny(before, " \n") + 1
	word := before[start:]
	if c, isArgument := commandBefore(before[:start]); isArgument {
		return start, i.arguments(c, before[:start], word)
	}
	switch {
	case strings.HasPrefix(word, "@"):
		return start, matching(i.rooms(), word, "@", " ")
	case start > 0:
		return start, matchingNicks(i.joined.Nicks(), word, "", " ")
	case strings.HasPrefix(word, "/") || strings.HasPrefix(word, "!"):
		return 0, matching(commandNames(), word, word[:1], " ")
	case strings.HasPrefix(word, "#"):
		return 0, matchingNicks(i.partnersFirst(), word, "#", " ")
	}
	return 0, matchingNicks(i.joined.Nicks(), word, "", ": ")
}

// commandBefore returns the command that before begins with, or nil, if what follows is one
// of its arguments.
func commandBefore(before string) (c *command.Command, ok bool) {
	if !command.IsCommand(before) {
		return nil, false
	}
	name, _, ok := strings.Cut(before[1:], " ")
	return command.FindPrompt(name), ok
}

// arguments returns the candidates for word as an argument of a command. before is
// everything that precedes word.
func (i *Session) arguments(c *command.Command, before, word string) []string {
	first := len(strings.Fields(before)) == 1
	takes := takesOf(c)
	switch {
	case takes == command.Setting:
		return settingCandidates(strings.Fields(before)[1:], word)
	case strings.HasPrefix(word, "@") && (takes != command.Nick || !first):
		return matching(i.rooms(), word, "@", " ")
	case !first:
		return matchingNicks(i.joined.Nicks(), word, "", " ")
	}
	switch takes {
	case command.Room:
		sign := word[:len(word)-len(strings.TrimLeft(word, "#"))] // as in IRC
		return matching(i.rooms(), word, sign, " ")
	case command.Place:
		if strings.HasPrefix(word, "#") {
			return matchingNicks(i.partnersFirst(), word, "#", " ")
		}
		found := append(matching(i.rooms(), "@"+word, "@", " "), matchingNicks(i.partnersFirst(), "#"+word, "#", " ")...)
		return found[:min(len(found), maxCandidates)]
	case command.Name:
		return matching(commandNames(), strings.TrimLeft(word, "/!"), "", " ")
	case command.OnOff:
		return matching([]string{"on", "off"}, word, "", " ")
	}
	if c != nil && c.Name == "msg" {
		return matchingNicks(i.partnersFirst(), word, "", " ")
	}
	return matchingNicks(i.joined.Nicks(), word, "", " ")
}

// partnersFirst returns all nicks, beginning with the people this person has exchanged
// private messages with. What is meant for one of them must not go to a stranger whose nick
// begins alike.
func (i *Session) partnersFirst() []string {
	nicks := i.joined.Partners()
	known := make(map[string]bool, len(nicks))
	for _, nick := range nicks {
		known[nick] = true
	}
	for _, nick := range i.joined.Nicks() {
		if !known[nick] {
			nicks = append(nicks, nick)
		}
	}
	return nicks
}

func takesOf(c *command.Command) command.Argument {
	if c == nil {
		return command.Other
	}
	return c.Prompt.Takes()
}

func settingCandidates(words []string, word string) []string {
	var names []string
	switch len(words) {
	case 0:
		for _, s := range allSettings {
			names = append(names, s.name)
		}
	case 1:
		if s, ok := findSetting(words[0]); ok && strings.Contains(s.values, "|") {
			names = strings.Split(s.values, "|")
		}
	}
	return matching(names, word, "", " ")
}

// rooms returns all rooms, beginning with those the person is in.
func (i *Session) rooms() []string {
	names := i.joined.Rooms() // 100 at most
	own := make(map[string]bool, len(names))
	for _, room := range names {
		own[room] = true
	}
	all, _ := i.joined.RoomNames(math.MaxInt)
	for _, room := range all {
		if !own[room] {
			names = append(names, room)
		}
	}
	return names
}

// commandNames returns the names of all commands, the usual ones before those of IRC.
func commandNames() []string {
	var names, aliases []string
	for c := range command.Prompt {
		if !c.Prompt.Hidden {
			names = append(names, c.Name)
		}
		for _, alias := range c.Aliases {
			if len(alias) > 1 {
				aliases = append(aliases, alias)
			}
		}
	}
	slices.Sort(names)
	slices.Sort(aliases)
	return append(names, aliases...)
}

// matching returns the names that begin with word, ignoring case. Each gets the prefix,
// which word may have too, and the suffix.
func matching(names []string, word, prefix, suffix string) []string {
	begin := safetext.Fold(safetext.Unjoined(strings.TrimPrefix(word, prefix)))
	var found []string
	for _, name := range names {
		if strings.HasPrefix(safetext.Fold(name), begin) && len(found) < maxCandidates {
			found = append(found, prefix+name+suffix)
		}
	}
	return found
}

// matchingNicks is matching for nicks. It keeps the guest mark of a word, because a nick
// with the mark is understood.
func matchingNicks(nicks []string, word, prefix, suffix string) []string {
	if strings.HasPrefix(word, prefix+chatcore.GuestMark) {
		prefix += chatcore.GuestMark
	}
	return matching(nicks, word, prefix, suffix)
}

// candidateLines returns the candidates in one line, to choose from.
func (i *Session) candidateLines(candidates []string) []byte {
	var names []string
	for _, c := range candidates {
		names = append(names, strings.TrimRight(c, ": "))
	}
	return i.style().AppendFaint(nil, strings.Join(names, "  "))
}

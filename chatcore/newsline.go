package chatcore

import (
	"fmt"
	"strings"
)

// namedInNews is how many nicks one line of news names; the others are counted.
const namedInNews = 10

// called is how a person is named in news.
type called func(person) string

func plainly(p person) string { return p.nick }

// marked names people as those at a prompt see them: with a mark before guests.
func marked(p person) string {
	if p.identity == "" {
		return "~" + p.nick
	}
	return p.nick
}

// line tells the news in one line.
func (n *news) line(by called) string {
	var parts []string
	if len(n.joined) > 0 {
		parts = append(parts, gathered(n.joined, by)+" joined")
	}
	parts = append(parts, departures(n.left, by)...)
	other := n.other
	if len(other) > namedInNews {
		other = append(other[:namedInNews:namedInNews], fmt.Sprintf("and %d more", len(other)-namedInNews))
	}
	return strings.Join(append(parts, other...), "; ")
}

// departures are phrases as "ann and bob left" and "carl left (timed out)", one
// for all who left for the same reason. Last words are each their own reason, so
// the phrases are bounded too, and who is left over is counted.
func departures(left []departure, by called) (phrases []string) {
	var reasons []string
	people := make(map[string][]person)
	more := 0
	for _, d := range left {
		if _, ok := people[d.why]; !ok {
			if len(reasons) == namedInNews {
				more++
				continue
			}
			reasons = append(reasons, d.why)
		}
		people[d.why] = append(people[d.why], d.person)
	}
	for _, why := range reasons {
		phrase := gathered(people[why], by) + " left"
		if why != "" {
			phrase += " (" + why + ")"
		}
		phrases = append(phrases, phrase)
	}
	if more > 0 {
		phrases = append(phrases, fmt.Sprintf("and %d more left", more))
	}
	return phrases
}

// gathered is "ann", "ann and bob", "ann, bob and carl", or names the first few
// and counts the others.
func gathered(people []person, by called) string {
	var names []string
	for _, p := range people[:min(len(people), namedInNews)] {
		names = append(names, by(p))
	}
	if more := len(people) - len(names); more > 0 {
		return fmt.Sprintf("%s and %d others", strings.Join(names, ", "), more)
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

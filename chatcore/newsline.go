package chatcore

import (
	"fmt"
	"strings"
)

// namedInNews is how many nicks one line of news names; the others are counted.
const namedInNews = 10

// line tells the news and forgets them.
func (n *news) line() string {
	var parts []string
	if len(n.joined) > 0 {
		parts = append(parts, gathered(n.joined)+" joined")
	}
	parts = append(parts, departures(n.left)...)
	if len(n.other) > namedInNews {
		n.other = append(n.other[:namedInNews], fmt.Sprintf("and %d more", len(n.other)-namedInNews))
	}
	line := strings.Join(append(parts, n.other...), "; ")
	*n = news{}
	return line
}

// departures are phrases as "ann and bob left" and "carl left (timed out)", one
// for all who left for the same reason. Last words are each their own reason, so
// the phrases are bounded too, and who is left over is counted.
func departures(left []departure) (phrases []string) {
	var reasons []string
	nicks := make(map[string][]string)
	more := 0
	for _, d := range left {
		if _, ok := nicks[d.why]; !ok {
			if len(reasons) == namedInNews {
				more++
				continue
			}
			reasons = append(reasons, d.why)
		}
		nicks[d.why] = append(nicks[d.why], d.nick)
	}
	for _, why := range reasons {
		phrase := gathered(nicks[why]) + " left"
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
func gathered(nicks []string) string {
	if len(nicks) == 1 {
		return nicks[0]
	}
	if len(nicks) > namedInNews {
		return fmt.Sprintf("%s and %d others", strings.Join(nicks[:namedInNews], ", "), len(nicks)-namedInNews)
	}
	last := len(nicks) - 1
	return strings.Join(nicks[:last], ", ") + " and " + nicks[last]
}

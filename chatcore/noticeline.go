package chatcore

import (
	"fmt"
	"strings"
)

// namedInNews is how many nicks a line of notices names. The others are counted.
const namedInNews = 10

// called returns the name of a person in a line of notices.
type called func(person) string

func plainly(p person) string { return p.nick }

// marked names people as Interactive sessions see them: with a mark before guests.
func marked(p person) string {
	if p.identity.Guest() {
		return GuestMark + p.nick
	}
	return p.nick
}

// line returns the notices in one line, leaving out that one user joined.
func (n *notices) line(by called, without *User) string {
	parts := departures(n.left, by)
	if joined := gathered(n.joined, by, without); joined != "" && n.handed != nil {
		parts = append(parts, joined+" joined") // the previous owner of the nick left before
	} else if joined != "" {
		parts = append([]string{joined + " joined"}, parts...)
	}
	for _, tell := range n.other[:min(len(n.other), namedInNews)] {
		parts = append(parts, tell(by))
	}
	if more := len(n.other) - namedInNews; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

// unpunctuated removes from a text the signs that notices are put together with, and
// those that look like them. So no user can forge notices about others.
var unpunctuated = strings.NewReplacer(unlikeNews()...)

func unlikeNews() (replacements []string) {
	for _, r := range ";；﹔;⁏꛶" {
		replacements = append(replacements, string(r), ",")
	}
	for _, r := range "()（）﹙﹚⁽⁾₍₎❨❩❪❫⟮⟯⦅⦆｟｠⸨⸩❲❳〔〕⟬⟭" {
		replacements = append(replacements, string(r), "")
	}
	return replacements
}

// departures returns phrases such as "ann and bob left" and "carl left (timed out)", one
// for all who left for the same reason. Each user's last words are a reason of their own,
// so the number of phrases is bounded too, and the remaining users are counted.
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
		phrase := gathered(people[why], by, nil) + " left"
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

// gathered returns "ann", "ann and bob", "ann, bob and carl", or names the first few and
// counts the others. The user without, who is among people at most once, is left out.
func gathered(people []person, by called, without *User) string {
	var names []string
	all := len(people)
	for _, p := range people {
		if p.User == without {
			all--
		} else if len(names) < namedInNews {
			names = append(names, by(p))
		}
		if len(names) == namedInNews && without == nil {
			break
		}
	}
	last := len(names) - 1
	switch {
	case last < 0:
		return ""
	case all > len(names):
		return fmt.Sprintf("%s and %d others", strings.Join(names, ", "), all-len(names))
	case last == 0:
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

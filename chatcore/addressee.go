package chatcore

import "strings"

// Addressee is a place as it was when it was looked up: everyone, a person, or a room. A
// stranger who has the person's nick later, and a room that is made anew under the name,
// are other addressees.
type Addressee struct {
	person Correspondent // somebody alone, if it is set
	room   sought        // else a room, if it has a key; else everyone
}

// Address looks up a place that the session wants to say more than one thing in. Errors:
// those of [Session.SayTo].
func (s *Session) Address(p Destination) (a Addressee, err error) {
	if p.Nick != "" {
		a.person, err = s.Person(p.Nick)
		return a, err
	}
	n := p.seek()
	if n.key == "" {
		return a, nil
	}
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	r, err := s.mayPostLocked(n)
	if err != nil {
		return a, err
	}
	a.room = sought{r.key, r.room, r.life}
	return a, nil
}

// SayToAddressee is SayTo for an addressee. It fails where that is gone.
func (s *Session) SayToAddressee(a Addressee, text string) error {
	if a.person.user != nil {
		return s.Reply(a.person, text)
	}
	s.user.touch()
	return s.speak(Said, a.room, strings.Clone(text)) // it is kept, and may be a part of a longer line
}

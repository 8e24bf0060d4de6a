package chatcore

import "parley/chatcore/policy"

// Addressee is a destination as it was when it was looked up: everyone, one person, or a
// room. A stranger who takes the person's nick later is a different addressee. So is a
// room that is made again under the same name.
type Addressee struct {
	person Correspondent // one person, if set
	room   sought        // otherwise a room, if it has a key; otherwise everyone
}

// Address looks up a destination to which the session wants to say more than one thing.
// Errors: those of [Session.SayTo].
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
	r, err := s.roomToLocked(policy.Speak, n)
	if err != nil {
		return a, err
	}
	a.room = sought{r.key, r.room, r.life}
	return a, nil
}

// SayToAddressee is SayTo for an addressee. It fails if the addressee is gone.
func (s *Session) SayToAddressee(a Addressee, text Text) error {
	if a.person.user != nil {
		return s.Reply(a.person, text)
	}
	return s.speak(Said, a.room, text)
}

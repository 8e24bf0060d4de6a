package chatcore

import "slices"

// broadcast is something said, on its way to all who hear it.
type broadcast struct {
	encoder
	from     *Session       // who says it
	by       speaker        // the same, as it was when it was said
	where    destinationKey // the place it is said in, as its receivers know it
	named    []*User        // whom it mentions; nil for most
	looked   bool           // for named: nobody is looked for where nobody would see the difference
	suspects []suspect      // in its text; nil for most
}

// gather makes one delivery of d and the first of rest, as many as everybody sees alike,
// and returns how many these are, d included.
func (d *broadcast) gather(rest []broadcast) int {
	if d.named != nil {
		return 1
	}
	for i := range rest {
		if rest[i].named != nil {
			return 1 + i
		}
		d.then = append(d.then, rest[i].event)
	}
	return 1 + len(rest)
}

// events yields what is delivered, in order.
func (d *broadcast) events(yield func(*Event) bool) {
	if !yield(d.event) {
		return
	}
	for _, e := range d.then {
		if !yield(e) {
			return
		}
	}
}

// destinationKey is a place to compare with others: the key of a room, the user at the
// other end of a private conversation, or neither for the public space.
type destinationKey struct {
	room string
	user *User
}

// speaker is who said something, by all that ignoring goes by. It holds no User,
// so that what was said does not keep its speaker.
type speaker struct {
	serial        uint64
	identity, key string
}

// speakerLocked is the user as a speaker.
func (u *User) speakerLocked() speaker { return speaker{u.serial, u.identity, u.key} }

// deliver hands s its bytes of what was said, and returns how many messages it was
// given.
func (s *Session) deliver(d *broadcast) int {
	view := Received
	switch {
	case s == d.from:
		if !s.echo.Load() {
			return 0
		}
		view = Echo
	case s.user == d.from.user:
		view = Own
	case s.user.ignores(d.by):
		return 0
	case d.named != nil && slices.Contains(d.named, s.user):
		view = Mentioned
	}
	b := s.encoded(&d.encoder, view)
	if len(b) == 0 {
		return 0
	}
	if s.unread != nil && (view == Received || view == Mentioned) {
		s.countUnread(d) // before the push: whoever is woken by it draws the prompt
	}
	if !s.push(b) {
		return 0
	}
	if view == Echo {
		s.flood.gotten += len(b) // s is carrying out the line
	}
	return 1 + len(d.then)
}

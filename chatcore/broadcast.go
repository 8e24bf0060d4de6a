package chatcore

import "slices"

// broadcast is a message on its way to all its receivers.
type broadcast struct {
	encoder
	from     *Session       // the session that says it
	by       speaker        // its user, as they were when it was said
	where    destinationKey // where it is said, as its receivers know it
	named    []*User        // the users it mentions; nil for most
	looked   bool           // whether named has been looked up: not done if no receiver would see the difference
	suspects []suspect      // in its text; nil for most
}

// gather merges into d the first of rest, as many as all receivers see alike. It returns
// the number of messages in d, including its own.
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

// events yields the messages of d, in order.
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

// destinationKey is a destination in comparable form: the key of a room, the user at the
// other end of a private conversation, or neither for the public channel.
type destinationKey struct {
	room string
	user *User
}

// speaker is the sender of a message, by everything that ignoring compares. It holds no
// User, so that a message does not keep its sender in memory.
type speaker struct {
	serial   uint64
	identity Principal
	key      string
}

// speakerLocked returns the user as a speaker.
func (u *User) speakerLocked() speaker { return speaker{u.serial, u.identity, u.key} }

// deliver pushes the encoded broadcast to s, and returns the number of messages that s
// was given.
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
		s.countUnread(d) // before the push, which wakes the reader: it draws the prompt
	}
	if !s.push(b) {
		return 0
	}
	if view == Echo {
		s.flood.gotten += len(b) // s is carrying out the line
	}
	return 1 + len(d.then)
}

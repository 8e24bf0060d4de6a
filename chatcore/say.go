package chatcore

import (
	"errors"

	"parley/chatcore/policy"
)

// SayTo says text in a destination. A text of several lines is one message: nothing comes
// between its lines. Errors: [ErrNoUser], [ErrNoRoom], [ErrNotInRoom], [ErrNotOnline],
// [ErrTooMany], [ErrGoingDown].
func (s *Session) SayTo(p Destination, text Text) error {
	n := p.seek()
	if p.Nick != "" {
		return s.whisper(text, func() (*User, error) { return s.core.userLocked(n) })
	}
	return s.speak(Said, n, text)
}

// SayAll says texts in a room, or publicly if it has no name, as one batch: nothing comes
// between them, and all subscribers receive them as one. All are said, or none. Errors:
// [ErrNoRoom], [ErrNotInRoom], [ErrNotOnline], [ErrGoingDown].
func (s *Session) SayAll(roomName string, texts ...Text) error {
	return s.speak(Said, seek(roomName), texts...)
}

// Emote tells a room, or everyone if it has no name, what the session's user does.
// Errors: those of [Session.SayAll].
func (s *Session) Emote(roomName string, text Text) error {
	return s.speak(Emoted, seek(roomName), text)
}

// canReachLocked returns the error SayTo would return now.
func (s *Session) canReachLocked(p Destination, n sought) error {
	if p.Nick != "" {
		if _, err := s.core.userLocked(n); err != nil {
			return err
		}
		return s.mayLocked(policy.Whisper, nil)
	}
	_, err := s.channelLocked(n)
	return err
}

// speak publishes messages of the given kind in a room, or publicly if room has no key.
// It publishes all of them, or none if the session cannot speak there.
func (s *Session) speak(kind EventKind, room sought, texts ...Text) error {
	s.user.touch()
	var one [1]broadcast // the usual case, without an allocation
	all := one[:0]
	if len(texts) > 1 {
		all = make([]broadcast, 0, len(texts))
	}
	for _, text := range texts {
		if text.Blank() {
			continue
		}
		s.cost(text.lines)
		d := broadcast{from: s, suspects: suspects(text.lines)}
		d.event = &Event{Kind: kind, Text: text.lines}
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil
	}
	if s.core.mentionAware.Load() > 0 {
		s.core.look(all)
	}
	place, err := s.lockPlace(all, room)
	if errors.Is(err, errNotLooked) { // a session that may show mentions has joined since
		s.core.look(all)
		place, err = s.lockPlace(all, room)
	}
	if err != nil {
		return err
	}
	defer place.mu.Unlock()
	s.core.said[kind].Add(uint64(len(all)))
	for rest := all; len(rest) > 0; {
		n := rest[0].gather(rest[1:])
		place.publishLocked(s.core, &rest[0])
		rest = rest[n:]
	}
	return nil
}

// errNotLooked says that a session may show mentions differently, and they have not been
// looked up. That takes too long to be done while the core is locked.
var errNotLooked = errors.New("mentions have not been looked for")

// lockPlace finds and locks the channel in which all are published, and sets their sender
// and destination. The core's lock is held until the channel's is. A user who leaves
// meanwhile must wait for it, so that no other user can have taken the nick.
func (s *Session) lockPlace(all []broadcast, room sought) (*channel, error) {
	c := s.core
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return nil, err
	}
	if !all[0].looked && c.mentionAware.Load() > 0 {
		return nil, errNotLooked
	}
	place, err := s.channelLocked(room)
	if err != nil {
		return nil, err
	}
	where := destinationKey{}
	if place != &c.public {
		where.room = room.key
	}
	for i := range all {
		d := &all[i]
		d.event.Room, d.where = place.room, where
		s.signLocked(d)
		s.flood.said += d.event.received()
	}
	place.mu.Lock()
	return place, nil
}

// channelLocked returns the channel of a room, or the public one if room has no key, if
// the session may speak there.
func (s *Session) channelLocked(room sought) (*channel, error) {
	if room.key == "" {
		return &s.core.public, s.mayLocked(policy.Speak, nil)
	}
	r, err := s.roomToLocked(policy.Speak, room)
	if err != nil {
		return nil, err
	}
	return &r.channel, nil
}

// signLocked sets the sender of d.
func (s *Session) signLocked(d *broadcast) {
	d.event.From, d.event.Identity = s.user.nick, s.user.identity
	d.by = s.user.speakerLocked()
	d.event.forged = s.core.forgedLocked(d.event, d.suspects, s.user)
}

// whisper says text to one user in private, whom toLocked finds.
func (s *Session) whisper(text Text, toLocked func() (*User, error)) error {
	s.user.touch()
	if text.Blank() {
		return nil
	}
	s.cost(text.lines)
	w, err := s.lockConversation(text.lines, suspects(text.lines), toLocked)
	if err != nil {
		return err
	}
	s.core.handOver(w)
	s.weighPrivate(w.to)
	if s.kind == Interactive && w.away != nil {
		s.Note(w.away.note(marked(person{User: w.to, nick: w.event.To})))
	}
	return nil
}

// whispered is a private message on its way.
type whispered struct {
	broadcast
	to       *User
	away     *absence
	talk     *conversation // locked
	sessions []*Session    // of both users, those that receive
}

// lockConversation prepares a private message, with all that the core's lock guards. That
// lock is held until the conversation's is: see [Session.lockPlace].
func (s *Session) lockConversation(text string, found []suspect, toLocked func() (*User, error)) (*whispered, error) {
	c := s.core
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return nil, err
	}
	if err := s.mayLocked(policy.Whisper, nil); err != nil {
		return nil, err
	}
	to, err := toLocked()
	if err != nil {
		return nil, err
	}
	w := &whispered{to: to, away: to.away}
	w.event = &Event{Kind: Whispered, To: to.nick, ToIdentity: to.identity, Text: text}
	w.from, w.where, w.suspects = s, destinationKey{user: s.user}, found
	s.signLocked(&w.broadcast)
	s.flood.said += w.event.received()
	w.sessions = to.hearersLocked(w.sessions)
	if to != s.user {
		w.sessions = s.user.hearersLocked(w.sessions)
	}
	w.talk = c.conversation(s.user, to)
	w.talk.mu.Lock()
	return w, nil
}

// handOver numbers the message, adds it to the history and delivers it to the sessions of
// both users. It does so in one critical section of their conversation, and unlocks it.
func (c *Core) handOver(w *whispered) {
	defer w.talk.mu.Unlock()
	c.publish(w.event)
	c.said[Whispered].Add(1)
	w.talk.history.add(newHistoryEntry(w.event, w.by), &c.historyBytes)
	n := 0
	for _, s := range w.sessions {
		n += s.deliver(&w.broadcast)
	}
	c.delivered.Add(uint64(n))
}

// hearersLocked appends the sessions of u that receive what is said.
func (u *User) hearersLocked(to []*Session) []*Session {
	for _, s := range u.sessions {
		if s.kind.receives() {
			to = append(to, s)
		}
	}
	return to
}

// userLocked returns the user who has the nick and can be talked to.
func (c *Core) userLocked(n sought) (*User, error) {
	if u := c.users[n.key]; u != nil {
		if _, online := c.online.find(u); online {
			return u, nil
		}
	}
	return nil, n.noUser()
}

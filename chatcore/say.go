package chatcore

import (
	"errors"
	"fmt"
	"strings"

	"parley/internal/safetext"
)

// MaxLines is the maximum number of lines in one message.
const MaxLines = 100

// SayTo says text in a destination. A text of several lines, with LF between them, is one
// message: nothing comes between its lines. Errors: [ErrNoUser], [ErrNoRoom],
// [ErrNotInRoom], [ErrNotOnline], [ErrTooMany], [ErrGoingDown].
func (s *Session) SayTo(p Destination, text string) error {
	s.user.touch()
	text = strings.Clone(text) // cloned: it is kept, and may be part of a longer line
	n := p.seek()
	if p.Nick != "" {
		return s.whisper(text, func() (*User, error) { return s.core.userLocked(n) })
	}
	return s.speak(Said, n, text)
}

// canReachLocked returns the error SayTo would return now.
func (s *Session) canReachLocked(p Destination, n sought) error {
	var err error
	switch {
	case p.Nick != "":
		_, err = s.core.userLocked(n)
	case p.Room != "":
		_, err = s.mayPostLocked(n)
	}
	return err
}

// speak publishes messages of the given kind in a room, or publicly if room has no key.
// It publishes all of them, or none if the session cannot speak there. It retains the
// texts.
func (s *Session) speak(kind EventKind, room sought, texts ...string) error {
	var one [1]broadcast // the usual case, without an allocation
	all := one[:0]
	if len(texts) > 1 {
		all = make([]broadcast, 0, len(texts))
	}
	for _, text := range texts {
		text, err := speakable(text)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		s.cost(text)
		d := broadcast{from: s, suspects: suspects(text)}
		d.event = &Event{Kind: kind, Text: text}
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
	place, where := &c.public, destinationKey{}
	if room.key != "" {
		r, err := s.mayPostLocked(room)
		if err != nil {
			return nil, err
		}
		place, where.room = &r.channel, r.key
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

// signLocked sets the sender of d.
func (s *Session) signLocked(d *broadcast) {
	d.event.From, d.event.Identity = s.user.nick, s.user.identity
	d.by = s.user.speakerLocked()
	d.event.forged = s.core.forgedLocked(d.event, d.suspects, s.user)
}

// speakable makes each line of text safe and trims empty lines around them. It returns ""
// if only spaces are left: such a text is not said. Errors: [ErrTooMany].
func speakable(text string) (string, error) {
	if n := strings.Count(text, "\n") + 1; n > MaxLines {
		return "", ErrTooMany.with(fmt.Sprintf("%d lines, %d at most", n, MaxLines))
	} else if n > 1 {
		lines := strings.Split(text, "\n")
		for i, l := range lines {
			lines[i] = strings.TrimRight(safetext.Text(l), " ")
		}
		text = strings.Trim(strings.Join(lines, "\n"), "\n")
	} else {
		text = safetext.Text(text)
	}
	if strings.Trim(text, " ") == "" {
		return "", nil
	}
	return text, nil
}

// mayPostLocked returns the room if s may speak there: as a member, or as a command
// session, which need not enter.
func (s *Session) mayPostLocked(n sought) (*room, error) {
	if s.kind == Command {
		return s.core.roomLocked(n)
	}
	return s.memberLocked(n)
}

// whisper says text to one user in private, whom toLocked finds. It retains text.
func (s *Session) whisper(text string, toLocked func() (*User, error)) error {
	text, err := speakable(text)
	if err != nil || text == "" {
		return err
	}
	s.cost(text)
	w, err := s.lockConversation(text, suspects(text), toLocked)
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
	c.number(w.event)
	c.said[Whispered].Add(1)
	w.talk.history.add(historyEntry{w.event, w.by}, &c.historyBytes)
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

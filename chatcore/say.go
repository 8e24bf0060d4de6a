package chatcore

import (
	"fmt"
	"strings"

	"parley/internal/safetext"
)

// MaxLines is how many lines a text may have that is one message.
const MaxLines = 100

// SayTo says text in a place. A text of several lines, with LF between them, is one
// message: nothing comes between its lines. Errors: [ErrNoUser], [ErrNoRoom],
// [ErrNotInRoom], [ErrNotOnline], [ErrTooMany].
func (s *Session) SayTo(p Place, text string) error {
	s.user.touch()
	if p.Nick != "" {
		return s.whisper(text, func() (*User, error) { return s.core.userLocked(p.Nick) })
	}
	return s.speak(Said, p.Room, text)
}

// CanReach returns the error SayTo would return now.
func (s *Session) CanReach(p Place) error {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.canReachLocked(p)
}

func (s *Session) canReachLocked(p Place) error {
	var err error
	switch {
	case p.Nick != "":
		_, err = s.core.userLocked(p.Nick)
	case p.Room != "":
		_, err = s.mayPostLocked(p.Room)
	}
	return err
}

// speak publishes messages of the given kind in a room, or publicly: all, or, where the
// place cannot be had, none.
func (s *Session) speak(kind EventKind, roomName string, texts ...string) error {
	var one [1]delivery // as most are, and without an allocation
	all := one[:0]
	if len(texts) > 1 {
		all = make([]delivery, 0, len(texts))
	}
	for _, text := range texts {
		text, err := speakable(text)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		s.weigh(text)
		d := delivery{from: s, foreign: s.core.foreignKeys(text)}
		d.event = &Event{Kind: kind, Text: text}
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil
	}
	place, err := s.lockPlace(all, roomName)
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

// lockPlace finds and locks the place for all to be published in, and says who,
// where, and whom they mention. The core's lock is held until the place's is:
// whoever leaves meanwhile has to wait for it, so that nobody else can have taken
// the nick.
func (s *Session) lockPlace(all []delivery, roomName string) (*space, error) {
	c := s.core
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return nil, err
	}
	place, where := &c.public, spot{}
	if roomName != "" {
		r, err := s.mayPostLocked(roomName)
		if err != nil {
			return nil, err
		}
		place, where.room = &r.space, r.key
	}
	for i := range all {
		d := &all[i]
		s.signLocked(d)
		d.event.Room, d.where = place.room, where
		d.named = c.namedLocked(d.event.Text, d.foreign)
	}
	place.mu.Lock()
	return place, nil
}

// signLocked says who says what d is about.
func (s *Session) signLocked(d *delivery) {
	d.event.From, d.event.Identity = s.user.nick, s.user.identity
	d.by = s.user.speakerLocked()
}

// speakable makes text safe, each of its lines, and nothing of text that is only
// spaces then: that is not said. Empty lines around it go. Errors: [ErrTooMany].
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

// mayPostLocked finds the room if s may say something there: as a member, or as
// a command session, which need not enter.
func (s *Session) mayPostLocked(roomName string) (*room, error) {
	if s.kind == Command {
		return s.core.roomLocked(roomName)
	}
	return s.memberLocked(roomName)
}

// whisper says text to one user alone, whom toLocked finds.
func (s *Session) whisper(text string, toLocked func() (*User, error)) error {
	c := s.core
	text, err := speakable(text)
	if err != nil || text == "" {
		return err
	}
	s.weigh(text)
	c.mu.RLock()
	defer c.mu.RUnlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	to, err := toLocked()
	if err != nil {
		return err
	}
	d := delivery{
		encoder: encoder{event: &Event{Kind: Whispered, To: to.nick, ToIdentity: to.identity, Text: text}},
		from:    s, where: spot{user: s.user},
	}
	s.signLocked(&d)
	s.weighPrivate(to)
	s.handOverLocked(&d, to)
	if s.kind == Interactive && to.away.is() {
		s.Note(to.away.note(marked(person{to, to.nick})))
	}
	return nil
}

// handOverLocked numbers what d is about, keeps it and hands it to the sessions of
// both users, in one critical section for what these two say to each other.
func (s *Session) handOverLocked(d *delivery, to *User) {
	c := s.core
	talk := c.conversation(s.user, to)
	talk.mu.Lock()
	defer talk.mu.Unlock()
	c.number(d.event)
	c.said[Whispered].Add(1)
	talk.past.add(kept{d.event, d.by}, &c.past)
	n := to.hear(d)
	if to != s.user {
		n += s.user.hear(d)
	}
	c.delivered.Add(uint64(n))
}

// hear hands d to the sessions of u, and returns how many were given it.
func (u *User) hear(d *delivery) (n int) {
	for _, s := range u.sessions {
		if s.kind.hears() {
			n += s.deliver(d)
		}
	}
	return n
}

// userLocked finds a user who can be talked to by the nick.
func (c *Core) userLocked(nick string) (*User, error) {
	if u := c.users[safetext.Key(nick)]; u != nil {
		if _, online := c.online.find(u); online {
			return u, nil
		}
	}
	return nil, ErrNoUser.with(safetext.Label(nick, safetext.MaxName))
}

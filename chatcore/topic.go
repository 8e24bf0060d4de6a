package chatcore

import (
	"strings"

	"parley/internal/proto"
)

// maxTopic is the maximum length of a topic, in characters.
const maxTopic = 300

func (s *Session) topic(args string) error {
	room, text := proto.Word(args)
	if room = strings.TrimPrefix(room, roomMark); room == "" {
		return errMissing
	}
	if text = strings.Trim(text, " "); text != "" {
		return s.setTopic(room, text)
	}
	c, n := s.core, seek(room)
	c.mu.RLock()
	r, err := c.roomLocked(n)
	if err != nil {
		c.mu.RUnlock()
		return err
	}
	room, text = r.room, r.topic
	c.mu.RUnlock()
	if text == "" {
		s.Note(room + " has no topic")
	} else {
		s.Note("topic of " + room + ": " + text)
	}
	return nil
}

// Topic returns the topic of a room, or "" if it has none. Errors: [ErrNoRoom].
func (s *Session) Topic(room string) (string, error) {
	n := seek(room)
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	r, err := s.core.roomLocked(n)
	if err != nil {
		return "", err
	}
	return r.topic, nil
}

func (s *Session) setTopic(room, text string) error {
	if err := capped("a topic", text, maxTopic); err != nil {
		return err
	}
	text = strings.Clone(text) // cloned: it outlives the line it is part of
	told := unpunctuated.Replace(text)
	c, n := s.core, seek(room)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	r, err := s.memberLocked(n)
	if err != nil {
		return err
	}
	r.topic = text
	who := s.user.person()
	s.flood.said += len(r.room) + len(who.nick) + len(told)
	c.reportLocked(&r.channel, s.user, func(n *notices) {
		n.other = append(n.other, func(by called) string { return by(who) + " set the topic: " + told })
	})
	return nil
}

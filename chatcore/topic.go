package chatcore

import (
	"strings"

	"parley/chatcore/policy"
)

// maxTopic is the maximum length of a topic, in characters.
const maxTopic = 300

// Topic returns a room's name as it is shown, and its topic, which is empty if it has
// none. Errors: [ErrNoRoom].
func (s *Session) Topic(roomName string) (room, topic string, err error) {
	n := seek(roomName)
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	r, err := s.core.roomLocked(n)
	if err != nil {
		return "", "", err
	}
	return r.room, r.topic, nil
}

// SetTopic gives a room a topic, a safe text. Errors: [ErrNoRoom], [ErrNotInRoom],
// [ErrTooLong], [ErrNotOnline], [ErrGoingDown].
func (s *Session) SetTopic(roomName, text string) error {
	if err := capped("a topic", text, maxTopic); err != nil {
		return err
	}
	text = strings.Clone(text) // cloned: it outlives the line it is part of
	told := unpunctuated.Replace(text)
	c, n := s.core, seek(roomName)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.hereLocked(); err != nil {
		return err
	}
	r, err := s.roomToLocked(policy.SetTopic, n)
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

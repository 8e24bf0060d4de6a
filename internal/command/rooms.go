package command

import (
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
)

func listRooms(_ *Call, s *chatcore.Session) (Result, error) { return nil, s.AnswerRooms() }

func listMembers(c *Call, s *chatcore.Session) (Result, error) {
	room, err := c.room()
	if err != nil {
		return nil, err
	}
	return nil, s.AnswerMembers(room)
}

func enter(c *Call, s *chatcore.Session) (Result, error) {
	room, err := c.word()
	if err != nil {
		return nil, err
	}
	return nil, s.Enter(room)
}

// namedOnEntering is how many members of a room a person is told by name, and themselves.
const namedOnEntering = 10 + 1

func enterAndTalk(c *Call, s *chatcore.Session) (Result, error) {
	room, err := c.typedRoom()
	if err == nil && room == "" {
		err = errArguments
	}
	if err != nil {
		return nil, err
	}
	if err := s.Enter(room); err != nil {
		return nil, err
	}
	if err := s.GoTo(chatcore.Destination{Room: room}); err != nil {
		return nil, err
	}
	return Describe(s, room)
}

// Describe returns who is in a room, and its topic, for a session that has entered it.
func Describe(s *chatcore.Session, room string) (e Entered, err error) {
	e.You = s.Nick()
	if e.Members, e.All, err = s.Who(room, namedOnEntering); err != nil {
		return e, err
	}
	e.Room, e.Topic, err = s.Topic(room)
	return e, err
}

func leave(c *Call, s *chatcore.Session) (Result, error) {
	room, err := c.room()
	if err != nil {
		return nil, err
	}
	_, err = s.Exit(room)
	return nil, err
}

func leaveHere(c *Call, s *chatcore.Session) (Result, error) {
	room, err := c.typedRoomOrHere(s)
	if err != nil {
		return nil, err
	}
	left, err := s.Exit(room)
	switch {
	case err != nil:
		return nil, err
	case left == "":
		return nil, chatcore.ErrNotInRoom.With(label(room))
	}
	return Left{left}, nil
}

func topic(c *Call, s *chatcore.Session) (Result, error) {
	room, text := proto.Word(c.args())
	if room = strings.TrimPrefix(room, roomMark); room == "" {
		return nil, errArguments
	}
	return topicOf(room, text, s)
}

// topicHere shows or sets a topic. A room is named as @room, because any other word may
// be the first of a topic. Public has no topic, so a lone word is a room there.
func topicHere(c *Call, s *chatcore.Session) (Result, error) {
	room, text := s.Talking().Room, c.args()
	if at, ok := strings.CutPrefix(text, roomMark); ok {
		room, text = proto.Word(at)
	} else if room == "" && !strings.Contains(text, " ") {
		room, text = text, ""
	}
	if room == "" {
		return nil, errArguments
	}
	return topicOf(room, text, s)
}

func topicOf(room, text string, s *chatcore.Session) (Result, error) {
	if text = strings.Trim(text, " "); text != "" {
		return TopicSet{room}, s.SetTopic(room, text)
	}
	room, text, err := s.Topic(room)
	return Topic{room, text}, err
}

// typedRoom returns the only argument of a command at a prompt that takes a room or
// nothing, in any of the ways people write a room.
func (c *Call) typedRoom() (string, error) {
	room, err := c.atMostOne()
	return strings.TrimLeft(room, "@#"), err
}

// typedRoomOrHere is typedRoom, or the room where the person talks.
func (c *Call) typedRoomOrHere(s *chatcore.Session) (string, error) {
	room, err := c.typedRoom()
	if err == nil && room == "" {
		room = s.Talking().Room
	}
	if err == nil && room == "" {
		err = errArguments
	}
	return room, err
}

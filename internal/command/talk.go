package command

import (
	"errors"
	"strconv"
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
)

func say(c *Call, s *chatcore.Session) (Result, error) {
	if c.args() == "" {
		return nil, errArguments
	}
	return nil, s.SayTo(chatcore.Destination{}, part(c.args()))
}

func me(c *Call, s *chatcore.Session) (Result, error) {
	here, text := s.Talking(), c.args()
	room, inRoom := here.Room, strings.HasPrefix(text, roomMark)
	if inRoom {
		room, text = proto.Word(text[len(roomMark):])
	}
	switch {
	case inRoom && room == "", strings.Trim(text, " ") == "":
		return nil, errArguments
	case !inRoom && here.Nick != "": // what is meant for one must not be told to all
		return nil, ErrUsage.With("!me @room text, for you talk to one nick, and what you do is told to many")
	}
	return nil, s.Emote(room, part(text))
}

// talkTo switches to a destination: @room, #nick, a room the person is in, a person
// online, or, if none is named, everyone.
func talkTo(c *Call, s *chatcore.Session) (Result, error) {
	l := proto.Parse(strings.TrimSpace(c.args()))
	switch {
	case strings.Trim(l.Text, " ") != "" && l.Kind != proto.Public:
		return nil, errArguments
	case l.Kind == proto.Room:
		return nil, s.GoTo(chatcore.Destination{Room: l.Target})
	case l.Kind == proto.Private && l.Target != "":
		return nil, c.goToPerson(s)
	case l.Kind == proto.Private, l.Kind == proto.Command:
		return nil, errArguments
	}
	name := strings.TrimSpace(c.args())
	if name == "" || strings.EqualFold(name, "public") {
		return nil, s.GoTo(chatcore.Destination{})
	}
	if strings.Contains(name, " ") {
		return nil, errArguments
	}
	err := s.GoTo(chatcore.Destination{Room: name})
	if errors.Is(err, chatcore.ErrNoRoom) {
		err = s.GoTo(chatcore.Destination{Nick: name})
	}
	return nil, err
}

func reply(c *Call, s *chatcore.Session) (Result, error) {
	if c.Person.Who == (chatcore.Correspondent{}) {
		return nil, &chatcore.Error{What: "no one to reply to", Detail: "no one who is online has written to you privately"}
	}
	if c.args() == "" {
		return nil, c.goToPerson(s)
	}
	return nil, c.whisper(s, part(c.args()))
}

func msg(c *Call, s *chatcore.Session) (Result, error) {
	nick, text := proto.Word(c.args())
	if nick = strings.TrimLeft(nick, "#@"); nick == "" || strings.TrimSpace(text) == "" {
		return nil, errArguments
	}
	return nil, c.whisper(s, part(text))
}

// whisper says text to the person the call is for.
func (c *Call) whisper(s *chatcore.Session, text chatcore.Text) error {
	if c.Person.Err != nil {
		return c.Person.Err
	}
	return s.Reply(c.Person.Who, text)
}

// goToPerson makes the session talk to the person the call is for.
func (c *Call) goToPerson(s *chatcore.Session) error {
	if c.Person.Err != nil {
		return c.Person.Err
	}
	return s.GoToCorrespondent(c.Person.Who)
}

// lastByDefault is how many messages /last shows by default.
const lastByDefault = 20

func last(c *Call, s *chatcore.Session) (Result, error) {
	n := lastByDefault
	if c.args() != "" {
		var err error
		if n, err = strconv.Atoi(c.args()); err != nil || n < 1 {
			return nil, errArguments
		}
	}
	past, err := s.Last(s.Talking(), n)
	return History{past}, err
}

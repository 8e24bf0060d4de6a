package command

import (
	"errors"
	"strings"

	"parley/chatcore"
	"parley/internal/safetext"
)

func listUsers(_ *Call, s *chatcore.Session) (Result, error) { return nil, s.AnswerUsers() }

// mostListed is the maximum number of people a person is shown at once.
const mostListed = 100

func peopleOnline(_ *Call, s *chatcore.Session) (Result, error) { return people("", s) }

func peopleHere(c *Call, s *chatcore.Session) (Result, error) {
	room, err := c.typedRoomOrHere(s)
	if errors.Is(err, errArguments) && c.args() == "" {
		return people("", s) // the members of the public channel
	}
	if err != nil {
		return nil, err
	}
	return people(room, s)
}

func people(room string, s *chatcore.Session) (Result, error) {
	members, all, err := s.Who(room, mostListed)
	return People{Room: room, Members: members, All: all}, err
}

func who(c *Call, s *chatcore.Session) (Result, error) {
	room, err := c.typedRoom()
	if err != nil {
		return nil, err
	}
	members, all, err := s.Who(room, mostListed)
	return People{Room: room, Members: members, All: all, Table: true}, err
}

func whois(c *Call, s *chatcore.Session) (Result, error) {
	nick, err := c.word()
	if err != nil {
		return nil, err
	}
	m, err := s.Member(nick)
	return Whois{m}, err
}

// whoisTyped is whois for people, who may put the mark of a destination before the nick.
func whoisTyped(c *Call, s *chatcore.Session) (Result, error) {
	nick := strings.TrimLeft(c.args(), "#@")
	if nick == "" || strings.Contains(nick, " ") {
		return nil, errArguments
	}
	m, err := s.Member(nick)
	return Whois{m}, err
}

func ignore(c *Call, s *chatcore.Session) (Result, error) {
	nick, err := c.atMostOne()
	switch {
	case err != nil:
		return nil, err
	case nick == "":
		return Ignoring{s.Ignored()}, nil
	}
	return Ignored{nick}, s.Ignore(nick)
}

func unignore(c *Call, s *chatcore.Session) (Result, error) {
	nick, err := c.word()
	if err != nil {
		return nil, err
	}
	return Unignored{nick}, s.Unignore(nick)
}

// label returns a name as errors show it.
func label(name string) string { return safetext.Label(name, safetext.MaxName) }

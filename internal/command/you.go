package command

import (
	"strings"

	"parley/chatcore"
)

func rename(c *Call, s *chatcore.Session) (Result, error) {
	nick, err := c.word()
	if err != nil {
		return nil, err
	}
	now, err := s.Rename(nick)
	if now == "" { // it was refused, or is their nick already
		return nil, err
	}
	return Renamed{now}, err
}

func away(c *Call, s *chatcore.Session) (Result, error) { return Away{}, s.SetAway(c.args()) }

// awayOrBack is away. Without a text, a person who is away is back.
func awayOrBack(c *Call, s *chatcore.Session) (Result, error) {
	if c.args() == "" && s.IsAway() {
		return back(c, s)
	}
	return away(c, s)
}

func back(_ *Call, s *chatcore.Session) (Result, error) { return Back{}, s.Back() }

// onOff returns what a command does that switches a setting.
func onOff(set func(*chatcore.Session, bool)) run {
	return func(c *Call, s *chatcore.Session) (Result, error) {
		switch c.args() {
		case "on":
			set(s, true)
		case "off":
			set(s, false)
		default:
			return nil, errArguments
		}
		return nil, nil
	}
}

func format(c *Call, s *chatcore.Session) (Result, error) {
	switch c.args() {
	case "text":
		return nil, s.SetJSON(false)
	case "json":
		return nil, s.SetJSON(true)
	}
	return nil, errArguments
}

func quit(c *Call, s *chatcore.Session) (Result, error) {
	s.Quit(c.args())
	return nil, nil
}

func noEcho(*Call, *chatcore.Session) (Result, error) {
	return Note("In a terminal you always see what you say."), nil
}

func noFormat(*Call, *chatcore.Session) (Result, error) {
	return nil, &chatcore.Error{What: "not in a terminal", Detail: "JSON is for programs, with ssh -T or on the raw port"}
}

func setNotices(c *Call, _ *chatcore.Session) (Result, error) {
	if c.args() != "on" && c.args() != "off" {
		return nil, errArguments
	}
	return Set{"notices", c.args()}, nil
}

func set(c *Call, _ *chatcore.Session) (Result, error) {
	words := strings.Fields(c.args())
	switch len(words) {
	case 0:
		return Set{}, nil
	case 1:
		return Set{Name: words[0]}, nil
	case 2:
		return Set{words[0], words[1]}, nil
	}
	return nil, errArguments
}

func clearScreen(*Call, *chatcore.Session) (Result, error) { return ClearScreen{}, nil }

package conformance

import (
	"fmt"
	"slices"
	"strings"
)

// section3 is what a client may send.
var section3 = []sentence{
	{
		says:     "| `text` | to everyone else online | none |",
		tutorial: "instead of sending the data back to the sending client, it echos the data to all the other clients.",
		scenes: []scene{
			{name: "said to everyone", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(),
				ann.sends("hello all\r\n"),
				bob.sees("ann: hello all\r\n"), cyd.sees("ann: hello all\r\n"),
				ann.nothing(),
				cyd.sends("hello ann\r\n"),
				ann.sees("cyd: hello ann\r\n"), bob.sees("cyd: hello ann\r\n"),
			}},
			{name: "said to everyone, with nobody there", steps: []step{
				ann.joins(), ann.sends("hello\r\n"), ann.nothing(),
			}},
		},
	},
	{
		says: "| `#nick text` | privately to that nick | none, or `!error no such user: nick` |",
		tutorial: "when the server receives a line of the form: #nick message... then it searches for a client whose identity is nick " +
			"and sends the message privately to that client. If the nickname does not exist, the server simply sends some error message to the sender.",
		scenes: []scene{
			{name: "said privately", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(),
				ann.sends("#bob hi there\r\n"),
				ann.nothing(),
				bob.sees("#ann: hi there\r\n"),
				cyd.nothing(),
			}},
			{name: "said privately to nobody", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("#zoe hi there\r\n"),
				ann.sees("!error no such user: zoe\r\n"),
				bob.nothing(),
			}},
			{name: "said privately to one who left", steps: []step{
				ann.joins(), bob.joins(), bob.leaves(),
				ann.sends("#bob hi there\r\n"),
				ann.sees("!error no such user: bob\r\n"),
			}},
		},
	},
	{
		says: "| `@room text` | to the others in that room | none, or `!error no such room: room` / `!error not in room: room` |",
		tutorial: "@roomname message: send the message message to the chatroom roomname. " +
			"If the client is not in the chatroom or if the chatroom does not exist, an error message is returned.",
		scenes: []scene{
			{name: "said in a room", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), dan.joins(),
				ann.enters("room"), bob.enters("room"), cyd.enters("room"), dan.enters("other"),
				ann.sends("@room hi there\r\n"),
				ann.nothing(),
				bob.sees("@room ann: hi there\r\n"), cyd.sees("@room ann: hi there\r\n"),
				dan.nothing(),
			}},
			{name: "said in no room", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("@room hi there\r\n"),
				ann.sees("!error no such room: room\r\n"),
				bob.nothing(),
			}},
			{name: "said in a room from outside", steps: []step{
				ann.joins(), bob.joins(), bob.enters("room"),
				ann.sends("@room hi there\r\n"),
				ann.sees("!error not in room: room\r\n"),
				bob.nothing(),
			}},
		},
	},
	{
		says:     "| `!users` | who is online | one line: nicks, separated by single spaces, sorted without case |",
		tutorial: "!users which tells the server to send a space-separated list of all the client nicknames.",
		scenes: []scene{
			{name: "who is online", steps: []step{
				ann.joins(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
				bob.joins(),
				ann.sends("!users\r\n"), ann.sees("ann bob\r\n"),
			}},
			{name: "who is online, sorted without case", steps: []step{
				someone("bob").joins(), someone("Cyd").joins(), someone("ann").joins(), someone("Bo").joins(), someone("Dan").joins(),
				ann.sends("!users\r\n"), ann.sees("ann Bo bob Cyd Dan\r\n"),
			}},
		},
	},
	{
		says: "| `!enter room` | join, making the room if need be; nothing if already in | none |",
		tutorial: "!enter roomname: enter the chatroom roomname - the chatroom is created if it does not exist. " +
			"Does nothing if the client is already part of that chatroom.",
		scenes: []scene{
			{name: "a room is made", steps: []step{
				ann.joins(),
				ann.sends("!enter room\r\n"), ann.nothing(),
				ann.sends("!rooms\r\n!members room\r\n"), ann.sees("room\r\nann\r\n"),
			}},
			{name: "a room is entered", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"),
				bob.sends("!enter room\r\n"), bob.nothing(),
				bob.sends("!rooms\r\n!members room\r\n"), bob.sees("room\r\nann bob\r\n"),
			}},
			{name: "a room is entered again", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!enter room\r\n"), ann.nothing(),
				ann.sends("!members room\r\n"), ann.sees("ann bob\r\n"),
				bob.sends("@room once\r\n"), ann.sees("@room bob: once\r\n"),
				ann.sends("!leave room\r\n!members room\r\n"), ann.sees("bob\r\n"),
			}},
		},
	},
	{
		says: "| `!leave room` | leave; the room ends with its last member; nothing if not in, or no such room | none |",
		tutorial: "!leave roomname: leave the chatroom roomname - the chatroom is destroyed if no clients remain in that chatroom. " +
			"Does nothing if the client is not part of that chatroom.",
		scenes: []scene{
			{name: "a room is left", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!leave room\r\n"), ann.nothing(),
				bob.sends("@room alone\r\n!members room\r\n"), bob.sees("bob\r\n"),
				ann.nothing(),
				ann.sends("@room hi\r\n"), ann.sees("!error not in room: room\r\n"),
			}},
			{name: "a room ends with its last member", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!leave room\r\n!rooms\r\n"), ann.sees("room\r\n"),
				bob.sends("!leave room\r\n!rooms\r\n"), bob.sees("\r\n"),
				bob.sends("!members room\r\n@room hi\r\n"),
				bob.sees("!error no such room: room\r\n!error no such room: room\r\n"),
				ann.enters("room"),
				ann.sends("!members room\r\n"), ann.sees("ann\r\n"),
			}},
			{name: "a room one is not in is left", steps: []step{
				ann.joins(), bob.joins(), bob.enters("room"),
				ann.sends("!leave room\r\n"), ann.nothing(),
				ann.sends("!members room\r\n"), ann.sees("bob\r\n"),
			}},
			{name: "no room is left", steps: []step{
				ann.joins(), ann.sends("!leave room\r\n"), ann.nothing(),
			}},
		},
	},
	{
		says: "| `!rooms` | which rooms exist | one line: names, sorted; an empty line when there are none |",
		tutorial: "It is also possible to get a listing of all the chatrooms and of all the users present in a given chatroom. [...] " +
			"!rooms: send a space-separated list of all the chatrooms.",
		scenes: []scene{
			{name: "no rooms", steps: []step{
				ann.joins(), ann.sends("!rooms\r\n"), ann.sees("\r\n"),
			}},
			{name: "rooms, sorted", steps: []step{
				ann.joins(), bob.joins(),
				ann.enters("c"), bob.enters("B"), ann.enters("a"), bob.enters("a-b"), ann.enters("D"),
				ann.sends("!rooms\r\n"), ann.sees("a a-b B c D\r\n"),
				bob.sends("!rooms\r\n"), bob.sees("a a-b B c D\r\n"),
			}},
		},
	},
	{
		says: "| `!members room` | who is in it | one line of nicks, or `!error no such room: room` |",
		tutorial: "!members roomname: send a space-separated list of all the users of a given chatroom. " +
			"Send an error message if the chatroom does not exists.",
		scenes: []scene{
			{name: "members", steps: []step{
				someone("Cyd").joins(), someone("bob").joins(), ann.joins(), someone("Dan").joins(),
				someone("Cyd").enters("room"), someone("bob").enters("room"), someone("Dan").enters("room"),
				someone("Dan").sends("!members room\r\n"), someone("Dan").sees("bob Cyd Dan\r\n"),
				ann.sends("!members room\r\n"), ann.sees("bob Cyd Dan\r\n"), // from outside too
			}},
			{name: "members of no room", steps: []step{
				ann.joins(), ann.sends("!members room\r\n"), ann.sees("!error no such room: room\r\n"),
			}},
		},
	},
	{
		says:     "| `!help [command]` | every command with its usage; one command's description | several lines, each starting with `! ` |",
		tutorial: "You are also free to extend the protocol with other commands, of course! Please just document them.",
		scenes: []scene{
			{name: "help", steps: []step{
				ann.joins(),
				ann.seesLines("!help\r\n", func(lines []string) error {
					if err := allLines(lines, "! ", "\r\n"); err != nil {
						return err
					}
					for _, usage := range []string{
						"!users", "!enter room", "!leave room", "!rooms", "!members room", "!help [command]", "#nick text", "@room text",
						"!nick ", "!me ", "!topic ", "!whois ", "!away ", "!back", "!ignore ", "!unignore ",
						"!notices on|off", "!echo on|off", "!format text|json", "!quit",
					} {
						if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "! "+usage) }) {
							return fmt.Errorf("no line is of %q", usage)
						}
					}
					return nil
				}),
			}},
			{name: "help of one command", steps: []step{
				ann.joins(),
				ann.seesLines("!help members\r\n", func(lines []string) error {
					text := strings.Join(lines, "")
					if !strings.Contains(text, "!members room") || !strings.Contains(text, "who is in a room") || strings.Contains(text, "!users") {
						return fmt.Errorf("it is not its description: %q", text)
					}
					return allLines(lines, "! ", "\r\n")
				}),
				ann.seesLines("!help !members\r\n", func(lines []string) error { return allLines(lines, "! ", "\r\n") }),
			}},
			{name: "help of no command", steps: []step{
				ann.joins(),
				ann.sends("!help dance\r\n"), ann.sees("!error unknown command: !dance (try !help)\r\n"),
			}},
		},
	},
	{
		says: "| any other `!word` | | `!error unknown command: !word (try !help)` |",
		scenes: []scene{
			{name: "unknown command", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!dance\r\n"), ann.sees("!error unknown command: !dance (try !help)\r\n"),
				ann.sends("!dance with me\r\n"), ann.sees("!error unknown command: !dance (try !help)\r\n"),
				bob.nothing(),
			}},
			{name: "unknown command that begins as a known one", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!user\r\n!userss\r\n!users\r\n"),
				ann.sees("!error unknown command: !user (try !help)\r\n!error unknown command: !userss (try !help)\r\nann bob\r\n"),
			}},
		},
	},
}

// enters enters a room and waits until that is done.
func (p person) enters(room string) step {
	return step{p.name + " enters " + room, func(st *stage) error {
		if err := p.sends("!enter " + room + "\r\n").do(st); err != nil {
			return err
		}
		return p.nothing().do(st)
	}}
}

// allLines holds that there are lines, each with this start and end.
func allLines(lines []string, start, end string) error {
	if len(lines) == 0 {
		return fmt.Errorf("no line came")
	}
	for _, l := range lines {
		if !strings.HasPrefix(l, start) || !strings.HasSuffix(l, end) {
			return fmt.Errorf("%q does not start with %q and end in %q", l, start, end)
		}
	}
	return nil
}

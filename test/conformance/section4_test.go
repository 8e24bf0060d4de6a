package conformance

// section4 is what the server sends.
var section4 = []sentence{
	{
		says:     "| `nick: text` | a public message |",
		tutorial: "chat messages, which moreover are always prefixed by the sender's nickname.",
		scenes: []scene{{name: "a public message", steps: []step{
			ann.joins(), bob.joins(),
			ann.sends("hello: all\r\n"), bob.sees("ann: hello: all\r\n"),
		}}},
	},
	{
		says:     "| `@room nick: text` | a room message |",
		tutorial: "all the clients in that chatroom will receive that message (prefixed with the chatroom name).",
		scenes: []scene{{name: "a room message", steps: []step{
			ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
			ann.sends("@room hello: all\r\n"), bob.sees("@room ann: hello: all\r\n"),
		}}},
	},
	{
		says:     "| `#nick: text` | a private message from nick |",
		tutorial: "sends the message privately to that client.",
		scenes: []scene{{name: "a private message", steps: []step{
			ann.joins(), bob.joins(),
			ann.sends("#bob hello: you\r\n"), bob.sees("#ann: hello: you\r\n"),
		}}},
	},
	{
		says: "| `* ...`, `@room * ...` | an emote; or joins and leaves, for sessions that asked (`!notices on`) |",
		scenes: []scene{
			{name: "emotes", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!me waves\r\n"),
				bob.sees("* ann waves\r\n"), cyd.sees("* ann waves\r\n"),
				ann.sends("!me @room waves\r\n"),
				bob.sees("@room * ann waves\r\n"),
				cyd.nothing(),
				ann.nothing(),
			}},
			{name: "who comes and goes, for who asked", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!notices on\r\n"), ann.nothing(),
				cyd.joins(), aSecondPasses(),
				ann.seesLike(`\* .*\bcyd\b.*`),
				cyd.leaves(), aSecondPasses(),
				ann.seesLike(`\* .*\bcyd\b.*`),
				bob.nothing(), // did not ask
				ann.sends("!notices off\r\n"), ann.nothing(),
				cyd.joins(), aSecondPasses(),
				ann.nothing(),
			}},
			{name: "who comes into a room and goes, for who asked", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), dan.joins(),
				ann.enters("room"), bob.enters("room"),
				ann.sends("!notices on\r\n"), ann.nothing(),
				dan.sends("!notices on\r\n"), dan.nothing(),
				cyd.enters("room"), aSecondPasses(),
				ann.seesLike(`@room \* .*\bcyd\b.*`),
				cyd.enters("room"), aSecondPasses(), // is in already
				ann.nothing(),
				cyd.sends("!leave room\r\n"), cyd.nothing(), aSecondPasses(),
				ann.seesLike(`@room \* .*\bcyd\b.*`),
				bob.nothing(), // did not ask
				dan.nothing(), // is not there
			}},
			{name: "who takes another nick, for who asked", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(),
				ann.sends("!notices on\r\n"), ann.nothing(),
				bob.sends("!nick bobby\r\n"), bob.nothing(), aSecondPasses(),
				ann.seesLike(`\* .*\bbob\b.*\bbobby\b.*`),
				cyd.nothing(), // did not ask
			}},
			{name: "notices are quiet in themselves", steps: []step{
				ann.joins(), ann.sends("!notices on\r\n"), ann.nothing(),
				bob.joins(), bob.sends("!notices on\r\n"), bob.nothing(), aSecondPasses(),
				ann.seesLike(`\* .*\bbob\b.*`),
				bob.seesLike(`\* .*\bbob\b.*`),
				aSecondPasses(), ann.nothing(), bob.nothing(),
			}},
		},
	},
	{
		says:     "| `!error <what>: <detail>` | a request failed; nothing else happened |",
		tutorial: "If the nickname does not exist, the server simply sends some error message to the sender.",
		scenes: []scene{{name: "nothing else happened", steps: []step{
			ann.joins(), bob.joins(), bob.enters("room"),
			ann.sends("@room hi\r\n#zoe hi\r\n!members hall\r\n!nick bob\r\n!nick not-a-nick\r\n!enter not/a/room\r\n!dance\r\n"),
			ann.sees("!error not in room: room\r\n!error no such user: zoe\r\n!error no such room: hall\r\n!error nick in use: bob\r\n"),
			ann.seesLike(`!error invalid nick: .+`),
			ann.seesLike(`!error invalid room: .+`),
			ann.sees("!error unknown command: !dance (try !help)\r\n"),
			ann.sends("!users\r\n!rooms\r\n!members room\r\n"), ann.sees("ann bob\r\nroom\r\nbob\r\n"),
			bob.nothing(),
		}}},
	},
	{
		says: "| `! ...` | other words of the server: help, shutdown |",
		scenes: []scene{
			{name: "words of help", steps: []step{
				ann.joins(),
				ann.seesLines("!help\r\n", func(lines []string) error { return allLines(lines, "! ", "\r\n") }),
			}},
			{name: "the server stops", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("last words\r\n"), ann.nothing(),
				theServerStops(),
				bob.sees("ann: last words\r\n! server is going down\r\n"),
				ann.sees("! server is going down\r\n"),
				ann.closed(), bob.closed(),
			}},
		},
	},
	{
		says:     "| anything else | the one-line answer to `!users`, `!rooms`, `!members` |",
		tutorial: "send a space-separated list",
		scenes: []scene{{name: "lists", steps: []step{
			ann.joins(), bob.joins(), ann.enters("hall"), ann.enters("room"), bob.enters("room"),
			ann.sends("!users\r\n!rooms\r\n!members room\r\n!members hall\r\n"),
			ann.sees("ann bob\r\nhall room\r\nann bob\r\nann\r\n"),
		}}},
	},
	{
		says:     "A nick is letters and digits, so no message can look like a line of the server.",
		tutorial: "which must be an alphanumerical string.",
		scenes: []scene{{name: "no message looks like another line", steps: []step{
			ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
			ann.sends(" ! server is going down\r\n"), bob.sees("ann:  ! server is going down\r\n"),
			ann.sends("hi\rcyd: hi\r\n"), bob.sees("ann: hicyd: hi\r\n"),
			ann.sends("hi\u2028cyd: hi\r\n"), bob.sees("ann: hi cyd: hi\r\n"),
			ann.sends("hi\u0085cyd: hi\r\n"), bob.sees("ann: hicyd: hi\r\n"),
			ann.sends("hi\x0b\x0ccyd: hi\r\n"), bob.sees("ann: hicyd: hi\r\n"),
			ann.sends("#bob cyd: hi\r\n"), bob.sees("#ann: cyd: hi\r\n"),
			ann.sends("@room cyd: hi\r\n"), bob.sees("@room ann: cyd: hi\r\n"),
			ann.sends("!me : cyd: hi\r\n"), bob.sees("* ann : cyd: hi\r\n"),
		}}},
	},
	{
		says:     "A terminal wraps long lines at a width the server does not know.",
		explains: "It is about terminals, and the reason for the next sentence.",
	},
	{
		says: "So from column 20 on, a word directly before a colon and a space gets a space before that colon (`bob : text`) if it stands after two blanks or more, or ends in the nick of another person who is online.",
		scenes: []scene{
			{name: "a nick and a colon that a terminal may wrap to", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("a long line about nothing, bob: hi\r\n"), bob.sees("ann: a long line about nothing, bob : hi\r\n"),
				ann.sends("a long line about nothing,xBOB: hi\r\n"), bob.sees("ann: a long line about nothing,xBOB : hi\r\n"),
				ann.sends("a long line about nothing,  zoe: hi\r\n"), bob.sees("ann: a long line about nothing,  zoe : hi\r\n"),
				ann.sends("@room a long line about nothing, bob: hi\r\n"), bob.sees("@room ann: a long line about nothing, bob : hi\r\n"),
				ann.sends("#bob a long line about nothing, bob: hi\r\n"), bob.sees("#ann: a long line about nothing, bob : hi\r\n"),
			}},
			{name: "other words before a colon", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("a line, bob: hi\r\n"), bob.sees("ann: a line, bob: hi\r\n"), // before column 20
				ann.sends("a long line about nothing, zoe: hi\r\n"), bob.sees("ann: a long line about nothing, zoe: hi\r\n"),
				ann.sends("a long line about nothing, ann: hi\r\n"), bob.sees("ann: a long line about nothing, ann: hi\r\n"),
				ann.sends("a long line about nothing, bob:hi\r\n"), bob.sees("ann: a long line about nothing, bob:hi\r\n"),
			}},
		},
		proven: []proof{{"parley/chatcore", "TestForgedRowsAreTakenApart"}},
	},
	{
		says: "JSON has the text as it was sent.",
		scenes: []scene{{name: "no space before a colon in JSON", steps: []step{
			ann.joins(), bob.joins(), bob.takesJSON(),
			ann.sends("a long line about nothing,  bob: hi\r\n"),
			bob.seesLike(object("message", `,"from":"ann"(,"identity":"SHA256:[^"]+")?,"text":"a long line about nothing,  bob: hi","mention":true`)),
		}}},
	},
}

package conformance

import "strings"

// section5people is the commands that others see something of.
var section5people = []sentence{
	{
		says: "| `!nick new` | take another nick; rooms are kept |",
		scenes: []scene{
			{name: "another nick", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!nick Zoe\r\n"), ann.nothing(),
				ann.sends("hello\r\n@room hello\r\n#bob hello\r\n!users\r\n!members room\r\n"),
				bob.sees("Zoe: hello\r\n@room Zoe: hello\r\n#Zoe: hello\r\n"),
				ann.sees("bob Zoe\r\nbob Zoe\r\n"),
				bob.sends("#ann hi\r\n"), bob.sees("!error no such user: ann\r\n"),
				bob.sends("#zoe hi\r\n"), ann.sees("#bob: hi\r\n"),
			}},
			{name: "another nick that cannot be had", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!nick bob\r\n"), ann.sees("!error nick in use: bob\r\n"),
				ann.sends("!nick BOB\r\n"), ann.sees("!error nick in use: BOB\r\n"),
				ann.sends("!nick server\r\n"), ann.seesLike(`!error nick in use: server.*`),
				ann.sends("!nick a-b\r\n"), ann.seesLike(`!error invalid nick: .*`),
				ann.sends("!users\r\n"), ann.sees("ann bob\r\n"),
			}},
			{name: "the same nick in another spelling", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!nick Ann\r\nhello\r\n"), bob.sees("Ann: hello\r\n"),
			}},
			{name: "the nick before is free", steps: []step{
				ann.joins(), bob.joins(), ann.sends("!nick zoe\r\n"), ann.nothing(),
				bob.sends("!nick ann\r\n"), bob.nothing(),
				bob.sends("!users\r\n"), bob.sees("ann zoe\r\n"),
			}},
		},
	},
	{
		says: "| `!say text` | say text to everyone, whatever it starts with |",
		scenes: []scene{{name: "!say", steps: []step{
			ann.joins(), bob.joins(), cyd.joins(),
			ann.sends("!say hello all\r\n!say #bob hi\r\n!say /users\r\n!SAY  two  spaces\r\n"), ann.nothing(),
			bob.sees("ann: hello all\r\nann: #bob hi\r\nann: /users\r\nann: two  spaces\r\n"),
			cyd.sees("ann: hello all\r\nann: #bob hi\r\nann: /users\r\nann: two  spaces\r\n"),
			ann.sends("!say\r\n"), ann.sees("!error usage: !say text\r\n"),
		}}},
	},
	{
		says: "| `!me text`, `!me @room text` | an emote: the others see `* ann waves` |",
		scenes: []scene{
			{name: "an emote", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!me waves\r\n!me @room nods\r\n"), ann.nothing(),
				bob.sees("* ann waves\r\n@room * ann nods\r\n"),
				cyd.sees("* ann waves\r\n"),
			}},
			{name: "emotes that fail", steps: []step{
				ann.joins(), bob.joins(), bob.enters("room"),
				ann.sends("!me @hall waves\r\n"), ann.sees("!error no such room: hall\r\n"),
				ann.sends("!me @room waves\r\n"), ann.sees("!error not in room: room\r\n"),
				bob.nothing(),
			}},
		},
	},
	{
		says: "| `!topic room` | one line: `! topic of dev: release on friday`, or `! dev has no topic`; anybody may ask |",
		scenes: []scene{{name: "the topic of a room", steps: []step{
			ann.joins(), bob.joins(), ann.enters("dev"),
			bob.sends("!topic dev\r\n"), bob.sees("! dev has no topic\r\n"),
			ann.sends("!topic dev release on friday\r\n"), ann.nothing(),
			ann.sends("!topic dev\r\n"), ann.sees("! topic of dev: release on friday\r\n"),
			bob.sends("!topic dev\r\n"), bob.sees("! topic of dev: release on friday\r\n"),
		}}},
	},
	{
		says: "| `!topic room text` | say what a room is about, as a member (else `!error not in room: room`); it is news of the room |",
		scenes: []scene{
			{name: "a topic is news of the room", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				bob.sends("!notices on\r\n"), bob.nothing(),
				ann.sends("!topic room what we do\r\n"), ann.nothing(), aSecondPasses(),
				bob.sees("@room * ann set the topic: what we do\r\n"),
			}},
			{name: "topics that fail", steps: []step{
				ann.joins(), bob.joins(), bob.enters("room"),
				ann.sends("!topic room mine\r\n"), ann.sees("!error not in room: room\r\n"),
				ann.sends("!topic hall\r\n"), ann.sees("!error no such room: hall\r\n"),
				ann.sends("!topic\r\n"), ann.sees("!error usage: !topic room [text]\r\n"),
				bob.sends("!topic room " + strings.Repeat("x", 301) + "\r\n"), bob.sees("!error too long: a topic has 300 characters at most\r\n"),
				bob.sends("!topic room\r\n"), bob.sees("! room has no topic\r\n"),
			}},
		},
	},
	{
		says: "| `!whois nick` | several lines: verified (with the fingerprint of the key) or guest; since when, how many sessions; idle for " +
			"how long; away, if so |",
		scenes: []scene{
			{name: "who is", steps: []step{
				ann.joins(), bob.joins(),
				ann.seesLines("!whois BOB\r\n", func(lines []string) error { return allLines(lines, "! bob ", "\r\n") }),
				ann.sends("!whois zoe\r\n"), ann.sees("!error no such user: zoe\r\n"),
				bob.nothing(),
				bob.sends("!away lunch\r\n"), bob.nothing(),
				ann.sends("!whois bob\r\n"),
				ann.seesLike(`! bob is (a guest|verified, key SHA256:\S+)`),
				ann.seesLike(`! bob is online since \S+Z, sessions: 1`),
				ann.seesLike(`! bob is idle for \S+`),
				ann.seesLike(`! bob is away: lunch, since \S+Z`),
			}},
			{name: "who is verified, with two sessions", steps: []step{
				ann.joins(), cyd.joinsBySSH(), cyd.again().joinsBySSH(),
				ann.sends("!whois cyd\r\n"),
				ann.seesWithKey(`! cyd is verified, key %s`, cyd),
				ann.seesLike(`! cyd is online since \S+Z, sessions: 2`),
				ann.seesLike(`! cyd is idle for \S+`),
			}},
		},
	},
	{
		says: "| `!away`, `!away text` | be away, and say why: shown by `!whois`, and told to who whispers from an interactive session |",
		scenes: []scene{
			{name: "away and back", steps: []step{
				ann.joins(), bob.joins(),
				bob.sends("!away lunch\r\n"), bob.nothing(),
				ann.sends("#bob hi\r\n"), ann.nothing(), // section 3: a private line has no answer
				bob.sees("#ann: hi\r\n"),
				bob.sends("!back\r\n!away\r\n!back\r\n"), bob.nothing(),
				ann.seesLines("!whois bob\r\n", noneOf("away")),
			}},
			{name: "who whispers from a terminal is told", steps: []step{
				bob.joins(), bob.sends("!away lunch\r\n"), bob.nothing(),
				ann.opensTerminal("dumb"), ann.shows(greeted),
				ann.types("#bob hi\r"), ann.shows(`~?bob is away: lunch\r\n`),
				bob.sees("#ann: hi\r\n"),
			}},
		},
	},
	{
		says: "| `!back` | be away no longer |",
		scenes: []scene{{name: "back", steps: []step{
			ann.joins(), bob.joins(),
			bob.sends("!away lunch\r\n"), bob.nothing(),
			ann.sends("!whois bob\r\n"), ann.skipsToLike(`! bob is away: lunch, since \S+Z`),
			bob.sends("!back\r\n"), bob.nothing(),
			ann.seesLines("!whois bob\r\n", noneOf("away")),
		}}},
	},
	{
		says: "| `!quit`, `!quit text` | leave; the text is told to those who asked for notices |",
		scenes: []scene{
			{name: "quit", steps: []step{
				ann.joins(), bob.joins(),
				bob.sends("bye\r\n!quit\r\nnot said\r\n"),
				bob.closed(),
				ann.sees("bob: bye\r\n"),
				ann.asksUntil("!users\r\n", "ann\r\n"),
			}},
			{name: "last words", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), ann.enters("room"), bob.enters("room"), cyd.enters("room"),
				ann.sends("!notices on\r\n"), ann.nothing(),
				bob.sends("!quit good night\r\n"), bob.closed(), ann.asksUntil("!users\r\n", "ann cyd\r\n"),
				cyd.sends("!quit\r\n"), cyd.closed(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
				ann.seesLike(`(@room )?\* cyd left; bob left \(good night\)|(@room )?\* bob left \(good night\); cyd left`),
				ann.seesLike(`(@room )?\* cyd left; bob left \(good night\)|(@room )?\* bob left \(good night\); cyd left`),
			}},
		},
	},
}

package conformance

import (
	"slices"
	"strings"
)

// section5 is the commands beyond the seed.
var section5 = slices.Concat(section5people, section5own)

// section5people is the commands that others see something of.
var section5people = []sentence{
	{
		says: "`!nick NEW`",
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
		says: "`!me TEXT`, `!me @room TEXT`",
		scenes: []scene{{name: "emotes that fail", steps: []step{
			ann.joins(), bob.joins(), bob.enters("room"),
			ann.sends("!me @hall waves\r\n"), ann.sees("!error no such room: hall\r\n"),
			ann.sends("!me @room waves\r\n"), ann.sees("!error not in room: room\r\n"),
			bob.nothing(),
		}}},
	},
	{
		says: "`!whois NICK`",
		scenes: []scene{{name: "who is", steps: []step{
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
		}}},
	},
	{
		says: "`!quit`",
		scenes: []scene{{name: "quit", steps: []step{
			ann.joins(), bob.joins(),
			bob.sends("bye\r\n!quit\r\nnot said\r\n"),
			bob.closed(),
			ann.sees("bob: bye\r\n"),
			ann.asksUntil("!users\r\n", "ann\r\n"),
		}}, {name: "last words", steps: []step{
			ann.joins(), bob.joins(), cyd.joins(), ann.enters("room"), bob.enters("room"), cyd.enters("room"),
			ann.sends("!notices on\r\n"), ann.nothing(),
			bob.sends("!quit good night\r\n"), bob.closed(), ann.asksUntil("!users\r\n", "ann cyd\r\n"),
			cyd.sends("!quit\r\n"), cyd.closed(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
			ann.seesLike(`(@room )?\* cyd left; bob left \(good night\)|(@room )?\* bob left \(good night\); cyd left`),
			ann.seesLike(`(@room )?\* cyd left; bob left \(good night\)|(@room )?\* bob left \(good night\); cyd left`),
		}}},
	},
	{
		says: "`!topic ROOM [TEXT]`",
		scenes: []scene{
			{name: "a topic", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"),
				bob.sends("!topic room\r\n"), bob.sees("! room has no topic\r\n"),
				ann.sends("!topic ROOM what we do\r\n"), ann.nothing(),
				bob.sends("!topic room\r\n"), bob.sees("! topic of room: what we do\r\n"),
				ann.sends("!leave room\r\n!enter room\r\n!topic room\r\n"), ann.sees("! room has no topic\r\n"),
			}},
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
}

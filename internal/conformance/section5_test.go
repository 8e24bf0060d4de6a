package conformance

// section5 is the commands beyond the seed that the sections before speak of.
var section5 = []sentence{
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
		}}},
	},
}

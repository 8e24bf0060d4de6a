package conformance

import "strings"

// section5rules is what holds for these commands, and for what follows from them.
var section5rules = []sentence{
	{
		says: "The names of commands are taken in any case: `!USERS` is `!users`.",
		scenes: []scene{
			{name: "a command in another case is known", steps: []step{
				ann.joins(),
				ann.sends("!USERS\r\n"), ann.sees("ann\r\n"),
				ann.sends("!Enter Room\r\n!rOOMS\r\n"), ann.sees("Room\r\n"),
			}},
		},
	},
	{
		says: "What follows a name is taken as it is.",
		scenes: []scene{{name: "what follows the name of a command", steps: []step{
			ann.joins(), bob.joins(), ann.enters("Room"),
			ann.sends("!TOPIC room What  WE do\r\n!topic room\r\n"), ann.sees("! topic of Room: What  WE do\r\n"),
			ann.sends("!ECHO ON\r\n"), ann.sees("!error usage: !echo on|off\r\n"),
		}}},
	},
	{
		says: "A topic and a text for being away have 300 characters at most; more is `!error too long: a topic has 300 characters at most`, or `a text for being away has` as many.",
		scenes: []scene{{name: "300 characters", steps: []step{
			ann.joins(), ann.enters("room"),
			ann.sends("!topic room " + strings.Repeat("ž", 300) + "\r\n!away " + strings.Repeat("ž", 300) + "\r\n"), ann.nothing(),
			ann.sends("!topic room " + strings.Repeat("x", 301) + "\r\n"), ann.sees("!error too long: a topic has 300 characters at most\r\n"),
			ann.sends("!away " + strings.Repeat("x", 301) + "\r\n"), ann.sees("!error too long: a text for being away has 300 characters at most\r\n"),
			ann.sends("!topic room\r\n"), ann.sees("! topic of room: " + strings.Repeat("ž", 300) + "\r\n"),
			ann.sends("!whois ann\r\n"), ann.skipsToLike("! ann is away: " + strings.Repeat("ž", 300) + ", since .*"),
		}}},
	},
	{
		says: "Last words are cut after 100.",
		scenes: []scene{{name: "last words of 101 characters", steps: []step{
			ann.joins(), bob.joins(), ann.sends("!notices on\r\n"), ann.nothing(),
			bob.sends("!quit " + strings.Repeat("ž", 101) + "\r\n"), bob.closed(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
			ann.sees("* bob left (" + strings.Repeat("ž", 99) + "…)\r\n"),
			cyd.joins(), aSecondPasses(), ann.sees("* cyd joined\r\n"),
			cyd.sends("!quit " + strings.Repeat("ž", 100) + "\r\n"), cyd.closed(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
			ann.sees("* cyd left (" + strings.Repeat("ž", 100) + ")\r\n"),
		}}},
	},
	{
		says: "A topic ends with its room.",
		scenes: []scene{
			{name: "a topic", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"),
				bob.sends("!topic room\r\n"), bob.sees("! room has no topic\r\n"),
				ann.sends("!topic ROOM what we do\r\n"), ann.nothing(),
				bob.sends("!topic room\r\n"), bob.sees("! topic of room: what we do\r\n"),
				ann.sends("!leave room\r\n!enter room\r\n!topic room\r\n"), ann.sees("! room has no topic\r\n"),
			}},
		},
	},
	{
		says: "Ignored is what someone says publicly, in rooms and privately, in all sessions of who ignores; news and lists stay.",
		scenes: []scene{{name: "in all sessions, but not in news and lists", steps: []step{
			ann.joinsBySSH(), ann.again().joinsBySSH(), bob.joins(), cyd.joins(),
			ann.enters("room"), bob.enters("room"),
			ann.sends("!notices on\r\n"), ann.nothing(),
			ann.again().sends("!ignore bob\r\n"), ann.again().nothing(),
			bob.sends("1\r\n@room 2\r\n#ann 3\r\n!me 4\r\n"), bob.nothing(), cyd.sees("bob: 1\r\n* bob 4\r\n"),
			ann.nothing(), ann.again().nothing(),
			ann.sends("!users\r\n!members room\r\n"), ann.sees("ann bob cyd\r\nann bob\r\n"),
			bob.leaves(), ann.asksUntil("!users\r\n", "ann cyd\r\n"), aSecondPasses(),
			ann.seesLike(`(@room )?\* bob left`), ann.seesLike(`(@room )?\* bob left`),
		}}},
		proven: []proof{{"parley/chatcore", "TestIgnore_BelongsToThePersonWhoIgnores"}},
	},
	{
		says: "A person with a verified key is ignored by the key, under any nick; a guest as long as they are online, under any nick, and " +
			"after that whichever guest has the nick they had.",
		scenes: []scene{
			{name: "a key is ignored", steps: []step{
				ann.joins(), cyd.joins(), bob.joinsBySSH(),
				ann.sends("!ignore bob\r\n"), ann.nothing(),
				bob.sends("!nick rob\r\n1\r\n"), bob.nothing(), cyd.sees("rob: 1\r\n"),
				bob.leaves(), ann.asksUntil("!users\r\n", "ann cyd\r\n"),
				bob.as("zoe").joinsBySSH(), bob.as("zoe").sends("2\r\n"), bob.as("zoe").nothing(), cyd.sees("zoe: 2\r\n"),
				ann.nothing(),
				bob.withoutKey().joinsRaw(), bob.withoutKey().sends("3\r\n"), ann.sees("bob: 3\r\n"), cyd.sees("bob: 3\r\n"),
				bob.as("zoe").skipsTo("bob: 3\r\n"),
			}},
			{name: "a guest is ignored", steps: []step{
				ann.joins(), cyd.joins(), bob.withoutKey().joinsRaw(),
				ann.sends("!ignore bob\r\n"), ann.nothing(),
				bob.withoutKey().sends("!nick rob\r\n1\r\n"), bob.withoutKey().nothing(), cyd.sees("rob: 1\r\n"),
				bob.withoutKey().leaves(), ann.asksUntil("!users\r\n", "ann cyd\r\n"),
				bob.withoutKey().joinsRaw(), bob.withoutKey().sends("2\r\n"), bob.withoutKey().nothing(), cyd.sees("bob: 2\r\n"),
				ann.nothing(),
			}},
		},
		proven: []proof{{"parley/chatcore", "TestIgnore_RecognizesPeople"}},
	},
	{
		says: "You can ignore up to 100 people, but not yourself.",
		scenes: []scene{{name: "oneself cannot be ignored", steps: []step{
			ann.joins(), bob.joins(),
			ann.sends("!ignore ann\r\n"), ann.sees("!error cannot ignore: ann is you\r\n"),
			ann.sends("!nick zoe\r\n!ignore ZOE\r\n"), ann.sees("!error cannot ignore: zoe is you\r\n"),
			ann.sends("!ignore\r\n"), ann.sees("! you ignore nobody\r\n"),
		}}},
		proven: []proof{{"parley/chatcore", "TestAHundredPeopleMayBeIgnored"}},
	},
	{
		says: "It ends when the person who ignores leaves.",
		scenes: []scene{{name: "ignoring ends", steps: []step{
			ann.joins(), bob.joins(),
			ann.sends("!ignore bob\r\n"), ann.nothing(),
			ann.leaves(), bob.asksUntil("!users\r\n", "bob\r\n"),
			ann.joins(), ann.sends("!ignore\r\n"), ann.sees("! you ignore nobody\r\n"),
			bob.sends("hello\r\n"), ann.sees("bob: hello\r\n"),
		}}},
	},
	{
		says: "News of leaving have the reason, if there is one to tell: `* ann and bob left; carl left (timed out); dora left (good night)`.",
		scenes: []scene{{name: "two leave, and one with last words", steps: []step{
			ann.joins(), bob.joins(), cyd.joins(), dan.joins(),
			dan.sends("!notices on\r\n"), dan.nothing(),
			ann.leaves(), bob.leaves(), cyd.sends("!quit good night\r\n"), cyd.closed(), dan.asksUntil("!users\r\n", "dan\r\n"), aSecondPasses(),
			dan.sees("* ann and bob left; cyd left (good night)\r\n"),
		}}},
	},
	{
		says: "It is the text of `!quit`, or `connection lost`, `timed out`, `too slow`, `sent an endless line`, `a fault of the server`.",
		scenes: []scene{
			{name: "the connection is lost, and that is told", steps: []step{
				ann.joins(), bob.joinsRaw(), ann.sends("!notices on\r\n"), ann.nothing(),
				bob.drops(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
				ann.sees("* bob left (connection lost)\r\n"),
			}},
			{name: "an endless line, and that is told", steps: []step{
				ann.joins(), bob.joins(), ann.sends("!notices on\r\n"), ann.nothing(),
				bob.sends(strings.Repeat("x", 1<<20+1)), bob.sees(tooLong), bob.closed(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
				ann.sees("* bob left (sent an endless line)\r\n"),
			}},
		},
		proven: []proof{{"parley/chatcore", "TestWhyPeopleLeave"}},
	},
	{
		says: "Semicolons in last words and topics become commas there, and parentheses go, and so do signs that look like them, so that no one tells news of others.",
		scenes: []scene{{name: "news in last words and in a topic", steps: []step{
			ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
			ann.sends("!notices on\r\n"), ann.nothing(),
			bob.sends("!topic room hi; cyd joined; dan left (kicked)\r\n"), bob.nothing(), aSecondPasses(),
			ann.sees("@room * bob set the topic: hi, cyd joined, dan left kicked\r\n"),
			bob.sends("!quit bye） ； cyd left （x\r\n"), bob.closed(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
			ann.seesLike(`(@room )?\* bob left \(bye ?, cyd left ?x\)`), ann.seesLike(`(@room )?\* bob left \(bye ?, cyd left ?x\)`),
		}}},
		proven: []proof{{"parley/chatcore", "TestNewsCannotBeForged"}, {"parley/chatcore", "TestThreat36_NewsAreNotForged"}},
	},
	{
		says: "A person who is back within the same second is no news, where it is known that they are the same.",
		scenes: []scene{{name: "back within a second", steps: []step{
			ann.joins(), bob.joinsBySSH(), ann.sends("!notices on\r\n"), ann.nothing(),
			bob.leaves(), ann.asksUntil("!users\r\n", "ann\r\n"), bob.joinsBySSH(), aSecondPasses(),
			ann.nothing(),
			bob.leaves(), ann.asksUntil("!users\r\n", "ann\r\n"), bob.withOtherKey().joinsBySSH(), aSecondPasses(),
			ann.seesLike(`\* .*\bbob\b.*`),
		}}},
	},
}

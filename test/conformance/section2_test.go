package conformance

import "strings"

var section2 = []sentence{
	{
		says: "The client connects.",
		scenes: []scene{{name: "two at once", steps: []step{
			ann.joins(), bob.joins(), cyd.joins(),
			cyd.sends("!users\r\n"), cyd.sees("ann bob cyd\r\n"),
		}}},
	},
	{
		says:     "The server sends nothing, not one byte, until the nick is registered.",
		tutorial: "During this period, the client does not receive any message",
		scenes: []scene{{name: "nothing before the nick", rawOnly: nickIsUserName, steps: []step{
			ann.connects(),
			bob.joins(), cyd.joins(),
			bob.sends("to everyone\r\n#ann are you there\r\n!me waves\r\n"),
			bob.sees("!error no such user: ann\r\n"),
			cyd.sees("bob: to everyone\r\n* bob waves\r\n"),
			ann.sends("an"),
			bob.sends("still to everyone\r\n"), cyd.sees("bob: still to everyone\r\n"),
			ann.sends("n\r\n"), ann.nothing(),
			bob.sends("#ann now\r\n"), ann.sees("#bob: now\r\n"),
		}}},
	},
	{
		says: "The first line is the nick: 1 to 32 characters, letters and digits only (Unicode letters and decimal digits, after NFC).",
		tutorial: "When a client connects, it should send first a line containing its nickname, " +
			"which must be an alphanumerical string.",
		scenes: []scene{
			accepted("one character", "a", "a"),
			accepted("32 characters", strings.Repeat("a", 32), strings.Repeat("a", 32)),
			accepted("32 characters of three bytes", strings.Repeat("你", 32), strings.Repeat("你", 32)),
			accepted("letters and digits", "Ann2", "Ann2"),
			accepted("digits alone", "42", "42"),
			accepted("letters of Unicode", "Žofie", "Žofie"),
			accepted("letters without case", "李明", "李明"),
			accepted("decimal digits of Unicode", "ann٣", "ann٣"),
			accepted("made NFC", "Zoe\u0308", "Zoë"),
			accepted("32 characters after NFC", strings.Repeat("e\u0308", 32), strings.Repeat("ë", 32)),
			accepted("behind a byte order mark", "\ufeffann", "ann"),
			refused("with one elsewhere", "ann\ufeff"),
			refused("empty", ""),
			refused("33 characters", strings.Repeat("a", 33)),
			refused("33 characters of two bytes", strings.Repeat("ž", 33)),
			refused("a nick of 5,000 bytes", strings.Repeat("a", 5000)),
			refused("a space within", "an n"),
			refused("punctuation", "an-n"),
			refused("low line", "an_n"),
			refused("a private message", "#bob"),
			refused("a command", "!users"),
			refused("an opener of HTTP", "GET / HTTP/1.1"),
			refused("an emoji", "ann😀"),
			refused("a number that is no decimal digit", "ann²"),
			refused("a number that is a letter", "annⅧ"),
			refused("a mark that composes with nothing", "q\u0308"),
			refused("an invalid byte", "an\x80n"),
			refused("a control character", "an\x07n"),
			refused("an invisible character", "an\u200bn"),
			refused("a non-joiner, where a word may have one", "علی\u200cرضا"),
		},
	},
	{
		says: "Leading and trailing spaces are not forgiven.",
		scenes: []scene{
			refused("a leading space", " ann"),
			refused("a trailing space", "ann "),
			refused("a trailing tab", "ann\t"),
			refused("a space of Unicode", "ann\u00a0"),
		},
	},
	{
		says:     "A nick already in use, reserved, or not valid: the server simply closes, sending nothing.",
		tutorial: "if the client tries to use a nickname that is already in use, the server simply closes the connection.",
		scenes: []scene{
			{name: "a nick in use", rawOnly: nickIsUserName, steps: []step{
				ann.joins(),
				bob.connects(), bob.sends("ann\r\n"), bob.closed(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
			refused("a reserved nick", "server"),
			refused("a reserved nick in capitals", "SERVER"),
			{name: "lines behind a refused nick do nothing", rawOnly: nickIsUserName, steps: []step{
				ann.joins(),
				bob.connects(), bob.sends("not a nick\r\nbob\r\nhello\r\n!users\r\n"), bob.closed(),
			}},
		},
	},
	{
		says: "`--tcp-hints` (off by default) sends one `!error ...` line with the reason before closing, and one " +
			"`!hello ...` line asking for a nick at connect, for people on telnet.",
		scenes: []scene{
			{name: "asks for a nick", rawOnly: nickIsUserName, server: withHints, steps: []step{
				ann.connects(), ann.seesLike(`!hello .*nick.*`),
				ann.sends("ann\r\n"), ann.nothing(),
			}},
			{name: "says that a nick is in use", rawOnly: nickIsUserName, server: withHints, steps: []step{
				ann.connects(), ann.seesLike(`!hello .*`), ann.sends("ann\r\n"), ann.nothing(),
				bob.connects(), bob.seesLike(`!hello .*`), bob.sends("ann\r\n"),
				bob.sees("!error nick in use: ann\r\n"),
				bob.closed(),
			}},
			{name: "says that a nick is reserved", rawOnly: nickIsUserName, server: withHints, steps: []step{
				bob.connects(), bob.seesLike(`!hello .*`), bob.sends("server\r\n"),
				bob.seesLike(`!error .*reserved.*`),
				bob.closed(),
			}},
			{name: "says that a nick is not valid", rawOnly: nickIsUserName, server: withHints, steps: []step{
				bob.connects(), bob.seesLike(`!hello .*`), bob.sends("not a nick\r\n"),
				bob.seesLike(`!error invalid nick: .*letters and digits.*`),
				bob.closed(),
			}},
			{name: "says that no nick came", rawOnly: nickIsUserName, server: hurriedWithHints, steps: []step{
				bob.connects(), bob.seesLike(`!hello .*`), bob.sends("bo"),
				bob.seesLike(`!error no nick: .*`),
				bob.closed(),
			}},
		},
	},
	{
		says: "Nicks are one per person at a time, and are compared without case and without look-alikes " +
			"(`Alice`, `alice` and a Cyrillic look-alike are one nick).",
		tutorial: "Since now all clients have a unique identity",
		scenes: []scene{
			alike("in capitals", "ALICE"),
			alike("in small letters", "alice"),
			alike("with a Cyrillic letter", "Аlice"),
			alike("with a Cyrillic letter, in capitals", "ALIСE"),
			alike("with a full-width letter", "Ａlice"),
			{name: "compared so wherever a nick is given", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("#BOB hi\r\n#bоb hi\r\n"), // the second has a Cyrillic o
				bob.sees("#ann: hi\r\n#ann: hi\r\n"),
			}},
			{name: "a nick left is free", steps: []step{
				ann.joins(), ann.leaves(), ann.joins(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
		},
	},
	{
		says: "The spelling given is the one shown.",
		scenes: []scene{{name: "the spelling", steps: []step{
			someone("McAnn").joins(), bob.joins(),
			someone("McAnn").sends("!enter room\r\nhello\r\n#bob hello\r\n!me waves\r\n"),
			bob.sees("McAnn: hello\r\n#McAnn: hello\r\n* McAnn waves\r\n"),
			bob.sends("!users\r\n!members room\r\n"), bob.sees("bob McAnn\r\nMcAnn\r\n"),
		}}},
	},
	{
		says:     "Accepted: nothing is sent; from now on the client receives messages.",
		tutorial: "Once a valid nickname has been registered, the client starts receiving chat messages, which moreover are always prefixed by the sender's nickname.",
		scenes: []scene{{name: "from now on", steps: []step{
			bob.joins(), bob.sends("too early\r\n"), bob.nothing(),
			ann.joins(), // with nothing to see but the answer to a question
			bob.sends("in time\r\n"),
			ann.sees("bob: in time\r\n"),
		}}},
	},
	{
		says: "Whoever sends no nick within 30 s is closed.",
		scenes: []scene{
			{name: "who sends nothing", rawOnly: nickIsUserName, server: hurried, steps: []step{
				ann.joins(),
				bob.connects(), bob.closed(),
				ann.nothing(), // is here longer than that
			}},
			{name: "who sends no whole line", rawOnly: nickIsUserName, server: hurried, steps: []step{
				bob.connects(), bob.sends("bo"), bob.closed(),
			}},
		},
	},
}

// accepted is a scene of a nick that is accepted, and shown so.
func accepted(what, nick, shown string) scene {
	return scene{name: "accepted, " + what, rawOnly: nickIsUserName, steps: []step{
		ann.connects(), ann.sends(nick + "\r\n"), ann.nothing(),
		ann.sends("!users\r\n"), ann.sees(shown + "\r\n"),
	}}
}

// refused is a scene of a nick that is not.
func refused(what, nick string) scene {
	return scene{name: "refused, " + what, rawOnly: nickIsUserName, steps: []step{
		bob.joins(),
		ann.connects(), ann.sends(nick + "\r\n"), ann.closed(),
		bob.sends("!users\r\n"), bob.sees("bob\r\n"),
	}}
}

// alike is a scene of a nick that is Alice's.
func alike(what, nick string) scene {
	return scene{name: "Alice " + what, rawOnly: nickIsUserName, steps: []step{
		someone("Alice").joins(),
		bob.connects(), bob.sends(nick + "\r\n"), bob.closed(),
		someone("Alice").sends("!users\r\n"), someone("Alice").sees("Alice\r\n"),
	}}
}

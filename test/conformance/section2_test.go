package conformance

import "strings"

// section2 is how a client gets its nick on the raw port.
var section2 = []sentence{
	{
		says: "The client connects.",
		scenes: []scene{
			{name: "two at once", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(),
				cyd.sends("!users\r\n"), cyd.sees("ann bob cyd\r\n"),
			}},
		},
	},
	{
		says:     "The server sends nothing, not one byte, until the nick is registered.",
		tutorial: "During this period, the client does not receive any message",
		scenes: []scene{
			{name: "nothing before the nick", rawOnly: nickIsUserName, steps: []step{
				ann.connects(),
				bob.joins(), cyd.joins(),
				bob.sends("to everyone\r\n#ann are you there\r\n!me waves\r\n"),
				bob.sees("!error no such user: ann\r\n"),
				cyd.sees("bob: to everyone\r\n* bob waves\r\n"),
				ann.sends("an"),
				bob.sends("still to everyone\r\n"), cyd.sees("bob: still to everyone\r\n"),
				ann.sends("n\r\n"), ann.nothing(),
				bob.sends("#ann now\r\n"), ann.sees("#bob: now\r\n"),
			}},
		},
	},
	{
		says: "The first line is the nick: 1 to 32 characters, letters and decimal digits of any script, after Unicode normalisation (NFC).",
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
		says: "Spaces around it are not forgiven; a byte order mark before it is.",
		scenes: []scene{
			accepted("behind a byte order mark", "\ufeffann", "ann"),
			refused("with one elsewhere", "ann\ufeff"),
			refused("a leading space", " ann"),
			refused("a trailing space", "ann "),
			refused("a trailing tab", "ann\t"),
			refused("a space of Unicode", "ann\u00a0"),
		},
	},
	{
		says: "Some 80 letters are in no nick, because they mislead: those drawn like `!`, `:`, `*`, `#`, `.`, `,` or `;`, those hardly seen after a name, those that hold a space, and those that are one character with the colon after them.",
		scenes: []scene{
			refused("a letter like an exclamation mark", "annǃ"),
			refused("a letter like a colon", "annː"),
			refused("a letter like a number sign", "ⵌann"),
			refused("a letter like a full stop", "annꓸ"),
			refused("a letter like a comma", "annꓹ"),
			refused("a letter like a semicolon", "annꓼ"),
			refused("a letter that is hardly seen", "annˈ"),
		},
		proven: []proof{
			{"parley/internal/safetext", "TestThreat40_LettersLikeSignsAreInNoName"}, {"parley/internal/safetext", "TestNoLetterOfANameMisleads"},
		},
	},
	{
		says: "One `~` before a nick is forgiven and dropped, here and wherever a nick is expected: terminals show guests with it.",
		scenes: []scene{
			accepted("with the mark of a guest", "~ann", "ann"),
			refused("two marks of a guest", "~~ann"),
			{name: "the mark of a guest, wherever a nick is expected", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("#~bob hi\r\n"), bob.sees("#ann: hi\r\n"),
				ann.sends("#~~bob hi\r\n"), ann.seesLike(`!error no such user: .*`),
				ann.seesLines("!whois ~bob\r\n", func(lines []string) error { return allLines(lines, "! bob ", "\r\n") }),
				ann.sends("!ignore ~bob\r\n!ignore\r\n!unignore ~bob\r\n"), ann.sees("! you ignore: bob\r\n"),
				ann.sends("!nick ~zoe\r\n!users\r\n"), ann.sees("bob zoe\r\n"),
			}},
		},
	},
	{
		says:     "A nick already in use, reserved, or not valid: the server closes, sending nothing.",
		tutorial: "if the client tries to use a nickname that is already in use, the server simply closes the connection.",
		scenes: []scene{
			{name: "a nick in use", rawOnly: nickIsUserName, steps: []step{
				ann.joins(),
				bob.connects(), bob.sends("ann\r\n"), bob.closed(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
			refused("a reserved nick", "server"),
			{name: "lines behind a refused nick do nothing", rawOnly: nickIsUserName, steps: []step{
				ann.joins(),
				bob.connects(), bob.sends("not a nick\r\nbob\r\nhello\r\n!users\r\n"), bob.closed(),
			}},
		},
	},
	{
		says: "Reserved are the words the program uses for places and people: `public everyone all here you me system server admin mod " +
			"moderator parley`, in every spelling.",
		scenes: []scene{
			refused("a reserved nick in capitals", "SERVER"),
			refused("a reserved nick with a Cyrillic letter", "sеrver"),
			refused("a reserved nick with the mark of a guest", "~server"),
			reservedWords("public everyone all here you me system server admin mod moderator parley"),
		},
	},
	{
		says: "With `--tcp-hints` it sends a `!hello ...` line at connect, and an `!error ...` line with the reason before it closes.",
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
		says: "It closes as soon as the first line can be no nick, and waits for no end of it: with a control character, or when more " +
			"than eight characters would have to be erased.",
		scenes: []scene{
			{name: "a first line with a control character", rawOnly: nickIsUserName, steps: []step{
				ann.connects(), ann.sends("an\x07"), ann.closed(),
			}},
			{name: "a first line with nine characters too many", rawOnly: nickIsUserName, steps: []step{
				ann.connects(), ann.sends("ann !?#.,;:"), bob.joins(), // meanwhile it is not closed
				ann.sends("*"), ann.closed(),
			}},
			{name: "a first line with eight characters too many, erased", rawOnly: nickIsUserName, steps: []step{
				ann.connects(), ann.sends("ann !?#.,;:"), ann.sends(strings.Repeat("\b", 8) + "\r\n"), ann.nothing(),
			}},
		},
		proven: []proof{{"parley/tcpserver", "TestFirstLine"}},
	},
	{
		says: "A nick has one owner at a time.",
		scenes: []scene{
			{name: "a nick left is free", steps: []step{
				ann.joins(), ann.leaves(), ann.joins(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
		},
		proven: []proof{{"parley/test/conformance", "TestManyClaimsOfOneNick"}},
	},
	{
		says:     "Nicks are compared without case and without look-alikes: `Alice`, `alice` and a spelling with a Cyrillic `а` are one nick.",
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
		},
	},
	{
		says: "A letter that is drawn like one and whose capital is drawn like another, as the Greek `ν`, is taken for both.",
		scenes: []scene{{name: "a Greek nu is a v and an n", rawOnly: nickIsUserName, steps: []step{
			someone("eve").joins(), someone("ene").joins(),
			ann.connects(), ann.sends("eνe\r\n"), ann.closed(),
			someone("eve").leaves(),
			ann.connects(), ann.sends("eνe\r\n"), ann.closed(),
			someone("ene").leaves(),
			ann.connects(), ann.sends("eνe\r\n"), ann.nothing(),
			bob.connects(), bob.sends("eve\r\n"), bob.closed(),
			bob.connects(), bob.sends("ene\r\n"), bob.closed(),
		}}},
	},
	{
		says: "The spelling given is the one shown.",
		scenes: []scene{
			{name: "the spelling", steps: []step{
				someone("McAnn").joins(), bob.joins(),
				someone("McAnn").sends("!enter room\r\nhello\r\n#bob hello\r\n!me waves\r\n"),
				bob.sees("McAnn: hello\r\n#McAnn: hello\r\n* McAnn waves\r\n"),
				bob.sends("!users\r\n!members room\r\n"), bob.sees("bob McAnn\r\nMcAnn\r\n"),
			}},
		},
	},
	{
		says:     "Accepted: nothing is sent; from now on the client receives messages.",
		tutorial: "Once a valid nickname has been registered, the client starts receiving chat messages, which moreover are always prefixed by the sender's nickname.",
		scenes: []scene{
			{name: "from now on", steps: []step{
				bob.joins(), bob.sends("too early\r\n"), bob.nothing(),
				ann.joins(), // with nothing to see but the answer to a question
				bob.sends("in time\r\n"),
				ann.sees("bob: in time\r\n"),
			}},
		},
	},
	{
		says: "A connection that sends no nick within 30 seconds is closed.",
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

// reservedWords is a scene of nicks that no one can have.
func reservedWords(words string) scene {
	sc := scene{name: "every reserved nick", rawOnly: nickIsUserName}
	for word := range strings.FieldsSeq(words) {
		sc.steps = append(sc.steps, ann.connects(), ann.sends(word+"\r\n"), ann.closed())
	}
	return sc
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

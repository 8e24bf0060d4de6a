package conformance

import "strings"

// section6 is who comes in by ssh, with what nick, and what a session without a terminal is.
var section6 = []sentence{
	{
		says: "`ssh -p 2222 HOST`: the nick is the ssh user name without the characters that are not letters or digits.",
		scenes: []scene{
			{name: "user name made valid", steps: []step{
				bob.joinsRaw(),
				ann.as("an.n-2_x").joins(),
				bob.sends("!users\r\n"), bob.sees("ann2x bob\r\n"),
			}},
			{name: "user name of Unicode", steps: []step{
				bob.joinsRaw(),
				ann.as("Žofie").joins(),
				bob.sends("!users\r\n"), bob.sees("bob Žofie\r\n"),
			}},
			{name: "user name that leaves nothing", steps: []step{
				ann.as("_._").isTurnedAway(`\A!error invalid nick: .*\n`),
			}},
		},
	},
	{
		says: "A user name of more than 256 bytes is refused, with a banner that says so.",
		scenes: []scene{
			{name: "user name of 256 bytes", steps: []step{
				bob.joinsRaw(),
				ann.as("ann" + strings.Repeat(".", 253)).joins(),
				bob.sends("!users\r\n"), bob.sees("ann bob\r\n"),
			}},
			{name: "user name of 257 bytes", steps: []step{
				bob.joinsRaw(),
				ann.as("ann" + strings.Repeat(".", 254)).isRefused(`Your user name has 257 bytes, and 256 are allowed`),
				bob.sends("!users\r\n"), bob.sees("bob\r\n"),
			}},
		},
	},
	{
		says: "Any key is welcome, and *is* the identity: no account, no registration.",
		scenes: []scene{{name: "a key is the identity", steps: []step{
			ann.joins(), ann.as("zoe").joins(), cyd.joinsRaw(),
			cyd.sends("!whois ann\r\n"), cyd.seesWithKey(`! ann is verified, key %s`, ann), cyd.seesLike(`! ann .*`), cyd.seesLike(`! ann is idle .*`),
			cyd.sends("!whois zoe\r\n"), cyd.seesWithKey(`! zoe is verified, key %s`, ann), cyd.seesLike(`! zoe .*`), cyd.seesLike(`! zoe is idle .*`),
		}}},
		proven: []proof{script("ssh-identity")}, // kinds of keys
	},
	{
		says: "A person without one is a guest (`--guests=false`: is refused).",
		scenes: []scene{
			{name: "a key and a guest", steps: []step{
				ann.joins(), bob.withoutKey().joins(), cyd.joinsRaw(),
				cyd.sends("!whois ann\r\n"), cyd.seesLike(`! ann .*key SHA256:\S+`), cyd.seesLike(`! ann .*`), cyd.seesLike(`! ann is idle .*`),
				cyd.sends("!whois bob\r\n"), cyd.seesLike(`! bob .*guest`), cyd.seesLike(`! bob .*`), cyd.seesLike(`! bob is idle .*`),
			}},
			{name: "no guests, but keys", server: withoutGuests, steps: []step{
				ann.joins(),
				bob.withoutKey().isRefused(`ssh-keygen`),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
		},
	},
	{
		says:   "A guest logs in by keyboard-interactive, without a question.",
		proven: []proof{script("ssh-password")},
	},
	{
		says:   "A client that knows only passwords may give any password: it makes its user a guest, and it is not looked at.",
		proven: []proof{{"parley/sshserver", "TestLogin_AnyPasswordIsAGuests"}, script("ssh-password")},
	},
	{
		says:   "OpenSSH tries keys first, then keyboard-interactive, and so asks no one for a password.",
		proven: []proof{script("ssh-password")},
	},
	{
		says:   "A FIDO key need not be touched.",
		proven: []proof{{"parley/sshserver", "TestLogin_FIDOKeyWithoutATouch"}},
	},
	{
		says: "Certificates are refused, and the client goes on with what else it has; the 64th refused attempt to log in ends the connection.",
		proven: []proof{
			{"parley/sshserver", "TestCertificatesAreRefused"}, script("ssh-password"),
			{"parley/sshserver", "TestLogin_AttemptsAreBounded"}, {"parley/sshserver", "TestLogin_AfterFortyRefusedAttempts"},
		},
	},
	{
		says: "A client that asks for the login service anew before each attempt, as paramiko does, is disconnected at its second attempt: " +
			"`golang.org/x/crypto/ssh` takes that request once.",
		proven: []proof{script("ssh-paramiko")},
	},
	{
		says:   "Such a client comes in with its first attempt, by a plain key or a password.",
		proven: []proof{script("ssh-paramiko"), script("ssh-password")},
	},
	{
		says: "**Without a terminal** (`ssh -T`, a pipe, a bot): the line stream of sections 3 to 5.",
		scenes: []scene{
			{name: "a slash is text", steps: []step{
				ann.joins(), bob.joinsRaw(),
				ann.sends("/users\r\n"), bob.sees("ann: /users\r\n"),
			}},
		},
		proven: []proof{{"parley/test/conformance", "TestPlainSSH"}},
	},
	{
		says: "End of input ends the session when all waiting output has been sent.",
		scenes: []scene{
			{name: "answers, then the end", steps: []step{
				ann.joinsRaw(),
				bob.runsWith("#ann hi\n!users\n!rooms\nlost without a newline", "", outcome{out: "ann bob\r\n\r\n"}),
				ann.sees("#bob: hi\r\n"),
			}},
		},
		proven: []proof{{"parley/test/conformance", "TestEndOfInputWithMuchOwed"}},
	},
	{
		says: "A nick that was proven by a key is held for that key for 10 minutes after a session that the server ended, or whose " +
			"connection failed: `!error nick in use: ann (held for the key it belonged to, for another 8 min)`.",
		scenes: []scene{{name: "a nick that is held", steps: []step{
			ann.joins(), ann.sends(strings.Repeat("x", 1<<20+1)), ann.sees(tooLong), ann.closed(),
			bob.joinsRaw(), bob.sends("!nick ann\r\n"), bob.sees("!error nick in use: ann (held for the key it belonged to, for another 10 min)\r\n"),
			ann.withOtherKey().isTurnedAway("!error nick in use: ann (held for the key it belonged to, for another 10 min)\n"),
			ann.joins(), // the key itself
		}}},
		proven: []proof{{"parley/chatcore", "TestThreat24_ANickIsHeldForItsKey"}},
	},
	{
		says: "Leaving, and closing the connection or the window, frees it at once.",
		scenes: []scene{
			{name: "a nick that was left", steps: []step{
				bob.joinsRaw(), ann.joins(), ann.leaves(), ann.withOtherKey().joins(),
				bob.sends("!users\r\n"), bob.sees("ann bob\r\n"),
			}},
			{name: "a nick whose connection was closed", steps: []step{
				bob.joinsRaw(), ann.joins(), ann.drops(), bob.asksUntil("!users\r\n", "bob\r\n"), ann.withOtherKey().joins(),
				bob.sends("!users\r\n"), bob.sees("ann bob\r\n"),
			}},
		},
		proven: []proof{script("terminal-end")}, // the window
	},
	{
		says: "The same key under the same nick again is one more session of the same person: all of them hear everything, " +
			"`!users` lists the nick once, rooms are shared, and the person leaves with the last session.",
		scenes: []scene{
			{name: "both see everything", steps: []step{
				ann.joins(), ann.again().joins(), bob.joinsRaw(),
				bob.sends("hello\r\n#ann hi\r\n"),
				ann.sees("bob: hello\r\n#bob: hi\r\n"), ann.again().sees("bob: hello\r\n#bob: hi\r\n"),
				ann.sends("hello bob\r\n"),
				bob.sees("ann: hello bob\r\n"), ann.again().sees("ann: hello bob\r\n"),
				ann.nothing(),
				bob.sends("!users\r\n"), bob.sees("ann bob\r\n"),
			}},
			{name: "rooms are shared", steps: []step{
				ann.joins(), bob.joinsRaw(), bob.enters("room"), ann.enters("room"),
				ann.again().joins(), // after she has entered
				ann.again().enters("hall"),
				bob.sends("@room hi\r\n"), ann.sees("@room bob: hi\r\n"), ann.again().sees("@room bob: hi\r\n"),
				ann.again().sends("@room hello\r\n"), bob.sees("@room ann: hello\r\n"), ann.sees("@room ann: hello\r\n"),
				ann.sends("@hall is mine\r\n"), ann.again().sees("@hall ann: is mine\r\n"),
				bob.sends("!members room\r\n!members hall\r\n"), bob.sees("ann bob\r\nann\r\n"),
				ann.again().sends("!leave room\r\n"), ann.again().nothing(),
				ann.sends("@room hi\r\n"), ann.sees("!error not in room: room\r\n"),
			}},
			{name: "the person leaves with the last session", steps: []step{
				ann.joins(), ann.again().joins(), bob.joinsRaw(), ann.enters("room"),
				bob.sends("!notices on\r\n"), bob.nothing(),
				ann.leaves(), aSecondPasses(),
				bob.sends("!users\r\n!members room\r\n"), bob.sees("ann bob\r\nann\r\n"),
				ann.again().leaves(),
				bob.sends("!users\r\n!rooms\r\n"), bob.sees("bob\r\n\r\n"),
				aSecondPasses(), bob.seesLike(`\* .*\bann\b.*`),
			}},
			{name: "the same nick in another spelling", steps: []step{
				ann.joins(), ann.as("ANN").joins(), bob.joinsRaw(),
				bob.sends("!users\r\n#ann hi\r\n"), bob.sees("ann bob\r\n"),
				ann.sees("#bob: hi\r\n"), ann.as("ANN").sees("#bob: hi\r\n"),
			}},
			{name: "the same key under another nick is someone else", steps: []step{
				ann.joins(), ann.as("zoe").joins(), bob.joinsRaw(),
				bob.sends("!users\r\n#ann hi\r\n"), bob.sees("ann bob zoe\r\n"),
				ann.sees("#bob: hi\r\n"),
			}},
		},
	},
	{
		says: "A plain session is not shown the private lines its person sends from another, since `#nick: text` has no place for whom " +
			"they went to; JSON has.",
		scenes: []scene{{name: "private lines of another session", steps: []step{
			bob.joinsRaw(), ann.joins(), ann.again().joins(),
			ann.sends("#bob one\r\n"), bob.sees("#ann: one\r\n"), ann.again().nothing(),
			ann.again().takesJSON(),
			ann.sends("#bob two\r\n"), bob.sees("#ann: two\r\n"),
			ann.again().seesLike(object("private", `,"from":"ann",.*,"to":"bob","text":"two"`)),
		}}},
	},
	{
		says: "A nick used by someone else: an interactive session is told so and asked for another; a plain or command session gets " +
			"`!error nick in use: nick` on standard error, and exit status 1.",
		scenes: []scene{
			{name: "a nick with a key", steps: []step{
				ann.joins(),
				ann.withOtherKey().isTurnedAway("!error nick in use: ann\n"),
				ann.withoutKey().isTurnedAway("!error nick in use: ann\n"),
				ann.withOtherKey().runs("hello", outcome{err: "!error nick in use: ann\n", status: 1}),
				ann.withoutKey().runs("/users", outcome{err: "!error nick in use: ann\n", status: 1}),
				ann.withoutKey().runs("/tail", outcome{err: "!error nick in use: ann\n", status: 1}),
				ann.withoutKey().connectsRaw(), ann.withoutKey().sends("ann\r\n"), ann.withoutKey().closed(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
			{name: "a nick of a guest", steps: []step{
				ann.withoutKey().joins(),
				ann.isTurnedAway("!error nick in use: ann\n"),
				ann.withoutKey().isTurnedAway("!error nick in use: ann\n"), // another guest, for all one knows
				ann.withoutKey().runs("/users", outcome{err: "!error nick in use: ann\n", status: 1}),
			}},
			{name: "a nick of the raw port", steps: []step{
				ann.joinsRaw(),
				ann.isTurnedAway("!error nick in use: ann\n"),
				ann.withoutKey().isTurnedAway("!error nick in use: ann\n"),
				ann.leaves(),
				ann.joins(),
			}},
			{name: "a look-alike, and a reserved nick", steps: []step{
				ann.joins(),
				bob.as("ANN").isTurnedAway("!error nick in use: ANN\n"),
				bob.as("аnn").isTurnedAway("!error nick in use: аnn\n"), // a Cyrillic a
				bob.as("server").isTurnedAway(`\A!error nick in use: server.*\n`),
			}},
			{name: "another nick is asked for", steps: []step{
				bob.joinsRaw(),
				ann.as("bob").opensTerminal("dumb"), ann.as("bob").shows(`nick in use: bob`), ann.as("bob").types("zoe\r"), ann.as("bob").shows(greeted),
				bob.asksUntil("!users\r\n", "bob zoe\r\n"),
			}},
		},
	},
	{
		says: "`ssh alice+dev@HOST` enters the room `dev` at once and talks to it; a command session talks to it without entering.",
		scenes: []scene{
			{name: "user and room", steps: []step{
				bob.joinsRaw(), cyd.joinsRaw(), bob.enters("dev"),
				someone("alice").as("alice+dev").joins(),
				someone("alice").as("alice+dev").sends("hello\r\n#bob hi\r\n"),
				bob.sees("@dev alice: hello\r\n#alice: hi\r\n"),
				cyd.nothing(),
				bob.sends("@dev hey\r\n!members dev\r\n!users\r\n"),
				bob.sees("alice bob\r\nalice bob cyd\r\n"),
				someone("alice").as("alice+dev").sees("@dev bob: hey\r\n"),
			}},
			{name: "user and a room that is made", steps: []step{
				bob.joinsRaw(),
				someone("alice").as("alice+dev").joins(),
				bob.sends("!rooms\r\n!members dev\r\n"), bob.sees("dev\r\nalice\r\n"),
			}},
			{name: "user and no room", steps: []step{
				bob.joinsRaw(),
				ann.as("ann+a/b").isTurnedAway(`\A!error invalid room: .*\n`),
				bob.sends("!users\r\n"), bob.sees("bob\r\n"),
			}},
			{name: "a command for a room", steps: []step{
				bob.joinsRaw(), cyd.joinsRaw(), bob.enters("dev"),
				bot.as("bot+dev").runs("done", outcome{}), bob.sees("@dev bot: done\r\n"),
				bot.as("bot+@dev").runs("again", outcome{}), bob.sees("@dev bot: again\r\n"),
				bob.sends("!members dev\r\n"), bob.sees("bob\r\n"),
				cyd.nothing(),
			}},
		},
	},
	{
		says:   "What a session may ask of SSH: one session channel with a terminal, a shell or a command.",
		proven: []proof{{"parley/sshserver", "TestChannelFilter"}},
	},
	{
		says: "Forwarding, agents, X11, subsystems (sftp) and certificates are refused; of the environment `TZ`, `LANG`, `LC_*`, `NO_COLOR` " +
			"and `COLORTERM` are taken.",
		proven: []proof{{"parley/sshserver", "TestChannelFilter"}, {"parley/sshserver", "TestCertificatesAreRefused"}, script("terminal-plain")},
	},
}

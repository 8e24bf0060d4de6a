package conformance

import "strings"

// bot is someone who runs commands.
var bot = someone("bot")

// runsNone is how a command is refused that would start a program.
var runsNone = outcome{
	err:    "!error not here: this is a chat server, it runs no programs\n! to say this text to everyone: ssh HOST /say TEXT\n",
	status: 2,
}

var section6commands = []sentence{
	{
		says: "**With a command**: the command is one protocol line, `!` or `/` alike: `ssh host /users`, `ssh host '@ops done'`, " +
			"`ssh host '#bob hi'`, `ssh host hello all`.",
		scenes: []scene{
			{name: "commands", steps: []step{
				ann.joinsRaw(), bob.joinsRaw(), bob.enters("ops"),
				bot.runs("/users", outcome{out: "ann bob\n"}),
				bot.runs("!users", outcome{out: "ann bob\n"}),
				bot.runs("@ops done", outcome{}), bob.sees("@ops bot: done\r\n"),
				bot.runs("#bob hi", outcome{}), bob.sees("#bot: hi\r\n"),
				ann.nothing(),
				bot.runs("hello all", outcome{}), ann.sees("bot: hello all\r\n"), bob.sees("bot: hello all\r\n"),
				bot.runs("/me waves", outcome{}), ann.sees("* bot waves\r\n"), bob.sees("* bot waves\r\n"),
				bot.runs(" #hashtag", outcome{}), ann.sees("bot:  #hashtag\r\n"), bob.sees("bot:  #hashtag\r\n"),
			}},
			{name: "as long as a line may be", steps: []step{
				ann.joinsRaw(),
				bot.runs(strings.Repeat("x", 4096), outcome{}), ann.sees("bot: " + strings.Repeat("x", 4096) + "\r\n"),
			}},
			{name: "longer than a line may be", steps: []step{
				ann.joinsRaw(),
				bot.runs(strings.Repeat("x", 4097), outcome{err: "!error line too long: 4096 bytes at most\n", status: 1}),
				ann.nothing(),
			}},
			{name: "far longer: ssh itself is refused", steps: []step{
				ann.joinsRaw(),
				bot.runs(strings.Repeat("x", 100_000), outcome{err: `\A(?s:.+)`, status: sshFailed}),
				ann.nothing(),
			}},
			{name: "more than one line", steps: []step{
				ann.joinsRaw(),
				bot.runs("hello\nall", outcome{err: `\A!error usage: .*\n`, status: 2}),
				bot.runs("hello\r\nall", outcome{err: `\A!error usage: .*\n`, status: 2}),
				ann.nothing(),
			}},
		},
	},
	{
		says: "Its answer goes to stdout, an error to stderr; exit status 0 done, 1 the server refused, 2 not understood.",
		scenes: []scene{
			{name: "done", steps: []step{
				ann.joinsRaw(), bob.joinsRaw(),
				bot.runs("/rooms", outcome{out: "\n"}),
				ann.enters("ops"),
				bot.runs("/rooms", outcome{out: "ops\n"}),
				bot.runs("/members ops", outcome{out: "ann\n"}),
				bot.runs("/help", outcome{out: `\A(! [^\r\n]+\n)+`}),
				bot.runs("/help users", outcome{out: `\A(! [^\r\n]+\n)+`}),
			}},
			{name: "refused", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runs("#zoe hi", outcome{err: "!error no such user: zoe\n", status: 1}),
				bot.runs("@hall hi", outcome{err: "!error no such room: hall\n", status: 1}),
				bot.runs("/members hall", outcome{err: "!error no such room: hall\n", status: 1}),
				bot.runs("/nick ann", outcome{err: "!error nick in use: ann\n", status: 1}),
				bot.runs("/tail @hall", outcome{err: "!error no such room: hall\n", status: 1}),
				ann.nothing(),
			}},
			{name: "not understood", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runs("/dance", outcome{err: "!error unknown command: !dance (try !help)\n", status: 2}),
				bot.runs("/members", outcome{err: "!error usage: !members room\n", status: 2}),
				bot.runs("#", outcome{err: "!error usage: #nick text\n", status: 2}),
				bot.runs("/tail ops", outcome{err: `\A!error usage: /tail .*\n`, status: 2}),
				ann.nothing(),
			}},
			{name: "a program", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runs("scp -t /tmp", runsNone),
				bot.runs("rsync --server -e.LsfxC . /tmp", runsNone),
				bot.runs("git-upload-pack 'x.git'", runsNone),
				bot.runs("LANG=C /usr/bin/mosh-server new -s", runsNone),
				bot.runs("exec sftp-server", runsNone),
				bot.runs("sudo sh -c 'id; ls'", runsNone),
				bot.runs("tmux attach", runsNone),
				bot.runs("SCP.EXE -t .", runsNone),
				bot.runs("set -e; (scp -t .)", runsNone),
				bot.runs("test -x /usr/bin/rsync && rsync --server .", runsNone),
				bot.runs("true", runsNone),
				bot.runs("exit", runsNone),
				bot.runs("uname -a", runsNone),
				bot.runs("id", runsNone),
				bot.runs("$SHELL -l", runsNone),
				bot.runs("~/.vscode-server/bin/x", runsNone),
				ann.nothing(),
			}},
			{name: "what is said of programs", steps: []step{
				ann.joinsRaw(),
				bot.runs("scp is broken again", outcome{}),
				bot.runs("rsync --server keeps failing for me", outcome{}),
				bot.runs("/etc/passwd and /etc/shadow", outcome{}),
				bot.runs("/say scp -t is old", outcome{}),
				ann.sees("bot: scp is broken again\r\nbot: rsync --server keeps failing for me\r\n" +
					"bot: /etc/passwd and /etc/shadow\r\nbot: scp -t is old\r\n"),
			}},
			{name: "a text that begins with a slash", steps: []step{
				ann.joinsRaw(),
				bot.runs("/tmp is full", outcome{err: "!error unknown command: !tmp (try !help)\n! to say a text that begins with a slash: ssh HOST //TEXT\n", status: 2}),
				ann.nothing(),
				bot.runs("//tmp is full", outcome{}),
				ann.sees("bot: /tmp is full\r\n"),
			}},
		},
	},
	{
		says: "`@room`, `#nick` or `/say` with no text posts every line of standard input there: `make 2>&1 | ssh host @ops`.",
		scenes: []scene{
			{name: "standard input to a room", steps: []step{
				ann.joinsRaw(), bob.joinsRaw(), ann.enters("ops"),
				bot.runsWith("one\ntwo\r\n\n  three\n#bob four\n!users\nlast", "@ops", outcome{}),
				ann.sees("@ops bot: one\r\n@ops bot: two\r\n@ops bot:   three\r\n@ops bot: #bob four\r\n@ops bot: !users\r\n@ops bot: last\r\n"),
				bob.nothing(),
			}},
			{name: "standard input to a nick", steps: []step{
				ann.joinsRaw(), bob.joinsRaw(),
				bot.runsWith("one\ntwo\n", "#ann", outcome{}),
				ann.sees("#bot: one\r\n#bot: two\r\n"),
				bob.nothing(),
			}},
			{name: "standard input to everyone", steps: []step{
				ann.joinsRaw(), bob.joinsRaw(),
				bot.runsWith("one\n!users\nlast", "/say", outcome{}),
				ann.sees("bot: one\r\nbot: !users\r\nbot: last\r\n"),
				bob.sees("bot: one\r\nbot: !users\r\nbot: last\r\n"),
				bot.runsWith("two", "!say", outcome{}),
				ann.sees("bot: two\r\n"), bob.sees("bot: two\r\n"),
			}},
			{name: "2,000 lines of standard input", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runsWith(numbered("line %d of what make prints\n", 0, 2000), "@ops", outcome{}),
				ann.sees(numbered("@ops bot: line %d of what make prints\r\n", 0, 2000)),
			}},
			{name: "no standard input", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runs("@ops", outcome{}), bot.runs("#ann", outcome{}), bot.runs("/say", outcome{}),
				ann.nothing(),
			}},
			{name: "standard input to nowhere", steps: []step{
				ann.joinsRaw(),
				bot.runsWith("one\n", "@hall", outcome{err: "!error no such room: hall\n", status: 1}),
				bot.runsWith("one\n", "#zoe", outcome{err: "!error no such user: zoe\n", status: 1}),
				ann.nothing(),
			}},
			{name: "standard input with a line too long", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runsWith("one\n"+strings.Repeat("x", 5000)+"\ntwo\n", "@ops",
					outcome{err: "!error line too long: 4096 bytes at most\n", status: 1}),
				ann.sees("@ops bot: one\r\n@ops bot: two\r\n"),
			}},
		},
	},
	{
		says: "`/tail`, `/tail @room` prints what is said until the connection ends.",
		scenes: []scene{
			{name: "tail of everyone", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.listens("/tail"), ann.heardBy(bot, "", "ann: %s\n"),
				ann.sends("one\r\n@ops not this\r\n!me waves\r\ntwo\r\n"),
				bot.sees("ann: one\n* ann waves\nann: two\n"),
				ann.nothing(),
				theServerStops(),
				bot.sees("! server is going down\n"), bot.closed(),
				ann.sees("! server is going down\r\n"), ann.closed(),
			}},
			{name: "tail of a room", steps: []step{
				ann.joinsRaw(), bob.joinsRaw(), ann.enters("ops"), bob.enters("ops"), ann.enters("hall"),
				bot.listens("/tail @ops"), ann.heardBy(bot, "@ops ", "@ops ann: %s\n"),
				bob.skipsTo("@ops ann: good\r\n"),
				ann.sends("@ops one\r\nnot this\r\n@hall not this\r\n!me @ops waves\r\n@ops two\r\n"),
				bot.sees("@ops ann: one\n@ops * ann waves\n@ops ann: two\n"),
				bob.sees("@ops ann: one\r\nann: not this\r\n@ops * ann waves\r\n@ops ann: two\r\n"),
				bob.sends("!members ops\r\n"), bob.sees("ann bob\r\n"), // it is not seen to be there
				theServerStops(),
				bot.sees("! server is going down\n"), bot.closed(),
				ann.sees("! server is going down\r\n"), ann.closed(),
				bob.sees("! server is going down\r\n"), bob.closed(),
			}},
			{name: "tail that is ended", steps: []step{
				ann.joinsRaw(),
				bot.listens("/tail"), ann.heardBy(bot, "", "ann: %s\n"),
				bot.drops(),
				ann.asksUntil("!users\r\n", "ann\r\n"),
			}},
		},
	},
	{
		says: "A command session makes no join or leave noise, may use the nick its own key already has online, " +
			"and may post to an existing room without being seen to enter it.",
		scenes: []scene{
			{name: "no noise", steps: []step{
				ann.joinsRaw(), ann.enters("ops"), ann.sends("!notices on\r\n"), ann.nothing(),
				bot.runs("/users", outcome{out: "ann\n"}), aSecondPasses(),
				bot.runs("@ops done", outcome{}), aSecondPasses(),
				ann.sees("@ops bot: done\r\n"),
				ann.nothing(),
				ann.sends("!members ops\r\n"), ann.sees("ann\r\n"),
			}},
			{name: "no noise while it lasts", steps: []step{
				ann.joinsRaw(), ann.enters("ops"), ann.sends("!notices on\r\n"), ann.nothing(),
				bot.starts("@ops"),
				bot.sends("one\n"), ann.sees("@ops bot: one\r\n"), // as soon as it comes
				aSecondPasses(),
				ann.nothing(),
				ann.sends("!members ops\r\n!users\r\n"), ann.sees("ann\r\nann\r\n"),
				bot.sends("two\n"), ann.sees("@ops bot: two\r\n"),
				bot.ends(), bot.closed(), aSecondPasses(),
				ann.nothing(),
			}},
			{name: "no noise of a tail", steps: []step{
				ann.joinsRaw(), ann.sends("!notices on\r\n"), ann.nothing(),
				bot.listens("/tail"), ann.heardBy(bot, "", "ann: %s\n"), aSecondPasses(),
				ann.nothing(),
				bot.drops(), ann.asksUntil("!users\r\n", "ann\r\n"), aSecondPasses(),
				ann.nothing(),
			}},
			{name: "the nick its own key has online", steps: []step{
				ann.joins(), bob.joinsRaw(), bob.sends("!notices on\r\n"), bob.nothing(),
				ann.again().runs("/users", outcome{out: "ann bob\n"}),
				ann.again().runs("#bob hi", outcome{}), bob.sees("#ann: hi\r\n"),
				aSecondPasses(),
				ann.nothing(),
				bob.sends("!users\r\n"), bob.sees("ann bob\r\n"),
			}},
		},
	},
}

package conformance

import "strings"

// bot is someone who runs commands.
var bot = someone("bot")

// notHere is how a command that would start a program is refused.
var notHere = outcome{
	err:    "!error not here: this is a chat server, it runs no programs\n! to say this text to everyone: ssh HOST /say TEXT\n",
	status: 2,
}

// section6commands is `ssh HOST command`.
var section6commands = []sentence{
	{
		says: "**With a command**: the command is one line of the protocol, with `!` or `/`: `ssh HOST /users`, `ssh HOST '@ops done'`, " +
			"`ssh HOST '#bob hi'`, `ssh HOST hello all`.",
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
		says: "Its answer goes to standard output, an error to standard error; lines end in LF, as scripts have it.",
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
		},
	},
	{
		says: "Exit status 0: done; 1: the server refused; 2: not understood.",
		scenes: []scene{
			{name: "not understood", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runs("/dance", outcome{err: "!error unknown command: !dance (try !help)\n", status: 2}),
				bot.runs("/members", outcome{err: "!error usage: !members room\n", status: 2}),
				bot.runs("#", outcome{err: "!error usage: #nick text\n", status: 2}),
				bot.runs("/tail ops", outcome{err: `\A!error usage: /tail .*\n`, status: 2}),
				ann.nothing(),
			}},
			{name: "three kinds of status", steps: []step{
				ann.joinsRaw(),
				bot.runs("/users", outcome{out: "ann\n"}),
				bot.runs("#zoe hi", outcome{err: "!error no such user: zoe\n", status: 1}),
				bot.runs("/members", outcome{err: "!error usage: !members room\n", status: 2}),
			}},
		},
	},
	{
		says: "`@room`, `#nick` or `/say` with no text says every line of standard input there: `make 2>&1 | ssh HOST @ops`.",
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
		},
	},
	{
		says: "It goes to the person, or the room, as it was at the start: not to who takes the nick later, nor to a room made anew.",
		scenes: []scene{
			{name: "standard input to a nick that another takes", steps: []step{
				ann.joinsRaw(), bot.starts("#ann"), bot.sends("one\n"), ann.sees("#bot: one\r\n"),
				ann.leaves(), bob.joinsRaw(), bob.sends("!nick ann\r\n"), bob.nothing(),
				bot.sends("two\n"), bot.endsWith(`\A!error no such user: ann.*\n`, 1),
				bob.nothing(),
			}},
			{name: "standard input to a nick that has changed", steps: []step{
				ann.joinsRaw(), bot.starts("#ann"), bot.sends("one\n"), ann.sees("#bot: one\r\n"),
				ann.sends("!nick zoe\r\n"), ann.nothing(),
				bot.sends("two\n"), ann.sees("#bot: two\r\n"),
				bot.ends(), bot.endsWith("", 0),
			}},
			{name: "standard input to a room that is made anew", steps: []step{
				ann.joinsRaw(), ann.enters("ops"), bot.starts("@ops"), bot.sends("one\n"), ann.sees("@ops bot: one\r\n"),
				ann.sends("!leave ops\r\n!enter ops\r\n"), ann.nothing(),
				bot.sends("two\n"), bot.endsWith("!error no such room: ops\n", 1),
				ann.nothing(),
			}},
		},
	},
	{
		says: "A last line without a newline counts.",
		scenes: []scene{{name: "standard input without a newline at its end", steps: []step{
			ann.joinsRaw(),
			bot.runsWith("one\nlast", "/say", outcome{}), ann.sees("bot: one\r\nbot: last\r\n"),
			bot.runsWith("only", "#ann", outcome{}), ann.sees("#bot: only\r\n"),
		}}},
	},
	{
		says: "A line too long is left out; that is told at the end, with exit status 1.",
		scenes: []scene{
			{name: "standard input with a line too long", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runsWith("one\n"+strings.Repeat("x", 5000)+"\ntwo\n", "@ops",
					outcome{err: "!error line too long: 4096 bytes at most\n", status: 1}),
				ann.sees("@ops bot: one\r\n@ops bot: two\r\n"),
			}},
		},
	},
	{
		says: "Any other error ends it.",
		scenes: []scene{
			{name: "standard input to nowhere", steps: []step{
				ann.joinsRaw(),
				bot.runsWith("one\n", "@hall", outcome{err: "!error no such room: hall\n", status: 1}),
				bot.runsWith("one\n", "#zoe", outcome{err: "!error no such user: zoe\n", status: 1}),
				ann.nothing(),
			}},
			{name: "standard input to a person who leaves", steps: []step{
				ann.joinsRaw(), bob.joinsRaw(), bot.starts("#bob"), bot.sends("one\n"), bob.sees("#bot: one\r\n"),
				bob.leaves(), ann.asksUntil("!users\r\n", "ann\r\n"),
				bot.sends("two\n"), bot.endsWith("!error no such user: bob\n", 1),
			}},
		},
	},
	{
		says: "A command that starts a program over ssh is refused, and no one hears of it: `!error not here: this is a chat server, it runs " +
			"no programs`, exit status 2.",
		scenes: []scene{
			{name: "a program", steps: []step{
				ann.joinsRaw(), ann.enters("ops"),
				bot.runs("scp -t /tmp", notHere),
				bot.runs("LANG=C /usr/bin/mosh-server new -s", notHere),
				ann.nothing(),
				bot.runs("scp is broken again", outcome{}),
				ann.sees("bot: scp is broken again\r\n"),
			}},
		},
		proven: []proof{script("ssh-programs")},
	},
	{
		says:   "A second line on standard error tells how to say it.",
		scenes: []scene{programs("the second line for a program", "scp -t /tmp")},
	},
	{
		says:   "It is read as a shell would read it.",
		scenes: []scene{programs("programs in a script", "set -e; (scp -t .)", "test -x /usr/bin/rsync && rsync --server .", "sh -c 'id; ls'")},
		proven: []proof{{"parley/sshserver", "TestIsProgram_InAScript"}},
	},
	{
		says: "One of its simple commands is a known program, in any case, with or without its path and `.exe`, and has an argument that starts " +
			"such a program: `scp -t DIR`, `rsync --server ...`, `git-upload-pack 'DIR'`, `mosh-server new ...`, `sh -c ...`, `tmux attach`, " +
			"`set -e`, `uname -a`.",
		scenes: []scene{programs("programs by their name and arguments", "scp -t /tmp", "/usr/bin/scp -t /tmp", "SCP.EXE -t .", "rsync --server -e.LsfxC . /tmp",
			"git-upload-pack 'x.git'", "mosh-server new -s", "sh -c 'echo hello'", "tmux attach", "set -e", "uname -a")},
		proven: []proof{{"parley/sshserver", "TestPrograms_AreRefusedAndSentencesAreSaid"}},
	},
	{
		says:   "A few do without one, as the first command: `sftp-server`, `bash`, `true`, `exit`, `id`.",
		scenes: []scene{programs("programs without an argument", "sftp-server", "bash", "true", "exit", "id")},
	},
	{
		says: "Variables before it (`LANG=C mosh-server`) and `env`, `exec`, `sudo`, `time` and the like make no difference.",
		scenes: []scene{programs("programs behind other words", "LANG=C mosh-server", "LC_ALL=C LANG=C mosh-server new", "env TERM=dumb mosh-server new",
			"exec sftp-server", "exec sh -c 'echo hello'", "sudo sh -c 'id; ls'", "sudo rsync --server . /", "nice -n 19 rsync --server . /", "time rsync --server . /")},
	},
	{
		says: "A path (`/x/y`, `~/x`, `./x`) or a variable (`$SHELL -l`) as the command is a program too.",
		scenes: []scene{programs("programs by their path", "/opt/any/program", "/opt/any/program --with -x", "~/.vscode-server/bin/x", "./configure --prefix=/usr",
			"$SHELL -l")},
	},
	{
		says:     "Words tell a sentence.",
		explains: "It announces the next sentences.",
	},
	{
		says: "With two or more words of letters only among its arguments, besides those that the program itself knows, or with any after a path, a text is said: `ssh HOST 'rsync --server keeps failing for me'`, `ssh HOST '/etc/passwd and /etc/shadow'`.",
		scenes: []scene{{name: "what is said of programs", steps: []step{
			ann.joinsRaw(),
			bot.runs("scp is broken again", outcome{}),
			bot.runs("rsync --server keeps failing for me", outcome{}),
			bot.runs("/etc/passwd and /etc/shadow", outcome{}),
			bot.runs("/say scp -t is old", outcome{}),
			ann.sees("bot: scp is broken again\r\nbot: rsync --server keeps failing for me\r\n" +
				"bot: /etc/passwd and /etc/shadow\r\nbot: scp -t is old\r\n"),
			bot.runs("tmux new features are great", outcome{}), ann.sees("bot: tmux new features are great\r\n"),
			bot.runs("and/or we stop", outcome{}), ann.sees("bot: and/or we stop\r\n"),
		}}},
		proven: []proof{{"parley/sshserver", "TestPrograms_AreRefusedAndSentencesAreSaid"}},
	},
	{
		says:   "After a path with `/bin/` or `/.` in it one word is an argument.",
		scenes: []scene{programs("a path and one word", "/opt/bin/program start", "~/.local/program start")},
	},
	{
		says:   "In doubt it is refused.",
		proven: []proof{{"parley/sshserver", "TestIsProgram"}},
	},
	{
		says: "`/say` says any text: `ssh HOST /say scp -t is old`.",
		scenes: []scene{{name: "what looks like a program is said", steps: []step{
			ann.joinsRaw(),
			bot.runs("/say scp -t is old", outcome{}), ann.sees("bot: scp -t is old\r\n"),
			bot.runs("/say scp -t /tmp", outcome{}), ann.sees("bot: scp -t /tmp\r\n"),
		}}},
	},
	{
		says: "A text that begins with `/` is said with one more: `ssh HOST '//tmp is full'`.",
		scenes: []scene{{name: "a text with two slashes", steps: []step{
			ann.joinsRaw(), bot.runs("//tmp is full", outcome{}), ann.sees("bot: /tmp is full\r\n"),
		}}},
	},
	{
		says: "An unknown command with a text after it is answered with a second line that tells so.",
		scenes: []scene{{name: "a text that begins with a slash", steps: []step{
			ann.joinsRaw(),
			bot.runs("/tmp is full", outcome{err: "!error unknown command: !tmp (try !help)\n! to say a text that begins with a slash: ssh HOST //TEXT\n", status: 2}),
			ann.nothing(),
			bot.runs("//tmp is full", outcome{}),
			ann.sees("bot: /tmp is full\r\n"),
		}}},
	},
	{
		says: "`/tail` prints what is said publicly until the connection ends; `/tail @room` what is said in a room.",
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
		says: "Both print what is said privately to the nick.",
		scenes: []scene{{name: "private lines in a tail", steps: []step{
			ann.joinsRaw(), ann.enters("ops"),
			bot.listens("/tail"), ann.heardBy(bot, "", "ann: %s\n"),
			ann.sends("#bot one\r\n"), bot.sees("#ann: one\n"),
			cyd.listens("/tail @ops"), ann.heardBy(cyd, "@ops ", "@ops ann: %s\n"),
			ann.sends("#cyd two\r\n"), cyd.sees("#ann: two\n"),
		}}},
	},
	{
		says: "A command that the server's end cuts short has exit status 1.",
		scenes: []scene{{name: "standard input that the server's end cuts short", steps: []step{
			ann.joinsRaw(), bot.starts("/say"), bot.sends("one\n"), ann.sees("bot: one\r\n"),
			theServerStops(), bot.endsWithStatus(1),
			ann.sees("! server is going down\r\n"), ann.closed(),
		}}},
	},
	{
		says: "A command session is not news to those who asked for notices; it may use the nick that its own key has online, and say " +
			"things in a room that exists without entering it.",
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
	{
		says: "It holds its nick as long as it lasts, but it is listed by `!users`, and can be talked to, only while it listens (`/tail`).",
		scenes: []scene{
			{name: "the nick of standard input", steps: []step{
				ann.joinsRaw(), bot.starts("/say"), bot.sends("one\n"), ann.sees("bot: one\r\n"),
				ann.sends("!users\r\n#bot hi\r\n!nick bot\r\n"), ann.sees("ann\r\n!error no such user: bot\r\n!error nick in use: bot\r\n"),
				bot.ends(), bot.endsWith("", 0),
				ann.sends("!nick bot\r\n"), ann.nothing(),
			}},
			{name: "the nick of a tail", steps: []step{
				ann.joinsRaw(), bot.listens("/tail"), ann.heardBy(bot, "", "ann: %s\n"),
				ann.sends("!users\r\n#bot hi\r\n!nick bot\r\n"), ann.sees("ann bot\r\n!error nick in use: bot\r\n"),
				bot.sees("#ann: hi\n"),
			}},
		},
	},
}

// programs is a scene of commands that start programs.
func programs(name string, commands ...string) scene {
	steps := []step{ann.joinsRaw()}
	for _, c := range commands {
		steps = append(steps, bot.runs(c, notHere))
	}
	return scene{name: name, steps: append(steps, ann.nothing())}
}

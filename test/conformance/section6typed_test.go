package conformance

// section6typed is `ssh -t HOST command`: a command with a terminal.
var section6typed = []sentence{
	{
		says: "With a terminal (`ssh -t HOST /tail`) lines end in CR LF, and CR, LF and CR LF end a line of input.",
		scenes: []scene{{name: "line ends of a command with a terminal", steps: []step{
			ann.joinsRaw(),
			cyd.startsInTerminal("/users"), cyd.sees("ann\r\n"), cyd.endsWithStatus(0),
			bot.startsInTerminal("/say"),
			bot.types("one\rtwo\nthree\r\nfour\r"), bot.sees("one\r\ntwo\r\nthree\r\nfour\r\n"),
			ann.sees("bot: one\r\nbot: two\r\nbot: three\r\nbot: four\r\n"),
		}}},
		proven: []proof{{"parley/sshserver", "TestCooked_LinesEndInCRLF"}, script("terminal-command")},
	},
	{
		says: "What is typed is shown.",
		scenes: []scene{{name: "typed text is shown", steps: []step{
			ann.joinsRaw(), bot.startsInTerminal("/say"),
			bot.types("hel"), bot.sees("hel"), bot.types("lo\r"), bot.sees("lo\r\n"),
			ann.sees("bot: hello\r\n"),
		}}},
	},
	{
		says: "Backspace erases a character, Ctrl-W a word and Ctrl-U the line.",
		scenes: []scene{{name: "erasing in a command with a terminal", steps: []step{
			ann.joinsRaw(), bot.startsInTerminal("/say"),
			bot.types("x\x7fhelk\x7flo\rone two\x17three\rno\x15yes\r"),
			ann.sees("bot: hello\r\nbot: one three\r\nbot: yes\r\n"),
		}}},
	},
	{
		says: "Ctrl-D at the start of a line is the end of the input, and it ends `/tail`, with exit status 0; within a line it sends what there " +
			"is of the line.",
		scenes: []scene{
			{name: "Ctrl-D at the start of a line", steps: []step{
				ann.joinsRaw(),
				bot.startsInTerminal("/say"), bot.types("one\r\x04"), bot.endsWithStatus(0), ann.sees("bot: one\r\n"),
				cyd.startsInTerminal("/tail"), ann.heardBy(cyd, "", "ann: %s\r\n"), cyd.types("\x04"), cyd.endsWithStatus(0),
			}},
			{name: "Ctrl-D within a line", steps: []step{
				ann.joinsRaw(), bot.startsInTerminal("/say"),
				bot.types("one\x04"), bot.types(" more\r"), ann.sees("bot: one more\r\n"),
				bot.types("last\x04\x04"), ann.sees("bot: last\r\n"), bot.endsWithStatus(0),
			}},
		},
		proven: []proof{{"parley/sshserver", "TestCooked_WhatIsTypedIsSaid"}},
	},
	{
		says: "Ctrl-C ends the session at once, with exit status 130: what was typed before and still waits for its turn is not said.",
		scenes: []scene{
			{name: "Ctrl-C", steps: []step{
				ann.joinsRaw(), bot.startsInTerminal("/say"),
				bot.types("one\r"), ann.sees("bot: one\r\n"), bot.types("two\x03"), bot.endsWithStatus(130),
				ann.nothing(),
			}},
			{name: "Ctrl-C while lines wait", server: aLineAMinute, steps: []step{
				ann.joinsRaw(), bot.startsInTerminal("/say"),
				bot.types(numbered("%d\r", 0, 20)), ann.sees(numbered("bot: %d\r\n", 0, 10)), // the others wait for minutes
				bot.types("\x03"), bot.endsWithStatus(130),
			}},
		},
		proven: []proof{{"parley/sshserver", "TestCooked_CtrlCIsHeardWhileLinesWait"}},
	},
	{
		says: "The signals HUP, INT, QUIT, KILL and TERM end it too, with exit status 128 and the number of the signal.",
		scenes: []scene{{name: "signals", steps: []step{
			ann.joinsRaw(),
			bot.isSignalled("HUP", 129), bot.isSignalled("INT", 130), bot.isSignalled("QUIT", 131), bot.isSignalled("KILL", 137), bot.isSignalled("TERM", 143),
		}}},
		proven: []proof{{"parley/sshserver", "TestCooked_TailEndsByAKeyOrASignal"}},
	},
	{
		says: "Keys that are no characters do nothing.",
		scenes: []scene{{name: "keys in a command with a terminal", steps: []step{
			ann.joinsRaw(), bot.startsInTerminal("/say"),
			bot.types("a\x1b[Ab\x1bOPc\x1b[15~d\x01e\r"), ann.sees("bot: abcde\r\n"),
		}}},
	},
}

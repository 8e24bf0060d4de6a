package conformance

import (
	"slices"
	"strings"
)

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
		says: "Where the client's own input ends (`printf 'one\\ntwo' | ssh -tt HOST /say`), a last line without a newline counts, and " +
			"`/tail` goes on.",
		scenes: []scene{
			piped("a last line without a newline", "one\ntwo", "one", "two"),
			{name: "a tail whose input ends", steps: []step{
				ann.joinsRaw(), bot.startsInTerminal("/tail"), bot.ends(), ann.heardBy(bot, "", "ann: %s\r\n"),
			}},
		},
		proven: []proof{{"parley/sshserver", "TestCooked_ALastLineWithoutANewlineIsSaid"}, {"parley/sshserver", "TestCooked_TailNeedsNoInput"}},
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
		says:   "64 KiB of typed lines may wait for their turn.",
		proven: []proof{{"parley/sshserver", "TestCooked_LinesThatAreLeftOutAreTold"}},
	},
	{
		says: "More are read, so that Ctrl-C is seen, but left out; that is told at the end, with exit status 1.",
		proven: []proof{
			{"parley/sshserver", "TestCooked_CtrlCIsHeardAfterAnyAmountOfLines"}, {"parley/sshserver", "TestCooked_LinesThatAreLeftOutAreTold"},
		},
	},
	{
		says:   "An input that is no terminal (`ssh -tt HOST /say <big.txt`) is held back instead, and nothing of it is left out.",
		scenes: []scene{piped("a file of 100 KB", strings.Repeat(longLine+"\n", 25), slices.Repeat([]string{longLine}, 25)...)},
		proven: []proof{{"parley/sshserver", "TestCooked_AFileIsHeldBack"}},
	},
	{
		says:     "OpenSSH says that its input is none by a size of 0 by 0 and no terminal modes.",
		explains: "It is about OpenSSH, and how the server tells such an input.",
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
	{
		says: "All keys are known as in the interactive session, in a keyboard mode that another program left on too; Alt-Backspace erases a word.",
		scenes: []scene{piped("keys of many terminals, in a command",
			"a\x1b[111u\rone two\x1b\x7fd\x1b[27;1;33~\x1b[13u\x1b/Z\x1b]11;x\aend\x1b[A\x1b[100;5u", "ao", "one d!", "end")},
	},
}

// longLine is so long that 25 of them are more than the 64 KiB that may wait.
var longLine = strings.Repeat("x", 4000)

// piped returns a scene in which ann pipes her input to `ssh -tt HOST /say`, and bob hears
// these lines of hers.
func piped(name, input string, heard ...string) scene {
	sc := scene{name: name, steps: []step{bob.joinsRaw(), ann.startsInTerminal("/say"), ann.types(input), ann.ends()}}
	for _, text := range heard {
		sc.steps = append(sc.steps, bob.sees("ann: "+text+"\r\n"))
	}
	sc.steps = append(sc.steps, ann.endsWithStatus(0))
	return sc
}

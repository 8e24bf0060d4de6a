package conformance

import (
	"strings"
	"time"
)

// section6terminal is the interactive session.
var section6terminal = []sentence{
	{
		says:   "**With a terminal**: the interactive session, with an input line that stays whole at the bottom.",
		proven: []proof{script("terminal-line"), {"parley/internal/lineedit", "TestTheLineStaysAtTheBottom"}},
	},
	{
		says: "`/word` is accepted for every `!word`; `//text` says `/text`.",
		scenes: []scene{{name: "slashes in a terminal", steps: []step{
			bob.joinsRaw(), ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("/users\r"), ann.shows(`ann, ~?bob\r\n`),
			ann.types("!users\r"), ann.shows(`ann, ~?bob\r\n`),
			ann.types("/me waves\r!me waves too\r//me waves\r"),
			bob.sees("* ann waves\r\n* ann waves too\r\nann: /me waves\r\n"),
		}}},
	},
	{
		says:     "Sections 3 and 5 hold with these differences, made for people:",
		explains: "It announces the list of differences.",
	},
	{
		says: "A line without a sigil goes where the prompt says.",
		scenes: []scene{{name: "where the prompt says", steps: []step{
			bob.joinsRaw(), bob.enters("dev"), ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("one"), ann.shows(`ann> one`), ann.types("\r"), bob.sees("ann: one\r\n"),
			ann.types("/enter dev\rtwo"), ann.shows(`ann@dev> two`), ann.types("\r"), bob.sees("@dev ann: two\r\n"),
			ann.types("/to #bob\rthree"), ann.shows(`ann.*bob> three`), ann.types("\r"), bob.sees("#ann: three\r\n"),
		}}},
	},
	{
		says: "`/to @room`, `/to #nick` and `/to` (everyone) change that, as do `/enter room`, `@room` and `#nick` without a text, and leaving the room.",
		scenes: []scene{{name: "ways to go elsewhere", steps: []step{
			bob.joinsRaw(), bob.enters("dev"), ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("/enter dev\r1\r/to\r2\r/to @dev\r3\r/to #bob\r4\r@dev\r5\r#bob\r6\r@dev\r/leave dev\r7\r"),
			bob.sees("@dev ann: 1\r\nann: 2\r\n@dev ann: 3\r\n#ann: 4\r\n@dev ann: 5\r\n#ann: 6\r\nann: 7\r\n"),
		}}},
		proven: []proof{script("terminal-places")},
	},
	{
		says: "What is typed for one person (`#nick`, `/msg`, `/to #nick`, `/reply`) goes to who that was when it was entered, under another nick too, and never to another person who has taken the nick, or has written, before its turn came.",
		proven: []proof{
			{"parley/sshserver", "TestRecipient_IsThePersonWhoHadTheNick"}, {"parley/sshserver", "TestWhatWaitsGoesWhereItWasTypedFor"},
			{"parley/sshserver", "TestAPrivatePlaceIsNotHandedOn"},
		},
	},
	{
		says: "One's own messages are shown; `!echo` changes nothing.",
		scenes: []scene{{name: "echo in a terminal", steps: []step{
			bob.joinsRaw(), ann.opensTerminal("xterm"), ann.shows(asked),
			ann.types("one\r"), bob.sees("ann: one\r\n"), ann.shows(`\d\d:\d\d[^\n]*ann[^\n]*: [^\n]*one`),
			ann.types("!echo on\r"), ann.types("two\r"), bob.sees("ann: two\r\n"), ann.shows(`\d\d:\d\d[^\n]*ann[^\n]*: [^\n]*two`),
			ann.types("three\r"), bob.sees("ann: three\r\n"), ann.showsWithout(`two`, `\d\d:\d\d[^\n]*ann[^\n]*: [^\n]*three`),
		}}},
		proven: []proof{script("terminal-own")},
	},
	{
		says: "Joins and leaves are shown until `/set notices off`.",
		scenes: []scene{{name: "notices in a terminal", steps: []step{
			ann.opensTerminal("dumb"), ann.shows(greeted),
			bob.joinsRaw(), aSecondPasses(), ann.shows(`\* ~?bob joined`),
			bob.leaves(), aSecondPasses(), ann.shows(`\* ~?bob left`),
			ann.types("/set notices off\r"), ann.shows(`notices is off now\.\r\n`),
			cyd.joinsRaw(), aSecondPasses(), cyd.sends("hello\r\n"), ann.shows(`\A[0-9:]{5} ~?cyd: hello\r\n`),
		}}},
	},
	{
		says: "A pasted text of several lines is one message: others on a terminal see it as a block, in JSON its `text` has `\\n` between " +
			"the lines, and as lines it is as many messages, with nothing between them.",
		scenes: []scene{{name: "a pasted text", steps: []step{
			bob.joinsRaw(), cyd.joins(), cyd.takesJSON(), dan.opensTerminal("dumb"), dan.shows(greeted),
			ann.opensTerminal("xterm"), ann.shows(asked),
			ann.types("\x1b[200~one\r\ttwo\x1b[201~"), ann.waits(100 * time.Millisecond), ann.types("\r"),
			bob.sees("ann: one\r\nann:  two\r\n"),
			cyd.seesLike(object("message", `,"from":"ann",.*,"text":"one\\n two"`)),
			dan.shows(`[0-9:]{5} ann:\r\n +one\r\n +two\r\n`),
		}}},
		proven: []proof{{"parley/sshserver", "TestAPastedTextIsOneMessage"}},
	},
	{
		says:   "100 lines at most; for the rate limit every 10 lines count as one more.",
		proven: []proof{{"parley/sshserver", "TestAPastedTextIsOneMessage"}, {"parley/sshserver", "TestATextOfManyLinesCountsAsSeveral"}},
	},
	{
		says:   "Nothing in a pasted text is carried out before Enter.",
		scenes: []scene{typed("a paste", time.Second, pieces{"\x1b[200~one\n/quit\n\x1b[201~", "\r"}, "one", "/quit")},
	},
	{
		says: "If the end of a paste stands in its middle, what comes in one piece with it is pasted too, and so is what comes before another " +
			"end, within 0.2 s of the last input.",
		scenes: []scene{typed("a paste with its end in its middle", time.Second, pieces{"\x1b[200~one\x1b[201~\r/quit\r\x1b[201~", "\r"}, "one", "/quit")},
	},
	{
		says: "So keys that follow a paste are held for 0.2 s after the last of them, and for 1 s after the first at most; what is longer than 256 bytes " +
			"comes of no keyboard, and is held until 0.2 s pass without input.",
		scenes: []scene{typed("keys behind a paste", 150*time.Millisecond, pieces{"\x1b[200~one\x1b[201~", "x", "x", "x", "x", "x", "x", "x", "x", "x", "\r"}, "onexxxxxxxxx")},
		proven: []proof{{"parley/internal/lineedit", "TestPaste_KeysAfterItAreHeldForASecondAtMost"}, {"parley/internal/lineedit", "TestThreat44_ASlowPasteSmugglesNothing"}},
	},
	{
		says:   "Keys that are held count at the end of the input, too.",
		proven: []proof{{"parley/sshserver", "TestEnterCountsAtTheEndOfTheInput"}, {"parley/internal/lineedit", "TestWhatIsHeldAtTheEndIsTyped"}},
	},
	{
		says:   "Enter that comes in one piece with the end of a paste sends nothing, and the person is told.",
		scenes: []scene{typed("Enter in one piece with a paste", time.Second, pieces{"\x1b[200~one\x1b[201~\r", "!\r"}, "one!")},
		proven: []proof{{"parley/internal/lineedit", "TestEnterInOnePieceWithAPasteIsTold"}},
	},
	{
		says:   "A paste that has no end is ended after 5 s without input, and the person is told; what came of it is in the line.",
		scenes: []scene{typed("a paste without an end", 6*time.Second, pieces{"\x1b[200~one\r/quit", "\r"}, "one", "/quit")},
		proven: []proof{script("terminal-keys")}, // the person is told
	},
	{
		says:   "A key does the same in every terminal, and in a keyboard mode that another program left on (kitty's, or modifyOtherKeys of xterm).",
		scenes: []scene{typed("keys of many terminals", 0, pieces{"two\x1bOD\x1b[D\x1b[1;1:1D\x1b[57418uX\x1b[7~\x1b[1~\x1b[Hone \x1b[52u\x1b[27;1;53~\x1b[13u"}, "one 45tXwo")},
		proven: []proof{{"parley/internal/lineedit", "TestKeysDoTheSameInEveryTerminal"}},
	},
	{
		says:   "A key without a meaning does nothing, and never takes another key with it.",
		scenes: []scene{typed("keys without a meaning", 0, pieces{"\x1b[[Aa\x1b[15~b\x1b[99zc\x1bOPd\x1b[57376ue\r"}, "abcde")},
	},
	{
		says:   "Alt-Enter begins a new line of the text; so does Shift-Enter, where the terminal tells it from Enter.",
		scenes: []scene{typed("Alt-Enter and Shift-Enter", 0, pieces{"a\x1b\rb\x1b[13;2uc\x1b[27;2;13~d\r"}, "a", "b", "c", "d")},
	},
	{
		says:   "What a terminal answers is never typed.",
		scenes: []scene{typed("answers of a terminal", 0, pieces{"a\x1b]11;rgb:1e1e/1e1e/2e2e\ab\x1bP>|xterm(388)\x1b\\c\x1b[?62;22cd\x1b[24;80Re\r"}, "abcde")},
		proven: []proof{{"parley/sshserver", "TestThreat45_AnswersOfTheTerminalAreNotTyped"}, script("terminal-keys")},
	},
	{
		says: "Control sequences and strings (OSC, DCS, APC, PM and SOS, with ESC or as C1 in UTF-8) are read to their end and dropped, however " +
			"long they are.",
		scenes: []scene{typed("control sequences and strings", 0, pieces{"a\x1b]52;c;" + strings.Repeat("QUJD", 20_000) + "\ab\x1bPx\x1b\\c\x1b_x\x1b\\\x1b^x\x1b\\\x1bXx\x1b\\\u009dx\u009c\u009b?1;2cd\r"}, "abcd")},
	},
	{
		says:   "Strings end with ST, OSC with BEL too; CAN, SUB, Ctrl-C and Ctrl-D end them early.",
		scenes: []scene{typed("ends of strings", 0, pieces{"\x1b]x\x1b\\a\x1b]x\u009cb\x1b]x\ac\x1bPx\x18d\x1bPx\x1ae\r"}, "abcde")},
	},
	{
		says:   "One that is not whole after 0.5 s without input ends as well: a person typed Alt-] or the like, and their next key is a key.",
		scenes: []scene{typed("strings that are not whole", time.Second, pieces{"a\x1b]", "b\x1b[", "c\x1bP", "d\r"}, "abcd")},
	},
	{
		says:   "A person who types Alt-] or another key that is the beginning of a string loses none of the keys after it.",
		scenes: []scene{typed("keys that begin a string", 400*time.Millisecond, pieces{"\x1b]", "h", "i\x1b_", "!\x1bP", "1", "\r"}, "hi!1")},
	},
	{
		says:   "A string is the terminal's if two bytes of its text come within 50 ms of each other.",
		scenes: []scene{typed("a string that comes at once", 300*time.Millisecond, pieces{"\x1b^private\x1b\\\x1b]he", "llo\az\r"}, "z")},
	},
	{
		says: "Sent more slowly, it is the terminal's if it begins as answers do: with a number and `;` (OSC), with `1$r`, `1+r`, `>|`, `!|` or the like " +
			"(DCS), or with `Gi=` or the like (APC).",
		scenes: []scene{typed("answers that come slowly", 300*time.Millisecond, pieces{"\x1b]", "1", "1;", "rgb:", "1/2/3", "\a\x1bP", ">", "|", "x", "\x1b\\z\r"}, "z")},
	},
	{
		says:   "Other text is typed.",
		scenes: []scene{typed("text that comes slowly", 400*time.Millisecond, pieces{"\x1b]", "a", "b", "c", "\r"}, "abc")},
	},
	{
		says:   "What could still become such a beginning is shown when the next key makes it clear, or after 0.5 s.",
		scenes: []scene{typed("what may become an answer", time.Second, pieces{"\x1b]", "1", "x\r"}, "1x")},
		proven: []proof{{"parley/internal/lineedit", "TestWhatMayBeAnAnswerIsHeldForAMoment"}},
	},
	{
		says:   "Sequences that name a set of characters, such as `ESC ( B`, and the answer of a VT52 (`ESC / Z`) are dropped whole.",
		scenes: []scene{typed("sequences of several kinds", 0, pieces{"\x1b(Ba\x1b/Zb\x1b#8c\x1b%Gd\x1b Fe\r"}, "abcde")},
	},
	{
		says:   "After 50 ms without input the next key is a key, because the person typed Alt-( or the like.",
		scenes: []scene{typed("Alt-( and a key", 400*time.Millisecond, pieces{"\x1b(", "a\x1b/", "b\r"}, "ab")},
	},
	{
		says: "A person is called by the bell and by one kind of notification: OSC 777 in a terminal that is known to know only that, else OSC 9.",
		scenes: []scene{{name: "notifications", steps: []step{
			bob.joinsRaw(),
			ann.opensTerminal("xterm-kitty"), ann.shows(`ann`), ann.types("a\r"), bob.sees("ann: a\r\n"),
			cyd.opensTerminal("rxvt-unicode"), cyd.shows(`cyd`), cyd.types("b\r"), bob.sees("cyd: b\r\n"),
			bob.sends("ann and cyd, hello\r\n"),
			ann.shows("\a\x1b\\]9;~?bob: ann and cyd, hello\a"),
			cyd.shows("\a\x1b\\]777;notify;parley;~?bob: ann and cyd, hello\a"),
		}}},
		proven: []proof{{"parley/sshserver", "TestTerminalsAreCalledAsTheyKnowIt"}, script("terminal-notify")},
	},
	{
		says:   "A terminal that goes by the name of xterm, screen or tmux is asked once what it is (XTVERSION, `CSI > 0 q`).",
		scenes: []scene{typed("two answers of a terminal", 100*time.Millisecond, pieces{"a\x1bP>|WezTerm 20240203\x1b\\b", "\x1bP>|VTE(7600)\x1b\\c\r"}, "abc")},
		proven: []proof{script("terminal-notify")}, // once
	},
	{
		says:   "Its first answer counts, whenever it comes.",
		proven: []proof{script("terminal-notify"), {"parley/sshserver", "TestWhatATerminalIsStays"}},
	},
	{
		says: "Commands of its own: `/to /reply /who /last /set /clear /msg`, and the words of IRC `/join /part /names /list /query`.",
		scenes: []scene{{name: "commands of a terminal", steps: []step{
			bob.joinsRaw(), ann.opensTerminal("dumb"), ann.shows(greeted),
			bob.sends("#ann hi\r\n"), ann.shows(`bob → you: hi`),
			ann.types("/reply 1\r/msg bob 2\r/query bob\r3\r/to\r4\r/join dev\r5\r/topic @dev\r"),
			bob.sees("#ann: 1\r\n#ann: 2\r\n#ann: 3\r\nann: 4\r\n"),
			ann.shows(`dev has no topic\r\n`), bob.enters("dev"), ann.types("6\r"), bob.sees("@dev ann: 6\r\n"),
			ann.types("/names\r"), ann.shows(`In dev \(2\): ann, ~bob\r\n`),
			ann.types("/list\r"), ann.shows(`Rooms: dev\r\n`),
			ann.types("/last\r"), ann.shows(`ann: 5\r\n[^\r]*ann: 6\r\n-- now --\r\n`),
			ann.types("/part\r7\r"), bob.sees("ann: 7\r\n"),
			ann.types("/who\r"), ann.shows(`NICK +IDENTITY[^\r]*\r\n`),
			ann.types("/set\r"), ann.shows(`notices +on`),
			ann.types("/clear\r/nonsense\r"), ann.showsWithout(`unknown command`, `unknown command: /nonsense`),
		}}},
	},
	{
		says: "`/leave`, `/members` and `/topic` without a room are about the one talked in.",
		scenes: []scene{{name: "without a room", steps: []step{
			bob.joinsRaw(), bob.enters("dev"), ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("/enter dev\r/members\r"), ann.shows(`dev[^\r]*ann, ~?bob`),
			ann.types("/topic we talk\r/topic\r"), ann.shows(`topic of dev: we talk`),
			ann.types("/leave\rbye\r"), bob.sees("ann: bye\r\n"),
			bob.sends("!members dev\r\n"), bob.sees("bob\r\n"),
		}}},
	},
	{
		says: "`/last` shows what was said in this place since the server started, to those who are in it now: 200 messages and 64 KiB of each " +
			"place are kept in memory, and 64 MiB of all.",
		scenes: []scene{{name: "what was said before", steps: []step{
			bob.joinsRaw(), bob.enters("dev"), bob.sends("@dev one\r\ntwo\r\n"), bob.nothing(),
			ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("/last\r"), ann.shows(`bob: two\r\n`),
			ann.types("/enter dev\r/last\r"), ann.shows(`bob: one\r\n`),
		}}},
		proven: []proof{
			{"parley/chatcore", "TestThePastIsBounded"}, {"parley/chatcore", "TestThePastIsBoundedInAll"}, {"parley/chatcore", "TestLastNeedsAPlaceOneMayHear"},
		},
	},
	{
		says: "`!format json` is refused: it is for programs, which have no terminal.",
		scenes: []scene{{name: "JSON in a terminal", steps: []step{
			ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("!format json\r"), ann.shows(`\r\n! not in a terminal: JSON is for programs`),
			ann.types("/whois ann\r"), ann.shows(`verified`),
		}}},
	},
	{
		says: "Guests have a `~` before their nick, which is not a part of it.",
		scenes: []scene{{name: "the mark of a guest", steps: []step{
			bob.joinsRaw(), cyd.joins(), ann.opensTerminal("dumb"), ann.shows(greeted),
			bob.sends("one\r\n"), ann.shows(`[0-9:]{5} ~bob: one\r\n`), cyd.sees("bob: one\r\n"),
			cyd.sends("two\r\n"), ann.shows(`[0-9:]{5} cyd: two\r\n`), bob.sees("cyd: two\r\n"),
			ann.types("#bob hi\r#~bob hi\r"), bob.sees("#ann: hi\r\n#ann: hi\r\n"),
		}}},
	},
	{
		says: "`/topic` takes another room as `@room` only: `/topic release on friday` is a topic for the room one talks in.",
		scenes: []scene{{name: "a topic that begins with a room", steps: []step{
			bob.joinsRaw(), bob.enters("release"), ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("/enter dev\r/topic release on friday\r/topic\r"), ann.shows(`topic of dev: release on friday`),
			ann.types("/topic @release\r"), ann.shows(`release has no topic`),
		}}},
		proven: []proof{{"parley/sshserver", "TestTopicsBeginWithAnyWord"}},
	},
	{
		says: "In the public place, which has no topic, `/topic room` tells that of a room.",
		scenes: []scene{{name: "a topic asked for in public", steps: []step{
			bob.joinsRaw(), bob.enters("dev"), bob.sends("!topic dev we talk\r\n"), bob.nothing(),
			ann.opensTerminal("dumb"), ann.shows(greeted),
			ann.types("/topic dev\r"), ann.shows(`topic of dev: we talk`),
		}}},
	},
}

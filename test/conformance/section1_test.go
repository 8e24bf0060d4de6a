package conformance

import "strings"

const tooLong = "!error line too long: 4096 bytes at most\r\n"

// section1 is how lines are split, and what becomes of their text.
var section1 = []sentence{
	{
		says:     "A client line ends in LF; CRs before it are dropped.",
		tutorial: "it buffers the data sent by the client until it receives a full line marked by a trailing '\\r\\n' sequence",
		scenes: []scene{
			{name: "LF alone", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hello\n"),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "CR LF", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hello\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "several CRs and LF", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one\r\r\ntwo\r\r\r\n!users\r\r\n\r\r\n"),
				bob.sees("ann: one\r\nann: two\r\n"),
				ann.sees("ann bob\r\n"),
				ann.sends(strings.Repeat("x", 4096) + "\r\r\r\n"),
				bob.sees("ann: " + strings.Repeat("x", 4096) + "\r\n"),
			}},
			{name: "CR and LF in two pieces", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hello\r"),
				bob.nothing(),
				ann.sends("\n"),
				bob.sees("ann: hello\r\n"),
			}},
		},
	},
	{
		says: "`\\r\\n`, `\\n` and `\\r\\r\\n` work, mixed too.",
		scenes: []scene{
			{name: "CR LF and LF mixed", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one\r\ntwo\nthree\r\nfour\n"),
				bob.sees("ann: one\r\nann: two\r\nann: three\r\nann: four\r\n"),
			}},
			{name: "CR LF and LF around the nick", rawOnly: nickIsUserName, steps: []step{
				ann.connects(), ann.sends("ann\n!users\r\n"), ann.sees("ann\r\n"),
				bob.connects(), bob.sends("bob\r\n!users\n"), bob.sees("ann bob\r\n"),
			}},
			{name: "all three mixed", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one\r\r\ntwo\nthree\r\nfour\r\r\n"),
				bob.sees("ann: one\r\nann: two\r\nann: three\r\nann: four\r\n"),
			}},
		},
	},
	{
		says: "On the raw port CR NUL ends a line as well.",
		scenes: []scene{
			{name: "CR NUL", rawOnly: noTelnet, steps: []step{ // RFC 1123, 3.3.1
				ann.connects(),
				ann.sends("ann\r\x00!users\r\x00"),
				ann.sees("ann\r\n"),
				bob.joins(),
				ann.sends("one\r"),
				bob.nothing(),
				ann.sends("\x00"),
				bob.sees("ann: one\r\n"),
				ann.drips("two\r\x00three\n\r\x00"),
				bob.sees("ann: two\r\nann: three\r\n"),
			}},
		},
	},
	{
		says: "A CR elsewhere ends no line.",
		scenes: []scene{
			{name: "CR alone ends no line", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one\rtwo\n"),
				bob.sees("ann: onetwo\r\n"),
			}},
		},
	},
	{
		says:     "Data may come in any pieces; only a whole line counts.",
		tutorial: "in practice the data may actually only arrive in chunks [...] Hence, a peer knows that it fully received the data when it sees a newline.",
		scenes: []scene{
			{name: "a line in three pieces", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("Hi,"),
				bob.nothing(),
				ann.sends("I um"),
				bob.nothing(),
				ann.sends(" have to tell you something!\r\n"),
				bob.sees("ann: Hi,I um have to tell you something!\r\n"),
			}},
			{name: "byte by byte", steps: []step{
				ann.joins(), bob.joins(),
				ann.drips("hello\r\n#bob žluťoučký 你好\r\n"),
				bob.sees("ann: hello\r\n#ann: žluťoučký 你好\r\n"),
			}},
			{name: "nick and all byte by byte", rawOnly: nickIsUserName, steps: []step{
				bob.joins(),
				ann.connects(),
				ann.drips("ann\r\nhello\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "several lines at once", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one\r\n#bob two\r\n!users\r\nthree\r\n"),
				bob.sees("ann: one\r\n#ann: two\r\nann: three\r\n"),
				ann.sees("ann bob\r\n"),
			}},
			{name: "nick and lines at once", rawOnly: nickIsUserName, steps: []step{
				bob.joins(),
				ann.connects(),
				ann.sends("ann\r\none\r\n!users\r\ntwo\r\n"),
				ann.sees("ann bob\r\n"),
				bob.sees("ann: one\r\nann: two\r\n"),
			}},
			{name: "two lines and a half, then the rest", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one\r\ntwo\r\nthr"),
				bob.sees("ann: one\r\nann: two\r\n"),
				bob.nothing(),
				ann.sends("ee\r\n"),
				bob.sees("ann: three\r\n"),
			}},
			{name: "a character in two pieces", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("\xe4\xbd"),
				bob.nothing(),
				ann.sends("\xa0\r\n"),
				bob.sees("ann: 你\r\n"),
			}},
		},
	},
	{
		says: "What is left without a newline when the client closes is dropped.",
		scenes: []scene{
			{name: "text without a newline, then the end", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one\r\ntwo"),
				ann.leaves(),
				bob.sees("ann: one\r\n"),
			}},
			{name: "command without a newline, then the end", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!enter room"),
				ann.leaves(),
				bob.sends("!rooms\r\n"), bob.sees("\r\n"),
			}},
			{name: "nick without a newline, then the end", rawOnly: nickIsUserName, steps: []step{
				bob.joins(),
				ann.connects(), ann.sends("ann"), ann.leaves(),
				bob.sends("!users\r\n"), bob.sees("bob\r\n"),
			}},
			{name: "text without a newline, then the connection is lost", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("one"),
				bob.nothing(),
				ann.drops(),
				bob.asksUntil("!users\r\n", "bob\r\n"),
			}},
		},
	},
	{
		says: "A server line ends in CR LF.",
		scenes: []scene{
			{name: "every kind of line", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!enter room\n"), bob.sends("!enter room\n"), bob.nothing(),
				ann.sends("hello\n@room hello\n#bob hello\n!me waves\n!me @room waves\n"),
				bob.sees("ann: hello\r\n@room ann: hello\r\n#ann: hello\r\n* ann waves\r\n@room * ann waves\r\n"),
				ann.sends("!users\n!rooms\n!members room\n"),
				ann.sees("ann bob\r\nroom\r\nann bob\r\n"),
				ann.sends("!enter\n"),
				ann.sees("!error usage: !enter room\r\n"),
				ann.seesLines("!help\n", func(lines []string) error { return allLines(lines, "! ", "\r\n") }),
			}},
		},
	},
	{
		says: "Text is UTF-8 and is made safe before anybody sees it: invalid bytes become U+FFFD, control characters and invisible " +
			"formatting characters go, a tab becomes a space, at most four marks stay on a letter; emoji and every script stay.",
		scenes: []scene{
			{name: "many scripts", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("žluťoučký кінь 你好 שלום العربية हिन्दी ภาษา 😀\r\n"),
				bob.sees("ann: žluťoučký кінь 你好 שלום العربية हिन्दी ภาษา 😀\r\n"),
			}},
			{name: "invalid bytes", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("a\x80b\r\n"),
				ann.sends("cut \xe4\xbd\r\n"),
				ann.sends("overlong \xc0\xaf\r\n"),
				ann.sends("surrogate \xed\xa0\x80 end\r\n"),
				bob.sees("ann: a\uFFFDb\r\nann: cut \uFFFD\r\n"),
				bob.seesLike(`ann: overlong \x{FFFD}+`),
				bob.seesLike(`ann: surrogate \x{FFFD}+ end`),
			}},
			{name: "control characters", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("a\x00b\x07c\x1b[2Jde\u009bf\u0085g\r\n"),
				bob.sees("ann: abc[2Jdefg\r\n"),
				ann.sends("a\tb\r\n"),
				bob.sees("ann: a b\r\n"),
			}},
			{name: "invisible formatting characters", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("a\u202eb\u2066c\u200bd\ufeffe\u00adf\U000E0041g\r\n"),
				bob.sees("ann: abcdefg\r\n"),
				ann.sends("a\u2028b\u2029c\r\n"),
				bob.sees("ann: a b c\r\n"),
			}},
			{name: "four marks on a letter", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("x" + strings.Repeat("\u0305", 4) + "y" + strings.Repeat("\u0305", 100) + "z\r\n"),
				bob.sees("ann: x" + strings.Repeat("\u0305", 4) + "y" + strings.Repeat("\u0305", 4) + "z\r\n"),
			}},
			{name: "emoji stay", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("👩‍👩‍👧‍👦 ❤️ 👍🏽 🇨🇿 1️⃣\r\n"),
				bob.sees("ann: 👩‍👩‍👧‍👦 ❤️ 👍🏽 🇨🇿 1️⃣\r\n"),
			}},
			{name: "wherever text goes", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!enter room\r\n"), bob.sends("!enter room\r\n"), bob.nothing(),
				ann.sends("#bob a\x1bb\x80\r\n@room a\x1bb\x80\r\n!me a\x1bb\x80\r\n"),
				bob.sees("#ann: ab\uFFFD\r\n@room ann: ab\uFFFD\r\n* ann ab\uFFFD\r\n"),
				ann.sends("#b\x1b[2Jo hi\r\n!wo\x1brd\r\n"),
				ann.sees("!error no such user: b[2Jo\r\n!error unknown command: !word (try !help)\r\n"),
			}},
		},
	},
	{
		says: "A zero-width joiner or non-joiner stays where a word needs it (RFC 5892, appendix A.1 and A.2), and the tags of a " +
			"regional flag stay, such as England's.",
		scenes: []scene{
			{name: "the joiners of words stay", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("می\u200cخواهم ශ්\u200dරී क्\u200cष\r\n"),
				bob.sees("ann: می\u200cخواهم ශ්\u200dරී क्\u200cष\r\n"),
				ann.sends("pay\u200cpal pay\u200dpal می\u200c: \u200c\u200d\r\n"),
				bob.sees("ann: paypal paypal می: \r\n"),
			}},
			{name: "and the tags of flags", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!\r\n"),
				bob.sees("ann: 🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!\r\n"),
				ann.sends("🏴\U000E0068\U000E0069 😀\U000E0068\U000E0069\U000E0068\U000E007F\r\n"),
				bob.sees("ann: 🏴 😀\r\n"),
			}},
		},
	},
	{
		says: "A name has none of these.",
		scenes: []scene{
			{name: "a name has none", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!enter کتاب\u200cها\r\n!rooms\r\n"),
				ann.sees("کتابها\r\n"),
				bob.sends("!enter کتابها\r\n"), bob.nothing(),
				ann.sends("@کتاب\u200cها می\u200cخوانیم\r\n"),
				bob.sees("@کتابها ann: می\u200cخوانیم\r\n"),
			}},
		},
	},
	{
		says: "A line over 4096 bytes (`--max-line`) is answered with one `!error line too long: 4096 bytes at most`; " +
			"the rest of it is skipped and the connection goes on with the next line.",
		scenes: []scene{
			{name: "as long as it may be", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("x", 4096) + "\r\n" + strings.Repeat("y", 4096) + "\n"),
				bob.sees("ann: " + strings.Repeat("x", 4096) + "\r\nann: " + strings.Repeat("y", 4096) + "\r\n"),
			}},
			{name: "one byte longer", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("x", 4097) + "\r\n"),
				ann.sees(tooLong),
			}},
			{name: "bytes, not characters", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("ž", 2048) + "\r\n" + strings.Repeat("ž", 2048) + "x\r\n"),
				ann.sees(tooLong),
				bob.sees("ann: " + strings.Repeat("ž", 2048) + "\r\n"),
			}},
			{name: "300 kB, then on", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("x", 300_000) + "\r\nnext\r\n"),
				ann.sees(tooLong),
				bob.sees("ann: next\r\n"),
			}},
			{name: "each one is answered", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat(strings.Repeat("x", 5000)+"\r\nnext\r\n", 2)),
				ann.sees(tooLong + tooLong),
				bob.sees("ann: next\r\nann: next\r\n"),
			}},
			{name: "answered before its end, once", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("x", 5000)),
				ann.sees(tooLong),
				ann.sends(strings.Repeat("x", 5000)),
				bob.nothing(),
				ann.sends("\r\nnext\r\n"),
				bob.sees("ann: next\r\n"),
			}},
		},
		proven: []proof{script("talk-limits")}, // --max-line
	},
	{
		says: "Over 1 MiB without a newline closes the connection after an error.",
		scenes: []scene{
			{name: "over 1 MiB", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("x", 1<<20+1)),
				ann.sees(tooLong),
				ann.closed(),
				bob.sends("!users\r\n"), bob.sees("bob\r\n"),
			}},
			{name: "1 MiB and no more", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("x", 1<<20) + "\nnext\r\n"),
				ann.sees(tooLong),
				bob.sees("ann: next\r\n"),
			}},
		},
	},
	{
		says: "BS (8) and DEL (127) erase the character before them in the same line, as people see characters: a letter with its " +
			"marks, or a whole emoji.",
		scenes: []scene{
			{name: "BS and DEL erase", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(";\b!users\r\nhelk\blo\r\n#bpp\x7f\x7fob hi\r\n"),
				ann.sees("ann bob\r\n"),
				bob.sees("ann: hello\r\n#ann: hi\r\n"),
				ann.drips("\b\x7fok\b\b\b\b\bOK\r\n\b!\bdone\r\n"),
				bob.sees("ann: OK\r\nann: done\r\n"),
			}},
			{name: "a whole character", steps: []step{
				ann.joins(), bob.joins(),
				ann.drips("x👩‍👩‍👧‍👦\b🇨🇿\x7fe\u0301\bžž\b\r\n"),
				bob.sees("ann: xž\r\n"),
				ann.sends("xe" + strings.Repeat("\u0301", 1500) + "\by\r\n"),
				bob.sees("ann: xy\r\n"),
				ann.sends("caf\xe9\be\r\n"),
				bob.sees("ann: cafe\r\n"),
			}},
			{name: "in the nick", rawOnly: nickIsUserName, steps: []step{
				bob.connects(), bob.drips("x\b\bbox\x7fb\r\n!users\r\n"), bob.sees("bob\r\n"),
				ann.connects(), ann.sends("an n" + "\b\bn\b\b\b\b" + "ann\r\n"), ann.nothing(),
				cyd.connects(), cyd.drips("dy" + el + "eve" + ec + ec + ec + "cyd!?\b\x7f\r\n!users\r\n"), cyd.sees("ann bob cyd\r\n"),
			}},
		},
	},
	{
		says: "What is erased does not count for the length of the line.",
		scenes: []scene{{name: "erased bytes do not count", steps: []step{
			ann.joins(), bob.joins(),
			ann.sends(strings.Repeat("x", 4090) + strings.Repeat("abcdef\b\b\b\b\b\b", 1000) + "yyyyyy\r\n"),
			bob.sees("ann: " + strings.Repeat("x", 4090) + "yyyyyy\r\n"),
		}}},
	},
	{
		says: "Once a line has been too long, its rest is skipped whatever is erased.",
		scenes: []scene{
			{name: "in a line too long", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("x", 5000) + strings.Repeat("\b", 4500) + "\r\nnext\r\n"),
				ann.sees(tooLong),
				bob.sees("ann: next\r\n"),
				ann.sends(strings.Repeat("ab\b\b", 5000) + "short\r\n"),
				bob.sees("ann: short\r\n"),
			}},
		},
	},
	{
		says: "An empty line, or one of spaces only, does nothing.",
		scenes: []scene{
			{name: "empty lines", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("\r\n\n\r\n\n"),
				ann.nothing(),
				bob.nothing(),
				ann.sends("\r\nhello\r\n\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "lines of spaces", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(" \r\n     \n\t \r\n"),
				ann.nothing(),
				bob.nothing(),
				ann.sends("  \r\nhello\r\n   \r\n"),
				bob.sees("ann: hello\r\n"),
			}},
		},
	},
}

package conformance

import "strings"

// The bytes of RFC 854 and of the options used here.
const (
	iac  = "\xff"
	dont = iac + "\xfe"
	do   = iac + "\xfd"
	wont = iac + "\xfc"
	will = iac + "\xfb"
	sb   = iac + "\xfa"
	se   = iac + "\xf0"
	nop  = iac + "\xf1"
	ayt  = iac + "\xf6"
	ec   = iac + "\xf7"
	el   = iac + "\xf8"

	echo         = "\x01"
	timingMark   = "\x06"
	terminalType = "\x18"
)

// options64 negotiates 64 options.
func options64(verb string) string {
	var b strings.Builder
	for option := range 64 {
		b.WriteString(verb + string([]byte{byte(option)}))
	}
	return b.String()
}

// section1telnet is what telnet clients send besides text.
var section1telnet = []sentence{
	{
		says: "Telnet negotiation (IAC sequences) is never text.",
		scenes: []scene{
			{name: "in the middle of a line, in pieces", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hel" + iac),
				bob.nothing(),
				ann.sends("\xfd"),
				bob.nothing(),
				ann.sends(echo + "lo" + sb + "\x18"),
				ann.sees(wont + echo),
				ann.sends("skipped" + iac),
				bob.nothing(),
				ann.sends("\xf0 there\r\n"),
				bob.sees("ann: hello there\r\n"),
			}},
			{name: "byte by byte", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.drips("h" + do + echo + "e" + will + echo + "l" + sb + "x\n" + se + "lo" + nop + "\r\n"),
				ann.sees(wont + echo + dont + echo),
				bob.sees("ann: hello\r\n"),
			}},
		},
	},
	{
		says: "DO x is answered WONT x and WILL x is answered DONT x, once for each option, DO TIMING-MARK each time, 64 replies in " +
			"all; before the nick is registered the replies are held back.",
		scenes: []scene{
			{name: "DO is answered WONT", rawOnly: noTelnet, steps: []step{
				ann.joins(),
				ann.sends(do + echo),
				ann.sees(wont + echo),
			}},
			{name: "WILL is answered DONT", rawOnly: noTelnet, steps: []step{
				ann.joins(),
				ann.sends(will + echo),
				ann.sees(dont + echo),
			}},
			{name: "WONT and DONT are not answered", rawOnly: noTelnet, steps: []step{
				ann.joins(),
				ann.sends(wont + echo + dont + echo),
				ann.nothing(),
			}},
			{name: "once for each option", rawOnly: noTelnet, steps: []step{
				ann.joins(),
				ann.sends(do + echo + do + echo + will + echo + do + terminalType + will + echo),
				ann.sees(wont + echo + dont + echo + wont + terminalType),
				ann.sends(do + echo + will + echo + do + terminalType),
				ann.nothing(),
			}},
			{name: "every option is one", rawOnly: noTelnet, steps: []step{
				ann.joins(),
				ann.sends(do + "\xff" + will + "\x00" + do + "\n" + will + "\r"),
				ann.sees(wont + "\xff" + dont + "\x00" + wont + "\n" + dont + "\r"),
			}},
			{name: "64 replies at most", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(options64(will) + options64(do)),
				ann.sees(options64(dont)),
				ann.sends(do + timingMark),
				ann.nothing(),
				ann.sends("still here\r\n"),
				bob.sees("ann: still here\r\n"),
			}},
			{name: "DO TIMING-MARK is answered each time", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(do + timingMark),
				ann.sees(wont + timingMark),
				ann.sends("hello\r\n" + do + timingMark + do + timingMark),
				ann.sees(wont + timingMark + wont + timingMark),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "not a byte before the nick, then the answer", rawOnly: noTelnet, steps: []step{
				bob.joins(),
				ann.connects(),
				ann.sends(do + echo + will + terminalType),
				bob.nothing(),
				ann.sends("a" + do + timingMark + "nn\r\n"),
				ann.sees(wont + echo + dont + terminalType + wont + timingMark),
				ann.sends("hello\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "not a byte for who gives no nick", rawOnly: noTelnet, steps: []step{
				ann.connects(), ann.sends(do + echo + do + timingMark), ann.ends(), ann.closed(),
			}},
			{name: "not a byte for who gives a bad nick", rawOnly: noTelnet, steps: []step{
				ann.connects(), ann.sends(do + echo + do + timingMark + "not a nick\r\n"), ann.closed(),
			}},
		},
	},
	{
		says: "Commands are the bytes from 240 on (RFC 854).",
		scenes: []scene{{name: "240 is a command and 239 is not", rawOnly: noTelnet, steps: []step{
			ann.joins(), bob.joins(),
			ann.sends("a" + iac + "\xf0b" + iac + "\xf1c" + iac + "\xf2d" + iac + "\xf5e" + iac + "\xf9f\r\n"),
			bob.sees("ann: abcdef\r\n"),
			ann.sends("a" + iac + "\xefb\r\n"),
			bob.seesLike(`ann: a\x{FFFD}+b`),
		}}},
	},
	{
		says: "Any other byte after IAC is text, and IAC an invalid byte before it.",
		scenes: []scene{
			{name: "behind IAC everything but a command is text", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(), cyd.joins(),
				ann.sends("hello " + iac + "\n#bob my private words\n"),
				bob.sees("ann: hello \uFFFD\r\n#ann: my private words\r\n"),
				cyd.sees("ann: hello \uFFFD\r\n"),
				ann.drips("hello " + iac + "\r\n" + iac + "a" + iac + "\xef.\r\n"),
				bob.sees("ann: hello \uFFFD\r\nann: \uFFFDa\uFFFD.\r\n"),
				cyd.sees("ann: hello \uFFFD\r\nann: \uFFFDa\uFFFD.\r\n"),
			}},
		},
	},
	{
		says: "IAC IAC is one invalid byte.",
		scenes: []scene{
			{name: "IAC IAC is a byte", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hel" + iac + iac + "lo\r\n" + iac + iac + "\r\n"),
				bob.sees("ann: hel\uFFFDlo\r\nann: \uFFFD\r\n"),
			}},
		},
	},
	{
		says: "A line end is never lost: an option of the number of LF or CR is also that character.",
		scenes: []scene{
			{name: "an option that is a line end is one too", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(), cyd.joins(),
				ann.sends("hello " + do + "\n#bob my private words\r\n"),
				ann.sees(wont + "\n"),
				bob.sees("ann: hello \r\n#ann: my private words\r\n"),
				cyd.sees("ann: hello \r\n"),
			}},
		},
	},
	{
		says: "IAC EC erases the character before it, as BS does, and IAC EL the line so far.",
		scenes: []scene{
			{name: "ERASE CHARACTER and ERASE LINE", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("helk" + ec + "lo\r\nnonsense" + el + "he"),
				bob.sees("ann: hello\r\n"),
				ann.drips("y" + el + el + "hey, " + nop + "bot" + ec + ec + "ob\r\n"),
				bob.sees("ann: hey, bob\r\n"),
			}},
		},
	},
	{
		says: "IAC AYT is answered with the line `! yes, the server is here`, as one of the 64 replies.",
		scenes: []scene{
			{name: "ARE YOU THERE is answered", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hel" + ayt),
				ann.sees("! yes, the server is here\r\n"),
				ann.sends("lo\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "ARE YOU THERE as the 64th reply", rawOnly: noTelnet, steps: []step{
				ann.joins(),
				ann.sends(options64(will)[3:] + ayt + ayt + do + echo),
				ann.sees(options64(dont)[3:] + "! yes, the server is here\r\n"),
				ann.nothing(),
			}},
		},
	},
	{
		says: "Other commands do nothing.",
		scenes: []scene{
			{name: "other commands are skipped", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hel" + nop + "lo\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
		},
	},
	{
		says: "A subnegotiation (IAC SB) is skipped.",
		scenes: []scene{
			{name: "SB to SE is skipped", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hel" + sb + terminalType + "\x00xterm\r\n" + iac + iac + "!quit\r\n" + se + "lo\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
			{name: "SE within it does not count without IAC", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("hel" + sb + terminalType + "\xf0" + iac + iac + "\xf0\r\n" + se + "lo\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
		},
	},
	{
		says: "IAC SE ends it, and so does IAC with any other command, which is carried out.",
		scenes: []scene{
			{name: "any other command ends it", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(sb + "\xc9Core.Hello {\"a\":1}" + will + "\x1fhi\r\n!users\r\n"),
				ann.sees(dont + "\x1fann bob\r\n"),
				bob.sees("ann: hi\r\n"),
				ann.sends(sb + terminalType + sb + "\x1f\x00\x50" + nop + "hello\r\n"),
				bob.sees("ann: hello\r\n"),
			}},
		},
	},
	{
		says: "When it has had 512 bytes, the next line end ends it too.",
		scenes: []scene{
			{name: "from 512 bytes on a line end ends it", rawOnly: noTelnet, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(sb + terminalType + strings.Repeat("x", 600) + "\r\nhello\r\n!users\r\n"),
				bob.sees("ann: hello\r\n"),
				ann.sees("ann bob\r\n"),
				ann.drips(sb + strings.Repeat("lost\r\n", 86) + "heard\r\x00"),
				bob.sees("ann: heard\r\n"),
			}},
		},
	},
}

package conformance

import "strings"

// section1input is the end of a client's input, how much of it is read, and what becomes of a
// client that does not read.
var section1input = []sentence{
	{
		says: "At the end of its input a client may close its sending side: what came before is carried out, and waiting output is sent, before the server closes.",
		scenes: []scene{
			{name: "lines, then the end", steps: []step{
				ann.joins(), bob.joins(),
				bob.sends("!enter room\r\n@room nobody hears\r\nhello\r\n#ann hi\r\n!members room\r\n!users\r\n"),
				bob.ends(),
				bob.sees("bob\r\nann bob\r\n"),
				bob.closed(),
				ann.sees("bob: hello\r\n#bob: hi\r\n"),
			}},
			{name: "what others said is owed too", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(strings.Repeat("hello\r\n", 100)), ann.nothing(),
				bob.ends(),
				bob.sees(strings.Repeat("ann: hello\r\n", 100)),
				bob.closed(),
			}},
			{name: "the end alone", rawOnly: nickIsUserName, steps: []step{
				ann.connects(), ann.ends(), ann.closed(),
			}},
		},
		proven: []proof{{"parley/test/conformance", "TestEndOfInputWithMuchOwed"}},
	},
	{
		says: "`printf 'bob\\r\\n!users\\r\\n' | nc -N HOST 8888` prints the users.",
		scenes: []scene{
			{name: "printf into nc", rawOnly: nickIsUserName, steps: []step{
				ann.joins(),
				bob.connects(), bob.sends("bob\r\n!users\r\n"), bob.ends(),
				bob.sees("ann bob\r\n"),
				bob.closed(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
		},
	},
	{
		says: "Too much input is not refused and not lost: it is read later.",
		scenes: []scene{{name: "13 lines at once", server: usualRate, steps: []step{
			ann.joins(), bob.joins(),
			ann.sends(numbered("line %d\r\n", 0, 13)),
			bob.sees(numbered("ann: line %d\r\n", 0, 13)),
		}}},
		proven: []proof{{"parley/internal/input", "TestWhatIsPastedArrivesWholeAndInOrderOnlyLater"}},
	},
	{
		says:   "10 lines may come at once, then 5 a second (`--rate-burst`, `--rate-limit`).",
		proven: []proof{{"parley/internal/input", "TestWhatIsPastedArrivesWholeAndInOrderOnlyLater"}, script("talk-limits"), script("help")},
	},
	{
		says: "All sessions of one address together may make anybody receive 32 KiB a second, 128 KiB of it at once " +
			"(`--bytes-per-ip`); more is read later.",
		proven: []proof{
			{"parley/internal/input", "TestBudget_IsSharedByTheSessionsOfAnAddress"},
			{"parley/test/threats", "TestThreat24_OneAddressFillsNobodysOutbox"}, script("help"),
		},
	},
	{
		says: "The same text for the fifth time, each within half a minute of the last, and private lines while one writes to more " +
			"than five people a minute, count as five lines each: one a second then.",
		proven: []proof{
			{"parley/chatcore", "TestTheSameTextAgainAndAgainCountsAsMore"}, {"parley/chatcore", "TestPrivateLinesToManyCountAsMore"},
			{"parley/internal/input", "TestALineMayCountAsMore"},
		},
	},
	{
		says: "A client that does not read what it is sent is closed when more than 256 KiB (`--outbox`) wait for it, or when it takes " +
			"nothing of a write for 10 seconds.",
		proven: []proof{
			{"parley/test/conformance", "TestStuckReceiver"}, script("talk-slow"), // more than 256 KiB, more than --outbox
			{"parley/internal/egress", "TestThreat25_WhoTakesNothingGoesAfterTenSeconds"},
		},
	},
}

package conformance

import (
	"fmt"
	"strings"
)

// section5own is the commands about what the own session or person receives.
var section5own = []sentence{
	{
		says: "| `!ignore nick` | hear no more of what someone says, who may have left |",
		scenes: []scene{
			{name: "someone is ignored", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), ann.enters("room"), bob.enters("room"), cyd.enters("room"),
				ann.sends("!ignore BOB\r\n"), ann.nothing(),
				bob.sends("1\r\n@room 2\r\n#ann 3\r\n!me 4\r\n!me @room 5\r\n"), bob.nothing(),
				cyd.sees("bob: 1\r\n@room bob: 2\r\n* bob 4\r\n@room * bob 5\r\n"),
				cyd.sends("6\r\n"), ann.sees("cyd: 6\r\n"), bob.sees("cyd: 6\r\n"),
				ann.sends("!users\r\n!members room\r\n"), ann.sees("ann bob cyd\r\nann bob cyd\r\n"),
				ann.sends("!ignore\r\n"), ann.sees("! you ignore: bob\r\n"),
				bob.sends("!nick rob\r\n7\r\n"), bob.nothing(), cyd.sees("rob: 7\r\n"),
				ann.sends("!unignore rob\r\n"), ann.nothing(),
				bob.sends("8\r\n"), ann.sees("rob: 8\r\n"), cyd.sees("rob: 8\r\n"),
				ann.sends("!ignore\r\n"), ann.sees("! you ignore nobody\r\n"),
			}},
			{name: "someone who has left is ignored", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(),
				bob.leaves(), ann.asksUntil("!users\r\n", "ann cyd\r\n"),
				ann.sends("!ignore bob\r\n!ignore\r\n"), ann.sees("! you ignore: bob\r\n"),
				bob.joins(), bob.sends("hello\r\n"), bob.nothing(), cyd.sees("bob: hello\r\n"),
				ann.nothing(),
			}},
			{name: "who cannot be ignored", steps: []step{
				ann.joins(),
				ann.sends("!ignore zoe\r\n"), ann.sees("!error no such user: zoe\r\n"),
				ann.sends("!ignore Ann\r\n"), ann.sees("!error cannot ignore: ann is you\r\n"),
				ann.sends("!unignore zoe\r\n"), ann.sees("!error not ignored: zoe\r\n"),
				ann.sends("!unignore\r\n"), ann.sees("!error usage: !unignore nick\r\n"),
			}},
		},
	},
	{
		says: "| `!ignore` | one line: `! you ignore: bob carl`, or `! you ignore nobody` |",
		scenes: []scene{{name: "the list of those ignored", steps: []step{
			ann.joins(), bob.joins(), someone("carl").joins(),
			ann.sends("!ignore\r\n"), ann.sees("! you ignore nobody\r\n"),
			ann.sends("!ignore bob\r\n!ignore carl\r\n!ignore\r\n"), ann.sees("! you ignore: bob carl\r\n"),
		}}},
	},
	{
		says: "| `!unignore nick` | hear someone again; `!error not ignored: nick` if they were not |",
		scenes: []scene{
			{name: "someone who left is ignored no longer", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!ignore bob\r\n"), ann.nothing(),
				bob.leaves(), ann.asksUntil("!users\r\n", "ann\r\n"),
				ann.sends("!unignore bob\r\n!ignore\r\n"), ann.sees("! you ignore nobody\r\n"),
			}},
			{name: "someone is heard again", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!ignore bob\r\n!unignore BOB\r\n"), ann.nothing(),
				bob.sends("hello\r\n"), ann.sees("bob: hello\r\n"),
				ann.sends("!unignore bob\r\n"), ann.sees("!error not ignored: bob\r\n"),
			}},
		},
	},
	{
		says: "| `!notices on`, `!notices off` | be told who comes and goes: gathered, one line a second at most |",
		scenes: []scene{{name: "two people come within a second", steps: []step{
			ann.joins(), ann.sends("!notices on\r\n"), ann.nothing(),
			bob.joins(), cyd.joins(), ann.nothing(), aSecondPasses(),
			ann.sees("* bob and cyd joined\r\n"),
			aSecondPasses(), ann.nothing(),
			bob.leaves(), cyd.leaves(), ann.sends("!notices off\r\n"), ann.nothing(), aSecondPasses(),
			ann.nothing(),
		}}},
	},
	{
		says: "| `!echo on`, `!echo off` | receive one's own messages too, as the others do |",
		scenes: []scene{{name: "echo of a private line", steps: []step{
			ann.joins(), bob.joins(),
			ann.sends("!echo on\r\n#ann to myself\r\n  as  it  is\r\n"),
			ann.sees("#ann: to myself\r\nann:   as  it  is\r\n"),
			bob.sees("ann:   as  it  is\r\n"),
			ann.sends("!echo off\r\n#ann to myself\r\nhello\r\n"), ann.nothing(),
			bob.sees("ann: hello\r\n"),
		}}},
	},
	{
		says: "| `!format json`, `!format text` | be sent one JSON object a line from then on, or lines again |",
		scenes: []scene{
			{name: "JSON and lines again", steps: []step{
				ann.joins(), bob.joins(),
				ann.takesJSON(),
				bob.sends("one\r\n"), ann.seesLike(object("message", fromBob+`,"text":"one"`)),
				ann.takesText(),
				bob.sends("two\r\n"), ann.sees("bob: two\r\n"),
			}},
			{name: "what it is not", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!format xml\r\n"), ann.sees("!error usage: !format text|json\r\n"),
				ann.sends("!format json\r\nhello\r\n!format text\r\n"), ann.nothing(),
				bob.sees("ann: hello\r\n"), // for her session only
			}},
		},
	},
}

// noneOf holds that a word is in none of the lines.
func noneOf(word string) func([]string) error {
	return func(lines []string) error {
		for _, l := range lines {
			if strings.Contains(l, word) {
				return fmt.Errorf("%q is in %q", word, l)
			}
		}
		return nil
	}
}

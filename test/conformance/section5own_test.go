package conformance

import (
	"fmt"
	"strings"
)

// section5own is the commands by which a session or a person is served otherwise.
var section5own = []sentence{
	{
		says: "`!away [TEXT]`, `!back`",
		scenes: []scene{{name: "away and back", steps: []step{
			ann.joins(), bob.joins(),
			bob.sends("!away lunch\r\n"), bob.nothing(),
			ann.sends("#bob hi\r\n"), ann.nothing(), // section 3: a private line has no answer
			bob.sees("#ann: hi\r\n"),
			bob.sends("!back\r\n!away\r\n!back\r\n"), bob.nothing(),
			ann.seesLines("!whois bob\r\n", noneOf("away")),
		}}},
	},
	{
		says: "`!ignore NICK`, `!unignore NICK`",
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
			{name: "someone who left is ignored no longer", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!ignore bob\r\n"), ann.nothing(),
				bob.leaves(), ann.asksUntil("!users\r\n", "ann\r\n"),
				ann.sends("!unignore bob\r\n!ignore\r\n"), ann.sees("! you ignore nobody\r\n"),
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
		says: "`!format text|json` (one JSON object a line from then on: type, id, time in RFC 3339, from, room, to, text, error; errors and lists as objects too)",
		scenes: []scene{
			{name: "everything as objects", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!format json\r\n!notices on\r\n!users\r\n!rooms\r\n!members room\r\n"),
				ann.seesLike(object("list", `,"list":"users","items":\["ann","bob"\]`)),
				ann.seesLike(object("list", `,"list":"rooms","items":\["room"\]`)),
				ann.seesLike(object("list", `,"room":"room","list":"members","items":\["ann","bob"\]`)),
				bob.sends("a < b & \"c\"\r\n@room hi\r\n#ann psst\r\n!me waves\r\nhi ANN!\r\n"),
				ann.seesLike(object("message", fromBob+`,"text":"a < b & \\"c\\""`)),
				ann.seesLike(object("message", fromBob+`,"room":"room","text":"hi"`)),
				ann.seesLike(object("private", fromBob+`,"to":"ann","text":"psst"`)),
				ann.seesLike(object("emote", fromBob+`,"text":"waves"`)),
				ann.seesLike(object("message", fromBob+`,"text":"hi ANN!","mention":true`)),
				ann.sends("#zoe hi\r\n!topic room\r\n"),
				ann.seesLike(object("error", `,"text":"zoe","error":"no such user"`)),
				ann.seesLike(object("note", `,"text":"room has no topic"`)),
				bob.sends("!nick rob\r\n"), bob.nothing(), aSecondPasses(),
				ann.seesLike(object("notice", `,"text":"bob is now rob"`)),
				ann.sends("!format text\r\n!users\r\n"), ann.sees("ann rob\r\n"),
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

// fromBob has an identity where bob has one, over ssh.
const fromBob = `,"from":"bob"(,"identity":"SHA256:[^"]+")?`

// object is like a line that is a JSON object of a type, and these fields.
func object(kind, fields string) string {
	return `\{"type":"` + kind + `","id":[1-9]\d*,"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"` + fields + `\}`
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

package conformance

import (
	"fmt"
	"strings"
	"time"
)

// section5json is JSON.
var section5json = []sentence{
	{
		says: "After `!format json` every line that the server sends to this session, answers and errors too, is one JSON object in UTF-8, " +
			"and ends in CR LF.",
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
			{name: "all lines are objects", steps: []step{
				ann.joins(), bob.joins(), ann.takesJSON(),
				bob.sends("žluťoučký 你好\r\n#ann psst\r\n"), bob.nothing(),
				ann.seesObjects("!users\r\n!rooms\r\n!help\r\n!whois bob\r\n!enter\r\n#zoe hi\r\n!ignore\r\n"+strings.Repeat("x", 4097)+"\r\n", func([]jsonLine) error { return nil }),
			}},
		},
	},
	{
		says: "What a client sends does not change.",
		scenes: []scene{{name: "lines sent after !format json", steps: []step{
			ann.joins(), bob.joins(), ann.takesJSON(), ann.enters("room"), bob.enters("room"),
			ann.sends("hello\r\n#bob hi\r\n@room {\"text\":\"hi\"}\r\n"),
			bob.sees("ann: hello\r\n#ann: hi\r\n@room ann: {\"text\":\"hi\"}\r\n"),
		}}},
	},
	{
		says:     "A program should ignore fields and types that it does not know: there may be more one day.",
		explains: "It is advice to programs.",
	},
	{
		says: "| `message` | said publicly, or in `room` | `from`, `identity`, `room`, `text`, `mention` |",
		scenes: []scene{annInJSON("messages",
			cyd.sends("hi all\r\n@room hi ann\r\n"),
			ann.seesWithKey(object("message", `,"from":"cyd","identity":"%s","text":"hi all"`), cyd),
			ann.seesWithKey(object("message", `,"from":"cyd","identity":"%s","room":"room","text":"hi ann","mention":true`), cyd),
		)},
	},
	{
		says: "| `private` | said privately to `to`; also what one says privately in another session of one's own | `from`, `identity`, `to`, `text` |",
		scenes: []scene{annInJSON("private lines",
			cyd.sends("#ann psst\r\n"),
			ann.seesWithKey(object("private", `,"from":"cyd","identity":"%s","to":"ann","text":"psst"`), cyd),
			dan.joinsBySSH(), dan.takesJSON(), dan.again().joinsBySSH(), dan.again().sends("#cyd what?\r\n"), cyd.sees("#dan: what?\r\n"),
			dan.seesWithKey(object("private", `,"from":"dan","identity":"%s","to":"cyd","text":"what\?"`), dan),
		)},
	},
	{
		says: "| `emote` | `!me`, publicly or in `room` | `from`, `identity`, `room`, `text`, `mention` |",
		scenes: []scene{annInJSON("emotes",
			cyd.sends("!me waves\r\n!me @room waves at ann\r\n"),
			ann.seesWithKey(object("emote", `,"from":"cyd","identity":"%s","text":"waves"`), cyd),
			ann.seesWithKey(object("emote", `,"from":"cyd","identity":"%s","room":"room","text":"waves at ann","mention":true`), cyd),
		)},
	},
	{
		says: "| `notice` | news, publicly or of `room` (`!notices on`) | `room`, `text` |",
		scenes: []scene{annInJSON("notices",
			aSecondPasses(), // ann and cyd are old news
			ann.sends("!notices on\r\n"), ann.nothing(),
			bob.joins(), aSecondPasses(), ann.seesLike(object("notice", `,"text":"bob joined"`)),
			bob.enters("room"), aSecondPasses(), ann.seesLike(object("notice", `,"room":"room","text":"bob joined"`)),
		)},
	},
	{
		says: "| `list` | the answer to `!users`, `!rooms` or `!members` | `list`, `room`, `items` |",
		scenes: []scene{annInJSON("lists",
			ann.sends("!users\r\n!rooms\r\n!members room\r\n"),
			ann.seesLike(object("list", `,"list":"users","items":\["ann","cyd"\]`)),
			ann.seesLike(object("list", `,"list":"rooms","items":\["room"\]`)),
			ann.seesLike(object("list", `,"room":"room","list":"members","items":\["ann","cyd"\]`)),
		)},
	},
	{
		says: "| `note` | other words of the server: help, `!whois`, shutdown | `text` |",
		scenes: []scene{annInJSON("notes",
			ann.sends("!help back\r\n!whois cyd\r\n"),
			ann.seesLike(object("note", `,"text":"!back"`)), ann.seesLike(object("note", `,"text":"say .*"`)), ann.seesLike(object("note", `,"text":"example: .*"`)),
			ann.seesWithKey(object("note", `,"text":"cyd is verified, key %s"`), cyd),
			ann.seesLike(object("note", `,"text":"cyd is online since .*"`)), ann.seesLike(object("note", `,"text":"cyd is idle for .*"`)),
			theServerStops(),
			ann.seesLike(object("note", `,"text":"server is going down"`)), ann.closed(),
			cyd.sees("! server is going down\r\n"), cyd.closed(),
		)},
	},
	{
		says: "| `error` | a request failed; nothing else happened | `error`, `text` |",
		scenes: []scene{annInJSON("errors",
			ann.sends("#zoe hi\r\n@hall hi\r\n!dance\r\n!enter\r\n"),
			ann.seesLike(object("error", `,"text":"zoe","error":"no such user"`)),
			ann.seesLike(object("error", `,"text":"hall","error":"no such room"`)),
			ann.seesLike(object("error", `,"text":"!dance \(try !help\)","error":"unknown command"`)),
			ann.seesLike(object("error", `,"text":"!enter room","error":"usage"`)),
			ann.sends("!rooms\r\n"), ann.seesLike(object("list", `,"list":"rooms","items":\["room"\]`)),
		)},
	},
	{
		says: "| `id` | the number of an event, which grows with each event on this server, over restarts too; numbers are left out. A `list`, a `note` and an `error` are sent to one session only, and have none; nor has an event while the server cannot reserve numbers on its disk |",
		scenes: []scene{annInJSON("numbers that grow",
			cyd.sends("one\r\ntwo\r\n"), cyd.nothing(),
			ann.seesObjects("!users\r\n!help\r\n#zoe hi\r\n", func(lines []jsonLine) error {
				last, events := uint64(0), 0
				for _, l := range lines {
					switch answer := l.Type == "list" || l.Type == "note" || l.Type == "error"; {
					case answer && l.ID != 0:
						return fmt.Errorf("a %s has id %d", l.Type, l.ID)
					case !answer && l.ID <= last:
						return fmt.Errorf("id %d comes after %d", l.ID, last)
					case !answer:
						last = l.ID
						events++
					}
				}
				if events < 2 {
					return fmt.Errorf("%d events", events)
				}
				return nil
			}),
		)},
	},
	{
		says: "| `time` | when it was published: RFC 3339, UTC, with milliseconds |",
		scenes: []scene{annInJSON("times",
			cyd.sends("one\r\n"), cyd.nothing(),
			ann.seesObjects("!users\r\n#zoe hi\r\n", func(lines []jsonLine) error {
				for _, l := range lines {
					at, err := time.Parse("2006-01-02T15:04:05.000Z", l.Time)
					if err != nil || time.Since(at).Abs() > time.Minute {
						return fmt.Errorf("the time is %q: %v", l.Time, err)
					}
				}
				return nil
			}),
		)},
	},
	{
		says: "| `from` | the nick of who said it |",
		scenes: []scene{annInJSON("who said it",
			cyd.sends("one\r\n!nick Zoe\r\n#ann two\r\n"),
			ann.seesWithKey(object("message", `,"from":"cyd","identity":"%s","text":"one"`), cyd),
			ann.seesWithKey(object("private", `,"from":"Zoe","identity":"%s","to":"ann","text":"two"`), cyd),
		)},
	},
	{
		says: "| `identity` | the SHA-256 fingerprint of the key that `from` has proven; not there for a guest |",
		scenes: []scene{annInJSON("a key and no key",
			bob.withoutKey().joinsRaw(),
			cyd.sends("one\r\n"), ann.seesWithKey(object("message", `,"from":"cyd","identity":"%s","text":"one"`), cyd), bob.withoutKey().sees("cyd: one\r\n"),
			bob.withoutKey().sends("two\r\n"), ann.seesLike(object("message", `,"from":"bob","text":"two"`)), cyd.sees("bob: two\r\n"),
		)},
	},
	{
		says: "| `room` | the room it was said in; of a list, the room whose members these are; not there in public |",
		scenes: []scene{annInJSON("rooms in objects",
			cyd.sends("@ROOM one\r\ntwo\r\n"),
			ann.seesLike(object("message", `,"from":"cyd",.*,"room":"room","text":"one"`)),
			ann.seesLike(object("message", `,"from":"cyd","identity":"[^"]*","text":"two"`)),
			ann.sends("!members Room\r\n"), ann.seesLike(object("list", `,"room":"room","list":"members",.*`)),
		)},
	},
	{
		says: "| `to` | the nick it was said to |",
		scenes: []scene{annInJSON("to whom",
			cyd.sends("#ANN one\r\n"), ann.seesLike(object("private", `,"from":"cyd",.*,"to":"ann","text":"one"`)),
			ann.sends("!nick Zoe\r\n"), ann.nothing(),
			cyd.sends("#zoe two\r\n"), ann.seesLike(object("private", `,"from":"cyd",.*,"to":"Zoe","text":"two"`)),
		)},
	},
	{
		says: "| `text` | the text, with a line feed between its lines if it was written as several (only with a terminal); of an error, its detail |",
		scenes: []scene{annInJSON("texts",
			cyd.sends("  as \\ it \"is\"  \r\n"), ann.seesLike(object("message", `,"from":"cyd",.*,"text":"  as \\\\ it \\"is\\"  "`)),
			bob.opensTerminal("xterm-256color"), bob.shows(asked), bob.types("one\x1b\rtwo\r"),
			ann.seesLike(object("message", `,"from":"bob",.*,"text":"one\\ntwo"`)),
			cyd.sees("bob: one\r\nbob: two\r\n"),
			ann.sends("@hall hi\r\n"), ann.seesLike(object("error", `,"text":"hall",.*`)),
		)},
	},
	{
		says: "| `error` | what kind of error it is, always spelled the same: `no such user` |",
		scenes: []scene{annInJSON("kinds of errors",
			ann.sends("#zoe hi\r\n!whois yan\r\n!ignore xia\r\n"),
			ann.seesLike(object("error", `,"text":"zoe","error":"no such user"`)),
			ann.seesLike(object("error", `,"text":"yan","error":"no such user"`)),
			ann.seesLike(object("error", `,"text":"xia","error":"no such user"`)),
		)},
	},
	{
		says: "| `mention` | `true` where the text has the nick of the receiver as a word, and someone else said it; else not there. " +
			"A message mentions the first 50 people it names |",
		scenes: []scene{annInJSON("mentions",
			cyd.sends("ANN!\r\nannex\r\n"),
			ann.seesLike(object("message", `,"from":"cyd",.*,"text":"ANN!","mention":true`)),
			ann.seesLike(object("message", `,"from":"cyd",[^}]*,"text":"annex"`)),
			ann.sends("!echo on\r\nI am ann\r\n"), cyd.sees("ann: I am ann\r\n"),
			ann.seesLike(object("message", `,"from":"ann",[^}]*"text":"I am ann"`)),
		)},
		proven: []proof{{"parley/chatcore", "TestMentions"}}, // of 50 people
	},
	{
		says: "| `list` | `users`, `rooms` or `members` |",
		scenes: []scene{annInJSON("kinds of lists",
			ann.sends("!members room\r\n!rooms\r\n!users\r\n"),
			ann.seesLike(object("list", `.*"list":"members",.*`)), ann.seesLike(object("list", `.*"list":"rooms",.*`)), ann.seesLike(object("list", `.*"list":"users",.*`)),
		)},
	},
	{
		says: "| `items` | what is in the list, sorted; `[]` when there is nothing |",
		scenes: []scene{annInJSON("items",
			someone("Bo").joins(),
			ann.sends("!users\r\n!leave room\r\n"), ann.seesLike(object("list", `,"list":"users","items":\["ann","Bo","cyd"\]`)),
			cyd.sends("!leave room\r\n"), cyd.nothing(),
			ann.sends("!rooms\r\n"), ann.seesLike(object("list", `,"list":"rooms","items":\[\]`)),
		)},
	},
	{
		says:   "A field that has nothing to say is not there, but for `text`, which all types but `list` have, and `items`.",
		proven: []proof{{"parley/chatcore", "TestJSONOfEveryEvent"}},
	},
	{
		says: "`<`, `>` and `&` are not escaped.",
		scenes: []scene{annInJSON("signs of HTML",
			cyd.sends("a < b && b > c\r\n"), ann.seesLike(object("message", `,"from":"cyd",.*,"text":"a < b && b > c"`)),
		)},
	},
	{
		says:     "One line of each type:",
		explains: "It announces the example.",
	},
	{
		says: `
{"type":"message","id":7,"time":"2026-11-22T12:00:00.007Z","from":"kim","identity":"SHA256:ePBn…","room":"dev","text":"hi ann","mention":true}
{"type":"private","id":8,"time":"2026-11-22T12:00:01.250Z","from":"bob","to":"ann","text":"psst"}
{"type":"emote","id":9,"time":"2026-11-22T12:00:02.000Z","from":"bob","text":"waves"}
{"type":"notice","id":10,"time":"2026-11-22T12:00:03.000Z","room":"dev","text":"carl joined; dora left (good night)"}
{"type":"list","time":"2026-11-22T12:00:04.100Z","room":"dev","list":"members","items":["ann","carl","kim"]}
{"type":"note","time":"2026-11-22T12:00:05.000Z","text":"dev has no topic"}
{"type":"error","time":"2026-11-22T12:00:06.000Z","text":"zoe","error":"no such user"}`,
		proven: []proof{{"parley/chatcore", "TestTheDocumentShowsOurJSON"}},
	},
}

// annInJSON returns a scene of ann, who is sent JSON, and cyd, who is verified. Both are in a room.
func annInJSON(name string, steps ...step) scene {
	return scene{name: "JSON: " + name, steps: append([]step{
		ann.joins(), cyd.joinsBySSH(), ann.enters("room"), cyd.enters("room"),
		ann.takesJSON(),
	}, steps...)}
}

package conformance

import (
	"fmt"
	"strings"
)

// section3rules is what holds for all that a client sends.
var section3rules = []sentence{
	{
		says: "A command without what it needs: `!error usage: ` and its usage.",
		scenes: []scene{
			{name: "usage of every command", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!enter\r\n"), ann.sees("!error usage: !enter room\r\n"),
				ann.sends("!leave\r\n"), ann.sees("!error usage: !leave room\r\n"),
				ann.sends("!members\r\n"), ann.sees("!error usage: !members room\r\n"),
				ann.sends("!members \r\n"), ann.sees("!error usage: !members room\r\n"),
				ann.sends("#bob\r\n"), ann.sees("!error usage: #nick text\r\n"),
				ann.sends("#bob \r\n"), ann.sees("!error usage: #nick text\r\n"),
				ann.sends("#\r\n"), ann.sees("!error usage: #nick text\r\n"),
				ann.sends("@room\r\n"), ann.sees("!error usage: @room text\r\n"),
				ann.sends("@\r\n"), ann.sees("!error usage: @room text\r\n"),
				ann.sends("!me\r\n"), ann.seesLike(`!error usage: !me .*text`),
				ann.sends("!me @room\r\n"), ann.seesLike(`!error usage: !me .*text`),
				ann.sends("!nick\r\n"), ann.seesLike(`!error usage: !nick \w+`),
				ann.sends("!whois\r\n"), ann.seesLike(`!error usage: !whois \w+`),
				ann.sends("!notices\r\n"), ann.sees("!error usage: !notices on|off\r\n"),
				ann.sends("!notices maybe\r\n"), ann.sees("!error usage: !notices on|off\r\n"),
				ann.sends("!echo\r\n"), ann.sees("!error usage: !echo on|off\r\n"),
				bob.nothing(),
			}},
			{name: "the usage is the one of help", steps: []step{
				ann.joins(),
				ann.seesLines("!help\r\n!enter\r\n!leave\r\n!members\r\n!me\r\n!nick\r\n!whois\r\n!notices\r\n!echo\r\n#\r\n@\r\n", usagesAreHelped),
			}},
		},
	},
	{
		says:     "The sender never gets their own message back, unless `!echo on`.",
		tutorial: "instead of sending the data back to the sending client, it echos the data to all the other clients.",
		scenes: []scene{
			{name: "not to the sender", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("hello\r\n"), ann.nothing(),
				ann.sends("@room hello\r\n"), ann.nothing(),
				ann.sends("#bob hello\r\n"), ann.nothing(),
				ann.sends("#ann hello\r\n"), ann.nothing(),
				ann.sends("!me waves\r\n"), ann.nothing(),
				bob.sees("ann: hello\r\n@room ann: hello\r\n#ann: hello\r\n* ann waves\r\n"),
			}},
			{name: "to the sender with echo", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("!echo on\r\n"), ann.nothing(),
				ann.sends("hello\r\n"), ann.sees("ann: hello\r\n"),
				ann.sends("@room hello\r\n"), ann.sees("@room ann: hello\r\n"),
				ann.sends("!me waves\r\n"), ann.sees("* ann waves\r\n"),
				bob.sees("ann: hello\r\n@room ann: hello\r\n* ann waves\r\n"),
				bob.sends("hello\r\n"), bob.nothing(), // for her session only
				ann.sees("bob: hello\r\n"),
				ann.sends("!echo off\r\n"), ann.nothing(),
				ann.sends("hello\r\n"), ann.nothing(),
				bob.sees("ann: hello\r\n"),
			}},
		},
	},
	{
		says:   "A line pays for an answer of a hundred bytes for each of its own.",
		proven: []proof{{"parley/chatcore", "TestAnswersCountByTheirBytes"}},
	},
	{
		says:   "What it is answered besides counts as one line more for each 1,000 bytes.",
		proven: []proof{{"parley/chatcore", "TestAnswersCountByTheirBytes"}, {"parley/internal/input", "TestALineMayCountAsMore"}},
	},
	{
		says: "While 64 MiB of long lists (64 KiB and more) are under way to everybody together, another is refused: " +
			"`!error too many: long lists are under way to others, try again later`.",
		proven: []proof{{"parley/chatcore", "TestLongListsAreBounded"}},
	},
	{
		says: "Extra spaces between the parts of a command are skipped; the text after the first space following a `#nick` or `@room` is " +
			"kept as it is, but for the space of section 4.",
		scenes: []scene{
			{name: "spaces between the parts", steps: []step{
				ann.joins(),
				ann.sends("!enter   room\r\n"), ann.nothing(),
				ann.sends("!members   room   \r\n"), ann.sees("ann\r\n"),
				ann.sends("!users  \r\n"), ann.sees("ann\r\n"),
				ann.sends("!help     quit\r\n"), ann.seesLike(`! .*!quit.*`), ann.seesLike(`! .*`), ann.seesLike(`! .*`),
				ann.sends("!leave  room \r\n!rooms \r\n"), ann.sees("\r\n"),
			}},
			{name: "text as it is", steps: []step{
				ann.joins(), bob.joins(), ann.enters("room"), bob.enters("room"),
				ann.sends("#bob  two  spaces  \r\n"), bob.sees("#ann:  two  spaces  \r\n"),
				ann.sends("@room  two  spaces  \r\n"), bob.sees("@room ann:  two  spaces  \r\n"),
				ann.sends("two  spaces  \r\n"), bob.sees("ann: two  spaces  \r\n"),
				ann.sends("#bob #cyd @room !users\r\n"), bob.sees("#ann: #cyd @room !users\r\n"),
			}},
		},
	},
	{
		says: "To say publicly a text that starts with a sigil, put a space before it, ` #hashtag`, or use `!say #hashtag`.",
		scenes: []scene{
			{name: "a space before the sigil", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(" #hashtag\r\n !users\r\n @room\r\n"),
				ann.nothing(),
				bob.sees("ann:  #hashtag\r\nann:  !users\r\nann:  @room\r\n"),
			}},
			{name: "!say before the sigil", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends("!say #hashtag\r\n!say !users\r\n!say @room\r\n"),
				ann.nothing(),
				bob.sees("ann: #hashtag\r\nann: !users\r\nann: @room\r\n"),
			}},
		},
	},
	{
		says:     "A room name is 1 to 32 characters: letters, digits, `-`, `_`, `.`; compared like nicks, and the same words are reserved.",
		tutorial: "A chat room is uniquely defined by a name, and users can freely enter/leave chatrooms.",
		scenes: []scene{
			{name: "names of rooms", steps: []step{
				ann.joins(),
				ann.enters("a"), ann.enters(strings.Repeat("r", 32)), ann.enters("v1.2_b-c"), ann.enters("42"), ann.enters("-._"),
				ann.enters("žluť"), ann.enters("会議室"), ann.enters("re\u0301union"),
				ann.sends("!members réunion\r\n!members a\r\n!members -._\r\n"), ann.sees("ann\r\nann\r\nann\r\n"),
			}},
			{name: "names of no rooms", steps: []step{
				ann.joins(),
				ann.sends("!enter " + strings.Repeat("r", 33) + "\r\n"), ann.seesLike(`!error invalid room: .*32.*`),
				ann.sends("!enter a/b\r\n"), ann.seesLike(`!error invalid room: .*`),
				ann.sends("!enter @room\r\n"), ann.seesLike(`!error invalid room: .*`),
				ann.sends("!enter #1\r\n"), ann.seesLike(`!error invalid room: .*`),
				ann.sends("!enter room:\r\n"), ann.seesLike(`!error invalid room: .*`),
				ann.sends("!enter 😀\r\n"), ann.seesLike(`!error invalid room: .*`),
				ann.sends("!enter a\x80b\r\n"), ann.seesLike(`!error invalid room: .*`),
				ann.sends("!rooms\r\n"), ann.sees("\r\n"),
			}},
			{name: "rooms that look alike are one", steps: []step{
				ann.joins(), bob.joins(), ann.enters("Room"), bob.enters("ROOM"),
				bob.enters("rооm"), // two Cyrillic o
				ann.sends("!rooms\r\n!members room\r\n"), ann.sees("Room\r\nann bob\r\n"),
				bob.sends("@room hi\r\n"), ann.sees("@Room bob: hi\r\n"),
				bob.sends("!leave rOOm\r\n!members Room\r\n"), bob.sees("ann\r\n"),
			}},
			{name: "a room and a nick of one name", steps: []step{
				ann.joins(), bob.joins(), bob.enters("ann"),
				bob.sends("#ann hi\r\n"), ann.sees("#bob: hi\r\n"),
				ann.sends("@ann hi\r\n"), ann.sees("!error not in room: ann\r\n"),
			}},
			{name: "a room of a reserved name", steps: []step{
				ann.joins(),
				ann.sends("!enter everyone\r\n"), ann.seesLike(`!error invalid room: .*reserved.*`),
				ann.sends("!enter SERVER\r\n"), ann.seesLike(`!error invalid room: .*reserved.*`),
				ann.sends("!rooms\r\n"), ann.sees("\r\n"),
			}},
		},
	},
	{
		says: "One `@` before it is forgiven where a command asks for a room that exists: `!topic @dev` is `!topic dev`, and so with " +
			"`!members` and `!leave`.",
		scenes: []scene{
			{name: "a room by its sigil", steps: []step{
				ann.joins(), ann.enters("dev"),
				ann.sends("!members @dev\r\n!topic @dev\r\n!topic @dev on friday\r\n!topic @DEV\r\n"),
				ann.sees("ann\r\n! dev has no topic\r\n! topic of dev: on friday\r\n"),
				ann.sends("!topic @ops\r\n!topic @\r\n!leave @dev\r\n!rooms\r\n"),
				ann.sees("!error no such room: ops\r\n!error usage: !topic room [text]\r\n\r\n"),
			}},
		},
	},
	{
		says: "`!enter` takes the name alone.",
		scenes: []scene{{name: "!enter with a sigil", steps: []step{
			ann.joins(),
			ann.sends("!enter @dev\r\n"), ann.seesLike(`!error invalid room: .*`),
			ann.sends("!rooms\r\n"), ann.sees("\r\n"),
		}}},
	},
	{
		says: "One user can be in 100 rooms, and 96 of those there are may be made from one address (3 for each of `--max-per-ip`).",
		scenes: []scene{
			{name: "100 rooms", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(numbered("!enter r%d\r\n", 0, 100)), ann.nothing(),
				bob.sends("!enter more\r\n"), bob.nothing(),
				ann.sends("!enter more\r\n"), ann.sees("!error too many: you are in 100 rooms, leave one first\r\n"),
				ann.sends("!leave r7\r\n!enter more\r\n!members more\r\n"), ann.sees("ann bob\r\n"),
			}},
			{name: "96 rooms of one address", server: usualPerIP, steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(numbered("!enter a%d\r\n", 0, 50)), bob.sends(numbered("!enter b%d\r\n", 0, 46)),
				ann.nothing(), bob.nothing(),
				ann.sends("!enter more\r\n"), ann.sees("!error too many: 96 rooms were made from your address, enter one or leave some first\r\n"),
				ann.sends("!enter b7\r\n!leave a7\r\n!enter more\r\n"), ann.nothing(),
			}},
		},
		proven: []proof{{"parley/chatcore", "TestThreat43_RoomsOfAnAddress"}},
	},
	{
		says:     "Leaving by `!leave`, by disconnecting or by a dropped network frees memberships and nick alike.",
		tutorial: "We are going to use that callback to unregister clients when they leave the chat server.",
		scenes: []scene{
			{name: "leaving by !leave", steps: append(threeInRooms(),
				ann.sends("!leave both\r\n!leave hers\r\n"), ann.nothing(),
				bob.sends("!rooms\r\n!members both\r\n"), bob.sees("both\r\nbob\r\n"),
				bob.sends("@both who is here\r\n"), ann.nothing(),
			)},
			{name: "leaving by disconnect", steps: append(threeInRooms(),
				ann.leaves(),
				bob.sends("!users\r\n!rooms\r\n!members both\r\n#ann hi\r\n"),
				bob.sees("bob cyd\r\nboth\r\nbob\r\n!error no such user: ann\r\n"),
				ann.joins(),
				bob.sends("!members both\r\n"), bob.sees("bob\r\n"), // it is a new beginning
				ann.sends("@both hi\r\n"), ann.sees("!error not in room: both\r\n"),
			)},
			{name: "leaving by !quit", steps: append(threeInRooms(),
				ann.sends("!quit\r\n"), ann.closed(),
				bob.asksUntil("!users\r\n", "bob cyd\r\n"),
				bob.sends("!rooms\r\n!members both\r\n"), bob.sees("both\r\nbob\r\n"),
				ann.joins(),
			)},
			{name: "leaving by a dropped network", steps: append(threeInRooms(),
				ann.drops(),
				bob.asksUntil("!users\r\n", "bob cyd\r\n"),
				bob.sends("!rooms\r\n!members both\r\n#ann hi\r\n"),
				bob.sees("both\r\nbob\r\n!error no such user: ann\r\n"),
				ann.joins(),
				bob.sends("#ann hi\r\n"), ann.sees("#bob: hi\r\n"),
			)},
		},
	},
	{
		says: "Order: everything one person sends to one place arrives there in the order sent, and " +
			"all members of a room see its messages in the same order.",
		tutorial: "When in a chatroom, a client can send a message to it and all the clients in that chatroom will receive that message",
		scenes: []scene{
			{name: "one order in a room", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), dan.joins(),
				ann.enters("room"), bob.enters("room"), cyd.enters("room"), dan.enters("room"),
				ann.sends(numbered("@room a%d\r\n", 0, 100)), bob.sends(numbered("@room b%d\r\n", 0, 100)),
				ann.sends(numbered("@room a%d\r\n", 100, 200)), bob.sends(numbered("@room b%d\r\n", 100, 200)),
				seeOneOrder(400, cyd, dan),
				ann.sees(numbered("@room bob: b%d\r\n", 0, 200)),
				bob.sees(numbered("@room ann: a%d\r\n", 0, 200)),
			}},
			{name: "one order in public", steps: []step{
				ann.joins(), bob.joins(), cyd.joins(), dan.joins(),
				ann.sends(numbered("a%d\r\n", 0, 200)), bob.sends(numbered("b%d\r\n", 0, 200)),
				seeOneOrder(400, cyd, dan),
				ann.sees(numbered("bob: b%d\r\n", 0, 200)),
				bob.sees(numbered("ann: a%d\r\n", 0, 200)),
			}},
			{name: "private messages in order", steps: []step{
				ann.joins(), bob.joins(),
				ann.sends(numbered("#bob a%d\r\n", 0, 200)),
				bob.sees(numbered("#ann: a%d\r\n", 0, 200)),
			}},
		},
	},
	{
		says: "Nothing accepted is lost while the receiver keeps up.",
		scenes: []scene{{name: "2,000 lines pasted at once", steps: []step{
			ann.joins(), bob.joins(), cyd.joins(),
			ann.sends(numbered("this is line %d of what was pasted at once\r\n", 0, 2000) + "!users\r\n"),
			ann.sees("ann bob cyd\r\n"),
			bob.sees(numbered("ann: this is line %d of what was pasted at once\r\n", 0, 2000)),
			cyd.sees(numbered("ann: this is line %d of what was pasted at once\r\n", 0, 2000)),
		}}},
	},
}

// threeInRooms has ann and bob in a room, and ann in one of her own.
func threeInRooms() []step {
	return []step{ann.joins(), bob.joins(), cyd.joins(), ann.enters("both"), bob.enters("both"), ann.enters("hers")}
}

// numbered is lines numbered from a to below b.
func numbered(format string, a, b int) string {
	var text strings.Builder
	for i := a; i < b; i++ {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// seeOneOrder receives n lines, the same for each of these people, and in them the
// lines of each speaker in the order they were numbered.
func seeOneOrder(n int, people ...person) step {
	return step{fmt.Sprintf("%d see %d lines in one order", len(people), n), func(st *stage) error {
		var first []string
		for _, p := range people {
			var lines []string
			for range n {
				line, err := st.clients[p].tape.line()
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				lines = append(lines, line)
			}
			if first == nil {
				first = lines
			}
			for i := range n {
				if lines[i] != first[i] {
					return fmt.Errorf("%s sees %q where %s sees %q", p.name, lines[i], people[0].name, first[i])
				}
			}
		}
		return inOrder(first)
	}}
}

// inOrder holds that the lines of each speaker, which end in a letter and a
// number, are numbered one by one.
func inOrder(lines []string) error {
	next := make(map[string]int)
	for _, line := range lines {
		speaker, said, ok := strings.Cut(line, ": ")
		var letter rune
		var number int
		if _, err := fmt.Sscanf(said, "%c%d", &letter, &number); !ok || err != nil {
			return fmt.Errorf("%w: %q", errOther, line)
		}
		if number != next[speaker] {
			return fmt.Errorf("%q comes where number %d should", line, next[speaker])
		}
		next[speaker]++
	}
	return nil
}

// usagesAreHelped holds that what errors call a usage is in the help before them.
func usagesAreHelped(lines []string) error {
	const prefix = "!error usage: "
	help, errors := "", 0
	for _, line := range lines {
		usage, isError := strings.CutPrefix(strings.TrimSuffix(line, "\r\n"), prefix)
		if !isError {
			help += line
			continue
		}
		errors++
		if !strings.Contains(help, "! "+usage+" ") {
			return fmt.Errorf("the help does not have the usage %q", usage)
		}
	}
	if errors != 10 {
		return fmt.Errorf("%d of 10 commands told their usage", errors)
	}
	return nil
}

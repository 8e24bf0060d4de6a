package conformance

import (
	"strings"
	"testing"
)

// TestSSH plays section 6 with the system's ssh.
func TestSSH(t *testing.T) {
	needSSH(t)
	for _, s := range append(section6, section6commands...) {
		if !strings.Contains(flat(protocolText), flat(s.says)) {
			t.Errorf("section 6 does not say: %s", s.says)
		}
		for _, sc := range s.scenes {
			t.Run(sc.name, func(t *testing.T) {
				t.Parallel()
				t.Logf("the protocol: %s", s.says)
				var change []func(*options)
				if sc.server != nil {
					change = append(change, sc.server)
				}
				newStage(t, serve(t, change...), secureShell{}).play(sc.steps...)
			})
		}
	}
}

var section6 = []sentence{
	{
		says: "`ssh -p 2222 host`: the nick is the ssh user name made valid (characters that are not letters or digits are dropped).",
		scenes: []scene{
			{name: "user name made valid", steps: []step{
				bob.joinsRaw(),
				ann.as("an.n-2_x").joins(),
				bob.sends("!users\r\n"), bob.sees("ann2x bob\r\n"),
			}},
			{name: "user name of Unicode", steps: []step{
				bob.joinsRaw(),
				ann.as("Žofie").joins(),
				bob.sends("!users\r\n"), bob.sees("bob Žofie\r\n"),
			}},
			{name: "user name that leaves nothing", steps: []step{
				ann.as("_._").isTurnedAway(`\A!error invalid nick: .*\n`),
			}},
		},
	},
	{
		says: "Any key is welcome and *is* the identity; a person without a key is a guest unless `--guests=false`.",
		scenes: []scene{
			{name: "a key and a guest", steps: []step{
				ann.joins(), bob.withoutKey().joins(), cyd.joinsRaw(),
				cyd.sends("!whois ann\r\n"), cyd.seesLike(`! ann .*key SHA256:\S+`), cyd.seesLike(`! ann .*`), cyd.seesLike(`! ann is idle .*`),
				cyd.sends("!whois bob\r\n"), cyd.seesLike(`! bob .*guest`), cyd.seesLike(`! bob .*`), cyd.seesLike(`! bob is idle .*`),
			}},
			{name: "no guests, but keys", server: withoutGuests, steps: []step{
				ann.joins(),
				step{"a guest is told how to make a key", func(st *stage) error {
					cmd := sshCommand(st.t, st.server, bob.withoutKey())
					for i, arg := range cmd.Args {
						if arg == "LogLevel=ERROR" { // ssh shows no word of the server then
							cmd.Args[i] = "LogLevel=INFO"
						}
					}
					return run(cmd, "", outcome{err: `\A(?s:.*ssh-keygen.*)`, status: sshFailed})
				}},
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
		},
	},
	{
		says: "**Without a terminal** (`ssh -T`, a pipe, a bot): the plain line stream, exactly sections 3 to 5.",
		scenes: []scene{{name: "a slash is text", steps: []step{
			ann.joins(), bob.joinsRaw(),
			ann.sends("/users\r\n"), bob.sees("ann: /users\r\n"),
		}}},
	},
	{
		says: "End of input ends the session when everything owed has been sent.",
		scenes: []scene{
			{name: "answers, then the end", steps: []step{
				ann.joinsRaw(),
				bob.runsWith("#ann hi\n!users\n!rooms\nlost without a newline", "", outcome{out: "ann bob\r\n\r\n"}),
				ann.sees("#bob: hi\r\n"),
			}},
		},
	},
	{
		says: "The same key connecting again under the same nick is one more session of the same person: both see everything, " +
			"`!users` lists the nick once, rooms are shared, the person leaves with the last session.",
		scenes: []scene{
			{name: "both see everything", steps: []step{
				ann.joins(), ann.again().joins(), bob.joinsRaw(),
				bob.sends("hello\r\n#ann hi\r\n"),
				ann.sees("bob: hello\r\n#bob: hi\r\n"), ann.again().sees("bob: hello\r\n#bob: hi\r\n"),
				ann.sends("hello bob\r\n"),
				bob.sees("ann: hello bob\r\n"), ann.again().sees("ann: hello bob\r\n"),
				ann.nothing(),
				bob.sends("!users\r\n"), bob.sees("ann bob\r\n"),
			}},
			{name: "rooms are shared", steps: []step{
				ann.joins(), bob.joinsRaw(), bob.enters("room"), ann.enters("room"),
				ann.again().joins(), // after she has entered
				ann.again().enters("hall"),
				bob.sends("@room hi\r\n"), ann.sees("@room bob: hi\r\n"), ann.again().sees("@room bob: hi\r\n"),
				ann.again().sends("@room hello\r\n"), bob.sees("@room ann: hello\r\n"), ann.sees("@room ann: hello\r\n"),
				ann.sends("@hall is mine\r\n"), ann.again().sees("@hall ann: is mine\r\n"),
				bob.sends("!members room\r\n!members hall\r\n"), bob.sees("ann bob\r\nann\r\n"),
				ann.again().sends("!leave room\r\n"), ann.again().nothing(),
				ann.sends("@room hi\r\n"), ann.sees("!error not in room: room\r\n"),
			}},
			{name: "the person leaves with the last session", steps: []step{
				ann.joins(), ann.again().joins(), bob.joinsRaw(), ann.enters("room"),
				bob.sends("!notices on\r\n"), bob.nothing(),
				ann.leaves(), aSecondPasses(),
				bob.sends("!users\r\n!members room\r\n"), bob.sees("ann bob\r\nann\r\n"),
				ann.again().leaves(),
				bob.sends("!users\r\n!rooms\r\n"), bob.sees("bob\r\n\r\n"),
				aSecondPasses(), bob.seesLike(`\* .*\bann\b.*`),
			}},
			{name: "the same nick in another spelling", steps: []step{
				ann.joins(), ann.as("ANN").joins(), bob.joinsRaw(),
				bob.sends("!users\r\n#ann hi\r\n"), bob.sees("ann bob\r\n"),
				ann.sees("#bob: hi\r\n"), ann.as("ANN").sees("#bob: hi\r\n"),
			}},
			{name: "the same key under another nick is someone else", steps: []step{
				ann.joins(), ann.as("zoe").joins(), bob.joinsRaw(),
				bob.sends("!users\r\n#ann hi\r\n"), bob.sees("ann bob zoe\r\n"),
				ann.sees("#bob: hi\r\n"),
			}},
		},
	},
	{
		says: "a plain or command session gets `!error nick in use: nick` on stderr and exit status 1.",
		scenes: []scene{
			{name: "a nick with a key", steps: []step{
				ann.joins(),
				ann.withOtherKey().isTurnedAway("!error nick in use: ann\n"),
				ann.withoutKey().isTurnedAway("!error nick in use: ann\n"),
				ann.withOtherKey().runs("hello", outcome{err: "!error nick in use: ann\n", status: 1}),
				ann.withoutKey().runs("/users", outcome{err: "!error nick in use: ann\n", status: 1}),
				ann.withoutKey().runs("/tail", outcome{err: "!error nick in use: ann\n", status: 1}),
				ann.withoutKey().connectsRaw(), ann.withoutKey().sends("ann\r\n"), ann.withoutKey().closed(),
				ann.sends("!users\r\n"), ann.sees("ann\r\n"),
			}},
			{name: "a nick of a guest", steps: []step{
				ann.withoutKey().joins(),
				ann.isTurnedAway("!error nick in use: ann\n"),
				ann.withoutKey().isTurnedAway("!error nick in use: ann\n"), // another guest, for all one knows
				ann.withoutKey().runs("/users", outcome{err: "!error nick in use: ann\n", status: 1}),
			}},
			{name: "a nick of the raw port", steps: []step{
				ann.joinsRaw(),
				ann.isTurnedAway("!error nick in use: ann\n"),
				ann.withoutKey().isTurnedAway("!error nick in use: ann\n"),
				ann.leaves(),
				ann.joins(),
			}},
			{name: "a look-alike, and a reserved nick", steps: []step{
				ann.joins(),
				bob.as("ANN").isTurnedAway("!error nick in use: ANN\n"),
				bob.as("аnn").isTurnedAway("!error nick in use: аnn\n"), // a Cyrillic a
				bob.as("server").isTurnedAway(`\A!error nick in use: server.*\n`),
			}},
		},
	},
	{
		says: "`ssh alice+dev@host` enters the room `dev` at once and talks to it.",
		scenes: []scene{
			{name: "user and room", steps: []step{
				bob.joinsRaw(), cyd.joinsRaw(), bob.enters("dev"),
				someone("alice").as("alice+dev").joins(),
				someone("alice").as("alice+dev").sends("hello\r\n#bob hi\r\n"),
				bob.sees("@dev alice: hello\r\n#alice: hi\r\n"),
				cyd.nothing(),
				bob.sends("@dev hey\r\n!members dev\r\n!users\r\n"),
				bob.sees("alice bob\r\nalice bob cyd\r\n"),
				someone("alice").as("alice+dev").sees("@dev bob: hey\r\n"),
			}},
			{name: "user and a room that is made", steps: []step{
				bob.joinsRaw(),
				someone("alice").as("alice+dev").joins(),
				bob.sends("!rooms\r\n!members dev\r\n"), bob.sees("dev\r\nalice\r\n"),
			}},
			{name: "user and no room", steps: []step{
				bob.joinsRaw(),
				ann.as("ann+a/b").isTurnedAway(`\A!error invalid room: .*\n`),
				bob.sends("!users\r\n"), bob.sees("bob\r\n"),
			}},
			{name: "a command for a room", steps: []step{
				bob.joinsRaw(), cyd.joinsRaw(), bob.enters("dev"),
				bot.as("bot+dev").runs("done", outcome{}), bob.sees("@dev bot: done\r\n"),
				bot.as("bot+@dev").runs("again", outcome{}), bob.sees("@dev bot: again\r\n"),
				bob.sends("!members dev\r\n"), bob.sees("bob\r\n"),
				cyd.nothing(),
			}},
		},
	},
}

package chatcore_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"parley/chatcore"
)

// Row 22: stored text holds only its own bytes, and not the line it came in, which may be
// a thousand times as long.
func TestThreat22_WhatIsKeptHoldsItsOwnBytes(t *testing.T) {
	spaces, unseen := strings.Repeat(" ", 4000), strings.Repeat("\u200b", 1300)
	const many = 190 // as many as a ring keeps
	var ended []*client
	for _, tt := range []struct {
		kind string
		keep func(core *chatcore.Core, ann *client, n int)
	}{
		{"public text", func(_ *chatcore.Core, ann *client, n int) { ann.does(fmt.Sprint("!say ", spaces, n)) }},
		{"text with unseen characters", func(_ *chatcore.Core, ann *client, n int) { ann.does(fmt.Sprint(n, unseen, "é")) }},
		{"text of a room", func(_ *chatcore.Core, ann *client, n int) { ann.does(fmt.Sprint("@dev ", n, unseen)) }},
		{"text of a batch", func(_ *chatcore.Core, ann *client, n int) {
			ann.DoAll([][]byte{fmt.Appendf(nil, "@dev %d%s", n, unseen), fmt.Appendf(nil, "!me %s%d", spaces, n)}, ann.Tell)
		}},
		{"private text", func(_ *chatcore.Core, ann *client, n int) { ann.does(fmt.Sprint("#ann ", n, unseen)) }},
		{"a part of a text", func(_ *chatcore.Core, ann *client, n int) {
			line := fmt.Sprint(spaces, n)
			if err := ann.SayTo(chatcore.Destination{Room: "dev"}, line[len(spaces):]); err != nil {
				ann.t.Fatal(err)
			}
		}},
		{"an emote", func(_ *chatcore.Core, ann *client, n int) { ann.does(fmt.Sprint("!me @dev ", n, spaces)) }},
		{"a room's name", func(core *chatcore.Core, _ *client, n int) {
			join(t, core, fmt.Sprint("guest", n)).does(fmt.Sprint("!enter ", spaces, "room", n, spaces))
		}},
		{"a topic", func(core *chatcore.Core, _ *client, n int) {
			join(t, core, fmt.Sprint("guest", n)).does(fmt.Sprint("!enter r", n), fmt.Sprint("!topic r", n, spaces, "on ", n, spaces))
		}},
		{"a nick taken", func(core *chatcore.Core, _ *client, n int) {
			join(t, core, fmt.Sprint("guest", n)).does(fmt.Sprint("!nick ", spaces, "other", n))
		}},
		{"a nick come with", func(core *chatcore.Core, _ *client, n int) {
			line := fmt.Sprint(spaces, "guest", n)
			if _, err := core.Join(chatcore.JoinRequest{Nick: line[len(spaces):], Format: chatcore.Lines{}, NewReceiver: func(*chatcore.Session) chatcore.Receiver { return new(client) }}); err != nil {
				t.Fatal(err)
			}
		}},
		{"a reason to be away", func(core *chatcore.Core, _ *client, n int) {
			join(t, core, fmt.Sprint("guest", n)).does(fmt.Sprint("!away ", spaces, "lunch ", n))
		}},
		{"last words", func(core *chatcore.Core, _ *client, n int) {
			c := join(t, core, fmt.Sprint("guest", n))
			c.does(fmt.Sprint("!quit ", spaces, "bye ", n))
			ended = append(ended, c) // a session's last words are kept until they are sent
		}},
		{"somebody ignored", func(core *chatcore.Core, ann *client, n int) {
			if n < 100 {
				join(ann.t, core, fmt.Sprint("guest", n))
				ann.does(fmt.Sprint("!ignore ", spaces, "guest", n))
			}
		}},
		{"a room talked to", func(core *chatcore.Core, _ *client, n int) {
			line := fmt.Sprint(spaces, "guest", n)
			join(t, core, fmt.Sprint("guest", n)).TalkIn(chatcore.Destination{Room: line[len(spaces):]})
		}},
		{"somebody talked to", func(core *chatcore.Core, _ *client, n int) {
			line := fmt.Sprint(spaces, "nobody", n)
			join(t, core, fmt.Sprint("guest", n)).TalkIn(chatcore.Destination{Nick: line[len(spaces):]})
		}},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			core := chatcore.New(chatcore.Options{})
			ann := admit(t, core, chatcore.JoinRequest{Nick: "ann"})
			ann.does("!enter dev", "!notices on")
			before := heap()
			for n := range many {
				tt.keep(core, ann, n)
			}
			ann.taken()
			const own = 2500 // a session, a room, map overhead; the line would be 4,000 more
			each := (heap() - before) / many
			t.Logf("%d bytes for each", each)
			if each > own {
				t.Errorf("%d bytes are kept for each, %d at most", each, own)
			}
			runtime.KeepAlive(core)
			runtime.KeepAlive(ended)
		})
	}
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// History is subtracted from the total exactly as it was added, however a channel or
// conversation ends, and whatever its texts contain.
func TestThreat22_WhatIsForgottenIsCountedOut(t *testing.T) {
	core := chatcore.New(chatcore.Options{})
	for i := range 50 {
		c := join(t, core, fmt.Sprint("n", i))
		c.does("!enter dev")
		for range 20 {
			c.does("@dev "+strings.Repeat("x", 75)+strings.Repeat(" a: b", 700), "#n"+fmt.Sprint(i)+" "+strings.Repeat("x", 75)+strings.Repeat("  n1: b", 300))
		}
		c.taken()
		c.Leave(chatcore.Quit)
	}
	if n := core.PastBytes(); n != 0 {
		t.Errorf("%d bytes are counted as kept, and nothing is", n)
	}
}

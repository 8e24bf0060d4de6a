package chatcore_test

import (
	"fmt"
	"strings"
	"testing"

	"parley/chatcore"
)

// audience returns a client that talks to n receivers, and a function that empties their
// outboxes.
func audience(tb testing.TB, n int) (speaker *client, drain func()) {
	tb.Helper()
	core := chatcore.New(chatcore.Options{Outbox: 256 << 10})
	var all []*client
	for i := range n {
		all = append(all, join(tb, core, fmt.Sprintf("n%d", i)))
	}
	buf := make([]byte, 0, 32<<10)
	return join(tb, core, "ann"), func() {
		for _, c := range all {
			c.empty(buf)
		}
	}
}

func TestPublishingAllocatesTheSameForOneAndForMany(t *testing.T) {
	allocations := func(receivers int) float64 {
		speaker, drain := audience(t, receivers)
		return testing.AllocsPerRun(100, func() {
			speaker.does("hello all")
			drain()
		})
	}
	if one, many := allocations(1), allocations(500); many > one || many > 2 { // the event, and the line
		t.Errorf("%v allocations for one receiver, %v for 500, want 2 at most", one, many)
	}
}

// BenchmarkPublish500 publishes one message of 64 bytes to 500 outboxes. They are emptied
// off the clock, as a busy server does between two rounds.
func BenchmarkPublish500(b *testing.B) {
	const between = 8 // messages that share a write
	speaker, drain := audience(b, 500)
	drain()
	line := strings.Repeat("a", 64)
	b.ReportAllocs()
	for i := 1; b.Loop(); i++ {
		if err := speaker.Do(line); err != nil {
			b.Fatal(err)
		}
		if i%between == 0 {
			b.StopTimer()
			drain()
			b.StartTimer()
		}
	}
}

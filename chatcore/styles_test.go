package chatcore_test

import (
	"fmt"
	"testing"
	"time"

	"parley/chatcore"
)

// styled is a format with many values, as time zones and settings have.
type styled struct{ n int }

func (f styled) Append(dst []byte, e *chatcore.Event, v chatcore.View) []byte {
	return chatcore.Lines{}.Append(dst, e, v)
}

// styledAudience returns a speaker, and sessions that receive them in several styles.
func styledAudience(tb testing.TB, sessions, styles int) (speaker *client, hearers []*client) {
	core := chatcore.New(chatcore.Options{})
	for i := range sessions {
		hearers = append(hearers, admit(tb, core, chatcore.JoinRequest{Nick: fmt.Sprint("n", i), Format: styled{i % styles}}))
	}
	return join(tb, core, "ann"), hearers
}

// The cost of a line grows with the number of sessions plus the number of styles, and not
// with their product.
func TestThreat28_CostOfALineIsLinearInStyles(t *testing.T) {
	least := func(n int) time.Duration {
		speaker, hearers := styledAudience(t, n, n)
		best := time.Hour
		for range 5 { // the minimum counts: other work on the machine only adds
			begun := time.Now()
			speaker.does("hello")
			best = min(best, time.Since(begun))
		}
		for _, c := range hearers {
			c.hears("ann: hello", "ann: hello", "ann: hello", "ann: hello", "ann: hello")
		}
		return best
	}
	const few, factor = 1000, 8
	small, large := least(few), least(few*factor)
	t.Logf("a style for each: %s with %d sessions, %s with %d", small, few, large, few*factor)
	if large > small*factor*4 { // quadratic cost would be factor*8
		t.Errorf("%d times as many sessions and styles cost %.0f times as much", factor, float64(large)/float64(small))
	}
}

func BenchmarkPublishStyles(b *testing.B) {
	for _, styles := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprint(styles), func(b *testing.B) {
			speaker, hearers := styledAudience(b, 10_000, styles)
			buf := make([]byte, 0, 1<<10)
			b.ReportAllocs()
			for b.Loop() {
				speaker.does("hello")
				b.StopTimer()
				for _, c := range hearers {
					c.empty(buf)
				}
				b.StartTimer()
			}
		})
	}
}

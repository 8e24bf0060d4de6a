package lineedit

import (
	"testing"
	"testing/synctest"
	"time"
)

// The pause before a key is measured from the previous key, however long the server was
// busy in between. What came meanwhile, and what did not fit into one read, came at once.
func TestPauses_AreMeasuredFromTheLastRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Pauses
		p.Begin(false)
		p.End()
		for _, tt := range []struct {
			busy  time.Duration
			there bool
			waits time.Duration
			want  time.Duration
		}{
			{0, false, time.Second, time.Second},
			{300 * time.Millisecond, false, 400 * time.Millisecond, 700 * time.Millisecond},
			{700 * time.Millisecond, true, 0, 0},
		} {
			time.Sleep(tt.busy)
			p.Begin(tt.there)
			time.Sleep(tt.waits)
			if got := p.End(); got != tt.want {
				t.Errorf("%+v: %s", tt, got)
			}
		}
	})
}

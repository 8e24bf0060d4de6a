package terminal

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/input"
	"parley/internal/lineedit"
	"parley/internal/ratelimit"
)

// unwatched joins a session with a terminal whose output is not written. The test takes it.
func (st *stage) unwatched(nick string) *Session {
	st.t.Helper()
	i, p := st.session(nick, &idle{})
	i.Resize(200, 50)
	chat, err := p.Join(nick, i.settings.style(), i)
	if err != nil {
		st.t.Fatal(err)
	}
	i.chat, i.joined = chat, chat
	return i
}

// idle is a source that never has output.
type idle struct{}

func (*idle) Take(dst []byte, _ int) ([]byte, bool) { return dst, false }

func (*idle) Backlog() int { return 0 }

// The timer of a held redraw does not outlive the session.
func TestHeld_EndsWithTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t)
		defer st.ends()
		i, bob := st.unwatched("ann"), joined(t, st.core, "bob", chatcore.Raw)
		i.edit(func(e *lineedit.Editor) { e.Type([]byte(strings.Repeat("x", 1800))) })
		_, _ = i.Take(nil, 32<<10)
		i.drawn.Spend(2*ratelimit.RedrawBurst, time.Now())
		if err := input.Do(bob, "first words"); err != nil {
			t.Fatal(err)
		}
		if out, _ := i.Take(nil, 32<<10); len(out) > 0 || i.redraw == nil {
			t.Fatalf("nothing is held: %q", out)
		}
		i.Leave()
		if i.redraw.Stop() {
			t.Error("the timer still ran")
		}
		if out, _ := i.Take(nil, 32<<10); !strings.Contains(string(out), "first words") {
			t.Errorf("what was held is lost: %q", out)
		}
	})
}

// A late timer does not show lines that have been carried out.
func TestWaitingIsNotShownTooLate(t *testing.T) {
	st := newStage(t)
	defer st.ends()
	i := st.unwatched("ann")
	if carry, ok := i.entered.add(entry{line: "x"}, i.done); !carry || !ok {
		t.Fatal(carry, ok)
	}
	slow := make(chan struct{})
	i.mu.Lock()
	go func() { i.slow(); close(slow) }()
	time.Sleep(20 * time.Millisecond) // it waits for the lock, most likely
	i.entered.discard()
	i.mu.Unlock()
	<-slow
	if i.slowed {
		t.Error("a line is said to wait, and none does")
	}
}

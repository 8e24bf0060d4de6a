package sshserver

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/input"
	"parley/internal/lineedit"
	"parley/internal/render"
)

// unwatched joins a session with a terminal whose output is not written. The test takes it.
func (s *serverUnderTest) unwatched(t *testing.T, nick string) *interactive {
	t.Helper()
	c := &session{server: s.Server, conn: &conn{near: newNeighbours()}, cpuBudget: newCPUBudget(effortShare, effortRest), done: make(chan struct{})}
	i := &interactive{session: c, drawn: newDrawn(drawBurst, drawRate)}
	i.settings = newSettings(render.TerminalOf("xterm-256color"), nil)
	i.entered.init()
	i.editor = lineedit.New(lineedit.Options{Width: 200, Height: 50, Max: editorLine, MaxLines: 10})
	c.writer = s.Flusher.NewWriter(&idle{}, nil, nil)
	session, err := s.core.Join(chatcore.JoinRequest{
		Nick: nick, Kind: chatcore.Interactive, Format: i.settings.style(),
		NewReceiver: func(*chatcore.Session) chatcore.Receiver { return nobody{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	c.chat, i.joined = session, session
	return i
}

// idle is a source that never has output.
type idle struct{}

func (*idle) Take(dst []byte, _ int) ([]byte, bool) { return dst, false }
func (*idle) Backlog() int                          { return 0 }

// A receiver that ignores everything.
type nobody struct{}

func (nobody) Ready()                {}
func (nobody) Ended(chatcore.Reason) {}

// held logs in a person with a long draft, at an address that has drawn so much that
// redraws are held.
func (s *serverUnderTest) held(t *testing.T) *terminal {
	t.Helper()
	ann := s.terminal(t, "ann", nil)
	ann.shows("ann>")
	if err := ann.WindowChange(50, 200); err != nil {
		t.Fatal(err)
	}
	ann.press(strings.Repeat("x", 1800))
	time.Sleep(3 * time.Second)
	onlyConn(t, s).near.drawn.spend(addressDrawBurst+4*addressDrawRate, time.Now())
	return ann
}

// A client that reads is not too slow because a redraw is held, however fast others talk.
func TestHeld_AReaderIsNotTooSlow(t *testing.T) {
	for _, every := range []time.Duration{100 * time.Microsecond, 5 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, paced)
			ann, bob := s.held(t), sit(t, s, "bob")
			if err := input.Do(bob, "first words"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
			if strings.Contains(ann.output(), "first words") {
				t.Fatal("nothing is held")
			}
			begun := time.Now()
			for n := range 400 {
				if err := input.Do(bob, fmt.Sprintf("line %d, %s", n, strings.Repeat("y", 900))); err != nil {
					t.Fatal(err)
				}
				time.Sleep(every)
			}
			time.Sleep(2*drawLate - time.Since(begun))
			out := ann.output()
			for n := range 400 {
				if !strings.Contains(out, fmt.Sprintf("line %d,", n)) {
					t.Fatalf("line %d has not come; closed: %v", n, s.core.Stats().Closed)
				}
			}
		})
	}
}

// A line that is held is shown after the lines before it, and in time.
func TestHeld_ALineWaitsForALimitedTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		ann, bob := s.held(t), sit(t, s, "bob")
		begun := time.Now()
		for n := range 4 {
			if err := input.Do(bob, fmt.Sprintf("line %d,", n)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(50 * time.Millisecond)
		}
		ann.came("line 3,")
		if late := time.Since(begun); late < time.Second || late > drawLate+100*time.Millisecond {
			t.Errorf("shown after %s", late)
		}
		out, at := ann.output(), 0
		for n := range 4 {
			next := strings.Index(out, fmt.Sprintf("line %d,", n))
			if next < at {
				t.Errorf("line %d is not behind the one before", n)
			}
			at = next
		}
	})
}

// When a session ends, what is held is written while there is time for it, and not only
// with the farewell.
func TestHeld_IsLetGoBeforeTheFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		ann, bob := s.held(t), sit(t, s, "bob")
		c := onlyConn(t, s).session
		bye, shown := c.bye, false
		c.bye = func() {
			time.Sleep(time.Millisecond) // so that the client takes it
			shown = strings.Contains(ann.output(), "first words")
			bye()
		}
		if err := input.Do(bob, "first words"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
		if strings.Contains(ann.output(), "first words") {
			t.Fatal("nothing is held")
		}
		go c.finish(chatcore.Quit, exitDone)
		<-c.done
		<-c.finished
		if !shown {
			t.Error("it was held until the last words")
		}
	})
}

// The timer of a held redraw does not outlive the session.
func TestHeld_EndsWithTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		i, bob := s.unwatched(t, "ann"), sit(t, s, "bob")
		i.edit(func(e *lineedit.Editor) { e.Type([]byte(strings.Repeat("x", 1800))) })
		_, _ = i.Take(nil, 32<<10)
		i.drawn.spend(2*drawBurst, time.Now())
		if err := input.Do(bob, "first words"); err != nil {
			t.Fatal(err)
		}
		if out, _ := i.Take(nil, 32<<10); len(out) > 0 || i.redraw == nil {
			t.Fatalf("nothing is held: %q", out)
		}
		i.leaveTerminal()
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
	s := newServer(t, nil)
	i := s.unwatched(t, "ann")
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

// Messages of others, even long ones on a narrow terminal, do not use up what a person's
// own typing may draw.
func TestDrawn_MessagesAreNotCharged(t *testing.T) {
	for _, term := range []string{"xterm-256color", "dumb"} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, paced)
			ann := openTerminal(t, login(t, s.inMemory(), clientConfig("ann", nil)), term)
			ann.press("ab")
			time.Sleep(time.Second)
			if err := ann.WindowChange(24, 40); err != nil {
				t.Fatal(err)
			}
			bob := sit(t, s, "bob")
			for begun := time.Now(); time.Since(begun) < 30*time.Second; time.Sleep(100 * time.Millisecond) {
				for range 11 { // 100 KB a second
					if err := input.Do(bob, strings.Repeat("word ", 180)); err != nil {
						t.Fatal(err)
					}
				}
			}
			synctest.Wait()
			if spent := onlyConn(t, s).near.drawn.isSpent(); spent {
				t.Error("others' messages are charged to the address")
			}
			before, begun := ann.output(), time.Now()
			ann.press("q")
			for !strings.Contains(ann.since(before), "q") && time.Since(begun) < time.Minute {
				time.Sleep(time.Millisecond)
			}
			if late := time.Since(begun); late > 10*time.Millisecond {
				t.Errorf("%s: a key is shown %s late", term, late)
			}
		})
	}
}

// Whatever was drawn, no redraw is held longer than drawLate.
func TestDrawn_IsForgottenWhereItIsTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDrawn(drawBurst, drawRate)
		for range 100 {
			d.spend(10*drawBurst, time.Now())
		}
		if wait := d.wait(time.Now()); wait != drawLate {
			t.Errorf("waits for %s, want %s", wait, drawLate)
		}
	})
}

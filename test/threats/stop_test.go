//go:build e2e

package threats

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Row 14: a server that is told to stop tells everyone, delivers what it has accepted, and
// ends well in time.
func TestThreat14_StopTellsAndDelivers(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			s := start(t, limitsOff...)
			c := newCrowd(t, s, either(200, 20), either(200, 20), either(100, 10))
			c.talk(10)
			time.Sleep(time.Second) // of talk, so that the signal finds messages under way
			begun := time.Now()
			if err := s.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			select {
			case <-s.ended:
			case <-time.After(30 * time.Second):
				t.Fatal("the server does not end within 30s")
			}
			if took := time.Since(begun); s.err != nil || took > 12*time.Second {
				t.Errorf("ended after %s with %v; want within 12s and status 0", took, s.err)
			} else {
				t.Logf("%d sessions: ended after %s", c.size, took)
			}
			c.judge()
		})
	}
}

// crowd is many people on all three kinds of session. Some of them talk until the server
// ends. It keeps what each has heard.
type crowd struct {
	t    *testing.T
	size int
	raws []*person // includes the people who talk

	heard sync.WaitGroup
	mu    sync.Mutex
	told  []told
}

// told is what one person was shown until the end.
type told struct {
	nick, text string
	terminal   bool
	err        error
}

// goingDown is the last word of a server.
const goingDown = "server is going down"

func newCrowd(t *testing.T, s *server, raws, plains, terminals int) *crowd {
	t.Helper()
	c := &crowd{t: t, size: raws + plains + terminals}
	for i := range c.size {
		var p *person
		var err error
		switch from, nick := address(i), fmt.Sprintf("n%d", i); {
		case i < raws:
			if p, err = raw(s, from, nick); err == nil {
				c.raws = append(c.raws, p)
			}
		case i < raws+plains:
			p, err = plain(s, from, nick, guest())
		default:
			p, err = terminal(s, from, nick, guest())
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
		c.listen(p, i >= raws+plains)
	}
	return c
}

// listen keeps what p is shown until the end.
func (c *crowd) listen(p *person, terminal bool) {
	c.heard.Go(func() {
		text, err := p.rest()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.told = append(c.told, told{p.nick, text, terminal, err})
	})
}

// talk has n of the crowd talk, with echo on, until they are closed.
func (c *crowd) talk(n int) {
	for i, p := range c.raws[:n] {
		c.heard.Go(func() {
			if _, err := io.WriteString(p.out, "!echo on\n"); err != nil {
				return
			}
			for m := 0; p.say(fmt.Sprintf("<%d %d>", i, m)) == nil; m++ {
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
}

var said = regexp.MustCompile(`<\d+ \d+>`)

// judge fails the test unless everyone was shown the same messages in the same order, was
// then told that the server goes down, and nothing more.
func (c *crowd) judge() {
	c.t.Helper()
	c.heard.Wait()
	var all []string // shown to anyone: it was accepted
	for _, o := range c.told {
		if got := said.FindAllString(o.text, -1); len(got) > len(all) {
			all = got
		}
	}
	if len(all) == 0 {
		c.t.Error("nobody heard anything")
	}
	wrong := 0
	for _, o := range c.told {
		if why := o.fault(all); why != "" {
			if wrong++; wrong <= 10 {
				c.t.Errorf("%s: %s", o.nick, why)
			}
		}
	}
	c.t.Logf("%d people were told %d messages each, %d of them not as they should", len(c.told), len(all), wrong)
}

// fault describes what is wrong with what a person was told; empty if nothing is.
func (o told) fault(all []string) string {
	got := said.FindAllString(o.text, -1)
	notice, last := strings.LastIndex(o.text, goingDown), strings.LastIndex(o.text, "<")
	switch {
	case notice < 0:
		return fmt.Sprintf("was not told that the server goes down, but %q and then %v", tail(o.text), o.err)
	case strings.Count(o.text, goingDown) > 1:
		return "was told more than once that the server goes down"
	case last > notice:
		return fmt.Sprintf("hears behind the server's last word %q", o.text[notice:])
	case !slices.Equal(got, all):
		return fmt.Sprintf("heard %d messages, the last %q, and others heard %d, the last %q", len(got), tail(o.text), len(all), all[len(all)-1])
	case !o.terminal && strings.Trim(o.text[notice:], "\r\n") != goingDown:
		return fmt.Sprintf("was told in the end %q", tail(o.text))
	}
	return ""
}

func tail(s string) string { return s[max(0, len(s)-200):] }

// Row 14: a second signal ends at once a server that waits for a client that does not read.
func TestThreat14_SecondSignal(t *testing.T) {
	s := start(t, append([]string{"--outbox", "1MiB"}, limitsOff...)...)
	deaf, err := raw(s, address(1), "deaf")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(deaf.end)
	ann, err := raw(s, address(2), "ann")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ann.end)
	line := strings.Repeat("x", 4000)
	for sent := 0; s.metric("parley_outbox_bytes") < 300<<10; sent++ { // the kernel holds no more for them
		if sent > 20_000 {
			t.Fatal("the server owes nothing to someone who does not read")
		}
		if err := ann.say(line); err != nil {
			t.Fatal(err)
		}
	}
	signal := func() {
		if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	signal()
	if err := ann.until(goingDown); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.ended:
		t.Fatalf("it does not wait for what is owed: ended with %v", s.err)
	case <-time.After(500 * time.Millisecond):
	}
	begun := time.Now()
	signal()
	select {
	case <-s.ended:
		t.Logf("ended %s after the second signal", time.Since(begun))
	case <-time.After(2 * time.Second):
		t.Error("not ended 2s after the second signal")
	}
}

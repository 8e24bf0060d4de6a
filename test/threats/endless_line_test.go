//go:build e2e

package threats

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"testing"
	"time"

	"parley/internal/proto"
)

// endless is a client that sends without end, and never a newline.
type endless struct {
	name  string
	enter func(s *server, from, nick string) (*person, error)
	first string // sent once
	again string // sent after it, again and again
	stays bool   // a terminal has no lines: what exceeds the limit is not taken
	more  int    // extra bytes that may live: what the ssh library keeps in its window
}

// window is what the library keeps of what a session has not read yet: 2 MiB and the
// packets around it. It cannot be told to keep less.
const window = 3 * mib

var endlesses = []endless{
	{name: "raw", enter: raw, again: "x"},
	{name: "raw, before the nick", enter: nameless, again: "x"},
	{name: "raw, NUL", enter: raw, again: "\x00"}, // after a CR it ends a line
	{name: "raw, CR", enter: raw, again: "\r"},
	{name: "raw, a character that is erased", enter: raw, again: "x\b"},
	{name: "raw, telnet commands", enter: raw, again: "\xff\xf1"},
	{name: "raw, a telnet subnegotiation", enter: raw, first: "\xff\xfa\x18", again: "x"},
	{name: "raw, a telnet subnegotiation before the nick", enter: nameless, first: "\xff\xfa\x18", again: "x"},
	{name: "ssh", enter: guestPlain, again: "x", more: window},
	{name: "terminal", enter: guestTerminal, again: "x", stays: true, more: window},
	{name: "terminal, a paste", enter: guestTerminal, first: "\x1b[200~", again: "x", stays: true, more: window},
	{name: "terminal, an escape sequence", enter: guestTerminal, first: "\x1b]", again: "x", stays: true, more: window},
}

func guestPlain(s *server, from, nick string) (*person, error) {
	return plain(s, from, nick, guest())
}

func guestTerminal(s *server, from, nick string) (*person, error) {
	return terminal(s, from, nick, guest())
}

// nameless connects to the raw port and says nothing.
func nameless(s *server, from, _ string) (*person, error) {
	nc, err := dial(from, s.tcp)
	if err != nil {
		return nil, err
	}
	return &person{in: bufio.NewReader(nc), out: nc, end: func() { _ = nc.Close() }}, nil
}

// Row 7: a GiB without a newline takes no memory, and is over a second after the limit.
// The rate limit is off, because it makes the server read later, and not more.
func TestThreat07_EndlessLine(t *testing.T) {
	t.Setenv("GOGC", "25") // see lives
	s := start(t, "--rate-limit", "0")
	for i, e := range endlesses {
		t.Run(e.name, func(t *testing.T) {
			p, err := e.enter(s, address(i), fmt.Sprintf("warm%d", i)) // the first of a kind allocates for good
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.WriteString(p.out, "bye\n!users\n")
			p.end()
			if p, err = e.enter(s, address(i), fmt.Sprintf("endless%d", i)); err != nil {
				t.Fatal(err)
			}
			defer p.end()
			before := s.live()
			most := s.highest(20*time.Millisecond, s.lives)
			pourOut(t, p, e)
			grown(t, "what lives", before, most(), mib+e.more)
		})
	}
}

// pourOut sends a GiB, as far as the server lets it, for at most some seconds. It fails
// the test unless that is over within a second of the limit.
func pourOut(t *testing.T, p *person, e endless) {
	t.Helper()
	closed := make(chan time.Time, 1)
	go func() {
		_, _ = io.Copy(io.Discard, p.in)
		closed <- time.Now()
	}()
	most := 6 * time.Second
	if e.stays {
		most = either(5*time.Second, 1200*time.Millisecond)
	}
	late := time.AfterFunc(most, p.end)
	defer late.Stop()
	piece := bytes.Repeat([]byte(e.again), 32<<10/len(e.again))
	_, err := io.WriteString(p.out, e.first)
	begun, limit, sent := time.Now(), time.Time{}, 0
	for err == nil && sent < 1<<30 {
		var n int
		n, err = p.out.Write(piece)
		if sent += n; sent > proto.MaxRun && limit.IsZero() {
			limit = time.Now()
		}
	}
	t.Logf("%d bytes went in %s: %v", sent, time.Since(begun), err)
	if e.stays {
		return
	}
	if limit.IsZero() {
		limit = begun // it was over earlier
	}
	select {
	case at := <-closed:
		if took := at.Sub(limit); took > promptly(time.Second) || !late.Stop() { // late: it was closed here
			t.Errorf("the server has not closed it within a second of the limit, but taken %s more", took)
		}
	case <-time.After(promptly(time.Second)):
		t.Error("the server has not closed it within a second of the last byte")
	}
}

package chatcore_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/input"
)

// client is a front end without a connection. The output of its session stays in the
// outbox until the test asks for it.
type client struct {
	*chatcore.Session
	t    testing.TB
	nick string // the nick it joined with

	mu     sync.Mutex
	wake   chan struct{}     // has a capacity of 1; nil if no goroutine waits for output
	told   int               // how often Ready was called
	closed []chatcore.Reason // the reasons given to Ended
}

func (c *client) Ready() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told++
	if c.wake == nil {
		return
	}
	select {
	case c.wake <- struct{}{}:
	default:
		c.t.Errorf("%s was told again before it found nothing owed", c.nick)
	}
}

func (c *client) Ended(r chatcore.Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = append(c.closed, r)
}

// arrive joins a client to the chat: a guest on the raw port, unless a says otherwise.
func arrive(t testing.TB, core *chatcore.Core, a chatcore.JoinRequest) (*client, error) {
	c := &client{t: t, nick: a.Nick}
	if a.Format == nil {
		a.Format = chatcore.Lines{}
	}
	a.NewReceiver = func(s *chatcore.Session) chatcore.Receiver {
		c.Session = s
		return c
	}
	s, err := core.Join(a)
	if err == nil && s != c.Session {
		t.Errorf("Join of %q returned another session than it gave to Receive", a.Nick)
	}
	return c, err
}

// admit is arrive for clients that must be accepted.
func admit(t testing.TB, core *chatcore.Core, a chatcore.JoinRequest) *client {
	t.Helper()
	c, err := arrive(t, core, a)
	if err != nil {
		t.Fatalf("Join of %q: %v", a.Nick, err)
	}
	return c
}

// join joins a guest on the raw port.
func join(t testing.TB, core *chatcore.Core, nick string) *client {
	t.Helper()
	return admit(t, core, chatcore.JoinRequest{Nick: nick})
}

// joinAll joins several guests.
func joinAll(t testing.TB, core *chatcore.Core, nicks ...string) map[string]*client {
	t.Helper()
	all := make(map[string]*client)
	for _, n := range nicks {
		all[n] = join(t, core, n)
	}
	return all
}

// does carries out lines, each of which must be accepted.
func (c *client) does(lines ...string) {
	c.t.Helper()
	for _, l := range lines {
		if err := c.Do(l); err != nil {
			c.t.Errorf("%s, asked %q: %v", c.Nick(), l, err)
		}
	}
}

// refuses carries out a line that must be refused with the error want.
func (c *client) refuses(line, want string) {
	c.t.Helper()
	err := c.Do(line)
	var refusal *chatcore.Error
	if !errors.As(err, &refusal) || err.Error() != want {
		c.t.Errorf("%s, asked %q: error %v, want %s", c.Nick(), line, err, want)
	}
}

// taken returns the waiting output, unchanged.
func (c *client) taken() string {
	var all []byte
	for more := true; more; {
		all, more = c.Take(all, 1<<10)
	}
	return string(all)
}

// empty takes the waiting output into buf, and drops it.
func (c *client) empty(buf []byte) {
	for more := true; more; {
		_, more = c.Take(buf, cap(buf))
	}
}

// heard returns the lines the session was sent since the last call.
func (c *client) heard() []string {
	c.t.Helper()
	text := c.taken()
	if text == "" {
		return nil
	}
	text, ok := strings.CutSuffix(text, "\r\n")
	if !ok {
		c.t.Errorf("%q does not end in CR LF", text)
	}
	return strings.Split(text, "\r\n")
}

// hears checks the lines the session was sent since the last call.
func (c *client) hears(want ...string) {
	c.t.Helper()
	if got := c.heard(); !slices.Equal(got, want) {
		c.t.Errorf("%s was told %q, want %q", c.Nick(), got, want)
	}
}

// asks checks the answer to one line. It drops earlier output.
func (c *client) asks(line string, want ...string) {
	c.t.Helper()
	c.taken()
	c.does(line)
	c.hears(want...)
}

// Do carries out a line of the protocol, as a front end does.
func (c *client) Do(line string) error { return input.Do(c.Session, line) }

// DoAll carries out lines that arrived together, and calls tell with each error.
func (c *client) DoAll(lines [][]byte, tell func(error)) {
	command.RunAll(c.Session, lines, func(s *chatcore.Session, r command.Result, err error) {
		if err != nil {
			tell(err)
			return
		}
		input.Answer(s, r, nil)
	})
}

// SayTo says what a client has sent.
func (c *client) SayTo(p chatcore.Destination, sent string) error {
	text, err := chatcore.NewText(sent)
	if err != nil {
		return err
	}
	return c.Session.SayTo(p, text)
}

// SayHere says what a client has sent.
func (c *client) SayHere(sent string) error {
	text, err := chatcore.NewText(sent)
	if err != nil {
		return err
	}
	return c.Session.SayHere(text)
}

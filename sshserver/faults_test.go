package sshserver

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/sshserver/internal/terminal"
)

// Row 16: a panic in one session, wherever it happens, ends that session and nothing else.
// It is logged once, with its stack.
func TestThreat16_PanicEndsOneSession(t *testing.T) {
	s := newFaultServer(t)
	all := seatFifty(t, s.serverUnderTest)
	spoiled := make(chan struct{})
	for _, tt := range []struct {
		name    string
		handler ssh.Handler // of that session; nil: the server's own
		begin   func(t *testing.T) *gossh.Session
		trigger func(t *testing.T) // causes the panic; nil: it happens by itself
		before  bool               // the session has not joined yet
	}{
		{"in the handler, before it joins", s.recovered(func(ssh.Session) { panic("injected") }), s.shell, nil, true},
		{"in the handler, once it has joined", s.recovered(func(sess ssh.Session) {
			if err := s.newSession(requestOf(sess)).join("eve", chatcore.Lines{}, nil); err != nil {
				t.Error(err)
			}
			panic("injected")
		}), s.shell, nil, false},
		{"in what reads", s.onChannel(func(ch *faultyChannel) { ch.read = true }), s.shell, nil, false},
		{"in what writes", s.onChannel(func(ch *faultyChannel) { ch.write = "still here" }), s.shell, all.talk, false},
		{"in what writes to a terminal", s.onChannel(func(ch *faultyChannel) { ch.write = "still here" }), s.prompt, all.talk, false},
		{"in carrying out a line", s.recovered(func(sess ssh.Session) {
			c := s.newSession(requestOf(sess))
			o := c.terminalOptions()
			o.Client = spawning{terminalClient{c}}
			c.interactWith(terminal.New(o))
		}), s.prompt, func(t *testing.T) { s.typed(t, "/users\r") }, false},
		{"in a format", nil, s.shell, func(t *testing.T) { s.spoil(t, "eve"); all.talk(t) }, false},
		{"in a style", nil, s.prompt, func(t *testing.T) { s.spoil(t, "eve"); all.talk(t) }, false},
		{"in the drawing of the input line", s.recovered(func(sess ssh.Session) {
			c := s.newSession(requestOf(sess))
			o := c.terminalOptions()
			o.NewWriter = func(from egress.Source) *egress.Writer { return c.newWriter(&undrawable{Source: from, from: c}) }
			c.interactWith(terminal.New(o))
		}), s.prompt, nil, false},
		{"in the drawing for another size", s.recovered(func(sess ssh.Session) {
			c := s.newSession(requestOf(sess))
			i := terminal.New(c.terminalOptions())
			c.bye = i.Leave
			sizes := 0
			c.conn.client.onResize(func(windowSize) {
				if sizes++; sizes > 1 { // the first call is for the current size
					panic("injected")
				}
			})
			close(spoiled)
			why, _ := i.Run()
			c.finish(why, exitDone)
		}), s.prompt, func(t *testing.T) { <-spoiled; s.typed(t, resized) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.log.reset()
			before := s.core.Stats().Closed[chatcore.Panicked]
			s.next(tt.handler)
			eve := tt.begin(t)
			if tt.trigger != nil {
				s.waitsFor(t, "eve")
				tt.trigger(t)
			}
			ended := make(chan error, 1)
			go func() { ended <- eve.Wait() }()
			select {
			case err := <-ended:
				if err == nil {
					t.Error("a session with a fault ended well")
				}
			case <-time.After(20 * time.Second):
				t.Fatal("a session with a fault does not end")
			}
			settles(t, "users", 50, func() int { return s.core.Stats().Users })
			if n := s.core.Stats().Closed[chatcore.Panicked] - before; !tt.before && n != 1 {
				t.Errorf("%d sessions ended by a fault", n)
			}
			all.talk(t)
			s.log.judge(t)
		})
	}
	if n := s.core.Stats().Users; n != 50 {
		t.Errorf("%d users, and 50 are seated", n)
	}
}

// Row 16: a panic before there is a session ends that connection.
func TestThreat16_PanicInTheHandshake(t *testing.T) {
	s := newFaultServer(t)
	all := seatFifty(t, s.serverUnderTest)
	ours, theirs := memoryPipe(64 << 10)
	s.conns.Handle(faultyConn{theirs}, s.serve)
	if _, _, _, err := gossh.NewClientConn(ours, "test", clientConfig("eve", nil)); err == nil {
		t.Error("a handshake with a fault ended well")
	}
	all.talk(t)
	settles(t, "faults still to be logged", 0, func() int { return 1 - s.log.faults() }) // the connection is closed before the panic is logged
	s.log.judge(t)
	s.plain(t, "bob", nil)
}

// faultyConn is a connection whose code panics.
type faultyConn struct{ net.Conn }

func (faultyConn) Read([]byte) (int, error) { panic("injected") }

// faultServer is a server whose sessions can be made to fail, with its log.
type faultServer struct {
	*serverUnderTest
	log *faultLog

	mu   sync.Mutex
	then ssh.Handler // for the next session of eve; nil: the server's own
	keys chan string // what is typed in eve's terminal
	eve  gossh.Signer
}

func newFaultServer(t *testing.T) *faultServer {
	t.Helper()
	f := &faultServer{log: new(faultLog), keys: make(chan string), eve: newKey(t)}
	log := slog.New(slog.NewTextHandler(f.log, nil))
	before := slog.Default()
	slog.SetDefault(log) // as in cmd/parley: the library logs its own panics there
	t.Cleanup(func() { slog.SetDefault(before) })
	core := chatcore.New(chatcore.Options{Outbox: 256 << 10, Fault: func(fault chatcore.Fault) {
		log.Error("panic in a format", "panic", fault.Value, "stack", string(fault.Stack)) // as in cmd/parley
	}})
	flusher := egress.New(log)
	f.serverUnderTest = newServer(t, func(o *Options) { o.Core, o.Flusher, o.Log = core, flusher, log })
	f.core = core
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { flusher.Run(ctx) })
	t.Cleanup(func() {
		core.Shutdown("server is going down")
		over, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		f.Shutdown(over)
		cancel()
		run.Wait()
	})
	own := f.wish.Handler
	f.wish.Handler = func(sess ssh.Session) {
		if sess.User() != "eve" {
			own(sess)
			return
		}
		f.mu.Lock()
		then := f.then
		f.mu.Unlock()
		if then == nil {
			then = own
		}
		then(sess)
	}
	return f
}

// next sets the handler of eve's next session.
func (f *faultServer) next(h ssh.Handler) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.then = h
}

// onChannel returns the server's own handler, for a session whose channel fails.
func (f *faultServer) onChannel(spoil func(*faultyChannel)) ssh.Handler {
	own := f.wish.Handler
	return func(sess ssh.Session) {
		l := connOf(sess)
		ch := &faultyChannel{Channel: l.channel}
		spoil(ch)
		l.channel = ch
		f.next(nil)
		own(sess)
	}
}

// faultyChannel is a channel whose code panics.
type faultyChannel struct {
	gossh.Channel
	read  bool   // panic in Read
	write string // panic in a Write that contains this
}

func (c *faultyChannel) Read(p []byte) (int, error) {
	if c.read {
		panic("injected")
	}
	return c.Channel.Read(p)
}

func (c *faultyChannel) Write(p []byte) (int, error) {
	if c.write != "" && bytes.Contains(p, []byte(c.write)) {
		panic("injected")
	}
	return c.Channel.Write(p)
}

// shell begins a session of eve without a terminal.
func (f *faultServer) shell(t *testing.T) *gossh.Session {
	t.Helper()
	k := open(t, login(t, f.inMemory(), clientConfig("eve", f.eve)))
	if err := k.Shell(); err != nil {
		t.Fatal(err)
	}
	return k.Session
}

// prompt begins a session of eve with a terminal.
func (f *faultServer) prompt(t *testing.T) *gossh.Session {
	t.Helper()
	k := f.terminal(t, "eve", f.eve)
	go func() {
		select {
		case keys := <-f.keys:
			if keys == resized {
				_ = k.WindowChange(30, 100)
				return
			}
			_, _ = k.keys.Write([]byte(keys))
		case <-t.Context().Done():
		}
	}()
	return k.Session
}

// resized is passed to typed to change the size of the terminal.
const resized = "(another size)"

// typed types keys in eve's terminal.
func (f *faultServer) typed(t *testing.T, keys string) {
	t.Helper()
	select {
	case f.keys <- keys:
	case <-t.Context().Done():
	}
}

// waitsFor waits until a nick is online.
func (f *faultServer) waitsFor(t *testing.T, nick string) {
	t.Helper()
	settles(t, nick+" who is not online", 0, func() int {
		if f.chatOf(nick) != nil {
			return 0
		}
		return 1
	})
}

func (f *faultServer) chatOf(nick string) *session {
	for _, l := range f.conns.Open() {
		l.mu.Lock()
		c := l.session
		l.mu.Unlock()
		if c != nil && c.nick == nick {
			return c
		}
	}
	return nil
}

// spoil gives a session a format that panics.
func (f *faultServer) spoil(t *testing.T, nick string) {
	t.Helper()
	c := f.chatOf(nick)
	if c == nil {
		t.Fatalf("%s is not online", nick)
	}
	c.chat.SetFormat(faulty{})
}

// fifty are people who listen while others fail. The first of them talks.
type fifty struct {
	plain     []*talker
	terminals []*tty
	said      int
}

func seatFifty(t *testing.T, s *serverUnderTest) *fifty {
	t.Helper()
	all := new(fifty)
	for i := range 45 {
		all.plain = append(all.plain, s.plain(t, fmt.Sprintf("n%d", i), newKey(t)))
	}
	for i := range 5 {
		k := s.terminal(t, fmt.Sprintf("t%d", i), newKey(t))
		k.shows(fmt.Sprintf("t%d>", i))
		all.terminals = append(all.terminals, k)
	}
	return all
}

// talk says a line and checks that all of them receive it.
func (f *fifty) talk(t *testing.T) {
	t.Helper()
	f.said++
	line := fmt.Sprintf("still here %d.", f.said)
	f.plain[0].say(t, "%s", line)
	for _, k := range f.plain[1:] {
		k.expect(t, "n0: "+line)
	}
	for _, k := range f.terminals {
		k.until("it to show "+line, func(rows []string) bool { return strings.Contains(strings.Join(rows, "\n"), line) })
	}
}

// faultLog is what a server has logged.
type faultLog struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *faultLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *faultLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Reset()
}

// faults returns how many panics have been logged.
func (l *faultLog) faults() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.all.String(), "level=ERROR")
}

// judge fails the test unless exactly one panic has been logged, with its stack.
func (l *faultLog) judge(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var faults []string
	for line := range strings.Lines(l.all.String()) {
		if strings.Contains(line, "level=ERROR") {
			faults = append(faults, line)
		}
	}
	if len(faults) != 1 || !strings.Contains(faults[0], "panic=") || !strings.Contains(faults[0], `stack="goroutine `) {
		t.Errorf("%d faults logged, want one with its stack:\n%s", len(faults), strings.Join(faults, ""))
	}
}

// spawning is a client of a terminal session whose own goroutines panic.
type spawning struct{ terminalClient }

func (c spawning) Spawn(func()) { c.terminalClient.Spawn(func() { panic("injected") }) }

// undrawable is the source of a terminal session that panics once the session has joined
// and something waits for it: its greeting, at the latest.
type undrawable struct {
	egress.Source
	from *session
}

func (u *undrawable) Take(dst []byte, max int) ([]byte, bool) {
	u.from.conn.mu.Lock()
	chat := u.from.chat
	u.from.conn.mu.Unlock()
	if chat != nil && chat.Backlog() > 0 {
		panic("injected")
	}
	return u.Source.Take(dst, max)
}

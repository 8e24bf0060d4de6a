package sshserver

import (
	"io"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/lineedit"
	"parley/internal/ratelimit"
	"parley/sshserver/internal/terminal"
)

// exitOfSignal holds the exit statuses of a command session that ends by a signal or by the
// key for it. As in a shell, they are 128 plus the number of the signal.
var exitOfSignal = map[string]int{"HUP": 129, "INT": 130, "QUIT": 131, "KILL": 137, "TERM": 143}

// cooked is the input of a command session with a terminal. The client's own terminal is
// then raw, so the server echoes what is typed, and handles the keys.
//
// A separate goroutine reads, because lines wait for their turn, and Ctrl-C does not. It
// never stops reading, and lines that do not fit into the queue are left out. But a client
// whose input is not a terminal sends no Ctrl-C: its input waits, and nothing is left out.
type cooked struct {
	*session
	piped  bool // the input is not a terminal
	closed bool // nothing more is added to ahead; goroutine in pump only
}

// input returns the reader of the session's input. The session has joined.
func (c *session) input() io.Reader {
	if !c.terminal {
		return c.conn.channel
	}
	c.ahead = newAhead()
	in := &cooked{session: c, piped: c.conn.client.isPiped()}
	c.conn.spawn(in.pump)
	return in
}

// pump handles what is typed until the connection or the session ends.
func (in *cooked) pump() {
	defer in.noMore()
	discipline, pauses := lineedit.NewCooked(terminal.MaxLine(in.limits())), lineedit.Pauses{}
	typing := ratelimit.NewTyping(in.conn.near.cpu)
	for buf := make([]byte, readSize); in.writer.WaitBelowQuota(in.done); { // the quota bounds what is shown
		pauses.Begin(in.conn.readBudget.more())
		n, err := in.conn.channel.Read(buf)
		discipline.Pause(pauses.End())
		for data := buf[:n]; len(data) > 0; {
			if !typing.Rest(in.done) {
				return
			}
			begun := time.Now()
			typed := discipline.Type(data)
			typing.Spend(begun)
			if !in.take(typed) {
				return
			}
			data = typed.Rest
		}
		if err != nil {
			in.take(discipline.EOF())
			return
		}
	}
}

// take handles the result of typing. It returns false if the session has ended.
func (in *cooked) take(typed lineedit.Typed) bool {
	if len(typed.Echo) > 0 {
		in.chat.Show(typed.Echo)
	}
	if len(typed.Read) > 0 && !in.closed && !in.keep(typed.Read) {
		return false
	}
	switch {
	case typed.End == lineedit.Interrupt:
		in.finish(chatcore.Quit, exitOfSignal["INT"])
		return false
	case typed.End == lineedit.InputEnded && in.kind == chatcore.Tail:
		in.finish(chatcore.Quit, exitDone) // a tail session reads no input, but this is a way to leave
		return false
	case typed.End == lineedit.InputEnded:
		in.noMore() // Ctrl-C still works
	}
	return true
}

// keep queues lines for their turn. It returns false if the session has ended.
func (in *cooked) keep(lines []byte) bool {
	for in.piped && !in.ahead.fits(lines) {
		select {
		case <-in.ahead.room:
		case <-in.done:
			return false
		}
	}
	in.ahead.add(lines)
	return true
}

// noMore ends the input.
func (in *cooked) noMore() {
	in.closed = true
	in.ahead.end()
}

// Read implements [io.Reader].
func (in *cooked) Read(p []byte) (int, error) {
	for {
		select {
		case <-in.done:
			return 0, io.EOF
		default:
		}
		n, more := in.ahead.take(p)
		switch {
		case n > 0:
			return n, nil
		case !more:
			return 0, io.EOF
		}
		select {
		case <-in.done:
		case <-in.ahead.more:
		}
	}
}

// signalled handles a signal request: RFC 4254, section 6.9. It ends a command session with
// a terminal, as a signal ends a program, and reports whether it does. A signal that comes
// before the session exists ends it once it does.
func (l *conn) signalled(payload []byte) bool {
	var p struct{ Signal string }
	if gossh.Unmarshal(payload, &p) != nil {
		return false
	}
	status, ok := exitOfSignal[p.Signal]
	l.mu.Lock()
	c := l.session
	if c == nil && ok {
		l.earlySignal = status
	}
	l.mu.Unlock()
	return c != nil && ok && c.endBy(status)
}

// endBy ends a command session with a terminal, and returns whether it is one.
func (c *session) endBy(status int) bool {
	if c.terminal && !c.signalled.Swap(true) {
		c.conn.spawn(func() { c.finish(chatcore.Quit, status) })
	}
	return c.terminal
}

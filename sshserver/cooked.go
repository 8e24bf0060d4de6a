package sshserver

import (
	"io"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/lineedit"
)

// Exit statuses of a command session that a signal ends, or the key for it: as a shell has
// them, 128 and the number of the signal.
var exitOfSignal = map[string]int{"HUP": 129, "INT": 130, "QUIT": 131, "KILL": 137, "TERM": 143}

// cooked is the input of a command session with a terminal. The client's own terminal is
// raw then, so what is typed is shown by us, and its keys mean something here.
//
// A goroutine of its own reads, for the lines wait for their turn, and Ctrl-C does not. It
// always reads on, and what does not fit into what waits is left out. But a client whose
// input is no terminal has no Ctrl-C to wait for: its input is held back, and nothing is
// left out.
type cooked struct {
	*session
	piped  bool // the input is no terminal
	closed bool // nothing is added to ahead any more; of the goroutine that reads what is typed
}

// input is where the session reads from, once it has joined.
func (c *session) input() io.Reader {
	if !c.terminal {
		return c.conn.channel
	}
	c.cpuBudget = newCPUBudget(effortShare, effortRest)
	c.ahead = newAhead()
	in := &cooked{session: c, piped: c.conn.client.isPiped()}
	c.conn.spawn(in.pump)
	return in
}

// pump takes what is typed until the connection or the session ends.
func (in *cooked) pump() {
	defer in.noMore()
	discipline, pauses := lineedit.NewCooked(in.maxLine()), pauses{}
	for buf := make([]byte, readSize); in.writer.WaitBelowQuota(in.done); { // what is shown is bounded by that
		pauses.begin(in.conn.readBudget.more())
		n, err := in.conn.channel.Read(buf)
		discipline.Pause(pauses.end())
		for data := buf[:n]; len(data) > 0; {
			if !in.rest() {
				return
			}
			begun := time.Now()
			typed := discipline.Type(data)
			in.spend(begun)
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

// take does what came of what was typed. It returns false where the session has ended.
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
		in.finish(chatcore.Quit, exitDone) // it reads nothing, but this is a way to leave
		return false
	case typed.End == lineedit.InputEnded:
		in.noMore() // but Ctrl-C is heard
	}
	return true
}

// keep lets lines wait for their turn. It returns false where the session has ended.
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

// noMore is the end of the input.
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

// signalled reads a signal request: RFC 4254, section 6.9. A command session with a terminal
// ends as a program does. It returns whether it does. A signal that comes before the session
// is there ends it once it is.
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

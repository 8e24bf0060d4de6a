package sshserver

import (
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/egress"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/proto"
	"parley/internal/ratelimit"
	"parley/internal/safetext"
)

// Exit statuses of a session (docs/protocol.md, section 6).
const (
	exitDone          = 0
	exitRefused       = 1
	exitNotUnderstood = 2
)

// slowDrain is how long a session that was too slow may take to receive its last line.
const slowDrain = 2 * time.Second

// session is the common part of all kinds of sessions: the identity, the chat session and
// its connection, and the end.
type session struct {
	server *Server
	conn   *conn
	exit   func(status int) error // tells the client the exit status and closes the channel
	kind   chatcore.Kind
	raw    string // the command, as the client sent it

	terminal bool   // it is a command session with a terminal
	ahead    *ahead // lines of standard input that wait; nil except in a command session with a terminal

	nick  string // from the ssh user name
	room  string // from the ssh user name, after a +
	who   chatcore.Principal
	purse *ratelimit.Purse
	watch string // the room a tail session listens to; empty for public messages

	chat      *chatcore.Session // nil until the session has joined
	writer    *egress.Writer
	bye       func() // called after all pending output has been written; may be nil
	stop      sync.Once
	done      chan struct{} // closed when the session ends, for whatever reason
	ended     atomic.Bool   // finish has begun
	signalled atomic.Bool   // a signal has ended it
	finished  chan struct{} // closed when finish returns
}

// sessionRequest is what a client has asked for.
type sessionRequest struct {
	conn    *conn
	user    string // the ssh user name
	who     chatcore.Principal
	command string                 // empty for a shell
	pty     bool                   // with a terminal
	exit    func(status int) error // tells the client the exit status and closes the channel
}

// kind returns the kind of session that is.
func (r sessionRequest) kind() chatcore.Kind {
	switch {
	case isTail(r.command):
		return chatcore.Tail
	case r.command != "":
		return chatcore.Command
	case r.pty:
		return chatcore.Interactive
	}
	return chatcore.Plain
}

func (s *Server) newSession(r sessionRequest) *session {
	user, room, _ := strings.Cut(r.user, "+")
	kind := r.kind()
	return &session{
		server: s, conn: r.conn, exit: r.exit, kind: kind, raw: r.command, terminal: r.pty && kind != chatcore.Interactive,
		nick: safetext.NickFrom(user), room: strings.TrimPrefix(room, "@"), who: r.who, purse: ratelimit.NewPurse(r.conn.budget),
		done: make(chan struct{}), finished: make(chan struct{}),
	}
}

// run runs the session as its kind does.
func (c *session) run() {
	switch c.kind {
	case chatcore.Tail:
		c.tail(c.raw)
	case chatcore.Command:
		c.command(c.raw)
	case chatcore.Interactive:
		c.interact()
	default:
		c.plain()
	}
}

// limits returns the limits on what the session may send.
func (c *session) limits() input.Limits {
	l := c.server.Input
	l.Purse = c.purse
	return l
}

// join makes a chat session whose output comes from source, or from the chat session itself
// if source is nil.
func (c *session) join(nick string, format chatcore.Format, source egress.Source) error {
	s, err := c.server.Core.Join(chatcore.JoinRequest{
		Nick: nick, Identity: c.who, From: netguard.From(c.conn.admission), Kind: c.kind, Format: format, Watch: c.watch,
		NewReceiver: func(s *chatcore.Session) chatcore.Receiver {
			if source == nil {
				source = s
			}
			c.conn.mu.Lock()
			defer c.conn.mu.Unlock()
			c.chat = s
			if c.writer == nil {
				c.newWriter(source)
			}
			c.conn.session = c
			return c
		},
	})
	if err != nil {
		return err
	}
	c.conn.deadline.stop(stageTalk)
	c.conn.mu.Lock()
	signal := c.conn.earlySignal
	c.conn.mu.Unlock()
	if signal != 0 {
		c.endBy(signal)
	}
	select {
	case <-c.conn.gone: // the connection ended meanwhile
		c.over()
	default:
	}
	return c.enterRoom(s)
}

// newWriter makes the writer of the session's output, which comes from source.
func (c *session) newWriter(source egress.Source) *egress.Writer {
	c.writer = c.server.Flusher.NewWriter(source, newSink(c.conn), c.failed)
	return c.writer
}

// enterRoom takes the session to the room that the user name asks for.
func (c *session) enterRoom(s *chatcore.Session) error {
	if c.room == "" {
		return nil
	}
	if c.kind != chatcore.Command && c.kind != chatcore.Tail {
		if err := s.Enter(c.room); err != nil {
			return err
		}
	}
	s.TalkIn(chatcore.Destination{Room: c.room})
	return nil
}

// Ready implements [chatcore.Receiver].
func (c *session) Ready() { c.writer.Ready() }

// Ended implements [chatcore.Receiver].
func (c *session) Ended(r chatcore.Reason) {
	c.over()
	status := exitRefused
	if r == chatcore.Quit || r == chatcore.Shutdown && c.kind != chatcore.Command {
		status = exitDone // a command that was interrupted is not done
	}
	c.conn.spawn(func() { c.finish(r, status) })
}

// over ends everything that waits on behalf of the session, above all its input.
func (c *session) over() { c.stop.Do(func() { close(c.done) }) }

// failed is called when writing has failed.
func (c *session) failed(err error) {
	c.conn.fail(input.Failure(err))
	c.over()
}

// finish is the only end of a session that has joined. It frees what the session held,
// drains the output, and tells the client the exit status. It returns when all that is
// done, also for callers that find it running.
func (c *session) finish(r chatcore.Reason, status int) {
	if c.ended.Swap(true) {
		<-c.finished
		return
	}
	defer close(c.finished)
	c.over()
	c.chat.Leave(c.conn.why(r))
	within := c.server.Drain
	if c.chat.Reason() == chatcore.TooSlow {
		within = min(within, slowDrain)
	}
	// The client may have stopped reading: nothing below waits longer than this.
	stuck := time.AfterFunc(within+farewell, c.conn.Cut)
	defer stuck.Stop()
	if c.bye != nil {
		c.writer.Ready() // releases a redraw that is held, so that Drain waits for it
	}
	c.writer.Drain(within)
	if c.bye != nil {
		c.bye()
		c.writer.Drain(farewell)
	}
	c.hangUp(status)
}

// hangUp tells the client the exit status, and gives it a moment to close the connection.
func (c *session) hangUp(status int) {
	_ = c.exit(status) // it fails if the connection has failed, with the same result
	c.conn.deadline.reset(stageFarewell, farewell)
}

// refuse ends a session with an error and hints what to do about it, on standard error.
func (c *session) refuse(err error, hints ...string) {
	status := exitRefused
	if command.NotUnderstood(err) {
		status = exitNotUnderstood
	}
	if c.writer != nil {
		c.writer.Drain(c.server.Drain) // answers first, then the error
	}
	c.complain(err, hints)
	c.depart(status)
}

// depart ends a session whether or not it has joined.
func (c *session) depart(status int) {
	if c.chat != nil {
		c.finish(chatcore.Completed, status)
		return
	}
	stuck := time.AfterFunc(c.server.Drain+farewell, c.conn.Cut)
	defer stuck.Stop()
	if c.writer != nil {
		c.writer.Drain(c.server.Drain)
	}
	c.hangUp(status)
}

// complain writes an error, with hints below it, to the client's standard error.
func (c *session) complain(err error, hints []string) {
	stuck := time.AfterFunc(c.server.Drain, c.conn.Cut)
	defer stuck.Stop()
	end := "\n"
	if c.terminal {
		end = proto.End
	}
	text := "!error " + err.Error() + end
	for _, hint := range hints {
		text += "! " + hint + end
	}
	_, _ = io.WriteString(c.conn.channel.Stderr(), text) // fails with the connection
}

// receive passes what the client sends to feed until the end of input, an error of feed, or
// the end of the session. It returns why.
func (c *session) receive(feed func([]byte) error) chatcore.Reason {
	in, buf := c.input(), make([]byte, readSize)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			if err := feed(buf[:n]); errors.Is(err, input.ErrEndless) {
				return chatcore.EndlessLine
			} else if err != nil {
				return chatcore.Broken // this reason is not used: the session has ended for another
			}
		}
		if err != nil {
			return c.conn.ended()
		}
	}
}

// readSize is how many bytes are read at once. Each session holds a buffer of this size
// while it waits, and few clients send more. A buffer of 4 KiB was a twentieth of the
// memory of an idle connection.
const readSize = 512

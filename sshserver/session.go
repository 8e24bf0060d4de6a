package sshserver

import (
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"charm.land/ssh"

	"parley/chatcore"
	"parley/internal/flush"
	"parley/internal/input"
	"parley/internal/lineproto"
	"parley/internal/netguard"
	"parley/internal/ratelimit"
	"parley/internal/safetext"
)

// The exit statuses of a session (docs/protocol.md, section 6).
const (
	exitDone          = 0
	exitRefused       = 1
	exitNotUnderstood = 2
)

// slowDrain is how long a session that was too slow has to take its last line.
const slowDrain = 2 * time.Second

// session is what the sessions of all kinds have in common: who is talking, the
// session's side of the session, and its end.
type session struct {
	server *Server
	conn   *conn
	exit   func(status int) error // tells the client the exit status and closes the channel
	kind   chatcore.Kind

	terminal  bool       // it is a command session with a terminal
	cpuBudget *cpuBudget // what typing may take; nil without a terminal
	ahead     *ahead     // the lines of standard input that wait; nil but in a command session with a terminal

	nick  string // asked for by the ssh user name
	room  string // asked for by the ssh user name, behind a +
	who   string // identity; empty for a guest
	purse *ratelimit.Purse
	watch string // the room a tail session listens to; empty for the public space

	chat      *chatcore.Session // nil until joined
	writer    *flush.Writer
	bye       func() // what the kind of session does when all that is owed has been written; may be nil
	stop      sync.Once
	done      chan struct{} // closed when the session is over, for whatever reason
	ended     atomic.Bool   // finish has begun
	signalled atomic.Bool   // a signal has ended it
	finished  chan struct{} // closed when finish has finished
}

func (s *Server) newSession(sess ssh.Session) *session {
	user, room, _ := strings.Cut(sess.User(), "+")
	kind := kindOf(sess)
	_, _, pty := sess.Pty()
	return &session{
		server: s, conn: connOf(sess.Context()), exit: sess.Exit, kind: kind, terminal: pty && kind != chatcore.Interactive,
		nick: safetext.NickFrom(user), room: strings.TrimPrefix(room, "@"), who: identity(sess), purse: ratelimit.NewPurse(connOf(sess.Context()).budget),
		done: make(chan struct{}), finished: make(chan struct{}),
	}
}

// limits are what the session may send.
func (c *session) limits() input.Limits {
	l := c.server.Input
	l.Purse = c.purse
	return l
}

// join makes a session of the chat, written to the client by way of source:
// what is owed as it is, where source is nil.
func (c *session) join(nick string, format chatcore.Format, source flush.Source) error {
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
				c.writer = c.server.Flusher.NewWriter(source, newSink(c.conn), c.failed)
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
	case <-c.conn.gone: // while it joined
		c.over()
	default:
	}
	return c.enterRoom(s)
}

// enterRoom takes the session to the room its user name asks for.
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
		status = exitDone // a command that was cut short has not been done
	}
	c.conn.spawn(func() { c.finish(r, status) })
}

// over ends what waits on behalf of the session: its input, above all.
func (c *session) over() { c.stop.Do(func() { close(c.done) }) }

// failed is called when writing has failed.
func (c *session) failed(err error) {
	c.conn.fail(input.Failure(err))
	c.over()
}

// finish is the one end of a session that has joined: it frees what the session
// held, lets what is owed be written, and tells the client the exit status. It
// returns when that is done, also for those who call it while it runs.
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
	// The client may have stopped reading: nothing below waits longer.
	stuck := time.AfterFunc(within+farewell, c.conn.Cut)
	defer stuck.Stop()
	if c.bye != nil {
		c.writer.Ready() // a redraw that is held is let go, for Drain to wait for it
	}
	c.writer.Drain(within)
	if c.bye != nil {
		c.bye()
		c.writer.Drain(farewell)
	}
	c.hangUp(status)
}

// hangUp tells the client the exit status, and gives it a moment to close.
func (c *session) hangUp(status int) {
	_ = c.exit(status) // fails where the connection has: the same end
	c.conn.deadline.reset(stageFarewell, farewell)
}

// refuse ends a session with an error and what to do about it, on standard error.
func (c *session) refuse(err error, hints ...string) {
	status := exitRefused
	if chatcore.NotUnderstood(err) {
		status = exitNotUnderstood
	}
	if c.writer != nil {
		c.writer.Drain(c.server.Drain) // answers first, then the error
	}
	c.complain(err, hints)
	c.depart(status)
}

// depart ends a session whether it has joined or not.
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

// complain writes an error, and hints below it, to the client's standard error.
func (c *session) complain(err error, hints []string) {
	stuck := time.AfterFunc(c.server.Drain, c.conn.Cut)
	defer stuck.Stop()
	end := "\n"
	if c.terminal {
		end = lineproto.End
	}
	text := "!error " + err.Error() + end
	for _, hint := range hints {
		text += "! " + hint + end
	}
	_, _ = io.WriteString(c.conn.channel.Stderr(), text) // it fails with the connection
}

// receive hands what the client sends to feed until its end of input, an error
// of feed, or the end of the session; it says why.
func (c *session) receive(feed func([]byte) error) chatcore.Reason {
	in, buf := c.input(), make([]byte, readSize)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			if err := feed(buf[:n]); errors.Is(err, input.ErrEndless) {
				return chatcore.EndlessLine
			} else if err != nil {
				return chatcore.Broken // of no account: the session has ended for another reason
			}
		}
		if err != nil {
			return c.conn.ended()
		}
	}
}

// readSize is how much is read at once, in bytes. Each session holds as much while it
// waits, and what comes is longer for few: 4 KiB were a twentieth of what an idle
// connection took.
const readSize = 512

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

// chat is what the sessions of all kinds have in common: who is talking, the
// chat's side of the session, and its end.
type chat struct {
	server *Server
	link   *link
	exit   func(status int) error // tells the client the exit status and closes the channel
	kind   chatcore.Kind

	terminal bool    // it is a command session with a terminal
	effort   *effort // what typing may take; nil without a terminal
	ahead    *ahead  // the lines of standard input that wait; nil but in a command session with a terminal

	nick  string // asked for by the ssh user name
	room  string // asked for by the ssh user name, behind a +
	who   string // identity; empty for a guest
	purse *input.Purse
	watch string // the room a tail session listens to; empty for the public space

	core      *chatcore.Session // nil until joined
	writer    *flush.Writer
	bye       func() // what the kind of session does when all that is owed has been written; may be nil
	stop      sync.Once
	done      chan struct{} // closed when the session is over, for whatever reason
	ended     atomic.Bool   // finish has begun
	signalled atomic.Bool   // a signal has ended it
	finished  chan struct{} // closed when finish has finished
}

func (s *Server) newChat(sess ssh.Session) *chat {
	user, room, _ := strings.Cut(sess.User(), "+")
	kind := kindOf(sess)
	_, _, pty := sess.Pty()
	return &chat{
		server: s, link: linkOf(sess.Context()), exit: sess.Exit, kind: kind, terminal: pty && kind != chatcore.Interactive,
		nick: safetext.NickFrom(user), room: room, who: identity(sess), purse: input.NewPurse(linkOf(sess.Context()).budget),
		done: make(chan struct{}), finished: make(chan struct{}),
	}
}

// limits are what the session may send.
func (c *chat) limits() input.Limits {
	l := c.server.Input
	l.Purse = c.purse
	return l
}

// join makes a session of the chat, written to the client by way of source:
// what is owed as it is, where source is nil.
func (c *chat) join(nick string, format chatcore.Format, source flush.Source) error {
	s, err := c.server.Core.Join(chatcore.Arrival{
		Nick: nick, Identity: c.who, From: c.link.from(), Kind: c.kind, Format: format, Watch: c.watch,
		Receive: func(s *chatcore.Session) chatcore.Receiver {
			if source == nil {
				source = s
			}
			c.link.mu.Lock()
			defer c.link.mu.Unlock()
			c.core = s
			if c.writer == nil {
				c.writer = c.server.Flusher.NewWriter(source, newSink(c.link), c.failed)
			}
			c.link.chat = c
			return c
		},
	})
	if err != nil {
		return err
	}
	c.link.deadline.stop(stageTalk)
	select {
	case <-c.link.gone: // while it joined
		c.over()
	default:
	}
	return c.enterRoom(s)
}

// enterRoom takes the session to the room its user name asks for.
func (c *chat) enterRoom(s *chatcore.Session) error {
	if c.room == "" {
		return nil
	}
	if c.kind != chatcore.Command && c.kind != chatcore.Tail {
		if err := s.Enter(c.room); err != nil {
			return err
		}
	}
	s.TalkIn(chatcore.Place{Room: c.room})
	return nil
}

// Owed implements [chatcore.Receiver].
func (c *chat) Owed() { c.writer.Owed() }

// Closed implements [chatcore.Receiver].
func (c *chat) Closed(r chatcore.Reason) {
	c.over()
	status := exitRefused
	if r == chatcore.Quit || r == chatcore.Shutdown && c.kind != chatcore.Command {
		status = exitDone // a command that was cut short has not been done
	}
	c.link.spawn(func() { c.finish(r, status) })
}

// over ends what waits on behalf of the session: its input, above all.
func (c *chat) over() { c.stop.Do(func() { close(c.done) }) }

// failed is called when writing has failed.
func (c *chat) failed(err error) {
	c.link.fail(input.Failure(err))
	c.over()
}

// finish is the one end of a session that has joined: it frees what the session
// held, lets what is owed be written, and tells the client the exit status. It
// returns when that is done, also for those who call it while it runs.
func (c *chat) finish(r chatcore.Reason, status int) {
	if c.ended.Swap(true) {
		<-c.finished
		return
	}
	defer close(c.finished)
	c.over()
	c.core.Leave(c.link.why(r))
	within := c.server.Drain
	if c.core.Reason() == chatcore.TooSlow {
		within = min(within, slowDrain)
	}
	// The client may have stopped reading: nothing below waits longer.
	stuck := time.AfterFunc(within+farewell, c.link.cut)
	defer stuck.Stop()
	if c.bye != nil {
		c.writer.Owed() // a redraw that is held is let go, for Drain to wait for it
	}
	c.writer.Drain(within)
	if c.bye != nil {
		c.bye()
		c.writer.Drain(farewell)
	}
	c.hangUp(status)
}

// hangUp tells the client the exit status, and gives it a moment to close.
func (c *chat) hangUp(status int) {
	_ = c.exit(status) // fails where the connection has: the same end
	c.link.deadline.reset(stageFarewell, farewell)
}

// refuse ends a session with an error, on standard error.
func (c *chat) refuse(err error) {
	status := exitRefused
	if chatcore.NotUnderstood(err) {
		status = exitNotUnderstood
	}
	if c.writer != nil {
		c.writer.Drain(c.server.Drain) // answers first, then the error
	}
	c.complain(err)
	c.depart(status)
}

// depart ends a session whether it has joined or not.
func (c *chat) depart(status int) {
	if c.core != nil {
		c.finish(chatcore.Completed, status)
		return
	}
	stuck := time.AfterFunc(c.server.Drain+farewell, c.link.cut)
	defer stuck.Stop()
	if c.writer != nil {
		c.writer.Drain(c.server.Drain)
	}
	c.hangUp(status)
}

// complain writes an error to the client's standard error.
func (c *chat) complain(err error) {
	stuck := time.AfterFunc(c.server.Drain, c.link.cut)
	defer stuck.Stop()
	end := "\n"
	if c.terminal {
		end = lineproto.End
	}
	_, _ = io.WriteString(c.link.channel.Stderr(), "!error "+err.Error()+end) // it fails with the connection
}

// receive hands what the client sends to feed until its end of input, an error
// of feed, or the end of the session; it says why.
func (c *chat) receive(feed func([]byte) error) chatcore.Reason {
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
			return c.link.ended()
		}
	}
}

// readSize is how much is read at once, in bytes. Each session holds as much while it
// waits, and what comes is longer for few: 4 KiB were a twentieth of what an idle
// connection took.
const readSize = 512

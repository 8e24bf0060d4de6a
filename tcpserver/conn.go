package tcpserver

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/ratelimit"
)

const (
	// slowDrain is how long a session that was too slow may take to receive its last line.
	slowDrain = 2 * time.Second
	// linger is how long a closing connection keeps reading. A socket closed with unread
	// input is reset, and the reset discards what was just sent.
	linger = 500 * time.Millisecond
)

// conn is one connection. Its goroutine reads; the flusher writes.
type conn struct {
	server    *Server
	stream    *stream
	admission netguard.Admission
	telnet    telnet
	reply     []byte // telnet replies not sent yet
	lines     *input.Lines
	stop      sync.Once
	done      chan struct{} // closed when the session ends, for whatever reason

	leaveBudget func() // gives back the share of the address's budget

	mu      sync.Mutex
	session *chatcore.Session // nil before there is a nick
	writer  *egress.Writer
	failure chatcore.Reason // why writing failed
}

func newConn(s *Server, nc net.Conn) *conn {
	return &conn{
		server: s, stream: newStream(nc, s.TLS), admission: netguard.AdmissionOf(nc), done: make(chan struct{}), leaveBudget: func() {},
		telnet: telnet{max: s.Input.MaxLine},
	}
}

// run runs the connection: the nick, the lines, the end.
func (c *conn) run() {
	defer c.stream.Close() // an error does not matter any more
	defer c.recovered()
	defer func() { c.leaveBudget() }()
	c.talk()
	c.close()
}

// recovered is deferred: a panic ends this session and nothing else.
func (c *conn) recovered() {
	if v := recover(); v != nil {
		c.server.Log.Error("panic in a session", "panic", v, "stack", string(debug.Stack()))
		c.leave(chatcore.Panicked)
		if c.writer != nil {
			c.writer.Close()
		}
	}
}

// talk runs the session, if the connection gets one.
func (c *conn) talk() {
	begun := time.Now()
	rest, ok := c.register()
	if !ok {
		return
	}
	who := c.session.Nick()
	c.log("session begins", who)
	reason := c.read(rest)
	c.leave(reason)
	c.log("session ends", who, "reason", string(c.session.Reason()), "after", time.Since(begun).Round(time.Millisecond).String())
}

// log logs an event in the session of nick. more are further keys and values.
func (c *conn) log(what, nick string, more ...any) {
	log := c.server.Log
	if log.Enabled(context.Background(), slog.LevelInfo) {
		of := []any{"nick", nick, "from", c.stream.RemoteAddr().String(), "kind", chatcore.Raw.String()}
		log.Info(what, append(of, more...)...)
	}
}

// register reads the nick and joins. It returns the bytes that came after the nick.
func (c *conn) register() (rest []byte, ok bool) {
	_ = c.stream.SetReadDeadline(time.Now().Add(c.server.NickTimeout))
	if err := c.stream.handshake(); err != nil {
		c.insecure(err)
		return nil, false
	}
	if c.server.Hints {
		hint(c.stream, "!hello this is a parley chat server: send your nick, letters and digits, as the first line")
	}
	line := newFirstLine()
	err := c.stream.Receive(func(data []byte) error {
		text := c.text(data)
		if line.came += len(data); line.ends(text) {
			return errNick
		}
		return nil
	})
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.refuse(netguard.Late, "no nick: sent none within "+c.server.NickTimeout.String())
	case errors.Is(err, errNick):
		if err := c.join(line.nick); err != nil {
			c.refuse(line.fault, err.Error())
			return nil, false
		}
		return line.rest, true
	}
	return nil, false
}

// insecure records that the TLS handshake failed. If hints are on, it tells a client that
// does not speak TLS at all.
func (c *conn) insecure(err error) {
	var plain tls.RecordHeaderError
	switch {
	case errors.Is(err, io.EOF): // a probe of whether the port answers
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.admission.Refused(netguard.Late)
	case errors.As(err, &plain):
		c.admission.Refused(netguard.Foreign)
		if c.server.Hints {
			hint(c.stream.accepted, "!error this port speaks TLS: openssl s_client -quiet -connect HOST:PORT, or ssh")
		}
	default: // most often the client does not trust the certificate
		c.admission.Refused(netguard.BadLogin)
	}
}

// errNick ends the reading of the nick: a line has come, valid or not.
var errNick = errors.New("nick received")

// refuse records why there will be no session, and tells the client if hints are on.
func (c *conn) refuse(r netguard.Refusal, why string) {
	c.admission.Refused(r)
	if c.server.Hints {
		hint(c.stream, "!error "+why)
	}
}

// join takes the nick. It first removes the read deadline, because a session that ends from
// then on sets one to wake the reader.
func (c *conn) join(nick string) error {
	_ = c.stream.SetReadDeadline(time.Time{})
	s, err := c.server.Core.Join(chatcore.JoinRequest{
		Nick: nick, From: netguard.From(c.admission), Kind: chatcore.Raw, Format: chatcore.Lines{},
		NewReceiver: func(s *chatcore.Session) chatcore.Receiver {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.session, c.writer = s, c.server.Flusher.NewWriter(s, c.stream.sink(), c.failed)
			return c
		},
	})
	if err != nil {
		return err
	}
	c.admission.Authenticated()
	limits := c.server.Input
	budget, leave := c.server.Budgets.Join(c.stream.accepted)
	limits.Purse, c.leaveBudget = ratelimit.NewPurse(budget), leave
	talk := watchful{Handler: limits.Talk(s), conn: c, looked: time.Now()}
	c.lines = input.New(limits, &talk, c.writer, c.done)
	return nil
}

// read carries out what the client sends, and returns why it stopped.
func (c *conn) read(rest []byte) chatcore.Reason {
	if err := c.take(rest); err != nil {
		return c.reason(err)
	}
	return c.reason(c.stream.Receive(func(data []byte) error {
		text := c.text(data)
		if err := c.lines.Skip(max(0, len(data)-len(text))); err != nil {
			return err
		}
		return c.take(text)
	}))
}

// take sends pending telnet replies, and carries out the lines in text.
func (c *conn) take(text []byte) error {
	if len(c.reply) > 0 {
		c.session.Show(c.reply)
		c.reply = nil
	}
	if c.telnet.wasAsked() {
		c.session.ShowNote("yes, the server is here")
	}
	return c.lines.Feed(text)
}

// text returns data without telnet negotiation, and adds the answers to c.reply.
func (c *conn) text(data []byte) []byte {
	data, c.reply = c.telnet.filter(data, c.reply)
	return data
}

// reason returns the reason that belongs to err, with which reading ended.
func (c *conn) reason(err error) chatcore.Reason {
	c.mu.Lock()
	failure := c.failure
	c.mu.Unlock()
	switch {
	case failure != "":
		return failure
	case errors.Is(err, input.ErrEndless):
		return chatcore.EndlessLine
	case errors.Is(err, io.EOF):
		return chatcore.Disconnected
	}
	return input.Failure(err) // if the core ended the session, its reason was recorded first
}

// leave frees what the session held, then drains the output.
func (c *conn) leave(r chatcore.Reason) {
	if c.session == nil {
		return
	}
	c.session.Leave(r)
	within := c.server.Drain
	if c.session.Reason() == chatcore.TooSlow {
		within = min(within, slowDrain)
	}
	c.writer.Drain(within)
}

// close ends the connection such that what was sent arrives.
func (c *conn) close() {
	c.stream.linger(linger)
	if c.writer != nil {
		c.writer.Close()
	}
}

// Ready implements [chatcore.Receiver].
func (c *conn) Ready() { c.writer.Ready() }

// Ended implements [chatcore.Receiver]. It wakes the reader, which then leaves.
func (c *conn) Ended(chatcore.Reason) {
	c.over()
	_ = c.stream.SetReadDeadline(time.Unix(1, 0))
}

// over ends the waits of the session's input.
func (c *conn) over() { c.stop.Do(func() { close(c.done) }) }

// failed is called when writing has failed. The closed socket wakes the reader.
func (c *conn) failed(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failure = input.Failure(err)
	c.over()
}

// Hurry ends a connection that has no session yet.
func (c *conn) Hurry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil {
		_ = c.stream.Close()
	}
}

// Cut ends the connection at once.
func (c *conn) Cut() { _ = c.stream.Close() }

// watchful checks now and then whether the connection still exists. Otherwise a client that
// pastes a thousand lines and is cut off would go on talking, at five lines a second, from
// what has been read already.
type watchful struct {
	input.Handler
	conn   *conn
	looked time.Time
}

func (w *watchful) Lines(lines [][]byte) (more int) {
	if now := time.Now(); now.Sub(w.looked) > time.Second {
		w.looked = now
		if w.conn.stream.lost() {
			w.conn.over() // the next wait ends reading
			return 0
		}
	}
	return w.Handler.Lines(lines)
}

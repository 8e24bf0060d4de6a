package chatcore

import (
	"fmt"
	"sync/atomic"
)

// Kind says how a session came and what it is for.
type Kind uint8

// The kinds of session.
const (
	Raw         Kind = iota // the raw TCP port
	Plain                   // SSH without a terminal
	Interactive             // SSH with a terminal
	Command                 // SSH with a command: says something and goes
	Tail                    // SSH command that listens
	kinds
)

var kindNames = [kinds]string{"raw", "plain", "interactive", "command", "tail"}

func (k Kind) String() string { return kindNames[k] }

// hears tells whether such a session receives what others say: its user is then
// online, and can be talked to.
func (k Kind) hears() bool { return k != Command }

// loud tells whether the coming and going of such a session is news.
func (k Kind) loud() bool { return k != Command && k != Tail }

// Reason says why a session ended.
type Reason string

// The reasons for the end of a session.
const (
	Quit         Reason = "quit"         // the user said so
	Disconnected Reason = "disconnected" // end of input
	Broken       Reason = "broken"       // the connection failed
	Dead         Reason = "dead"         // the peer no longer answers
	TooSlow      Reason = "too-slow"     // the outbox was full
	Stalled      Reason = "stalled"      // a write made no progress
	EndlessLine  Reason = "endless-line" // input without a newline
	Shutdown     Reason = "shutdown"     // the server goes down
	Panicked     Reason = "panic"        // a fault of ours
	Completed    Reason = "completed"    // a command session has done its work
)

// Receiver is the front end's side of a session. Its methods are called with
// locks of the core held and from any goroutine: they return at once, and call
// nothing of the core.
type Receiver interface {
	// Owed says that something is owed to the session; it is not said again
	// until [Session.Take] has found nothing owed.
	Owed()
	// Closed says that the core has ended the session: what is owed may still be
	// written, for a short while; then the connection is to be closed.
	Closed(Reason)
}

// Session is one connection that may talk. Do and SayTo are called by
// one goroutine at a time; the others by any.
type Session struct {
	core     *Core
	user     *User // the user's fields are guarded by core.mu
	kind     Kind
	format   Format
	receiver Receiver
	out      outbox
	place    string // where plain text goes: a room, or empty for everyone; of the goroutine that calls Do
	watching *room  // Tail: the room it hears without being in it; guarded by core.mu

	echo, notices atomic.Bool
	reason        atomic.Pointer[Reason] // why it ended; nil while it has not
	done          chan struct{}          // closed with reason
}

// Take appends what is owed to dst, about max bytes of it, and returns it; the
// same dst means that nothing is owed.
func (s *Session) Take(dst []byte, max int) []byte { return s.out.take(dst, max) }

// Backlog is how many bytes are owed.
func (s *Session) Backlog() int { return s.out.owed() }

// Done is closed when the session has ended; see [Session.Reason].
func (s *Session) Done() <-chan struct{} { return s.done }

// Reason says why the session has ended; empty while it has not.
func (s *Session) Reason() Reason {
	if r := s.reason.Load(); r != nil {
		return *r
	}
	return ""
}

// Nick is the nick the session speaks under, as it is shown.
func (s *Session) Nick() string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.user.nick
}

// Leave ends the session for the given reason, unless it has ended already, and
// frees all it held: memberships at once, the nick with the last session of the
// user. Call it when the connection is over; it may be called again.
func (s *Session) Leave(r Reason) {
	s.setReason(r)
	s.core.leave(s)
}

// hereLocked refuses what a session asks for after it has left: its reader may
// not have noticed yet, and the nick may be someone else's by now.
func (s *Session) hereLocked() error {
	if _, ok := s.core.sessions[s]; !ok {
		return ErrNotOnline.with("this session has ended")
	}
	return nil
}

// end ends the session and tells the front end, which is to call Leave.
func (s *Session) end(r Reason) {
	if s.setReason(r) {
		s.receiver.Closed(r)
	}
}

func (s *Session) setReason(r Reason) bool {
	if !s.reason.CompareAndSwap(nil, &r) {
		return false
	}
	close(s.done)
	return true
}

// push puts an encoded event into the outbox and sees to what follows from it.
// It returns whether the session is owed the event now.
func (s *Session) push(frame []byte) bool {
	if len(frame) == 0 {
		return false
	}
	switch s.out.push(frame) {
	case first:
		s.receiver.Owed()
	case overflow:
		s.tooSlow()
		return false
	case dropped:
		return false
	}
	return true
}

// tooSlow ends a session that does not read. What it was owed is lost to it; it
// is told so, if it can still be told anything.
func (s *Session) tooSlow() {
	e := &Event{Kind: Refused, What: "too slow", Text: fmt.Sprintf("over %d bytes unread", s.out.limit)}
	s.core.number(e)
	if s.out.replace(s.format.Append(nil, e, Received)) == first {
		s.receiver.Owed()
	}
	s.end(TooSlow)
}

// deliver hands s its bytes of a message, and returns 1 if it was given any.
func (s *Session) deliver(enc *encoder, from *Session) int {
	view := Received
	switch {
	case s == from:
		if !s.echo.Load() {
			return 0
		}
		view = Echo
	case s.user == from.user:
		view = Own
	}
	if !s.push(enc.encode(s.format, view)) {
		return 0
	}
	return 1
}

// Send puts bytes of the front end's own into the outbox, as they are.
func (s *Session) Send(frame []byte) { s.push(frame) }

// give hands s an event that is for nobody else.
func (s *Session) give(e *Event) {
	s.core.number(e)
	s.push(s.format.Append(nil, e, Received))
}

// Tell tells the session about a request of its that failed.
func (s *Session) Tell(err error) {
	e := &Event{Kind: Refused, What: "internal", Text: err.Error()}
	if r, ok := err.(*Error); ok {
		e.What, e.Text = r.What, r.Detail
	}
	s.give(e)
}

// Note tells the session words of the server.
func (s *Session) Note(text string) { s.give(&Event{Kind: Noted, Text: text}) }

func (s *Session) answer(text string) { s.give(&Event{Kind: Answered, Text: text}) }

// SetNotices says whether the session is told who comes and goes.
func (s *Session) SetNotices(on bool) {
	c := s.core
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case s.hereLocked() != nil || s.notices.Swap(on) == on:
	case on:
		c.asking++
	default:
		c.asking--
	}
}

// SetEcho says whether the session receives what it says itself.
func (s *Session) SetEcho(on bool) { s.echo.Store(on) }

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

// receives tells whether such a session receives what others say: its user is then
// online, and can be talked to.
func (k Kind) receives() bool { return k != Command }

// announcesPresence tells whether the coming and going of such a session is news.
func (k Kind) announcesPresence() bool { return k != Command && k != Tail }

// Receiver is the front end's side of a session. Its methods are called with
// locks of the core held and from any goroutine: they return at once, and call
// nothing of the core.
type Receiver interface {
	// Ready says that something is owed to the session; it is not said again
	// until [Session.Take] has taken all. To an Interactive session it is
	// also said, at any time, when its prompt may have: see [Session.Changes].
	Ready()
	// Ended says that the core has ended the session: what is owed may still be
	// written, for a short while; then the connection is to be closed.
	Ended(Reason)
}

// Session is one connection that may talk. Do and SayTo are called by
// one goroutine at a time; the others by any.
type Session struct {
	core     *Core
	user     *User
	kind     Kind
	receiver Receiver
	out      outbox
	watching *room   // Tail: the room it hears without being in it; guarded by core.mu
	unread   *unread // Interactive; else nil
	flood    flood

	formats       atomic.Pointer[formats]
	target        atomic.Pointer[resolved] // where plain text goes
	changes       atomic.Uint64
	echo, notices atomic.Bool
	ending        atomic.Pointer[ending] // why it ended; nil while it has not
	done          chan struct{}          // closed with ending
}

// Take appends what is owed to dst, about max bytes of it, and returns it, and whether
// more is owed.
func (s *Session) Take(dst []byte, max int) (owed []byte, more bool) { return s.out.take(dst, max) }

// Backlog is how many bytes are owed.
func (s *Session) Backlog() int { return s.out.owed() }

// Done is closed when the session has ended; see [Session.Reason].
func (s *Session) Done() <-chan struct{} { return s.done }

// Nick is the nick the session speaks under, as it is shown.
func (s *Session) Nick() string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.user.nick
}

// Changes grows whenever something may have changed of what a prompt shows: the
// nick, whether one is away, where the session talks, what is unread.
func (s *Session) Changes() uint64 { return s.changes.Load() + s.core.renames.Load() }

// hereLocked refuses what a session asks for after it has left: its reader may
// not have noticed yet, and the nick may be someone else's by now. At the end of the
// server it refuses everything: the last word has been said.
func (s *Session) hereLocked() error {
	if s.core.down {
		return ErrGoingDown.with(stopping)
	}
	if _, ok := s.core.sessions[s]; !ok {
		return ErrNotOnline.with("this session has ended")
	}
	return nil
}

// push puts an encoded event into the outbox and sees to what follows from it. It
// returns whether the session is owed the event now.
func (s *Session) push(frame []byte) bool {
	if len(frame) == 0 {
		return false
	}
	return s.pushed(s.out.push(frame, false))
}

// pushed sees to what follows from a push.
func (s *Session) pushed(p pushed) (owed bool) {
	switch p {
	case first:
		s.receiver.Ready()
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
	if s.out.replace(s.encoded(&encoder{event: e}, Received)) == first {
		s.receiver.Ready()
	}
	s.end(ending{reason: TooSlow})
}

// Send answers a line with bytes of the front end's own, as they are. Like Tell and Note it
// belongs to the goroutine that carries out the session's lines, and the line is charged
// for it: see [Session.Surcharge].
func (s *Session) Send(frame []byte) {
	s.push(frame)
	s.flood.gotten += len(frame)
}

// lastWord tells the session words of the server, and takes nothing in after them: an
// answer that is being put together comes too late.
func (s *Session) lastWord(text string) {
	e := note(text)
	s.core.number(e)
	s.pushed(s.out.push(s.encoded(&encoder{event: e}, Received), true))
}

// Show is Send for any goroutine, and for what no line has asked for.
func (s *Session) Show(frame []byte) { s.push(frame) }

// give hands s an event that is for nobody else, and returns how many bytes it is.
func (s *Session) give(e *Event) int {
	s.core.number(e)
	frame := s.encoded(&encoder{event: e}, Received)
	s.push(frame)
	return len(frame)
}

// reply is give for what a line of the session's has asked for.
func (s *Session) reply(e *Event) { s.flood.gotten += s.give(e) }

// Tell tells the session about a request of its that failed.
func (s *Session) Tell(err error) { s.reply(failure(err)) }

// Note tells the session words of the server.
func (s *Session) Note(text string) { s.reply(note(text)) }

// ShowError is Tell for any goroutine, and for what no line has asked for. It returns how
// many bytes that is.
func (s *Session) ShowError(err error) int { return s.give(failure(err)) }

// ShowNote is Note for any goroutine, and for what no line has asked for. It returns how
// many bytes that is.
func (s *Session) ShowNote(text string) int { return s.give(note(text)) }

func failure(err error) *Event {
	if r, ok := err.(*Error); ok {
		return &Event{Kind: Refused, What: r.What, Text: r.Detail}
	}
	return &Event{Kind: Refused, What: "internal", Text: err.Error()}
}

func note(text string) *Event { return &Event{Kind: Noted, Text: text} }

// answer answers a command that lists something; room is what it is about.
func (s *Session) answer(list, room string, items []string) error {
	n := length(items)
	if n >= longFrame && s.core.long.Load() > maxLong {
		return ErrTooMany.with("long lists are under way to others, try again later")
	}
	s.reply(&Event{Kind: Answered, Room: room, List: list, Items: items})
	return nil
}

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

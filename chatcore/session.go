package chatcore

import (
	"fmt"
	"sync/atomic"
	"time"
)

// Kind says how a session connected and what it is for.
type Kind uint8

// The kinds of session.
const (
	Raw         Kind = iota // the raw TCP port
	Plain                   // SSH without a terminal
	Interactive             // SSH with a terminal
	Command                 // SSH with a command: says something and leaves
	Tail                    // SSH command that listens
	kinds
)

var kindNames = [kinds]string{"raw", "plain", "interactive", "command", "tail"}

func (k Kind) String() string { return kindNames[k] }

// receives reports whether such a session receives what others say. Its user is then
// online, and can be talked to.
func (k Kind) receives() bool { return k != Command }

// announcesPresence reports whether others are told when such a session joins or leaves.
func (k Kind) announcesPresence() bool { return k != Command && k != Tail }

// Receiver is the front end's side of a session. Its methods are called from any
// goroutine, with locks of the core held. They must return at once and must not call the
// core.
type Receiver interface {
	// Ready says that output waits for the session. It is not called again until
	// [Session.Take] has taken all. For an Interactive session it is also called, at any
	// time, when its prompt may have changed: see [Session.Changes].
	Ready()
	// Ended says that the core has ended the session. Waiting output may still be written,
	// for a short while; then the connection must be closed.
	Ended(Reason)
}

// Session is one connection in the chat. Do and SayTo must be called by one goroutine at
// a time; the other methods may be called by any.
type Session struct {
	core     *Core
	user     *User
	kind     Kind
	receiver Receiver
	out      outbox
	watching *room   // Tail: the room it receives without being in it; guarded by core.mu
	unread   *unread // Interactive; else nil
	flood    flood

	formats       atomic.Pointer[formats]
	target        atomic.Pointer[resolved] // where plain text goes
	changes       atomic.Uint64
	echo, notices atomic.Bool
	ending        atomic.Pointer[ending] // why it ended; nil until then
	done          chan struct{}          // closed with ending
}

// Take appends waiting output to dst, about max bytes, and returns it. more reports
// whether output is left.
func (s *Session) Take(dst []byte, max int) (owed []byte, more bool) { return s.out.take(dst, max) }

// Backlog returns how many bytes wait in the outbox.
func (s *Session) Backlog() int { return s.out.owed() }

// Done returns a channel that is closed when the session has ended; see [Session.Reason].
func (s *Session) Done() <-chan struct{} { return s.done }

// Nick returns the nick under which the session speaks, as it is shown.
func (s *Session) Nick() string {
	s.core.mu.RLock()
	defer s.core.mu.RUnlock()
	return s.user.nick
}

// Changes returns a number that grows whenever something that a prompt shows may have
// changed: the nick, whether the user is away, where the session talks, what is unread.
func (s *Session) Changes() uint64 { return s.changes.Load() + s.core.renames.Load() }

// hereLocked refuses requests of a session that has left. Its reader may not have noticed
// yet, and another user may have the nick by now. After [Core.Shutdown] it refuses
// everything: the last word has been said.
func (s *Session) hereLocked() error {
	if s.core.down {
		return ErrGoingDown.With(stopping)
	}
	if _, ok := s.core.sessions[s]; !ok {
		return ErrNotOnline.With("this session has ended")
	}
	return nil
}

// push puts an encoded event into the outbox and handles the result. It reports whether
// the event waits there now.
func (s *Session) push(frame []byte) bool {
	if len(frame) == 0 {
		return false
	}
	return s.pushed(s.out.push(frame, false))
}

// pushed handles the result of a push.
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

// tooSlow ends a session that does not read. Its waiting output is lost. It is told so,
// if it can still be told anything.
func (s *Session) tooSlow() {
	e := &Event{Kind: Refused, Time: time.Now(), What: "too slow", Text: fmt.Sprintf("over %d bytes unread", s.out.limit)}
	if s.out.replace(s.encoded(&encoder{event: e}, Received)) == first {
		s.receiver.Ready()
	}
	s.end(ending{reason: TooSlow})
}

// Send answers a line with bytes of the front end's own, unchanged. Like Tell and Note,
// it must be called by the goroutine that carries out the session's lines, and the line
// is charged for it: see [Session.Surcharge].
func (s *Session) Send(frame []byte) {
	s.push(frame)
	s.flood.gotten += len(frame)
}

// lastWord sends the session a note and closes its outbox. An answer that is still being
// put together comes too late.
func (s *Session) lastWord(text string) {
	e := note(text)
	e.Time = time.Now()
	s.pushed(s.out.push(s.encoded(&encoder{event: e}, Received), true))
}

// Show is Send for any goroutine, and for output that no line has asked for.
func (s *Session) Show(frame []byte) { s.push(frame) }

// give pushes an event that is for s only, and returns its encoded length.
func (s *Session) give(e *Event) int {
	e.Time = time.Now()
	frame := s.encoded(&encoder{event: e}, Received)
	s.push(frame)
	return len(frame)
}

// reply is give for the answer to a line of the session.
func (s *Session) reply(e *Event) { s.flood.gotten += s.give(e) }

// Tell tells the session that its request failed.
func (s *Session) Tell(err error) { s.reply(failure(err)) }

// Note sends the session a note of the server.
func (s *Session) Note(text string) { s.reply(note(text)) }

// ShowError is Tell for any goroutine, and for errors that no line has caused. It returns
// the number of bytes.
func (s *Session) ShowError(err error) int { return s.give(failure(err)) }

// ShowNote is Note for any goroutine, and for notes that no line has asked for. It
// returns the number of bytes.
func (s *Session) ShowNote(text string) int { return s.give(note(text)) }

func failure(err error) *Event {
	if r, ok := err.(*Error); ok {
		return &Event{Kind: Refused, What: r.What, Text: r.Detail}
	}
	return &Event{Kind: Refused, What: "internal", Text: err.Error()}
}

func note(text string) *Event { return &Event{Kind: Noted, Text: text} }

// answer answers a command that lists something; room is the room it is about.
func (s *Session) answer(list, room string, items []string) error {
	n := length(items)
	if n >= longFrame && s.core.long.Load() > maxLong {
		return ErrTooMany.With("long lists are under way to others, try again later")
	}
	s.reply(&Event{Kind: Answered, Room: room, List: list, Items: items})
	return nil
}

// SetNotices sets whether the session is told who joins and leaves.
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

// SetEcho sets whether the session receives what it says itself.
func (s *Session) SetEcho(on bool) { s.echo.Store(on) }

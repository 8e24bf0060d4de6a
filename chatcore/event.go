package chatcore

import (
	"strings"
	"time"

	"parley/internal/proto"
)

// EventKind says what an Event is.
type EventKind uint8

// The kinds of events.
const (
	Said      EventKind = iota // said publicly, or in Room if it is set
	Whispered                  // said privately to To
	Emoted                     // !me, publicly or in Room
	Noticed                    // something happened, publicly or in Room: for sessions that asked for notices
	Answered                   // the one-line answer to a list command
	Noted                      // other words of the server
	Refused                    // a request failed; What and Text say why
)

// EventID says which event it is. Ids grow with every event that is published on a server,
// over restarts too, also after a crash and with a clock that was set back: the program that makes
// the core reserves them on disk before they are used (see [Options]). Some are left out.
// They stay below 2^53, which JSON can carry.
type EventID uint64

// Event is something that was said or happened. It does not change once it is published,
// and all receivers share it.
type Event struct {
	Kind EventKind
	ID   EventID   // 0 for what only one session is sent, and past the reserved ids
	Time time.Time // when it was published or sent
	From string    // the nick of the sender
	To   string    // Whispered: the nick of the receiver
	Room string    // the room it was said in, or is about; empty for the public channel
	What string    // Refused: the kind of refusal
	Text string    // what was said; LF separates lines

	Identity   Principal // of From, as far as it is proven
	ToIdentity Principal // Whispered: of To
	People     string    // Noticed: Text as Interactive sessions see it, with ~ before guests
	List       string    // Answered: what is listed, "users", "rooms" or "members"
	Items      []string  // Answered: what is in the list

	forged []int32 // offsets in Text, see forgery.go; nil for most
}

// View says how the receiver of an event is related to its sender.
type View uint8

// The views of an event.
const (
	Received  View = iota // another user said it
	Own                   // another session of the same user said it
	Echo                  // this session said it, and asked for echo
	Mentioned             // another user said it in a channel, with the receiver's nick
)

// Format encodes events for the sessions that share it. An event is encoded once for each
// format and view, and all outboxes share the bytes. So Append must depend on nothing
// else. Formats must be comparable with ==.
type Format interface {
	// Append appends e as it is seen and returns the longer slice. If it appends nothing,
	// such sessions are not shown the event. Append is called with locks of the core held:
	// it must not block and must not call the core. It must not retain e.Items, which are
	// reused.
	Append(dst []byte, e *Event, v View) []byte
}

// Lines is the format of section 4 of the protocol: lines of text ending in CR LF. A
// mention looks like any other message. A space stands before some colons: see
// forgery.go.
type Lines struct{}

// Append implements [Format]. A text of several lines becomes one message for each.
func (l Lines) Append(dst []byte, e *Event, v View) []byte {
	if e.Kind == Said || e.Kind == Whispered {
		for text := range strings.SplitSeq(e.lineText(), "\n") {
			dst = l.appendSaid(dst, e, text, v)
		}
		return dst
	}
	switch e.Kind {
	case Emoted:
		return proto.AppendEvent(dst, e.Room, e.From+" "+e.lineText())
	case Noticed:
		return proto.AppendEvent(dst, e.Room, e.noticeText())
	case Answered:
		return proto.AppendAnswer(dst, e.Items)
	case Refused:
		return proto.AppendError(dst, e.What, e.Text)
	}
	return proto.AppendNote(dst, e.noticeText())
}

func (Lines) appendSaid(dst []byte, e *Event, text string, v View) []byte {
	switch {
	case e.Kind == Whispered && v == Own && e.From != e.To:
		// The line has no field for its receiver. In another session of the sender it would
		// read as a message to themselves.
		return dst
	case e.Kind == Whispered:
		return proto.AppendPrivate(dst, e.From, text)
	case e.Room != "":
		return proto.AppendRoom(dst, e.Room, e.From, text)
	}
	return proto.AppendPublic(dst, e.From, text)
}

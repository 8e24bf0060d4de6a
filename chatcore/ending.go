package chatcore

import (
	"strings"

	"parley/internal/safetext"
)

// Reason says why a session ended.
type Reason string

// The reasons for the end of a session.
const (
	Quit         Reason = "quit"         // the user said so
	Disconnected Reason = "disconnected" // end of input
	HungUp       Reason = "hung-up"      // the client closed the connection without a word
	Broken       Reason = "broken"       // the connection failed
	Dead         Reason = "dead"         // the peer no longer answers
	TooSlow      Reason = "too-slow"     // the outbox was full
	Stalled      Reason = "stalled"      // a write made no progress
	EndlessLine  Reason = "endless-line" // input without a newline
	Shutdown     Reason = "shutdown"     // the server goes down
	Panicked     Reason = "panic"        // a fault of ours
	Completed    Reason = "completed"    // a command session has done its work
)

// reasonsTold is what the others are told of why someone left. They are told
// nothing of the other reasons: whoever wants to leave just leaves.
var reasonsTold = map[Reason]string{
	HungUp:      "connection lost",
	Broken:      "connection lost",
	Dead:        "timed out",
	TooSlow:     "too slow",
	Stalled:     "too slow",
	EndlessLine: "sent an endless line",
	Panicked:    "a fault of the server",
}

// ending is the end of a session: the reason, and the last words of its user.
type ending struct {
	reason Reason
	words  string
}

// told is what the others are told, behind "left"; empty for most.
func (e ending) told() string {
	if e.words != "" {
		return e.words
	}
	return reasonsTold[e.reason]
}

// maxLastWords is how many characters of the text of !quit are told. More is cut
// and not refused: nobody is kept from leaving.
const maxLastWords = 100

func (s *Session) quit(args string) error {
	words := strings.Clone(safetext.Label(unpunctuated.Replace(args), maxLastWords)) // they outlive the line they are a part of
	s.end(ending{Quit, words})
	return nil
}

// Reason says why the session has ended; empty while it has not.
func (s *Session) Reason() Reason {
	if e := s.ending.Load(); e != nil {
		return e.reason
	}
	return ""
}

// Leave ends the session for the given reason, unless it has ended already, and
// frees all it held: memberships at once, the nick with the last session of the
// user. Call it when the connection is over; it may be called again.
func (s *Session) Leave(r Reason) {
	s.setEnding(ending{reason: r})
	s.core.leave(s)
}

// end ends the session and tells the front end, which is to call Leave.
func (s *Session) end(e ending) (first bool) {
	if first = s.setEnding(e); first {
		s.receiver.Ended(e.reason)
	}
	return first
}

func (s *Session) setEnding(e ending) bool {
	if !s.ending.CompareAndSwap(nil, &e) {
		return false
	}
	close(s.done)
	return true
}

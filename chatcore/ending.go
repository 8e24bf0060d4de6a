package chatcore

import (
	"strings"

	"parley/internal/safetext"
)

// Reason says why a session ended.
type Reason string

// The reasons why a session ends.
const (
	Quit         Reason = "quit"         // the user asked for it
	Disconnected Reason = "disconnected" // end of input
	HungUp       Reason = "hung-up"      // the client closed the connection without a word
	Broken       Reason = "broken"       // the connection failed
	Dead         Reason = "dead"         // the peer no longer answers
	TooSlow      Reason = "too-slow"     // the outbox was full
	Stalled      Reason = "stalled"      // a write made no progress
	EndlessLine  Reason = "endless-line" // input without a newline
	Shutdown     Reason = "shutdown"     // the server stops
	Panicked     Reason = "panic"        // a fault of the server
	Completed    Reason = "completed"    // a command session has done its work
)

// reasonsTold is what others see as the reason why someone left. They see no other reason:
// a user who wants to leave just leaves.
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

// told returns what others see after "left"; empty for most.
func (e ending) told() string {
	if e.words != "" {
		return e.words
	}
	return reasonsTold[e.reason]
}

// maxLastWords is the maximum length of the text of !quit, in characters. A longer text
// is cut and not refused: no user is kept from leaving.
const maxLastWords = 100

// Quit ends the session because its user asked for it, with last words or without.
func (s *Session) Quit(words string) {
	words = strings.Clone(safetext.Label(unpunctuated.Replace(words), maxLastWords)) // cloned: they outlive the line they are part of
	s.end(ending{Quit, words})
}

// Reason returns why the session ended, or "" if it has not.
func (s *Session) Reason() Reason {
	if e := s.ending.Load(); e != nil {
		return e.reason
	}
	return ""
}

// Leave ends the session for the given reason, unless it has ended already, and frees all
// it held. Memberships go at once, the nick goes with the user's last session. Call it
// when the connection is over. It may be called again.
func (s *Session) Leave(r Reason) {
	s.setEnding(ending{reason: r})
	s.core.leave(s)
}

// end ends the session and tells the front end, which must call Leave.
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

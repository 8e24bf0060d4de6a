package chatcore

import (
	"hash/maphash"
	"strings"
	"time"
)

// Two habits are slowed down more than the rate limit does: the same text again and
// again, and private lines to more and more users. No person keeps up either for long. A
// client that does is a bot, whose owner can raise the rate limit. No client is shut out
// for it, and nothing is lost.
const (
	// freeRepeats is how often one text may be said, each time within repeatWindow of the
	// last.
	freeRepeats  = 4
	repeatWindow = 30 * time.Second
	// freePeople is how many users may be written to in private, each within peopleWindow.
	freePeople   = 5
	peopleWindow = time.Minute
	// surcharge is the number of lines charged in addition: one line a second gets through
	// instead of five.
	surcharge = 4
	// answered is the number of bytes of answers that each byte of a line pays for. An
	// answer that is longer counts as one more line for each lineAnswer bytes beyond that.
	// So at five lines a second, a client that never stops asking gets a hundred times what
	// it sends, plus 5 KB a second. The longest answer that a person can ask for at a
	// prompt is a history of 90 KB. They then wait for 18 s.
	answered   = 100
	lineAnswer = 1000
	// remembered is how many texts, and how many users, are remembered for this.
	remembered = 16
)

// flood is what a session has said lately, and what that costs. It belongs to the
// goroutine that carries out the session's lines.
type flood struct {
	texts   *memory   // by hash of the text; nil until something is said
	people  *memory   // by serial number; nil until the first private line
	penalty int       // lines, see Session.Surcharge
	said    int       // bytes, see Session.Said
	gotten  int       // bytes of answers, see Session.Surcharge
	warned  time.Time // when the session was last told that it is slowed down
}

// memory is what a session remembers: 640 bytes, which most sessions do without.
type memory [remembered]heard

// heard is a text that was said, or a user who was written to.
type heard struct {
	what  uint64
	last  time.Time
	times int
}

// seed is the seed of the hash by which texts are compared.
var seed = maphash.MakeSeed()

// Surcharge returns the number of lines to charge against the rate limit in addition, for
// all that was done since the last call. came is the number of bytes the client sent for
// it.
//
// Answers are what [Session.Tell], [Session.Note] and [Session.Send] have put into the
// outbox since then, lists, and the session's own messages if it has echo on.
func (s *Session) Surcharge(came int) int {
	n := s.flood.penalty + answerLines(s.flood.gotten, came)
	s.flood.penalty, s.flood.gotten = 0, 0
	return n
}

// Said returns how many bytes, as lines, each receiver was sent of what the session has
// said since the last call.
func (s *Session) Said() int {
	n := s.flood.said
	s.flood.said = 0
	return n
}

// answerLines returns the number of lines charged in addition for an answer of n bytes to
// a line of came bytes.
func answerLines(n, came int) int {
	return (max(0, n-answered*came) + lineAnswer - 1) / lineAnswer
}

// cost charges for text.
func (s *Session) cost(text string) {
	if s.flood.texts == nil {
		s.flood.texts = new(memory)
	}
	if h := s.flood.texts.find(maphash.String(seed, strings.ToLower(text)), repeatWindow); h.times > freeRepeats {
		s.penalize("the same text again and again")
	}
}

// weighPrivate charges for a private line to a user.
func (s *Session) weighPrivate(to *User) {
	if s.flood.people == nil {
		s.flood.people = new(memory)
	}
	s.flood.people.find(to.serial, peopleWindow)
	if s.flood.people.known(peopleWindow) > freePeople {
		s.penalize("private lines to many people")
	}
}

// penalize charges the session more, and now and then tells a person why.
func (s *Session) penalize(why string) {
	f := &s.flood
	f.penalty += surcharge
	if s.kind == Interactive && time.Since(f.warned) > repeatWindow {
		f.warned = time.Now()
		s.Note("slowed down: " + why)
	}
}

// find counts what among the remembered. If it is not among them, it replaces the oldest.
func (all *memory) find(what uint64, window time.Duration) heard {
	oldest := &all[0]
	for i := range all {
		h := &all[i]
		if h.what == what && h.times > 0 {
			if time.Since(h.last) > window {
				h.times = 0
			}
			h.last = time.Now()
			h.times++
			return *h
		}
		if h.last.Before(oldest.last) {
			oldest = h
		}
	}
	*oldest = heard{what, time.Now(), 1}
	return *oldest
}

// known returns how many of all were seen within window.
func (all *memory) known(window time.Duration) (n int) {
	for _, h := range all {
		if h.times > 0 && time.Since(h.last) <= window {
			n++
		}
	}
	return n
}

package chatcore

import (
	"hash/maphash"
	"strings"
	"time"
)

// What is slowed down harder than the rate limit does: the same text again and again,
// and private lines to ever more people. A person does neither for long; who does
// both for a living is a bot, whose owner can raise the rate limit. Nobody is shut
// out for it, and nothing is lost.
const (
	// freeRepeats of one text may be said, each within repeatWindow of the last.
	freeRepeats  = 4
	repeatWindow = 30 * time.Second
	// freePeople may be written to alone, each within peopleWindow.
	freePeople   = 5
	peopleWindow = time.Minute
	// surcharge is how many more lines one counts as then: one line a second gets
	// through where five do otherwise.
	surcharge = 4
	// answered is how many bytes of answers each byte of a line pays for. What an answer has
	// besides counts as one more line for each lineAnswer bytes. So at five lines a second a
	// client that asks on and on gets a hundred times what it sends, and 5 KB a second
	// besides; and the longest answer that a person can ask for at a prompt, a place's
	// history of 90 KB, has them wait for 18 s.
	answered   = 100
	lineAnswer = 1000
	// remembered is how many texts, and how many people, are remembered for it.
	remembered = 16
)

// flood is what a session has said of late, and what that costs. It belongs to the
// goroutine that carries out the session's lines.
type flood struct {
	texts   *memory   // by the text; nil until something is said
	people  *memory   // by the user's serial number; nil until somebody is written to alone
	penalty int       // lines, see Session.Surcharge
	said    int       // bytes, see Session.Said
	gotten  int       // bytes of answers, see Session.Surcharge
	warned  time.Time // when the session was last told that it is slowed down
}

// memory is what is remembered: 640 bytes, which most sessions can do without.
type memory [remembered]heard

// heard is one thing that was said, or one person written to.
type heard struct {
	what  uint64
	last  time.Time
	times int
}

// texts are compared by their hash.
var seed = maphash.MakeSeed()

// Surcharge is as how many more lines what was done since it was last asked counts
// against the rate limit. came is how many bytes the client sent for it.
//
// Answers are what [Session.Tell], [Session.Note] and [Session.Send] have put into the
// outbox since, lists, and the session's own messages where it is sent them.
func (s *Session) Surcharge(came int) int {
	n := s.flood.penalty + answerLines(s.flood.gotten, came)
	s.flood.penalty, s.flood.gotten = 0, 0
	return n
}

// Said is how many bytes each who heard it received of what the session has said since it
// was last asked, as lines.
func (s *Session) Said() int {
	n := s.flood.said
	s.flood.said = 0
	return n
}

// answerLines is as how many more lines an answer of n bytes counts, to a line of came
// bytes.
func answerLines(n, came int) int {
	return (max(0, n-answered*came) + lineAnswer - 1) / lineAnswer
}

// cost adds what text costs.
func (s *Session) cost(text string) {
	if s.flood.texts == nil {
		s.flood.texts = new(memory)
	}
	if h := s.flood.texts.find(maphash.String(seed, strings.ToLower(text)), repeatWindow); h.times > freeRepeats {
		s.penalize("the same text again and again")
	}
}

// weighPrivate adds what it costs to write to a user alone.
func (s *Session) weighPrivate(to *User) {
	if s.flood.people == nil {
		s.flood.people = new(memory)
	}
	s.flood.people.find(to.serial, peopleWindow)
	if s.flood.people.known(peopleWindow) > freePeople {
		s.penalize("private lines to many people")
	}
}

// penalize makes the session slower, and tells a person why, once in a while.
func (s *Session) penalize(why string) {
	f := &s.flood
	f.penalty += surcharge
	if s.kind == Interactive && time.Since(f.warned) > repeatWindow {
		f.warned = time.Now()
		s.Note("slowed down: " + why)
	}
}

// find counts what among those of late; it takes the place of the oldest where it is
// not there.
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

// known is how many of all are of late.
func (all *memory) known(window time.Duration) (n int) {
	for _, h := range all {
		if h.times > 0 && time.Since(h.last) <= window {
			n++
		}
	}
	return n
}

package chatcore

import (
	"strings"

	"parley/internal/lineproto"
	"parley/internal/safetext"
)

// MaxBatch is how many lines there should be at most: the place is held meanwhile, and
// each may mention somebody, which takes 0.3 ms among a thousand terminals.
const MaxBatch = 32

// DoAll carries out lines that came together, [MaxBatch] at most, one after the other as
// [Session.Do] does, and calls tell with what fails. What is said in one place, line
// behind line, is published as one batch: nothing comes between, and all who hear it are
// handed it as one. What comes behind the end of the session is dropped. It does not keep
// the lines.
func (s *Session) DoAll(lines [][]byte, tell func(error)) {
	failed := func(err error) {
		if err != nil {
			tell(err)
		}
	}
	if len(lines) == 1 {
		failed(s.Do(string(lines[0])))
		return
	}
	s.user.touch()
	var b batch
	for _, line := range lines {
		if s.ending.Load() != nil {
			return
		}
		l := lineproto.Parse(safetext.Text(string(line)))
		if room, ok := s.spokenIn(l); ok {
			if room != b.room {
				b.sayAs(s, failed)
			}
			b.room = room
			if l.Kind == lineproto.Room {
				l.Text = strings.Clone(l.Text) // it is kept, and a part of a longer line
			}
			b.texts = append(b.texts, l.Text)
			continue
		}
		b.sayAs(s, failed)
		failed(s.carryOut(l))
	}
	b.sayAs(s, failed)
}

// batch is what is said in one place in a row.
type batch struct {
	room  string // empty: publicly
	texts []string
}

// sayAs says the batch, and begins another. Each text that cannot be said fails.
func (b *batch) sayAs(s *Session, failed func(error)) {
	if err := s.speak(Said, seek(b.room), b.texts...); err != nil {
		for range b.texts {
			failed(err)
		}
	}
	b.texts = b.texts[:0]
}

// spokenIn tells whether l says something to many, and where.
func (s *Session) spokenIn(l lineproto.Line) (room string, ok bool) {
	switch {
	case strings.Trim(l.Text, " ") == "":
		return "", false
	case l.Kind == lineproto.Room && l.Target != "":
		return l.Target, true
	case l.Kind == lineproto.Public:
		t := s.target.Load()
		if t == nil {
			return "", true
		}
		return t.name, t.user == nil
	}
	return "", false
}

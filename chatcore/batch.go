package chatcore

import (
	"strings"

	"parley/internal/proto"
	"parley/internal/safetext"
)

// MaxBatch is the maximum number of lines in a batch. The channel is locked meanwhile,
// and each line may mention users, which takes 0.3 ms among a thousand terminals.
const MaxBatch = 32

// DoAll carries out lines that arrived together, at most [MaxBatch], one after the other
// as [Session.Do] does. It calls tell with each error. Consecutive lines said in one
// channel are published as one batch: nothing comes between them, and all subscribers
// receive them as one. Lines after the end of the session are dropped. DoAll does not
// retain the lines.
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
		l := proto.Parse(safetext.Text(string(line)))
		if room, ok := s.spokenIn(l); ok {
			if room != b.room {
				b.sayAs(s, failed)
			}
			b.room = room
			if l.Kind == proto.Room {
				l.Text = strings.Clone(l.Text) // cloned: it is kept, and part of a longer line
			}
			b.texts = append(b.texts, l.Text)
			continue
		}
		b.sayAs(s, failed)
		failed(s.carryOut(l))
	}
	b.sayAs(s, failed)
}

// batch is a run of texts said in one channel.
type batch struct {
	room  string // empty for the public channel
	texts []string
}

// sayAs publishes the batch and starts another. It calls failed for each text that cannot
// be said.
func (b *batch) sayAs(s *Session, failed func(error)) {
	if err := s.speak(Said, seek(b.room), b.texts...); err != nil {
		for range b.texts {
			failed(err)
		}
	}
	b.texts = b.texts[:0]
}

// spokenIn reports whether l says something in a channel, and in which.
func (s *Session) spokenIn(l proto.Line) (room string, ok bool) {
	switch {
	case strings.Trim(l.Text, " ") == "":
		return "", false
	case l.Kind == proto.Room && l.Target != "":
		return l.Target, true
	case l.Kind == proto.Public:
		t := s.target.Load()
		if t == nil {
			return "", true
		}
		return t.name, t.user == nil
	}
	return "", false
}

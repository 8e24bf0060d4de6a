package command

import (
	"strings"

	"parley/chatcore"
	"parley/internal/proto"
)

// RunAll carries out lines of the protocol that arrived together, at most
// [chatcore.MaxBatch], one after the other as [Call.Run] does, and passes what comes of
// each to answer, if there is anything. Consecutive lines said in one channel are
// published as one batch: see [chatcore.Session.SayAll]. Lines after the end of the
// session are dropped. RunAll does not retain the lines.
func RunAll(s *chatcore.Session, lines [][]byte, answer func(*chatcore.Session, Result, error)) {
	tell := func(r Result, err error) {
		if r != nil || err != nil {
			answer(s, r, err)
		}
	}
	if len(lines) == 1 {
		c := Parse(string(lines[0]))
		tell(c.Run(s))
		return
	}
	var b batch
	for _, line := range lines {
		if s.Reason() != "" {
			return
		}
		c := Parse(string(line))
		if room, ok := c.spokenIn(s); ok {
			if room != b.room {
				b.sayAs(s, tell)
			}
			b.room = room
			b.texts = append(b.texts, c.said())
			continue
		}
		b.sayAs(s, tell)
		tell(c.Run(s))
	}
	b.sayAs(s, tell)
}

// batch is a run of texts said in one channel.
type batch struct {
	room  string // empty for the public channel
	texts []chatcore.Text
}

// sayAs publishes the batch and starts another. It calls tell for each text that cannot
// be said.
func (b *batch) sayAs(s *chatcore.Session, tell func(Result, error)) {
	if err := s.SayAll(b.room, b.texts...); err != nil {
		for range b.texts {
			tell(nil, err)
		}
	}
	b.texts = b.texts[:0]
}

// spokenIn reports whether the call says something in a channel, and in which.
func (c *Call) spokenIn(s *chatcore.Session) (room string, ok bool) {
	switch {
	case strings.Trim(c.line.Text, " ") == "":
		return "", false
	case c.line.Kind == proto.Room && c.line.Target != "":
		return c.line.Target, true
	case c.line.Kind == proto.Public:
		here := s.Talking()
		return here.Room, here.Nick == ""
	}
	return "", false
}

// said returns what a call says in a channel.
func (c *Call) said() chatcore.Text {
	if c.line.Kind == proto.Public {
		return chatcore.SafeText(c.line.Text) // the whole line, which holds its own bytes
	}
	return part(c.line.Text)
}

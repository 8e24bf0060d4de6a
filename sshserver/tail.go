package sshserver

import (
	"strings"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/proto"
)

// tailOf splits a command that asks to listen: /tail, or /tail @room.
func tailOf(raw string) (args string, ok bool) {
	l := proto.Parse(proto.FromSlash(strings.TrimSpace(raw)))
	return l.Text, l.Kind == proto.Command && l.Target == "tail"
}

func isTail(raw string) bool {
	_, ok := tailOf(raw)
	return ok
}

var errTailUsage = command.ErrUsage.With("/tail [@room]")

// tail prints what is said until the connection ends, even after the end of the client's input.
func (c *session) tail(raw string) {
	args, _ := tailOf(raw)
	room := c.room
	if args != "" {
		var ok bool
		if room, ok = strings.CutPrefix(args, "@"); !ok || room == "" || strings.Contains(room, " ") {
			c.refuse(errTailUsage)
			return
		}
	}
	c.watch = room
	if err := c.join(c.nick, c.lines(), nil); err != nil {
		c.refuse(err)
		return
	}
	c.receive(func([]byte) error { return nil })
	select {
	case <-c.conn.gone:
	case <-c.done:
	}
	c.finish(chatcore.Disconnected, exitDone)
}

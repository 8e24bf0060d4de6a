package sshserver

import (
	"parley/chatcore"
	"parley/internal/input"
)

// plain runs a session without a terminal: the line stream of the protocol.
func (c *session) plain() {
	if err := c.join(c.nick, chatcore.Lines{}, nil); err != nil {
		c.refuse(err)
		return
	}
	in := c.limits()
	reason := c.receive(input.New(in, in.Talk(c.chat), c.writer, c.done).Feed)
	status := exitDone
	if reason == chatcore.EndlessLine {
		status = exitRefused
	}
	c.finish(reason, status)
}

package sshserver

import (
	"parley/chatcore"
	"parley/internal/egress"
	"parley/sshserver/internal/terminal"
)

// interact runs a session with a terminal.
func (c *session) interact() { c.interactWith(terminal.New(c.terminalOptions())) }

// terminalOptions returns a pointer, because a copy on the stack of an idle session made that
// stack 4 KB larger.
func (c *session) terminalOptions() *terminal.Options {
	term, env := c.conn.client.terminal()
	return &terminal.Options{
		Client: terminalClient{c}, NewWriter: c.newWriter, Limits: c.limits(), Quota: c.server.Flusher.Quota,
		Term: term, Env: env,
		Server: c.server.Name, MOTD: c.server.MOTD, Nick: c.nick, Room: c.room, Who: c.who,
		CPU: c.conn.near.cpu, Redraws: c.conn.near.redraws,
	}
}

func (c *session) interactWith(t *terminal.Session) {
	c.bye = t.Leave
	c.conn.client.onResize(func(w windowSize) { t.Resize(w.Width, w.Height) })
	why, joined := t.Run()
	if !joined {
		c.depart(exitRefused)
		return
	}
	c.finish(why, exitDone)
}

// terminalClient is a session as its terminal sees it.
type terminalClient struct{ *session }

var _ terminal.Client = terminalClient{}

func (t terminalClient) Read(p []byte) (int, error)  { return t.conn.channel.Read(p) }
func (t terminalClient) More() bool                  { return t.conn.readBudget.more() }
func (t terminalClient) InputEnded() chatcore.Reason { return t.conn.ended() }
func (t terminalClient) Spawn(f func())              { t.conn.spawn(f) }
func (t terminalClient) Done() <-chan struct{}       { return t.done }
func (t terminalClient) Leaving() bool               { return t.ended.Load() }

func (t terminalClient) Join(nick string, format chatcore.Format, source egress.Source) (*chatcore.Session, error) {
	err := t.join(nick, format, source)
	return t.chat, err
}

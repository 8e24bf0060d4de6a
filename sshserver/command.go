package sshserver

import (
	"bytes"
	"errors"
	"strings"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/input"
	"parley/internal/proto"
	"parley/internal/safetext"
)

// scriptLines is the protocol's format with the line ending of scripts. An answer goes to
// standard output, and a CR would stay in a shell's variable.
type scriptLines struct{ chatcore.Lines }

func (f scriptLines) Append(dst []byte, e *chatcore.Event, v chatcore.View) []byte {
	lines := f.Lines.Append(nil, e, v)
	return append(dst, bytes.ReplaceAll(lines, []byte(proto.End), []byte{'\n'})...)
}

// lines returns the format of a command session. With a terminal it is the protocol's own,
// because a terminal needs the CR.
func (c *session) lines() chatcore.Format {
	if c.terminal {
		return chatcore.Lines{}
	}
	return scriptLines{}
}

var errOneLine = command.ErrUsage.With("one line; for more use standard input: ssh host /say < file")

// Hints for people whose text was taken for something else.
const (
	howToSay      = "to say this text to everyone: ssh HOST /say TEXT"
	howToSaySlash = "to say a text that begins with a slash: ssh HOST //TEXT"
)

// command carries out one line of the protocol and ends the session. The answer goes to
// standard output, an error to standard error.
func (c *session) command(raw string) {
	if isProgram(raw) {
		c.refuse(errNoPrograms, howToSay)
		return
	}
	if err := c.join(c.nick, c.lines(), nil); err != nil {
		c.refuse(err)
		return
	}
	line := strings.TrimRight(raw, "\r\n")
	if !isPath(line) { // "/etc/motd is empty" is a sentence
		line = proto.FromSlash(line)
	}
	switch err := c.carryOut(line); {
	case errors.Is(err, input.ErrDone): // the session was ended, and its end is reported elsewhere
		c.finish(chatcore.Disconnected, exitRefused)
		return
	case errors.Is(err, command.ErrUnknown) && strings.HasPrefix(raw, "/") && strings.Contains(raw, " "):
		c.refuse(err, howToSaySlash)
		return
	case err != nil:
		c.refuse(err)
		return
	}
	c.finish(chatcore.Completed, exitDone)
}

// carryOut carries out the line of a command. It returns the first error, which refuse then
// reports. It reports errors of single lines of standard input itself.
func (c *session) carryOut(line string) error {
	max := c.server.Input.MaxLine
	switch {
	case strings.ContainsAny(line, "\r\n"):
		return errOneLine
	case max > 0 && len(line) > max:
		return chatcore.LineTooLong(max)
	}
	if to, ok := addressee(line); ok {
		return c.post(to)
	}
	return input.Do(c.chat, line)
}

// addressee returns the destination of standard input, if line names a destination and says
// nothing.
func addressee(line string) (to chatcore.Destination, ok bool) {
	l := proto.Parse(safetext.Text(line))
	if strings.Trim(l.Text, " ") != "" {
		return to, false
	}
	switch {
	case l.Kind == proto.Room && l.Target != "":
		return chatcore.Destination{Room: l.Target}, true
	case l.Kind == proto.Private && l.Target != "":
		return chatcore.Destination{Nick: l.Target}, true
	case l.Kind == proto.Command && strings.EqualFold(l.Target, "say"):
		return to, true
	}
	return to, false
}

// post says every line of standard input to a destination. It leaves out lines that are too
// long, and those of a terminal that are too many, and returns an error for them at the
// end. Any other error ends it.
func (c *session) post(to chatcore.Destination) error {
	addressee, err := c.chat.Address(to)
	if err != nil {
		return err
	}
	limits := c.limits()
	p := &posting{session: c.chat, to: addressee, limits: limits}
	in := input.New(limits, p, c.writer, c.done)
	last := byte('\n')
	c.receive(func(data []byte) error {
		last = data[len(data)-1]
		return p.take(in.Feed(data))
	})
	if p.failed == nil && last != '\n' && c.conn.ended() == chatcore.Disconnected {
		_ = p.take(in.Feed([]byte{'\n'})) // the last line of a file may not end in a newline
	}
	if p.failed != nil {
		return p.failed
	}
	if c.ahead != nil {
		if err := c.ahead.tooMuch(); err != nil {
			return err
		}
	}
	return p.tooLong
}

// posting is the input handler of a session that says every line to one destination.
type posting struct {
	session         *chatcore.Session
	to              chatcore.Addressee // looked up when the session begins: no other person or room of that name gets the rest
	limits          input.Limits
	failed, tooLong error
}

func (p *posting) Lines(lines [][]byte) (more int) {
	for _, line := range lines {
		if p.failed == nil {
			p.failed = p.say(line)
		}
	}
	p.limits.Purse.Spend(p.session.Said())
	return p.session.Surcharge(input.Size(lines))
}

func (p *posting) say(line []byte) error {
	text, err := chatcore.NewText(string(line))
	if err != nil {
		return err
	}
	return p.session.SayToAddressee(p.to, text)
}

func (p *posting) TooLong() { p.tooLong = chatcore.LineTooLong(p.limits.MaxLine) }

// take returns the first error, of the input or of saying it.
func (p *posting) take(err error) error {
	if p.failed == nil {
		p.failed = err
	}
	return p.failed
}

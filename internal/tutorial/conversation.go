package tutorial

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

const (
	// readSize is how much is read at a time, per connection: a whole line in most cases.
	readSize = 4096
	// plainSize is the most the first form sends back: the largest packet there is (the loopback interface's).
	plainSize = 64 << 10
	// writeTimeout is how long a client may take to accept an answer. One that never reads would else keep its
	// connection, and the memory of it, for ever. A client that is merely silent may stay.
	writeTimeout = 10 * time.Second
	// lingerTimeout is how long a closed client's last bytes are still read; see hangUp.
	lingerTimeout = time.Second
)

// conversation is one client's connection, used by its one goroutine only.
type conversation struct {
	echo *Echo
	conn net.Conn
	in   lineBuffer
}

// plain sends back what the client sent first, and hangs up.
func (c *conversation) plain() {
	data := make([]byte, plainSize)
	n, err := c.conn.Read(data)
	if n == 0 {
		c.logLeft(err)
		return
	}
	c.echo.logf("Data received: %s", quoted(data[:n]))
	c.echo.logf("Send: %s", quoted(data[:n]))
	if err := c.send(data[:n]); err != nil {
		c.logLeft(err)
		return
	}
	c.hangUp()
}

// lines answers line by line until the client leaves. Answers are sent before more is read, so at the end of input
// nothing waits; what came without a newline is dropped.
func (c *conversation) lines() {
	data := make([]byte, readSize)
	for {
		n, err := c.conn.Read(data)
		if n > 0 {
			answer := c.receive(data[:n])
			if err := c.send(answer); err != nil {
				c.logLeft(err)
				return
			}
			if c.echo.Once && len(answer) > 0 {
				c.hangUp()
				return
			}
		}
		if err != nil {
			c.logLeft(err)
			return
		}
	}
}

// receive takes what one read brought and returns the answers to the lines it completes, for a single write. At most
// it is a few times as long as data. With Once it stops at the first answer.
func (c *conversation) receive(data []byte) (answers []byte) {
	c.echo.logf("Data received: %s", quoted(data))
	for len(data) > 0 {
		piece, rest, ended := bytes.Cut(data, []byte("\n"))
		data = rest
		answer := c.answer(piece, ended)
		if answer == nil {
			continue
		}
		c.echo.logf("Send: %s", quoted(answer))
		answers = append(answers, answer...)
		if c.echo.Once {
			break
		}
	}
	return answers
}

// answer adds a piece to the line and returns what the client gets for it: the whole line in upper case, the
// error for a line too long, or nil.
func (c *conversation) answer(piece []byte, ended bool) []byte {
	line, whole, err := c.in.add(piece, ended)
	if err != nil {
		return []byte("!error " + err.Error() + "\r\n")
	}
	if whole {
		c.logBuffer(line)
		return append(upper(line), "\r\n"...)
	}
	if !c.in.skipping {
		c.logBuffer(c.in.text())
	}
	return nil
}

// logBuffer logs the line as far as it came, in upper case.
func (c *conversation) logBuffer(line []byte) {
	shown, more := cut(line)
	c.echo.logf("Current buffer: %s", escaped(upper(shown), noQuote)+more)
}

// upper is text in upper case by Unicode's full mapping, as Python's str.upper: ß becomes SS. Invalid UTF-8, at which
// the tutorial's server fails, becomes U+FFFD.
func upper(text []byte) []byte {
	return cases.Upper(language.Und).Bytes(bytes.ToValidUTF8(text, []byte("\uFFFD")))
}

func (c *conversation) send(answer []byte) error {
	if len(answer) == 0 {
		return nil
	}
	if err := c.conn.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	_, err := c.conn.Write(answer)
	return err
}

// hangUp ends the connection from our side. What the client has sent and the server has not read would make the system reset the
// connection and so take the answer from a client that has not read it yet. So the client is told of the end first,
// and what it still sends is read away until it closes too, a second at most.
func (c *conversation) hangUp() {
	c.echo.logf("Close the client socket")
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	if c.conn.SetReadDeadline(time.Now().Add(lingerTimeout)) == nil {
		io.Copy(io.Discard, c.conn) // its end, however it comes, is what is waited for
	}
}

// logLeft logs that the client left: of itself, or for which reason.
func (c *conversation) logLeft(err error) {
	switch {
	case err == nil, errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
		c.echo.logf("Connection closed")
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.echo.logf("Connection closed: the client read nothing for %v", writeTimeout)
	default:
		c.echo.logf("Connection closed: %s", unquoted([]byte(err.Error())))
	}
}

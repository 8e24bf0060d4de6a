package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// A Protocol is how a client talks to a server.
type Protocol string

// The protocols.
const (
	Raw Protocol = "raw" // the line protocol on TCP: the first line is the nick
	SSH Protocol = "ssh" // the same lines in an SSH session without a terminal
)

// connectTimeout is how long a connection may take until it may talk.
const connectTimeout = 15 * time.Second

// A client is one connection that may talk.
type client struct {
	io.ReadWriter // the lines
	net           net.Conn
	in            lines
	words         func() string // what the server said besides the lines, when it closed
}

// What a limit of a server may be after.
var (
	errClosed  = errors.New("the server closed the connection")
	errRefused = errors.New("the server refused")
	errSlow    = errors.New("no answer in time")
)

// connect opens a connection under a nick and returns when the server has it among
// those who are online. The caller closes it.
func connect(ctx context.Context, p Protocol, addr, nick string) (*client, error) {
	nc, err := (&net.Dialer{Timeout: connectTimeout}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, explain(err)
	}
	defer context.AfterFunc(ctx, func() { nc.Close() })()
	var c *client
	err = within(nc, connectTimeout, func() (err error) {
		if c, err = login(p, nc, nick); err == nil {
			err = c.hear()
		}
		return err
	})
	if err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

// within lets do use a connection for that long, and explains its error.
func within(nc net.Conn, d time.Duration, do func() error) error {
	end := time.Now().Add(d)
	if err := nc.SetDeadline(end); err != nil {
		return explain(err)
	}
	switch err := do(); {
	case err == nil:
		return explain(nc.SetDeadline(time.Time{}))
	case !time.Now().Before(end): // the ssh library says EOF then
		return fmt.Errorf("%w: %v", errSlow, d)
	default:
		return explain(err)
	}
}

// question is a command of the protocol that has one line as its answer, even when
// there is nothing to tell. A client that gets it is online.
const question = "!rooms\r\n"

// login says the nick and asks the question.
func login(p Protocol, nc net.Conn, nick string) (*client, error) {
	if p == SSH {
		return loginSSH(nc, nick)
	}
	c := &client{ReadWriter: nc, net: nc, in: lines{from: nc}, words: func() string { return "" }}
	_, err := io.WriteString(nc, nick+"\r\n"+question)
	return c, err
}

// ask asks the question n times at once and waits for the answers, for no longer
// than d.
func (c *client) ask(n int, d time.Duration) error {
	return within(c.net, d, func() error {
		if _, err := io.WriteString(c, strings.Repeat(question, n)); err != nil {
			return err
		}
		for range n {
			if err := c.hear(); err != nil {
				return err
			}
		}
		return nil
	})
}

// hear waits for the answer to the question.
func (c *client) hear() error {
	for {
		for line, ok := c.in.next(); ok; line, ok = c.in.next() {
			switch {
			case bytes.HasPrefix(line, []byte("!error")):
				return fmt.Errorf("%w: %s", errRefused, line)
			case isAnswer(line):
				return nil
			}
		}
		if err := c.in.fill(); err != nil {
			if said := c.words(); said != "" {
				return fmt.Errorf("%w: %s", errRefused, said)
			}
			return err
		}
	}
}

// isAnswer tells a line that lists names from one that a client said, and from
// what a server tells unasked.
func isAnswer(line []byte) bool {
	return len(line) == 0 || !bytes.ContainsRune([]byte("!*#@"), rune(line[0])) && !bytes.ContainsRune(line, ':')
}

// close ends the connection.
func (c *client) close() { c.net.Close() }

// explain says what an error of a connection means to a person.
func explain(err error) error {
	var timeout net.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return errClosed
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("nobody listens there")
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return errors.New("this machine has no free port left: choose fewer connections with --idle or --receivers")
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%w: %v", errSlow, connectTimeout)
	}
	return err
}

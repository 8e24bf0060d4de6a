package tutorial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

const (
	// dialTimeout is how long a server may take to accept the connection.
	dialTimeout = 5 * time.Second
	// defaultQuiet is how long the client waits for a silent server after the end of its input.
	defaultQuiet = 10 * time.Second
	// quitWait is how long /quit may take: the way to the server and back, so that answers still on their way are
	// printed (a script that ends in /quit wants them), but no longer than a person takes for "at once".
	quitWait = 500 * time.Millisecond
)

// Client is the tutorial's telnet-like client. It ends
//
//   - when the server closes: it says "Connection closed by server." and ends at once, whatever In is waiting for;
//   - on a line that is exactly /quit, which is not sent: it closes its side and prints what the server still sends
//     until it closes too, half a second at most and without a word about it;
//   - at the end of In: it closes its side and prints what the server still owes until it closes too, or says nothing
//     for the time Quiet.
type Client struct {
	// In is what is typed. What a Read returns is sent at once, also a part of a line, which is what Ctrl-D in the
	// middle of a line does at a terminal. In is read on a goroutine of its own: when Run returns first, a Read that
	// waits goes on waiting and takes, and drops, what comes next. At the end of a program that does not matter.
	In io.Reader
	// Out gets the client's own lines and what the server sends. A write to it that waits makes the server wait.
	Out io.Writer
	// Raw leaves the server's bytes as they are, except CRLF, which becomes LF. It is for an Out that is not a
	// terminal. Without it, control characters are dropped (printer.go says which and why).
	Raw bool
	// Quiet is how long the server may be silent after the end of In until the client leaves; 0 is 10 s.
	Quiet time.Duration
	// TLS says whom to trust over TLS; without it there is none.
	TLS *tls.Config

	dial func(ctx context.Context, network, addr string) (net.Conn, error) // nil: the network
}

// Run connects to addr, a host:port as Address returns it, and lets In and the server talk until one of them ends. It
// returns nil for every regular end, the server's and that of ctx among them.
func (c *Client) Run(ctx context.Context, addr string) error {
	conn, err := c.connect(ctx, addr)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()

	s := session{conn: conn, out: printer{out: c.Out, raw: c.Raw}, quiet: c.Quiet}
	if s.quiet == 0 {
		s.quiet = defaultQuiet
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("bad address %q: %w", addr, err)
	}
	if err := s.out.notice(fmt.Sprintf("Connected to %s at port %s.\nTo quit, type %q.", host, port, quitCommand)); err != nil {
		return fmt.Errorf("cannot print: %w", err)
	}
	err = s.run(c.In)
	if ctx.Err() != nil {
		return nil // we closed it: what run saw is our own doing
	}
	return err
}

func (c *Client) connect(ctx context.Context, addr string) (net.Conn, error) {
	dial := c.dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	conn, err := dial(ctx, "tcp", addr)
	if err != nil {
		return nil, dialError(addr, err)
	}
	if c.TLS == nil {
		return conn, nil
	}
	return c.secure(ctx, conn, addr)
}

// secure makes the connection to addr one over TLS, or closes it.
func (c *Client) secure(ctx context.Context, conn net.Conn, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	config := c.TLS.Clone()
	if host, _, err := net.SplitHostPort(addr); err == nil {
		config.ServerName = host
	}
	over := tls.Client(conn, config)
	if err := over.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // nothing was said over it
		return nil, fmt.Errorf("cannot talk to %s over TLS: %w", addr, err)
	}
	return over, nil
}

// dialError says why there is no connection, and what to do.
func dialError(addr string, err error) error {
	advice := "check the address and the network"
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		advice = `nothing listens there: start "parley serve" or "parley echo", or give another host:port`
	case errors.As(err, &dns):
		advice = "check the name of the host"
	case errors.As(err, &timeout) && timeout.Timeout():
		advice = fmt.Sprintf("no answer within %v: check the address and the firewall", dialTimeout)
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err // it repeats the address
	}
	return fmt.Errorf("cannot connect to %s: %w (%s)", addr, err, advice)
}

package bench

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"
)

// noLimits is how a server of ours is started so that its limits are not what is
// measured.
const noLimits = "parley serve --max-per-ip 0 --connect-rate 0 --max-unauth 0 --max-sessions 0 --rate-limit 0"

// examine finds out what a server speaks, and makes sure that it can be measured with so
// many lines of one sender at once.
func examine(ctx context.Context, addr string, lines int) (Protocol, error) {
	p, err := detect(ctx, addr)
	if err != nil {
		return "", err
	}
	s := &server{protocol: p, addr: addr, run: newRun()}
	if err := tryTalk(ctx, s); err != nil {
		return "", err
	}
	return p, tryRate(ctx, s, max(leastTry, lines))
}

// detect finds out what a server speaks: one of ssh says so as soon as it has a
// connection, one of the raw protocol waits for the nick.
func detect(ctx context.Context, addr string) (Protocol, error) {
	const leastWait = time.Second
	began := time.Now()
	nc, err := (&net.Dialer{Timeout: connectTimeout}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return "", explain(err)
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { nc.Close() })()
	wait := max(leastWait, 4*time.Since(began)) // what it says takes as long as connecting did
	if err := nc.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return "", err
	}
	first := make([]byte, len("SSH-"))
	n, err := nc.Read(first)
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	case string(first[:n]) == "SSH-":
		return SSH, nil
	case n > 0, errors.As(err, &timeout) && timeout.Timeout():
		return Raw, nil
	}
	return "", explain(err)
}

// tryTalk makes sure that it is a chat: that one hears what another says. An HTTP server,
// or one that echoes, takes a nick too, and its answer may pass for a list of rooms.
func tryTalk(ctx context.Context, s *server) error {
	t, err := newTalk(ctx, s, 1, 1, messageSize+1)
	if errors.Is(err, errClosed) && s.protocol == Raw && speaksTLS(ctx, s.addr) {
		return errors.New("it speaks TLS, which is not measured: give a port without it, or the one of ssh")
	}
	if err != nil {
		return err
	}
	o, err := t.hold(ctx, time.Millisecond, t.atRate(1))
	switch {
	case err != nil:
		return fmt.Errorf("it is no chat: one client said something, and %v", err) // not %w: one line meets no limit
	case o.delivered == 0:
		return errors.New("it is no chat: what one client said another did not get")
	}
	return nil
}

// leastTry is how many lines are sent at once to meet a limit on them: more than the one
// that a server of ours has by default lets through in time, 10 and 5 a second.
const leastTry = 64

// tryRate makes sure that a server reads what one sender sends at once.
func tryRate(ctx context.Context, s *server, lines int) error {
	const most = 3 * time.Second
	c, err := connect(ctx, s.protocol, s.addr, "b"+s.run)
	if err != nil {
		return err
	}
	defer c.close()
	defer context.AfterFunc(ctx, c.close)()
	if err := c.ask(lines, most); err != nil {
		return fmt.Errorf("%d lines sent at once: %w", lines, err)
	}
	return nil
}

// speaksTLS tells whether a server that waits for its client to begin waits for TLS.
func speaksTLS(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	c, err := (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(ctx, "tcp", addr) // nothing is told to it
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// withHint adds what helps when the error may come from a limit of the server.
func withHint(err error) error {
	if errors.Is(err, errClosed) || errors.Is(err, errSlow) || errors.Is(err, errRefused) {
		return fmt.Errorf("%w\nif that is a limit of a server of yours, start it with: %s", err, noLimits)
	}
	return err
}

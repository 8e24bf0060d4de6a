package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// noLimits is how a server of ours is started so that its limits are not what is
// measured.
const noLimits = "parley serve --max-per-ip 0 --connect-rate 0 --max-unauth 0 --max-sessions 0 --rate-limit 0"

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

// withHint adds what helps when the error may come from a limit of the server.
func withHint(err error) error {
	if errors.Is(err, errClosed) || errors.Is(err, errSlow) || errors.Is(err, errRefused) {
		return fmt.Errorf("%w\nif that is a limit of a server of yours, start it with: %s", err, noLimits)
	}
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// checkConfig says where the server to check listens: the same flags, and the
// same environment, as the server has.
type checkConfig struct {
	listenConfig
	Timeout time.Duration `default:"3s" help:"How long the answers may take in all."`
}

// Run fails with the listeners that do not answer.
func (c *checkConfig) Run(ctx context.Context, std streams) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	var failed error
	for _, l := range []struct {
		name  string
		at    address
		check func(context.Context, string) error
	}{{"ssh", c.SSH, checkSSH}, {"tcp", c.TCP, checkTCP}, {"http", c.HTTP, checkHTTP}} {
		if l.at == "" {
			continue
		}
		at := reachable(l.at)
		if err := l.check(ctx, at); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s on %s does not answer: %w", l.name, at, err))
			continue
		}
		fmt.Fprintf(std.out, "%s on %s answers\n", l.name, at)
	}
	return failed
}

// reachable is where to connect to a server that listens at a: one that listens
// everywhere is reached on this machine.
func reachable(a address) string {
	host, port, _ := net.SplitHostPort(string(a)) // an address has been parsed
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

func dial(ctx context.Context, at string) (net.Conn, error) {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	return nc, nc.SetDeadline(deadline)
}

func checkTCP(ctx context.Context, at string) error {
	nc, err := dial(ctx, at)
	if err != nil {
		return err
	}
	return nc.Close()
}

func checkSSH(ctx context.Context, at string) error {
	const version = "SSH-2.0-"
	nc, err := dial(ctx, at)
	if err != nil {
		return err
	}
	defer nc.Close()
	got := make([]byte, len(version))
	if n, err := io.ReadFull(nc, got); err != nil {
		return fmt.Errorf("after %q: %w", got[:n], err)
	}
	if string(got) != version {
		return fmt.Errorf("it says %q, not %s", got, version)
	}
	return nil
}

func checkHTTP(ctx context.Context, at string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+at+"/healthz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it says %s: %s", answer.Status, strings.TrimSpace(string(body)))
	}
	return nil
}

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// checkConfig says where the server to check listens: the same flags, and the
// same environment, as the server has.
type checkConfig struct {
	listenConfig
	Timeout period `default:"3s" help:"How long the answers may take in all."`
}

// Validate is called by kong when the flags are read.
func (c *checkConfig) Validate() error {
	if c.SSH == "" && c.TCP == "" && c.HTTP == "" {
		return errors.New("--ssh, --tcp and --http are all off: there is nothing to check")
	}
	return nil
}

// Run fails with the listeners that do not answer.
func (c *checkConfig) Run(ctx context.Context, std streams) error {
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(c.Timeout))
		defer cancel()
	}
	listeners := []struct {
		name  string
		at    address
		check func(context.Context, string) error
	}{{"ssh", c.SSH, c.checkSSH}, {"tcp", c.TCP, c.checkTCP}, {"http", c.HTTP, checkHTTP}}
	errs := make([]error, len(listeners))
	var wg sync.WaitGroup
	for i, l := range listeners { // at once: one that hangs leaves the others their time
		if l.at != "" {
			wg.Go(func() { errs[i] = l.check(ctx, reachable(l.at)) })
		}
	}
	wg.Wait()
	for i, l := range listeners {
		switch at := reachable(l.at); {
		case errs[i] != nil:
			errs[i] = fmt.Errorf("%s on %s does not answer: %w", l.name, at, c.explain(errs[i]))
		case l.at != "":
			fmt.Fprintf(std.out, "%s on %s answers\n", l.name, at)
		}
	}
	return errors.Join(errs...)
}

// explain is why a listener did not answer, in few words.
func (c *checkConfig) explain(err error) error {
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return fmt.Errorf("nothing came within %s", time.Duration(c.Timeout))
	}
	return cause(err)
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

// dial connects, and says that it does for itself where it would be taken for a proxy.
func (c *checkConfig) dial(ctx context.Context, at string) (net.Conn, error) {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", at)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline() // zero is none
	if err := nc.SetDeadline(deadline); err != nil {
		return nc, err
	}
	if c.isProxy(nc.LocalAddr()) {
		_, err = io.WriteString(nc, "PROXY UNKNOWN\r\n")
	}
	return nc, err
}

// isProxy tells whether the server takes who connects from an address for a proxy.
func (c *checkConfig) isProxy(from net.Addr) bool {
	at, err := netip.ParseAddrPort(from.String())
	return err == nil && slices.ContainsFunc(prefixes(c.ProxyProtocol), func(p netip.Prefix) bool {
		return p.Contains(at.Addr().Unmap())
	})
}

func (c *checkConfig) checkTCP(ctx context.Context, at string) error {
	nc, err := c.dial(ctx, at)
	if err != nil {
		return err
	}
	return nc.Close()
}

// checkSSH reads the identification a server begins with: RFC 4253, section 4.2,
// which says that it is 255 bytes at most.
func (c *checkConfig) checkSSH(ctx context.Context, at string) error {
	nc, err := c.dial(ctx, at)
	if err != nil {
		return err
	}
	defer nc.Close()
	line, err := bufio.NewReader(io.LimitReader(nc, 255)).ReadString('\n')
	switch {
	case strings.HasPrefix(line, "SSH-2.0-"):
		return nil
	case line != "":
		return fmt.Errorf("it is not ssh: it says %q", strings.TrimRight(line, "\r\n"))
	case err == io.EOF:
		return errors.New("it closes the connection")
	}
	return err
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

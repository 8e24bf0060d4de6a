package tutorial

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Where the tutorial's server listens and its client connects.
const (
	DefaultHost = "127.0.0.1"
	DefaultPort = "8888"
)

// Address completes what a person types for a server, `[host[:port]]`, to the host:port that is dialled. The parts
// left out come from DefaultHost and DefaultPort. An IPv6 address may stand alone (::1) or in brackets ([::1]);
// with a port it needs the brackets ([::1]:8888). The host is not looked up here.
func Address(s string) (string, error) {
	host, port, err := splitAddress(s)
	if err != nil {
		return "", err
	}
	if host == "" {
		host = DefaultHost
	}
	// Port 0 means "any free port" to a listener and nothing to a client.
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("bad port %q in %q: a port is a number from 1 to 65535", port, s)
	}
	return net.JoinHostPort(host, port), nil
}

// splitAddress parts host and port. A port that is not there is DefaultPort; one that is empty ("host:") stays empty.
func splitAddress(s string) (host, port string, err error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		return splitBrackets(s, inner)
	}
	if isIPv6(s) {
		return s, DefaultPort, nil
	}
	host, port, found := strings.Cut(s, ":")
	if !found {
		return host, DefaultPort, nil
	}
	if strings.Contains(port, ":") {
		return "", "", fmt.Errorf("bad address %q: give host, host:port or [IPv6 address]:port", s)
	}
	return host, port, nil
}

// splitBrackets reads `[::1]` and `[::1]:port`; inner is s after its first bracket.
func splitBrackets(s, inner string) (host, port string, err error) {
	host, rest, closed := strings.Cut(inner, "]")
	if !closed || !isIPv6(host) {
		return "", "", fmt.Errorf("bad address %q: brackets hold one IPv6 address, as in [::1]:%s", s, DefaultPort)
	}
	if rest == "" {
		return host, DefaultPort, nil
	}
	port, found := strings.CutPrefix(rest, ":")
	if !found {
		return "", "", fmt.Errorf("bad address %q: only :port may follow the brackets", s)
	}
	return host, port, nil
}

func isIPv6(s string) bool {
	addr, err := netip.ParseAddr(s)
	return err == nil && addr.Is6()
}

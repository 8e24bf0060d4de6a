package main

import (
	"fmt"
	"net/netip"
	"strings"
)

// network is a range of addresses, such as 10.0.0.0/8; an address is one of its own.
type network netip.Prefix

// UnmarshalText implements [encoding.TextUnmarshaler].
func (n *network) UnmarshalText(text []byte) error {
	s := string(text)
	if p, err := netip.ParsePrefix(s); err == nil {
		*n = network(p.Masked())
		return nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return fmt.Errorf("%q is no range of addresses: give such as 10.0.0.0/8, 192.0.2.7 or fd00::/8", s)
	}
	*n = network(netip.PrefixFrom(a, a.BitLen()))
	return nil
}

// prefixes are networks as the network packages have them.
func prefixes(all []network) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, n := range all {
		out[i] = netip.Prefix(n)
	}
	return out
}

// keyPair is a certificate with its key: two files, in PEM. The zero value is none.
type keyPair struct{ cert, key string }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (p *keyPair) UnmarshalText(text []byte) error {
	cert, key, ok := strings.Cut(string(text), ",")
	if !ok || cert == "" || key == "" || strings.Contains(key, ",") {
		return fmt.Errorf("%q is no certificate with its key: give two files, CERT,KEY", text)
	}
	*p = keyPair{cert, key}
	return nil
}

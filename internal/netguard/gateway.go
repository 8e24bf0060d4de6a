package netguard

import "net/netip"

// crowded is from how many open connections on an address is taken for one that many
// people share: one person opens one or two.
const crowded = 4

// hintLocked logs, once, that the limits of one address may be everybody's: it is private,
// or of this machine, most connections come from it, and one of them has been refused for
// its limits. Behind a rootless container, Docker Desktop or docker-proxy all guests have
// the address of the gateway.
func (g *Guard) hintLocked(why Refusal, from netip.Prefix) {
	if g.hinted || !ofAddress(why) || !inner(from.Addr()) {
		return
	}
	open, all := g.addressLocked(from).open, 0
	for _, a := range g.addresses {
		all += a.open
	}
	if open < crowded || 2*open <= all {
		return
	}
	g.hinted = true
	g.log.Warn("most connections come from one private address", "from", from, "connections", open, "of", all,
		"hint", "if it is a gateway or a proxy, the limits of an address are everybody's: see the README, In a container")
}

// ofAddress reports whether a refusal is for the limits of one address.
func ofAddress(r Refusal) bool {
	return r == TooManyOfAddress || r == TooFast || r == UnknownOfAddress
}

// carrierGrade are the addresses behind a carrier's NAT (RFC 6598), which overlay networks
// give their gateways too.
var carrierGrade = netip.MustParsePrefix("100.64.0.0/10")

// inner reports whether an address is one that a gateway has towards this machine, or the
// machine itself: guests from the internet have none of these.
func inner(a netip.Addr) bool {
	return carrierGrade.Contains(a) || a.IsPrivate() && !circuits.Contains(a) || a.IsLoopback() || a.IsLinkLocalUnicast()
}

// Package netguard limits who may connect, before a byte is read: connections of
// one address, new ones a minute, and those that have not said who they are.
// Both front ends share one [Guard], so the limits are for both together.
package netguard

import (
	"container/list"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are the limits of a Guard; 0 turns one off. An address is an IPv4
// address, an IPv6 /64, which is what one customer is given, or a circuit of Tor's.
type Limits struct {
	PerAddress      int        // connections of one address at once
	Unauthenticated int        // connections at once, in all, that have not said who they are
	ConnectRate     rate.Limit // new connections of one address, a second
	ConnectBurst    int        // new connections of one address that may come at once
}

// unauthenticatedPerAddress of the unauthenticated connections may be of one
// address: a person opens one or two at a time.
const unauthenticatedPerAddress = 4

// Guard counts connections and refuses those over its limits.
type Guard struct {
	limits Limits
	log    *slog.Logger

	mu        sync.Mutex
	addresses map[netip.Prefix]*address
	sweepAt   int       // size of addresses at which idle ones are forgotten
	pending   list.List // of *Conn: those not authenticated yet, the oldest first
	refused   map[Refusal]uint64
	logged    map[Refusal]time.Time
	hinted    bool // that many people may share one address
}

// address is what is known of one address.
type address struct {
	open, unknown int
	failedLogins  int           // connections that came to nothing since one logged in
	connects      *rate.Limiter // nil when there is no limit
}

// New returns a Guard. It logs refusals to log, one a second for each reason.
func New(limits Limits, log *slog.Logger) *Guard {
	return &Guard{
		limits:    limits,
		log:       log,
		addresses: make(map[netip.Prefix]*address),
		sweepAt:   1024,
		refused:   make(map[Refusal]uint64),
		logged:    make(map[Refusal]time.Time),
	}
}

// Refused returns how many connections have been refused so far, by reason.
func (g *Guard) Refused() map[Refusal]uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	counts := make(map[Refusal]uint64, len(Refusals))
	for _, r := range Refusals {
		counts[r] = g.refused[r]
	}
	return counts
}

// admit counts a connection in, or says why it is refused.
func (g *Guard) admit(nc net.Conn, tell func(net.Conn, Refusal)) (*Conn, Refusal) {
	c, displaced, why := g.tryAdmit(nc, tell)
	if displaced != nil {
		displaced.displace()
	}
	return c, why
}

func (g *Guard) tryAdmit(nc net.Conn, tell func(net.Conn, Refusal)) (c, displaced *Conn, why Refusal) {
	prefix := prefixOf(nc.RemoteAddr())
	g.mu.Lock()
	defer g.mu.Unlock()
	a := g.addressLocked(prefix)
	if why := g.checkLocked(a); why != "" {
		g.refuseLocked(why, prefix)
		return nil, nil, why
	}
	if g.drawnLocked() {
		if displaced = g.displacedLocked(prefix, a); displaced == nil {
			g.refuseLocked(TooManyUnknown, prefix)
			return nil, nil, TooManyUnknown
		}
		displaced.vainLocked()
		displaced.refusedLocked(Displaced)
	}
	a.open++
	a.unknown++
	c = &Conn{Conn: nc, guard: g, prefix: prefix, address: a, since: time.Now(), tell: tell}
	c.place = g.pending.PushBack(c)
	return c, displaced, ""
}

func (g *Guard) checkLocked(a *address) Refusal {
	l := g.limits
	switch {
	case a.connects != nil && !a.connects.Allow():
		return TooFast
	case l.PerAddress > 0 && a.open >= l.PerAddress:
		return TooManyOfAddress
	case l.Unauthenticated > 0 && a.unknown >= unauthenticatedPerAddress:
		return UnknownOfAddress
	}
	return ""
}

// drawnLocked tells by lot, from half of the limit on and the more often the
// nearer to it, whether a connection must go for a newcomer.
func (g *Guard) drawnLocked() bool {
	limit, now := g.limits.Unauthenticated, g.pending.Len()
	if limit <= 0 {
		return false
	}
	half := limit / 2
	over := now - half
	return now >= limit || over > 0 && rand.IntN(limit-half) < over
}

// graceTime is how long a connection that says nothing keeps its place against
// newcomers: most people are through their handshake within it.
const graceTime = 500 * time.Millisecond

// displacedLocked is the connection that goes for a newcomer: of those that have had
// a fair time, the oldest of the customer who has most of them, and most that came to
// nothing before. So whoever fills the places and waits, to keep others out, loses them
// first. A client that comes once and takes its time to log in stays. It is nil if no
// connection has had a fair time, or if the newcomer is worse itself.
func (g *Guard) displacedLocked(newcomer netip.Prefix, a *address) (victim *Conn) {
	waiting := make(map[netip.Prefix]int, g.pending.Len())
	for e := g.pending.Front(); e != nil; e = e.Next() {
		waiting[customer(e.Value.(*Conn).prefix)]++
	}
	most := waiting[customer(newcomer)] + a.failedLogins // less one: a customer as bad as the newcomer goes
	for e := g.pending.Front(); e != nil; e = e.Next() {
		c := e.Value.(*Conn)
		if time.Since(c.since) < graceTime {
			break // so are the rest
		}
		if n := waiting[customer(c.prefix)] + c.address.failedLogins; n > most {
			most, victim = n, c
		}
	}
	return victim
}

// customer is who may have an address along with others: one may have a /48 of IPv6.
func customer(p netip.Prefix) netip.Prefix {
	const bits = 48
	if p.Bits() <= bits {
		return p
	}
	wide, _ := p.Addr().Prefix(bits) // fails for a wrong number of bits only
	return wide
}

func (g *Guard) refuse(r Refusal, from netip.Prefix) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refuseLocked(r, from)
}

func (g *Guard) refuseLocked(r Refusal, from netip.Prefix) {
	g.refused[r]++
	if now := time.Now(); now.Sub(g.logged[r]) >= time.Second {
		g.logged[r] = now
		g.log.Warn("connection refused", "reason", string(r), "from", from, "refused so far", g.refused[r])
		g.hintLocked(r, from)
	}
}

func (g *Guard) addressLocked(p netip.Prefix) *address {
	a := g.addresses[p]
	if a == nil {
		g.sweepLocked()
		a = &address{}
		if g.limits.ConnectRate > 0 {
			a.connects = rate.NewLimiter(g.limits.ConnectRate, g.limits.ConnectBurst)
		}
		g.addresses[p] = a
	}
	return a
}

// sweepLocked forgets addresses that are as good as new, each time their number
// has doubled.
func (g *Guard) sweepLocked() {
	if len(g.addresses) < g.sweepAt {
		return
	}
	for p, a := range g.addresses {
		if a.open == 0 && (a.connects == nil || a.connects.Tokens() >= float64(g.limits.ConnectBurst)) {
			delete(g.addresses, p)
		}
	}
	g.sweepAt = max(1024, 2*len(g.addresses))
}

// circuits has the addresses in the PROXY headers of Tor's onion services, with
// HiddenServiceExportCircuitID. Their last 32 bits are the number of a client's circuit
// (https://spec.torproject.org/haproxy-proxy.html), so each is a different customer. No network
// uses them: fc00::/8 is not assigned (RFC 4193, 3.1). Before login all of them together
// still count as one [customer], for a client makes as many circuits as it likes.
var circuits = netip.MustParsePrefix("fc00:dead:beef:4dad::/64")

// prefixOf is what counts as one address. Connections that have no IP address
// count as one.
func prefixOf(a net.Addr) netip.Prefix {
	var at netip.AddrPort
	if tcp, ok := a.(*net.TCPAddr); ok {
		at = tcp.AddrPort()
	} else {
		at, _ = netip.ParseAddrPort(a.String())
	}
	if !at.IsValid() {
		return netip.Prefix{}
	}
	ip, bits := at.Addr().Unmap().WithZone(""), 64
	if ip.Is4() || circuits.Contains(ip) {
		bits = ip.BitLen()
	}
	p, _ := ip.Prefix(bits) // fails for a wrong number of bits only
	return p
}

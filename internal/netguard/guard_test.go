package netguard

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// socket is a connection from an address, and nothing else.
type socket struct {
	net.Conn
	from net.Addr

	mu     sync.Mutex
	closes int
}

func (s *socket) RemoteAddr() net.Addr { return s.from }

func (s *socket) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closes++
	return nil
}

// text is an address as it is written: "10.0.0.1:5000".
type text string

func (text) Network() string  { return "tcp" }
func (a text) String() string { return string(a) }

func dial(from text) *socket { return &socket{from: from} }

// numbered is the nth of many addresses.
func numbered(n int) *socket {
	return dial(text(fmt.Sprintf("10.%d.%d.%d:1", n>>16, n>>8&255, n&255)))
}

func quiet(l Limits) *Guard { return New(l, slog.New(slog.DiscardHandler)) }

// untold is for those who are not told why.
func untold(net.Conn, Refusal) {}

// admits lets a connection in that must be let in.
func admits(t *testing.T, g *Guard, s *socket) *Conn {
	t.Helper()
	c, why := g.admit(s, untold)
	if c == nil {
		t.Fatalf("%s is refused: %s", s.from, why)
	}
	return c
}

// refuses checks that a connection is refused, and why.
func refuses(t *testing.T, g *Guard, s *socket, want Refusal) {
	t.Helper()
	if c, why := g.admit(s, untold); c != nil || why != want {
		t.Errorf("%s: let in %v, refused as %q, want %q", s.from, c != nil, why, want)
	}
}

func TestWhatCountsAsOneAddress(t *testing.T) {
	for _, tt := range []struct {
		name string
		a, b *socket
		one  bool
	}{
		{"another port", dial("10.0.0.1:1"), dial("10.0.0.1:2"), true},
		{"another IPv4 address", dial("10.0.0.1:1"), dial("10.0.0.2:1"), false},
		{"an address as TCP gives it", dial("10.0.0.1:1"), &socket{from: &net.TCPAddr{IP: net.ParseIP("10.0.0.1"), Port: 2}}, true},
		{"an IPv4 address written as IPv6", dial("10.0.0.1:1"), dial("[::ffff:10.0.0.1]:1"), true},
		{"two IPv4 addresses written as IPv6", dial("[::ffff:10.0.0.1]:1"), dial("[::ffff:10.0.0.2]:1"), false},
		{"one IPv6 /64", dial("[2001:db8:0:1::1]:1"), dial("[2001:db8:0:1:ffff::2]:1"), true},
		{"two IPv6 /64", dial("[2001:db8:0:1::1]:1"), dial("[2001:db8:0:2::1]:1"), false},
		{"one circuit of an onion service", dial("[fc00:dead:beef:4dad::1:2]:65535"), dial("[fc00:dead:beef:4dad::1:2]:65535"), true},
		{"two circuits of an onion service", dial("[fc00:dead:beef:4dad::1:2]:65535"), dial("[fc00:dead:beef:4dad::1:3]:65535"), false},
		{"two addresses next to those of circuits", dial("[fc00:dead:beef:4dae::1:2]:65535"), dial("[fc00:dead:beef:4dae::1:3]:65535"), true},
		{"one link, two zones", dial("[fe80::1%eth0]:1"), dial("[fe80::2%eth1]:1"), true},
		{"connections without an IP address", dial("pipe"), dial("@"), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := quiet(Limits{PerAddress: 1})
			admits(t, g, tt.a)
			if tt.one {
				refuses(t, g, tt.b, TooManyOfAddress)
			} else {
				admits(t, g, tt.b)
			}
		})
	}
}

func TestConnectionsOfOneAddress(t *testing.T) {
	g := quiet(Limits{PerAddress: 3})
	var conns []*Conn
	for range 3 {
		conns = append(conns, admits(t, g, numbered(1)))
	}
	refuses(t, g, numbered(1), TooManyOfAddress)
	conns[0].Authenticated() // frees no place of these
	refuses(t, g, numbered(1), TooManyOfAddress)
	admits(t, g, numbered(2))
	for range 2 { // the second time frees nothing
		if err := conns[1].Close(); err != nil {
			t.Error(err)
		}
	}
	admits(t, g, numbered(1))
	refuses(t, g, numbered(1), TooManyOfAddress)
}

func TestConnectRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := quiet(Limits{ConnectRate: 1, ConnectBurst: 60}) // 60 a minute
		for range 60 {
			_ = admits(t, g, numbered(1)).Close()
		}
		refuses(t, g, numbered(1), TooFast)
		admits(t, g, numbered(2))
		time.Sleep(time.Second)
		admits(t, g, numbered(1))
		refuses(t, g, numbered(1), TooFast)
		time.Sleep(time.Hour)
		for range 60 {
			admits(t, g, numbered(1))
		}
		refuses(t, g, numbered(1), TooFast)
	})
}

func TestFourOfOneAddressMayBeUnauthenticated(t *testing.T) {
	g := quiet(Limits{Unauthenticated: 100})
	var conns []*Conn
	for range 4 {
		conns = append(conns, admits(t, g, numbered(1)))
	}
	refuses(t, g, numbered(1), UnknownOfAddress)
	admits(t, g, numbered(2))
	conns[0].Authenticated()
	conns[0].Authenticated()
	_ = conns[0].Close()
	admits(t, g, numbered(1))
	refuses(t, g, numbered(1), UnknownOfAddress)
	_ = conns[1].Close()
	conns[1].Authenticated()
	admits(t, g, numbered(1))
	refuses(t, g, numbered(1), UnknownOfAddress)
}

func TestUnauthenticatedConnectionsInAll(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 7, 100} {
		synctest.Test(t, func(t *testing.T) { // no time passes: no connection has had a fair time yet
			g := quiet(Limits{Unauthenticated: limit})
			var conns []*Conn
			for n := range limit / 2 { // below half none is refused
				conns = append(conns, admits(t, g, numbered(n)))
			}
			for n := range 200 * limit { // the fewer places are left, the rarer one is given
				if c, why := g.admit(numbered(1000+n), untold); c != nil {
					conns = append(conns, c)
				} else if why != TooManyUnknown {
					t.Fatalf("refused as %q", why)
				}
			}
			if len(conns) > limit || len(conns) < limit*9/10 {
				t.Errorf("%d unauthenticated at once, the limit is %d", len(conns), limit)
			}
			for _, c := range conns { // those who have said who they are do not count
				c.Authenticated()
			}
			for n := range (limit + 1) / 2 {
				admits(t, g, numbered(100_000+n))
			}
		})
	}
}

func TestRefusalsBeginAtHalf(t *testing.T) {
	synctest.Test(t, testRefusalsBeginAtHalf)
}

func testRefusalsBeginAtHalf(t *testing.T) {
	const limit, rounds = 100, 200
	first := limit
	for range rounds {
		g := quiet(Limits{Unauthenticated: limit})
		n := 0
		for ; n < limit; n++ {
			if c, _ := g.admit(numbered(n), untold); c == nil {
				break
			}
		}
		if n < limit/2 {
			t.Fatalf("a connection was refused with %d of %d places taken", n, limit)
		}
		first = min(first, n)
	}
	if first > limit/2+5 { // one in 50 with 51 places taken, two with 52, and so on: not one of 200 gets there
		t.Errorf("none was refused before %d of %d places were taken", first, limit)
	}
}

// Those who fill all places and wait lose them to newcomers, the oldest first, but
// none does that has had no fair time.
func TestNewcomersDisplaceTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 10
		g := quiet(Limits{Unauthenticated: limit})
		var waiting []*socket
		var told []Refusal
		for n := range limit {
			g.limits.Unauthenticated = 2 * limit // none is drawn yet
			waiting = append(waiting, numbered(n))
			if c, why := g.admit(waiting[n], func(_ net.Conn, r Refusal) { told = append(told, r) }); c == nil {
				t.Fatal(why)
			}
		}
		g.limits.Unauthenticated = limit
		refuses(t, g, numbered(100), TooManyUnknown)
		time.Sleep(graceTime)
		for n := range limit {
			admits(t, g, numbered(200+n))
			if waiting[n].closes != 1 || g.pending.Len() != limit {
				t.Errorf("newcomer %d: the oldest was closed %d times, %d are unauthenticated", n, waiting[n].closes, g.pending.Len())
			}
		}
		refuses(t, g, numbered(300), TooManyUnknown) // those who are left are newcomers
		if got := g.Refused(); got[Displaced] != limit || got[TooManyUnknown] != 2 {
			t.Errorf("refused: %v", got)
		}
		if want := slices.Repeat([]Refusal{Displaced}, limit); !slices.Equal(told, want) {
			t.Errorf("told %v", told)
		}
	})
}

// However many addresses come again and again, each within its limits, whoever comes
// once and takes its time to log in keeps its place.
func TestGuard_SlowLoginsKeepTheirPlace(t *testing.T) {
	for _, attackers := range []int{10, 50, 200} {
		synctest.Test(t, func(t *testing.T) {
			g := quiet(Limits{PerAddress: 32, Unauthenticated: 100, ConnectRate: 1, ConnectBurst: 60})
			attack := func() { // each comes once a second, and waits
				for n := range attackers {
					g.admit(numbered(n), untold)
				}
				time.Sleep(time.Second)
			}
			for range 5 {
				attack()
			}
			kept := 0
			for n := range 20 {
				person := numbered(1000 + n)
				var c *Conn
				for c == nil { // a client that is refused at once comes again
					c, _ = g.admit(person, untold)
					time.Sleep(250 * time.Millisecond)
				}
				for range 10 { // and its user is asked whether they trust the host key
					attack()
				}
				if person.closes == 0 {
					kept++
				}
				c.Authenticated()
			}
			if kept < 19 {
				t.Errorf("%d attackers: %d of 20 people kept their places", attackers, kept)
			}
		})
	}
}

func TestZeroTurnsALimitOff(t *testing.T) {
	g := quiet(Limits{})
	for range 1000 {
		admits(t, g, numbered(1))
	}
}

func TestPlacesAreFreedOnce(t *testing.T) {
	g := quiet(Limits{PerAddress: 100, Unauthenticated: 1000})
	var wg sync.WaitGroup
	for n := range 10 {
		for range 4 {
			c := admits(t, g, numbered(n))
			for range 3 {
				wg.Go(c.Authenticated)
				wg.Go(func() { _ = c.Close() })
			}
		}
		wg.Wait()
	}
	if g.pending.Len() != 0 {
		t.Errorf("%d are unauthenticated after all have gone", g.pending.Len())
	}
	for p, a := range g.addresses {
		if a.open != 0 || a.unknown != 0 {
			t.Errorf("%s: %d open, %d unauthenticated after all have gone", p, a.open, a.unknown)
		}
	}
}

func TestIdleAddressesAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := quiet(Limits{PerAddress: 1, ConnectRate: 1, ConnectBurst: 2})
		stays := admits(t, g, dial("192.0.2.1:1"))
		for n := range 5000 {
			_ = admits(t, g, numbered(n)).Close()
		}
		if len(g.addresses) != 5001 {
			t.Errorf("%d addresses known, want 5001: none is as good as new yet", len(g.addresses))
		}
		time.Sleep(time.Minute)
		for n := range 5000 {
			_ = admits(t, g, numbered(10_000+n)).Close()
		}
		if len(g.addresses) > 5001 {
			t.Errorf("%d addresses known, want 5001 at most", len(g.addresses))
		}
		refuses(t, g, dial("192.0.2.1:1"), TooManyOfAddress)
		_ = stays.Close()
	})
}

func TestRefusedCountsByReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		g := New(Limits{PerAddress: 1}, slog.New(slog.NewTextHandler(&log, nil)))
		admits(t, g, numbered(1))
		for range 100 { // 10 s
			refuses(t, g, numbered(1), TooManyOfAddress)
			time.Sleep(100 * time.Millisecond)
		}
		got := g.Refused()
		if len(got) != len(Refusals) || got[TooManyOfAddress] != 100 || got[TooFast] != 0 {
			t.Errorf("refused: %v", got)
		}
		if n := strings.Count(log.String(), "\n"); n != 10 {
			t.Errorf("%d lines logged in 10 s, want one a second", n)
		}
		if want := `msg="connection refused" reason=address from=10.0.0.1/32 "refused so far"=1`; !strings.Contains(log.String(), want) {
			t.Errorf("logged\n%s, want %s", log.String(), want)
		}
	})
}

func TestEveryRefusalHasWords(t *testing.T) {
	for r, want := range map[Refusal]string{
		TooManyOfAddress: "too many connections from your address",
		TooFast:          "connecting too often, wait a minute",
		TooManyUnknown:   "too many connections wait to log in, try again",
		UnknownOfAddress: "too many connections wait to log in, try again",
		Displaced:        "too many connections wait to log in, try again",
		NoProxyHeader:    "a proxy has to send a PROXY header first",
	} {
		if got := r.String(); got != want {
			t.Errorf("%q reads %q, want %q", string(r), got, want)
		}
	}
}

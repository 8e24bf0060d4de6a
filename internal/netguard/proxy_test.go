package netguard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	proxyproto "github.com/pires/go-proxyproto"
)

// piped is a connection in memory from an address.
type piped struct {
	net.Conn
	from text
}

func (p *piped) RemoteAddr() net.Addr { return p.from }

// pipe returns the server's and the client's side of a connection from an address.
func pipe(from text) (server, client net.Conn) {
	a, b := net.Pipe()
	return &piped{a, from}, b
}

var office = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

// header is a PROXY header of a version for a connection from an address.
func header(t testing.TB, version byte, from string) []byte {
	t.Helper()
	src := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(from))
	dst := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 2222}
	if src.IP.To4() == nil {
		dst.IP = net.ParseIP("2001:db8::1")
	}
	b, err := proxyproto.HeaderProxyFromAddrs(version, src, dst).Format()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAProxySaysForWhomItConnects(t *testing.T) {
	withTLV := append(header(t, 2, "203.0.113.7:4000"), 0x04, 0, 2, 'h', 'i') // PP2_TYPE_NOOP
	withTLV[15] += 5
	for _, tt := range []struct {
		name, from string
		header     []byte
		want       string // empty: refused
	}{
		{"version 1", "10.1.2.3:1", header(t, 1, "203.0.113.7:4000"), "203.0.113.7:4000"},
		{"version 1, IPv6", "10.1.2.3:1", header(t, 1, "[2001:db8::7]:4000"), "[2001:db8::7]:4000"},
		{"version 2", "[fd00::1]:1", header(t, 2, "203.0.113.7:4000"), "203.0.113.7:4000"},
		{"version 2, IPv6", "10.1.2.3:1", header(t, 2, "[2001:db8::7]:4000"), "[2001:db8::7]:4000"},
		{"version 2 with more", "10.1.2.3:1", withTLV, "203.0.113.7:4000"},
		{"the proxy for itself, version 1", "10.1.2.3:1", []byte("PROXY UNKNOWN\r\n"), "10.1.2.3:1"},
		{"the proxy for itself, version 2", "10.1.2.3:1", []byte("\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00"), "10.1.2.3:1"},
		{"no header", "10.1.2.3:1", []byte("SSH-2.0-OpenSSH_9.2\r\n"), ""},
		{"a nick", "10.1.2.3:1", []byte("PROXYPROXYPROXYPROXY\n"), ""},
		{"no address", "10.1.2.3:1", []byte("PROXY TCP4 nobody nowhere 1 2\r\n"), ""},
		{"an endless header", "10.1.2.3:1", []byte("PROXY " + strings.Repeat("x", 1000)), ""},
		{"a header too large", "10.1.2.3:1", []byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11\xff\xff"), ""},
		{"no TCP", "10.1.2.3:1", append([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x12\x00\x0c"), make([]byte, 12)...), ""},
		{"half a header", "10.1.2.3:1", []byte("PROXY TCP4 203.0.113.7"), ""},
		{"elsewhere", "192.0.2.9:1", header(t, 1, "203.0.113.7:4000"), "192.0.2.9:1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, client := pipe(text(tt.from))
				in := newIncoming(server)
				g := quiet(Limits{})
				var told []Refusal
				ln := g.Proxied(in, office, func(_ net.Conn, r Refusal) { told = append(told, r) })
				go func() {
					_, _ = client.Write(append(tt.header, "what follows"...)) // the test may not read all of it
				}()
				time.AfterFunc(headerTimeout+time.Second, func() { _ = ln.Close() })
				nc, err := ln.Accept()
				if tt.want == "" {
					synctest.Wait()
					if !errors.Is(err, net.ErrClosed) || len(told) != 1 || g.Refused()[NoProxyHeader] != 1 {
						t.Errorf("accepted %v, %v; told %v", nc, err, told)
					}
					_ = client.Close()
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := nc.RemoteAddr().String(); got != tt.want {
					t.Errorf("from %s, want %s", got, tt.want)
				}
				want := "what follows"
				if tt.from == tt.want && !strings.HasPrefix(tt.name, "the proxy") {
					want = string(tt.header) + want // a header from elsewhere is not looked at
				}
				got := make([]byte, len(want))
				if _, err := io.ReadFull(nc, got); err != nil || string(got) != want {
					t.Errorf("then reads %q, %v", got, err)
				}
				_, _ = nc.Close(), client.Close()
				_ = ln.Close()
			})
		})
	}
}

// A proxy that is slow, or silent, keeps only itself waiting.
func TestProxy_ASlowHeaderDoesNotHoldUpOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, silent := pipe("10.0.0.1:1")
		other, client := pipe("10.0.0.2:1")
		defer client.Close()
		in := newIncoming(slow, other)
		ln := quiet(Limits{}).Proxied(in, office, untold)
		begun := time.Now()
		go func() { _, _ = client.Write(header(t, 1, "203.0.113.7:4000")) }()
		nc, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if nc.RemoteAddr().String() != "203.0.113.7:4000" || time.Since(begun) != 0 {
			t.Errorf("%s came after %s", nc.RemoteAddr(), time.Since(begun))
		}
		if _, err := silent.Read(make([]byte, 1)); err == nil {
			t.Error("who sends no header is told something")
		}
		if took := time.Since(begun); took != headerTimeout {
			t.Errorf("who sends no header is closed after %s", took)
		}
		_ = ln.Close()
	})
}

// Close leaves nothing behind: headers that are waited for end at once.
func TestCloseEndsTheWaitForHeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := pipe("10.0.0.1:1")
		ln := quiet(Limits{}).Proxied(newIncoming(server), office, untold)
		synctest.Wait()
		begun := time.Now()
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
		if _, err := client.Read(make([]byte, 1)); err == nil || time.Since(begun) != 0 {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
		if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Accept: %v", err)
		}
	})
}

// Errors of accepting come through, for Guard.Listen to wait a little after each.
func TestProxiedPassesErrorsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		short := errors.New("out of descriptors")
		ln := quiet(Limits{}).Proxied(newIncoming(short), office, untold)
		if _, err := ln.Accept(); !errors.Is(err, short) {
			t.Errorf("Accept: %v", err)
		}
		_ = ln.Close()
	})
}

// FuzzReadHeader: a header is framed so that the library reads all of it and
// nothing else, and however it is cut, what follows is left alone.
func FuzzReadHeader(f *testing.F) {
	f.Add(header(f, 1, "203.0.113.7:4000"))
	f.Add(header(f, 2, "[2001:db8::7]:4000"))
	f.Add([]byte("PROXY UNKNOWN\r\n"))
	f.Add([]byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x0f\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(append(bytes.Clone(data), "what follows"...))
		raw, err := readHeader(r)
		if err != nil {
			return
		}
		if len(raw) > prefixSize+maxV2Size {
			t.Errorf("a header of %d bytes", len(raw))
		}
		left, _ := io.ReadAll(r)
		if all := fmt.Sprintf("%swhat follows", data); string(raw)+string(left) != all {
			t.Errorf("%q and %q are not %q", raw, left, all)
		}
	})
}

func TestHeadersAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var silent []any
		for range maxHeaders + 1 {
			server, client := pipe("10.0.0.1:1")
			defer client.Close()
			silent = append(silent, server)
		}
		g := quiet(Limits{})
		ln := g.Proxied(newIncoming(silent...), office, untold)
		synctest.Wait()
		if n := g.Refused()[NoProxyHeader]; n != 1 {
			t.Errorf("%d are refused of %d that send no header", n, len(silent))
		}
		_ = ln.Close()
	})
}

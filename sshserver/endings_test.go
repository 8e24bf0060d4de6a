package sshserver

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/internal/netguard"
)

// fakeMux delivers to a connection as the library's mux does: it waits until each value is
// received.
type fakeMux struct {
	channels chan gossh.NewChannel
	global   chan *gossh.Request
}

func newFakeMux() fakeMux {
	return fakeMux{make(chan gossh.NewChannel), make(chan *gossh.Request)}
}

// close ends the mux.
func (m fakeMux) close() {
	close(m.channels)
	close(m.global)
}

// attended returns a connection in memory that receives from m.
func attended(t *testing.T, m fakeMux) *conn {
	t.Helper()
	_, theirs := memoryPipe(1 << 10)
	l := newServer(t, nil).connect(theirs)
	l.inbox = inbox{channels: m.channels, global: m.global}
	return l
}

// failingChannel is a new channel that cannot be accepted. It has those fields of the
// library's channel that xcrypto.go reads.
type failingChannel struct {
	gossh.NewChannel
	incomingRequests     chan *gossh.Request
	windowMu             sync.Mutex //lint:ignore U1000 reached for by its name
	myWindow, myConsumed uint32     //lint:ignore U1000 the same
}

func (*failingChannel) ChannelType() string { return "session" }
func (*failingChannel) Reject(gossh.RejectionReason, string) error {
	return errors.New("injected")
}
func (*failingChannel) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	return nil, nil, errors.New("injected")
}

// Row 21: what comes after a channel that cannot be accepted is received, to the last.
func TestThreat21_WhatComesBehindAChannelThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newFakeMux()
		l := attended(t, m)
		go l.phase(l.serveRequests)
		first := &failingChannel{incomingRequests: make(chan *gossh.Request)}
		m.channels <- first
		for range 40 {
			first.incomingRequests <- &gossh.Request{Type: "env"}
			m.channels <- &failingChannel{}
			m.global <- &gossh.Request{Type: "nonsense"}
		}
		if _, err := l.Conn.Write([]byte("x")); err == nil {
			t.Error("the connection has not been cut")
		}
		close(first.incomingRequests)
		m.close()
		synctest.Wait()
		select {
		case <-l.gone:
		default:
			t.Error("the end of the session's requests is not told")
		}
	})
}

// Row 21: so is what comes after a panic in our code.
func TestThreat21_WhatComesBehindAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newFakeMux()
		l := attended(t, m)
		requests := make(chan *gossh.Request)
		l.inbox.requests, l.claimed = requests, true
		go l.phase(l.serveRequests)
		m.global <- &gossh.Request{Type: "x", WantReply: true} // the answer panics, because the request belongs to no connection
		for range 40 {
			m.channels <- &failingChannel{}
			m.global <- &gossh.Request{Type: "x"}
			requests <- &gossh.Request{Type: "x"}
		}
		close(requests)
		m.close()
	})
}

// spoiledConn is a connection whose code panics once the client has logged in.
type spoiledConn struct{ net.Conn }

func (c spoiledConn) SetDeadline(t time.Time) error {
	if t.IsZero() {
		panic("injected")
	}
	return c.Conn.SetDeadline(t)
}

// Row 21: so is what comes after a panic between the login and the session.
func TestThreat21_WhatComesBehindAFaultOfTheLogin(t *testing.T) {
	s := newServer(t, nil)
	goroutines := runtime.NumGoroutine()
	for range 20 {
		ours, theirs := memoryPipe(64 << 10)
		s.conns.Handle(spoiledConn{theirs}, s.serve)
		conn, channels, requests, err := gossh.NewClientConn(ours, "test", clientConfig("eve", nil))
		if err != nil {
			continue // the panic came first
		}
		c := gossh.NewClient(conn, channels, requests)
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if _, _, err := c.OpenChannel("session", nil); err == nil {
					t.Error("a channel is opened")
				}
			})
		}
		all.Wait()
		_ = c.Close()
	}
	settles(t, "goroutines", goroutines, runtime.NumGoroutine)
}

// Row 21: long lists of algorithms are not accepted, because the library keeps them.
func TestThreat21_LongListsOfAlgorithms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		for _, tt := range []struct {
			bytes int
			ok    bool
		}{{1500, true}, {8000, true}, {20_000, false}, {33_000, false}} {
			ours, theirs := memoryPipe(64 << 10)
			noted := &refusalConn{Conn: theirs}
			s.conns.Handle(noted, s.serve)
			if _, err := ours.Write(append([]byte("SSH-2.0-x\r\n"), kexInit(tt.bytes)...)); err != nil {
				t.Fatal(err)
			}
			_ = ours.SetReadDeadline(time.Now().Add(time.Second))
			_, err := io.Copy(io.Discard, ours)
			if ok := errors.Is(err, os.ErrDeadlineExceeded); ok != tt.ok {
				t.Errorf("%d bytes of algorithms are taken: %t, %v", tt.bytes, ok, err)
			}
			_ = ours.Close()
			synctest.Wait()
			if noted.count() != 1 {
				t.Errorf("%d bytes: refused %d times", tt.bytes, noted.count())
			}
		}
	})
}

// Row 21: if a client has sent half of a large packet before the login and is gone, the
// server does not wait for the end of the login time.
func TestThreat21_HalfAPacketBeforeTheLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := memoryPipe(1 << 10)
		l := newServer(t, nil).connect(theirs)
		l.keyed.Store(true)
		l.early = maxEarly
		begun := time.Now()
		_, _ = l.Read(make([]byte, 4096))
		if took := time.Since(begun); took != earlyWait {
			t.Errorf("it is waited for %v, want %v", took, earlyWait)
		}
		if _, err := ours.Write([]byte("x")); err == nil {
			t.Error("the connection is not closed")
		}
		_ = l.Close()
	})
}

// kexInit returns a packet that begins a key exchange, with so many bytes of algorithms.
func kexInit(bytes int) []byte {
	names, cipher, none := "curve25519-sha256,"+strings.Repeat("x", bytes), "aes128-gcm@openssh.com", "none"
	message := gossh.Marshal(struct {
		Cookie                                                                  [16]byte `sshtype:"20"`
		Kex, HostKey, CipherOut, CipherIn, MACOut, MACIn, CompOut, CompIn, A, B string
		Follows                                                                 bool
		Reserved                                                                uint32
	}{Kex: names, HostKey: "ssh-ed25519", CipherOut: cipher, CipherIn: cipher, CompOut: none, CompIn: none})
	padding := 4 + (8-(5+len(message)+4)%8)%8
	packet := binary.BigEndian.AppendUint32(nil, uint32(1+len(message)+padding))
	packet = append(append(packet, byte(padding)), message...)
	return append(packet, make([]byte, padding)...)
}

// refusalConn is a connection that counts its refusals.
type refusalConn struct {
	net.Conn
	mu  sync.Mutex
	all []netguard.Refusal
}

func (c *refusalConn) Address() netip.Prefix { return netip.Prefix{} }
func (c *refusalConn) Authenticated()        {}
func (c *refusalConn) Refused(r netguard.Refusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, r)
}

func (c *refusalConn) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.all)
}

// Row 21: the library keeps a user name as long as the connection lasts. So a long name is
// refused, with a key or as a guest, and the client is told why, once.
func TestThreat21_LongUserNames(t *testing.T) {
	s := newServer(t, nil)
	key := newKey(t)
	for _, tt := range []struct {
		name string
		user string
		keys []gossh.Signer // none for a guest
		ok   bool
	}{
		{"the longest, with a key", strings.Repeat("x", maxUserName), []gossh.Signer{key}, true},
		{"the longest, a guest", strings.Repeat("y", maxUserName), nil, true},
		{"a longer one, with keys", strings.Repeat("x", maxUserName+1), []gossh.Signer{newKey(t), newKey(t), key}, false},
		{"a longer one, a guest", strings.Repeat("x", maxUserName+1), nil, false},
		{"as long as a packet", strings.Repeat("x", 30_000), []gossh.Signer{key}, false},
		{"too long only with the room", "ann+" + strings.Repeat("r", maxUserName), nil, false},
	} {
		ours, theirs := memoryPipe(64 << 10)
		noted := &refusalConn{Conn: theirs}
		s.conns.Handle(noted, s.serve)
		c := clientConfig(tt.user, nil)
		if tt.keys != nil {
			c.Auth = []gossh.AuthMethod{gossh.PublicKeys(tt.keys...)}
		}
		var banners []string
		c.BannerCallback = func(m string) error { banners = append(banners, m); return nil }
		conn, _, _, err := gossh.NewClientConn(ours, "test", c)
		if (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.ok {
			if len(banners) > 0 {
				t.Errorf("%s: %q", tt.name, banners)
			}
			_ = conn.Close()
			continue
		}
		if len(banners) != 1 || !strings.Contains(banners[0], "256 are allowed") {
			t.Errorf("%s: the client is told %q", tt.name, banners)
		}
		settles(t, "refusals still to come", 0, func() int { return 1 - noted.count() })
		if noted.all[0] != netguard.BadLogin {
			t.Errorf("%s: noted as %s", tt.name, noted.all[0])
		}
	}
}

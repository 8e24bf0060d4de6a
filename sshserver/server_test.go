package sshserver

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
	"parley/internal/netguard"
)

// serverUnderTest is a Server with its core and flusher, to which tests connect.
type serverUnderTest struct {
	*Server
	core *chatcore.Core
}

// logTo returns a logger that writes to the test's log.
func logTo(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

func newKey(t testing.TB) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// newServer returns a Server with its flusher. Both end with the test.
func newServer(t testing.TB, change func(*Options)) *serverUnderTest {
	t.Helper()
	log := logTo(t)
	core, flusher := chatcore.New(chatcore.Options{Outbox: 256 << 10}), egress.New(log)
	o := Options{
		Core: core, Flusher: flusher, Log: log, HostKey: newKey(t),
		Input: input.Limits{MaxLine: 4096}, Name: "test", Guests: true,
		HandshakeTimeout: 20 * time.Second, SessionTimeout: 30 * time.Second, Drain: 10 * time.Second,
	}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { flusher.Run(ctx) })
	t.Cleanup(func() {
		core.Shutdown("server is going down")
		over, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		s.Shutdown(over)
		cancel()
		wg.Wait()
	})
	return &serverUnderTest{Server: s, core: core}
}

// onTCP makes the server listen on a local port, guarded as in production.
func (s *serverUnderTest) onTCP(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	guarded := netguard.New(netguard.Limits{}, s.Log).Listen(ln, s.Refuse)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Serve(guarded); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { _ = guarded.Close(); wg.Wait() })
	return ln.Addr().String()
}

// inMemory returns a new connection to the server that is not a socket.
func (s *serverUnderTest) inMemory() net.Conn {
	ours, theirs := memoryPipe(64 << 10)
	s.conns.Handle(theirs, s.serve)
	return ours
}

// clientConfig returns the configuration of a client that signs with key, or of a guest if
// key is nil.
func clientConfig(user string, key gossh.Signer) *gossh.ClientConfig {
	c := &gossh.ClientConfig{User: user, HostKeyCallback: gossh.InsecureIgnoreHostKey()}
	if key != nil {
		c.Auth = []gossh.AuthMethod{gossh.PublicKeys(key)}
	} else {
		c.Auth = []gossh.AuthMethod{gossh.KeyboardInteractive(
			func(string, string, []string, []bool) ([]string, error) { return nil, nil })}
	}
	return c
}

func login(t testing.TB, nc net.Conn, c *gossh.ClientConfig) *gossh.Client {
	t.Helper()
	conn, channels, requests, err := gossh.NewClientConn(nc, "test", c)
	if err != nil {
		t.Fatal(err)
	}
	client := gossh.NewClient(conn, channels, requests)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func dial(t testing.TB, addr string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return nc
}

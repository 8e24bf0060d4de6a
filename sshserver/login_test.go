package sshserver

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/internal/netguard"
)

// certified returns n certificates, each of a key of its own.
func certified(t testing.TB, n int) (all []gossh.Signer) {
	t.Helper()
	authority := newKey(t)
	for range n {
		all = append(all, certify(t, newKey(t), authority))
	}
	return all
}

func certify(t testing.TB, key, authority gossh.Signer) gossh.Signer {
	t.Helper()
	cert := &gossh.Certificate{Key: key.PublicKey(), CertType: gossh.UserCert, ValidBefore: gossh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewCertSigner(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// whois returns what !whois says of a person who logs in with c.
func (s *serverUnderTest) whois(t testing.TB, c *gossh.ClientConfig) string {
	t.Helper()
	k := open(t, login(t, s.inMemory(), c))
	if err := k.Shell(); err != nil {
		t.Fatal(err)
	}
	k.say(t, "!whois %s\n!quit", c.User)
	line, err := k.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Wait(); err != nil { // then the nick is free
		t.Fatal(err)
	}
	return strings.TrimRight(line, "\r\n")
}

// An agent with 20 keys and 20 certificates makes forty refused attempts. After them, a key
// or a guest can still log in.
func TestLogin_AfterFortyRefusedAttempts(t *testing.T) {
	s := newServer(t, nil)
	certificates, key := certified(t, 40), newKey(t)
	c := clientConfig("ann", nil)
	c.Auth = []gossh.AuthMethod{gossh.PublicKeys(append(certificates, key)...)}
	if got, want := s.whois(t, c), "! ann is verified, key "+gossh.FingerprintSHA256(key.PublicKey()); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, guests := range []gossh.AuthMethod{clientConfig("", nil).Auth[0], gossh.Password("x")} {
		c := clientConfig("gus", nil)
		c.Auth = []gossh.AuthMethod{gossh.PublicKeys(certificates...), guests}
		if got := s.whois(t, c); got != "! gus is a guest" {
			t.Errorf("%q", got)
		}
	}
}

func TestLogin_AttemptsAreBounded(t *testing.T) {
	s := newServer(t, nil)
	c := clientConfig("eve", nil)
	c.Auth = []gossh.AuthMethod{gossh.PublicKeys(certified(t, maxLogins)...), c.Auth[0]}
	if _, _, _, err := gossh.NewClientConn(s.inMemory(), "test", c); err == nil || !strings.Contains(err.Error(), "too many authentication failures") {
		t.Error(err)
	}
}

// addressed is a connection with an address.
type addressed struct{ net.Conn }

func (addressed) Address() netip.Prefix    { return netip.MustParsePrefix("192.0.2.1/32") }
func (addressed) Authenticated()           {}
func (addressed) Refused(netguard.Refusal) {}

// fromOneAddress is inMemory, but all connections have the same address.
func (s *serverUnderTest) fromOneAddress() net.Conn {
	ours, theirs := memoryPipe(64 << 10)
	s.conns.Handle(addressed{theirs}, s.serve)
	return ours
}

// crowdsOut has twice as many clients log in at once as can in time. Some are given up;
// after that others can log in as soon as before.
func (s *serverUnderTest) crowdsOut(t *testing.T, c *gossh.ClientConfig) {
	t.Helper()
	const clients = 4
	ended := make(chan error)
	for range clients {
		go func() {
			conn, _, _, err := gossh.NewClientConn(s.fromOneAddress(), "test", c)
			if err == nil {
				_ = conn.Close()
			}
			ended <- err
		}()
	}
	begun, failed := time.Now(), 0
	for range clients {
		if <-ended != nil {
			failed++
		}
	}
	if took := time.Since(begun); failed == 0 || took > s.HandshakeTimeout {
		t.Errorf("%d are given up, the last after %s", failed, took)
	}
	time.Sleep(2 * s.HandshakeTimeout)
}

// The cost of refusing certificates is limited for each address. Clients without
// certificates, and clients whose lines are not paced, do not wait.
func TestLogin_RefusedCertificatesAreSlowedDown(t *testing.T) {
	for _, paced := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, func(o *Options) {
				if paced {
					o.Input.Rate, o.Input.Burst = 5, 10
				}
			})
			c := clientConfig("eve", nil)
			c.Auth = []gossh.AuthMethod{gossh.PublicKeys(certified(t, 50)...), c.Auth[0]}
			begun := time.Now()
			for range 7 {
				login(t, s.fromOneAddress(), c)
			}
			want := 10 * time.Second // 350 less 300, at 5 a second
			if !paced {
				want = 0
			}
			if took := time.Since(begun); took < want-time.Second || took > want {
				t.Errorf("paced %v: 350 refused certificates took %s, want %s", paced, took, want)
			}
			if paced {
				s.crowdsOut(t, c)
			}
			begun = time.Now()
			login(t, s.fromOneAddress(), clientConfig("ann", newKey(t)))
			login(t, s.fromOneAddress(), clientConfig("gus", nil))
			if took := time.Since(begun); took > 0 {
				t.Errorf("a neighbour waits %s", took)
			}
		})
	}
}

// writer is a function as an io.Writer.
type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }

// A client that knows only passwords logs in as a guest, under its user name.
func TestLogin_AnyPasswordIsAGuests(t *testing.T) {
	var mu sync.Mutex
	var log strings.Builder
	s := newServer(t, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(writer(func(p []byte) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			return log.Write(p)
		}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	for _, password := range []string{"", "x", "a secret", strings.Repeat("secret", 1000), "\x00\xff"} {
		c := clientConfig("gus", nil)
		c.Auth = []gossh.AuthMethod{gossh.Password(password)}
		if got := s.whois(t, c); got != "! gus is a guest" {
			t.Errorf("%q", got)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(log.String(), "session begins") || strings.Contains(log.String(), "secret") {
		t.Errorf("logged: %s", &log)
	}
}

func TestLogin_APasswordIsNoKey(t *testing.T) {
	s := newServer(t, nil)
	s.plain(t, "ann", newKey(t))
	// If there is a key as well, the key counts.
	c := clientConfig("bob", newKey(t))
	c.Auth = append(c.Auth, gossh.Password("x"))
	if got := s.whois(t, c); !strings.HasPrefix(got, "! bob is verified, ") {
		t.Errorf("%q", got)
	}
	// Whatever the password, the name may be taken.
	c = clientConfig("ann", nil)
	c.Auth = []gossh.AuthMethod{gossh.Password("x")}
	k := open(t, login(t, s.inMemory(), c))
	if err := k.Run("/users"); status(err) != exitRefused || k.errors.String() != "!error nick in use: ann\n" {
		t.Errorf("%v, %q", err, k.errors)
	}
}

func TestLogin_NoPasswordWhereGuestsAreNotLetIn(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Guests = false })
	c := clientConfig("gus", nil)
	c.Auth = []gossh.AuthMethod{gossh.Password("x")}
	if _, _, _, err := gossh.NewClientConn(s.inMemory(), "test", c); err == nil || !strings.Contains(err.Error(), "attempted methods [none]") {
		t.Error("password is offered:", err)
	}
}

// An overlong name ends the connection, or ssh would ask for a password next.
func TestLogin_OverlongNameEndsTheConnection(t *testing.T) {
	s := newServer(t, nil)
	c, asked := clientConfig(strings.Repeat("x", maxUserName+1), nil), 0
	c.Auth = []gossh.AuthMethod{gossh.PublicKeys(newKey(t)), clientConfig("", nil).Auth[0], gossh.PasswordCallback(func() (string, error) {
		asked++
		return "x", nil
	})}
	said := ""
	c.BannerCallback = func(message string) error { said += message; return nil }
	if _, _, _, err := gossh.NewClientConn(s.inMemory(), "test", c); err == nil || asked > 0 || !strings.Contains(said, "256 are allowed") {
		t.Errorf("%v, asked %d times, told %q", err, asked, said)
	}
}

// fido is a key on a token that does not require a touch.
type fido struct {
	key   crypto.Signer
	flags byte
}

func newFIDO(t testing.TB, kind string, flags byte) fido {
	t.Helper()
	var key crypto.Signer
	var err error
	switch kind {
	case gossh.KeyAlgoSKED25519:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case gossh.KeyAlgoSKECDSA256:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	return fido{key, flags}
}

func (f fido) PublicKey() gossh.PublicKey {
	var blob []byte
	switch key := f.key.Public().(type) {
	case ed25519.PublicKey:
		blob = gossh.Marshal(struct{ Kind, Key, Application string }{gossh.KeyAlgoSKED25519, string(key), "ssh:"})
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			panic(err)
		}
		blob = gossh.Marshal(struct{ Kind, Curve, Key, Application string }{gossh.KeyAlgoSKECDSA256, "nistp256", string(point), "ssh:"})
	}
	key, err := gossh.ParsePublicKey(blob)
	if err != nil {
		panic(err)
	}
	return key
}

// Sign signs as PROTOCOL.u2f of OpenSSH says, "SSH U2F Signatures".
func (f fido) Sign(_ io.Reader, data []byte) (*gossh.Signature, error) {
	const counter = 7
	application, message := sha256.Sum256([]byte("ssh:")), sha256.Sum256(data)
	signed := append(append(append([]byte{}, application[:]...), f.flags, 0, 0, 0, counter), message[:]...)
	s := &gossh.Signature{Format: f.PublicKey().Type(), Rest: []byte{f.flags, 0, 0, 0, counter}}
	switch key := f.key.(type) {
	case ed25519.PrivateKey:
		s.Blob = ed25519.Sign(key, signed)
	case *ecdsa.PrivateKey:
		digest := sha256.Sum256(signed)
		r, v, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			return nil, err
		}
		s.Blob = gossh.Marshal(struct{ R, S *big.Int }{r, v})
	}
	return s, nil
}

var fidoKinds = []string{gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256}

// The flags are: touched, verified by PIN or finger.
func TestLogin_FIDOKeyWithoutATouch(t *testing.T) {
	for _, kind := range fidoKinds {
		for _, flags := range []byte{0, 1, 4, 5} {
			s := newServer(t, nil)
			key := newFIDO(t, kind, flags)
			if got, want := s.whois(t, clientConfig("ann", key)), "! ann is verified, key "+gossh.FingerprintSHA256(key.PublicKey()); got != want {
				t.Errorf("%s, flags %d: %q, want %q", kind, flags, got, want)
			}
		}
	}
}

// A FIDO certificate is refused like any other. It does not end the connection of a client
// that has signed unasked.
func TestLogin_FIDOCertificateWithoutATouch(t *testing.T) {
	for _, kind := range fidoKinds {
		s := newServer(t, nil)
		signer := certify(t, newFIDO(t, kind, 0), newKey(t))
		c := clientConfig("gus", nil)
		c.Auth = append([]gossh.AuthMethod{gossh.PublicKeys(signer)}, c.Auth...)
		if got := s.whois(t, c); got != "! gus is a guest" {
			t.Errorf("%s: %q", kind, got)
		}
		p, err := welcome(nil, signer.PublicKey())
		if _, ok := p.Extensions["no-touch-required"]; !ok || err != errCertificate {
			t.Errorf("%s: %v, %v", kind, p, err)
		}
	}
}

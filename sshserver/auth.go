package sshserver

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"

	"parley/internal/netguard"
)

// The algorithms offered have no known weakness: no SHA-1, no CBC, no NIST curves in the
// key exchange, no MAC before encryption. The oldest clients tried are
// golang.org/x/crypto/ssh of June 2017, Dropbear 2022.83, PuTTY 0.78, OpenSSH 9.2, paramiko
// 2.12.0 and asyncssh 2.10.1, and all of them connect. The one of 2017 signs with RSA keys
// only by SHA-1, so it is refused with RSA keys.
var (
	keyExchanges = []string{gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519}
	ciphers      = []string{
		gossh.CipherAES128GCM, gossh.CipherAES256GCM, gossh.CipherChaCha20Poly1305,
		gossh.CipherAES256CTR, gossh.CipherAES192CTR, gossh.CipherAES128CTR,
	}
	macs     = []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM}
	userKeys = []string{
		gossh.KeyAlgoED25519, gossh.KeyAlgoSKED25519, gossh.KeyAlgoSKECDSA256,
		gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521,
		gossh.KeyAlgoRSASHA256, gossh.KeyAlgoRSASHA512,
	}
)

// A key exchange costs a millisecond, and a client may ask for one whenever it likes.
// OpenSSH asks every hour, or every GB.
const (
	rekeyRate  = rate.Limit(1.0 / 60) // per second, for one connection
	rekeyBurst = 10
)

var errRekeyed = errors.New("keys are exchanged too often")

// rekeyLimiter is the host key for one connection. It signs once for each key exchange, and
// ends a connection that has too many of them.
type rekeyLimiter struct {
	gossh.Signer
	may    *rate.Limiter
	signed *atomic.Bool // set by the first key exchange
}

func (k *rekeyLimiter) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	if !k.may.Allow() {
		return nil, errRekeyed
	}
	k.signed.Store(true)
	return k.Signer.Sign(rand, data)
}

// config returns the configuration of one connection: its algorithms, and who may log in.
//
// Any key is welcome. The session looks up which one signed, because [welcome] is also
// called for keys that are only offered. Guests log in by keyboard-interactive without a
// question, or with any password, because some clients know nothing else. The library lists
// "password" first. No client tried follows that order: each uses its own, and OpenSSH's
// begins with keys and ends with the password. Authentication is never switched off:
// OpenSSH would then not offer its key.
func (s *Server) config() *gossh.ServerConfig {
	c := &gossh.ServerConfig{
		Config:                      gossh.Config{KeyExchanges: keyExchanges, Ciphers: ciphers, MACs: macs},
		PublicKeyAuthAlgorithms:     userKeys,
		ServerVersion:               "SSH-2.0-parley",
		BannerCallback:              bannerFor,
		MaxAuthTries:                maxLogins,
		PublicKeyCallback:           welcome,
		KeyboardInteractiveCallback: refuseGuest,
	}
	if s.Guests {
		c.KeyboardInteractiveCallback = letGuest
		c.PasswordCallback = letGuestByPassword
	}
	return c
}

// maxLogins is how many refused login attempts end a connection. An agent with 20 keys and
// 20 certificates makes 40 attempts if none will do, and tries to log in as a guest after
// those. The library counts each. It also accepts 128 attempts at most, and counts among
// these the questions whether a key would do.
const maxLogins = 64

// If the client signs unasked, a certificate is refused only after its signature has been
// checked. The largest RSA key that the library accepts, of 16384 bits, costs 13 ms each
// time. So the refused certificates of one address share a rate: 15 agents with 20
// certificates at once, and then one agent every 4 s. Above that the answer comes later.
const (
	refusedRate  = rate.Limit(5) // per second, for all connections of one address
	refusedBurst = 300
)

// attempted is called after each login attempt, before it is answered.
func (l *conn) attempted(c gossh.ConnMetadata, _ string, err error) {
	switch {
	case checkUserName(c) != nil:
		_ = l.giveUp(netguard.BadLogin, errUserName) // otherwise OpenSSH would ask for a password next
	case errors.Is(err, errCertificate) && l.readBudget.pace != nil:
		l.awaitRefusal()
	}
}

// awaitRefusal waits until a certificate may be refused. If that is after the deadline of
// the login, it gives up the connection, so that no debt accumulates.
func (l *conn) awaitRefusal() {
	turn := l.near.refused.Reserve()
	switch d := turn.Delay(); {
	case d > time.Until(l.accepted.Add(l.server.HandshakeTimeout)):
		turn.Cancel()
		_ = l.giveUp(netguard.Late, errCertificate)
	case d > 0:
		l.readBudget.wait(nil, time.After(d))
	}
}

// maxUserName is the longest accepted user name in bytes. A nick, a plus and a room, with
// 32 characters each, take 65 bytes in ASCII, and 193 in most scripts. The library keeps
// the name as long as the connection lasts, and a packet has room for 35,000 bytes of it.
const maxUserName = 256

var errUserName = fmt.Errorf("user name longer than %d bytes", maxUserName)

// checkUserName returns an error for a user name that is too long.
func checkUserName(c gossh.ConnMetadata) error {
	if len(c.User()) > maxUserName {
		return errUserName
	}
	return nil
}

// bannerFor tells a client why its user name is refused. The library asks for it once,
// before the first key is checked. A banner with each refusal would come for every key.
func bannerFor(c gossh.ConnMetadata) string {
	if checkUserName(c) == nil {
		return ""
	}
	return fmt.Sprintf("Your user name has %d bytes, and %d are allowed. Connect with: ssh NICK@HOST\n", len(c.User()), maxUserName)
}

// signer is the key under which the permissions of a connection hold the key that signed.
type signer struct{}

var errCertificate = errors.New("certificates are not taken") // they prove what their authority says, and no authority is known here

// untouched lets a FIDO key sign without a touch, because its owner decides whether it
// needs one. Without this extension the library ends the connection.
var untouched = map[string]string{"no-touch-required": ""}

func welcome(c gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	p := &gossh.Permissions{Extensions: untouched} // for certificates too: the signature is checked before the refusal
	if _, certificate := key.(*gossh.Certificate); certificate {
		return p, errCertificate
	}
	if err := checkUserName(c); err != nil {
		return nil, err
	}
	p.ExtraData = map[any]any{signer{}: key}
	return p, nil
}

// signerOf returns the key that signed, or nil for a guest. The library keeps, of the
// permissions of all offered keys, those of the key that signed.
func signerOf(conn *gossh.ServerConn) gossh.PublicKey {
	if conn.Permissions == nil {
		return nil
	}
	key, _ := conn.Permissions.ExtraData[signer{}].(gossh.PublicKey)
	return key
}

func letGuest(c gossh.ConnMetadata, _ gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	return nil, checkUserName(c)
}

// letGuestByPassword lets a guest in, whatever the password is.
func letGuestByPassword(c gossh.ConnMetadata, _ []byte) (*gossh.Permissions, error) {
	return nil, checkUserName(c)
}

func refuseGuest(gossh.ConnMetadata, gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	return nil, &gossh.BannerError{
		Err:     errors.New("guests are not let in"),
		Message: "This server wants to see a key. Make one with: ssh-keygen -t ed25519\n",
	}
}

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
// key exchange, no MAC before encryption. The oldest clients tried, which all come in, are
// golang.org/x/crypto/ssh of June 2017, Dropbear 2022.83, PuTTY 0.78, OpenSSH 9.2,
// paramiko 2.12.0 and asyncssh 2.10.1. The one of 2017 signs with RSA keys by SHA-1 only,
// so with these it is refused.
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

// A key exchange costs a millisecond, and a client may ask for one whenever it likes:
// OpenSSH does each hour, or GB.
const (
	rekeyRate  = rate.Limit(1.0 / 60) // a second, of one connection
	rekeyBurst = 10
)

var errRekeyed = errors.New("keys are exchanged too often")

// rekeyLimiter is the host key for one connection: it signs once for each key exchange, and
// ends a connection that has too many of them.
type rekeyLimiter struct {
	gossh.Signer
	may    *rate.Limiter
	signed *atomic.Bool // set from the first exchange on
}

func (k *rekeyLimiter) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	if !k.may.Allow() {
		return nil, errRekeyed
	}
	k.signed.Store(true)
	return k.Signer.Sign(rand, data)
}

// config returns who may come in, and over what, for one connection.
//
// Any key is welcome; which one signed is the session's to ask, for [welcome] is called
// for keys merely offered. Guests come in by keyboard-interactive without a question, or
// with any password, for there are clients that know nothing else. The library lists
// "password" before the others. That is the order of no client tried: each takes its own,
// and OpenSSH's begins with keys and ends with the password.
// Authentication is never switched off: OpenSSH would then not offer its key.
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

// maxLogins is after how many refused attempts to log in a connection is ended. An agent
// with 20 keys and 20 certificates makes 40 of them if none will do, and the guest's way
// is behind those. The library counts each; it also takes 128 attempts at most, and counts
// among these the questions whether a key would do.
const maxLogins = 64

// A certificate is refused only after its signature has been checked, if the client signs
// unasked. The largest RSA key that the library takes, of 16384 bits, costs 13 ms each time. So
// the refused keys of one address share a rate: 15 agents with 20 certificates at once, and
// then one every 4 s. More are answered later.
const (
	refusedRate  = rate.Limit(5) // a second, of all connections of one address
	refusedBurst = 300
)

// attempted is called after each attempt to log in, before it is answered.
func (l *conn) attempted(c gossh.ConnMetadata, _ string, err error) {
	switch {
	case checkUserName(c) != nil:
		_ = l.giveUp(netguard.BadLogin, errUserName) // OpenSSH would ask for a password next
	case errors.Is(err, errCertificate) && l.readBudget.pace != nil:
		l.awaitRefusal()
	}
}

// awaitRefusal waits until a certificate may be refused. Where that is later than the
// client may log in, the connection is given up, so that no debt gathers.
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

// maxUserName is the longest user name that may log in, in bytes: a nick, a plus and a
// room of 32 characters each take 65 in ASCII, and 193 in most scripts. The library keeps
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

// bannerFor tells a client why its user name is refused. The library asks once, before
// the first key is looked at: a banner with each refusal would come for every key.
func bannerFor(c gossh.ConnMetadata) string {
	if checkUserName(c) == nil {
		return ""
	}
	return fmt.Sprintf("Your user name has %d bytes, and %d are allowed. Connect with: ssh NICK@HOST\n", len(c.User()), maxUserName)
}

// signer is where the permissions of a connection hold the key that signed.
type signer struct{}

var errCertificate = errors.New("certificates are not taken") // they prove what their authority says, and we know none

// untouched lets a FIDO key sign without a touch: whether it wants one is up to its owner.
// Without it the library ends the connection.
var untouched = map[string]string{"no-touch-required": ""}

func welcome(c gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	p := &gossh.Permissions{Extensions: untouched} // for a certificate too: its signature is checked before it is refused
	if _, certificate := key.(*gossh.Certificate); certificate {
		return p, errCertificate
	}
	if err := checkUserName(c); err != nil {
		return nil, err
	}
	p.ExtraData = map[any]any{signer{}: key}
	return p, nil
}

// signerOf is the key that signed; nil for a guest. Of the permissions of all keys that
// were offered, a connection has those of that one.
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

package sshserver

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"
)

// What is offered is a choice of algorithms without known weakness that every
// client of the last ten years has: no SHA-1, no CBC, no NIST curves in the key
// exchange, no MAC before encryption.
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

// sparing is the host key for one connection: it signs once for each key exchange, and
// ends a connection that has too many of them.
type sparing struct {
	gossh.Signer
	may    *rate.Limiter
	signed *atomic.Bool // set from the first exchange on
}

func (k *sparing) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	if !k.may.Allow() {
		return nil, errRekeyed
	}
	k.signed.Store(true)
	return k.Signer.Sign(rand, data)
}

// config returns who may come in, and over what, for one connection.
//
// Any key is welcome; which one signed is the session's to ask, for [welcome] is called
// for keys merely offered. Guests come in by keyboard-interactive without a question.
// Authentication is never switched off: OpenSSH would then not offer its key.
func (s *Server) config() *gossh.ServerConfig {
	c := &gossh.ServerConfig{
		Config:                      gossh.Config{KeyExchanges: keyExchanges, Ciphers: ciphers, MACs: macs},
		PublicKeyAuthAlgorithms:     userKeys,
		ServerVersion:               "SSH-2.0-parley",
		BannerCallback:              bannerFor,
		PublicKeyCallback:           welcome,
		KeyboardInteractiveCallback: refuseGuest,
	}
	if s.Guests {
		c.KeyboardInteractiveCallback = letGuest
	}
	return c
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

func welcome(c gossh.ConnMetadata, key gossh.PublicKey) (*gossh.Permissions, error) {
	if _, certificate := key.(*gossh.Certificate); certificate {
		return nil, errCertificate
	}
	if err := checkUserName(c); err != nil {
		return nil, err
	}
	return &gossh.Permissions{ExtraData: map[any]any{signer{}: key}}, nil
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

func refuseGuest(gossh.ConnMetadata, gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
	return nil, &gossh.BannerError{
		Err:     errors.New("guests are not let in"),
		Message: "This server wants to see a key. Make one with: ssh-keygen -t ed25519\n",
	}
}

package sshserver

import (
	"errors"
	"io"

	"charm.land/ssh"
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

// auth sets up the library's server: who may come in, and over what.
//
// Any key is welcome; which one signed is the session's to ask, for this runs on
// keys merely offered. Guests come in by keyboard-interactive without a question.
// Authentication is never switched off: OpenSSH would then not offer its key.
func (s *Server) auth(srv *ssh.Server) error {
	srv.AddHostKey(s.HostKey) // the library makes one of its own where it has none, see New
	srv.Version = "parley"
	srv.HandshakeTimeout = s.HandshakeTimeout
	srv.ConnCallback = s.connect
	srv.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.openChannel}
	srv.PublicKeyHandler = func(_ ssh.Context, key ssh.PublicKey) bool {
		_, certificate := key.(*gossh.Certificate)
		return !certificate // it proves what its authority says, and we know none
	}
	if s.Guests {
		srv.KeyboardInteractiveHandler = func(ssh.Context, gossh.KeyboardInteractiveChallenge) bool { return true }
	}
	srv.ServerConfigCallback = func(ctx ssh.Context) *gossh.ServerConfig {
		c := s.config()
		c.AddHostKey(&sparing{Signer: s.HostKey, may: rate.NewLimiter(rekeyRate, rekeyBurst)})
		return c
	}
	return nil
}

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
	may *rate.Limiter
}

func (k *sparing) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	if !k.may.Allow() {
		return nil, errRekeyed
	}
	return k.Signer.Sign(rand, data)
}

// config returns a new configuration: the library writes the callbacks of one
// connection into it.
func (s *Server) config() *gossh.ServerConfig {
	c := &gossh.ServerConfig{
		Config:                  gossh.Config{KeyExchanges: keyExchanges, Ciphers: ciphers, MACs: macs},
		PublicKeyAuthAlgorithms: userKeys,
	}
	if !s.Guests {
		c.KeyboardInteractiveCallback = func(gossh.ConnMetadata, gossh.KeyboardInteractiveChallenge) (*gossh.Permissions, error) {
			return nil, &gossh.BannerError{
				Err:     errors.New("guests are not let in"),
				Message: "This server wants to see a key. Make one with: ssh-keygen -t ed25519\n",
			}
		}
	}
	return c
}

package sshserver

import (
	"errors"
	"io"

	gossh "golang.org/x/crypto/ssh"
)

// credentials are what a client shows in order to log in.
type credentials struct {
	what   string
	keys   []gossh.Signer
	guest  bool
	signed string  // the fingerprint of the key that signed last; empty for a guest
	owner  *victim // the victim whose key is among them
}

// holder returns the victim whose key signed last, or nil.
func (k *credentials) holder() *victim {
	if k.owner != nil && k.signed == gossh.FingerprintSHA256(k.owner.key.PublicKey()) {
		return k.owner
	}
	return nil
}

func (k *credentials) config(user string) *gossh.ClientConfig {
	c := clientConfig(user, nil)
	c.Auth = nil
	if len(k.keys) > 0 {
		c.Auth = append(c.Auth, gossh.PublicKeys(k.keys...))
	}
	if k.guest {
		c.Auth = append(c.Auth, gossh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) {
			k.signed = ""
			return nil, nil
		}))
	}
	return c
}

// credentials returns up to 5 keys, because the server accepts no more, and perhaps a
// guest's login.
func (c *crime) credentials(v *victim) *credentials {
	k := &credentials{guest: c.IntN(2) == 0}
	for range c.IntN(5) {
		if v.key == nil || c.IntN(3) == 0 {
			k.honest("a key of one's own", newKey(c.t))
		} else {
			c.forge(k, v)
		}
	}
	if v.key != nil && c.IntN(20) == 0 { // the victim logs in once more
		k.honest("the victim's key", v.key)
		k.owner = v
	}
	return k
}

// honest adds a key that signs, and records that it did.
func (k *credentials) honest(what string, key gossh.Signer) {
	k.add(what, key.PublicKey(), func(data []byte) (*gossh.Signature, error) {
		k.signed = gossh.FingerprintSHA256(key.PublicKey())
		return key.Sign(nil, data)
	})
}

func (k *credentials) add(what string, offered gossh.PublicKey, sign func([]byte) (*gossh.Signature, error)) {
	k.what += what + ", "
	k.keys = append(k.keys, forger{offered, sign})
}

// forge adds the victim's key with a false signature.
func (c *crime) forge(k *credentials, v *victim) {
	offered, another := v.key.PublicKey(), newKey(c.t)
	blob := make([]byte, c.IntN(130))
	for i := range blob {
		blob[i] = byte(c.IntN(256))
	}
	switch c.IntN(7) {
	case 0:
		k.add("another's signature", offered, func(data []byte) (*gossh.Signature, error) { return another.Sign(nil, data) })
	case 1:
		k.add("an old signature", offered, func([]byte) (*gossh.Signature, error) { return v.old[len(blob)%len(v.old)], nil })
	case 2:
		k.add("noise", offered, func([]byte) (*gossh.Signature, error) {
			return &gossh.Signature{Format: offered.Type(), Blob: blob}, nil
		})
	case 3:
		k.add("no signature", offered, func([]byte) (*gossh.Signature, error) { return &gossh.Signature{Format: offered.Type()}, nil })
	case 4:
		k.add("a signature of another kind", offered, func(data []byte) (*gossh.Signature, error) {
			sig, err := another.Sign(nil, data)
			sig.Format = gossh.KeyAlgoRSASHA256
			return sig, err
		})
	case 5:
		k.add("a key that cannot sign", offered, func([]byte) (*gossh.Signature, error) { return nil, errors.New("locked") })
	case 6:
		k.what += "a key that is only offered, "
		k.keys = append(k.keys, onlyOffered{v.key})
	}
}

// forger is a key with a function that stands for its signature.
type forger struct {
	offered gossh.PublicKey
	sign    func(data []byte) (*gossh.Signature, error)
}

func (f forger) PublicKey() gossh.PublicKey { return f.offered }

func (f forger) Sign(_ io.Reader, data []byte) (*gossh.Signature, error) { return f.sign(data) }

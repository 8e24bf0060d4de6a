package keys

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

const (
	pemType  = "OPENSSH PRIVATE KEY"
	pemBegin = "-----BEGIN " + pemType + "-----"
	// opensshMagic begins the content of the PEM block (openssh-portable, PROTOCOL.key).
	opensshMagic = "openssh-key-v1\x00"
)

// unfit says why a file is not a host key, and what a person can do about it. PATH stands
// for its path.
type unfit struct {
	problem, mend string
}

const (
	damaged = "is damaged or half written: no whole private key in it"

	mendDamaged = "restore PATH from a copy, or move it away and the next start makes a new key (clients will warn that it changed)"
	mendType    = "move it away, and the next start makes a key of the right kind, or make it yourself: ssh-keygen -t ed25519 -N '' -f PATH"
	mendPublic  = "put the private key at PATH: it is the file without .pub"
	mendLocked  = "take the passphrase off: ssh-keygen -p -N '' -f PATH"
)

// parseHostKey returns the signer in data, a whole file, or why there is none. It accepts
// exactly what ssh-keygen accepts of this format. So the fingerprint that people check
// with ssh-keygen is the one the server shows.
func parseHostKey(data []byte) (ssh.Signer, *unfit) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &unfit{"is empty", mendDamaged}
	}
	block, rest := pem.Decode(data)
	if block == nil {
		if public, _, _, _, err := ssh.ParseAuthorizedKey(data); err == nil {
			return nil, &unfit{"is a public key (" + public.Type() + ")", mendPublic}
		}
		return nil, &unfit{damaged, mendDamaged}
	}
	if strings.HasSuffix(block.Type, "PUBLIC KEY") {
		return nil, &unfit{"is a public key", mendPublic}
	}

	raw, err := ssh.ParseRawPrivateKey(data)
	var locked *ssh.PassphraseMissingError
	if errors.As(err, &locked) {
		return nil, &unfit{"is protected by a passphrase, and a server cannot ask for one", mendLocked}
	}
	if err != nil {
		return nil, &unfit{fmt.Sprintf("%s (%v)", damaged, err), mendDamaged}
	}
	signer, err := ssh.NewSignerFromKey(raw)
	if err != nil {
		return nil, &unfit{fmt.Sprintf("cannot be used (%v)", err), mendType}
	}
	if kind := signer.PublicKey().Type(); kind != ssh.KeyAlgoED25519 {
		return nil, &unfit{"is of type " + kind + ", not " + ssh.KeyAlgoED25519, mendType}
	}
	if block.Type != pemType {
		return nil, &unfit{fmt.Sprintf("is not in OpenSSH's format but a %q", block.Type), mendType}
	}
	if !bytes.HasPrefix(data, []byte(pemBegin)) || len(bytes.TrimSpace(rest)) != 0 {
		return nil, &unfit{"holds something besides one private key", mendDamaged}
	}
	if !halvesAgree(raw, block.Bytes) {
		return nil, &unfit{damaged + " (its public and private halves differ)", mendDamaged}
	}
	return signer, nil
}

// halvesAgree reports whether all three copies of the public key in the file match the
// seed. One is in clear for ssh-keygen -l, one is next to the seed, and one is the seed's
// second half. The library compares none of them. With a flipped bit in one, people could
// not verify the server's key.
func halvesAgree(raw any, body []byte) bool {
	key, ok := raw.(*ed25519.PrivateKey)
	if !ok || !bytes.Equal(ed25519.NewKeyFromSeed(key.Seed()), *key) {
		return false
	}
	var outer struct {
		Cipher, KDF, KDFOptions string
		Keys                    uint32
		Public, Private         []byte
	}
	if err := ssh.Unmarshal(bytes.TrimPrefix(body, []byte(opensshMagic)), &outer); err != nil {
		return false
	}
	var inner struct {
		Check1, Check2  uint32
		Type            string
		Public, Private []byte
		Rest            []byte `ssh:"rest"`
	}
	if err := ssh.Unmarshal(outer.Private, &inner); err != nil {
		return false
	}
	want := key.Public().(ed25519.PublicKey)
	public, err := ssh.NewPublicKey(want)
	return err == nil && bytes.Equal(outer.Public, public.Marshal()) && bytes.Equal(inner.Public, want)
}

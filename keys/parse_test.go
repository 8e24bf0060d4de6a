package keys

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"testing"

	"golang.org/x/crypto/ssh"
)

// FuzzParseHostKey checks that whatever is accepted as a host key is one that the library
// also reads from the same bytes. It has our type, and its signatures verify with its own
// public key. The error for anything else says why and what to do.
func FuzzParseHostKey(f *testing.F) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	block, err := ssh.MarshalPrivateKey(private, "fuzz")
	if err != nil {
		f.Fatal(err)
	}
	good := pem.EncodeToMemory(block)
	public, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add(bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")))
	f.Add(ssh.MarshalAuthorizedKey(public))
	f.Add([]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"))
	f.Add([]byte{})

	f.Fuzz(func(t *testing.T, data []byte) {
		signer, bad := parseHostKey(data)
		if bad != nil {
			if bad.problem == "" || bad.mend == "" {
				t.Fatalf("refused without a word: %+v", bad)
			}
			return
		}
		other, err := ssh.ParsePrivateKey(data)
		if err != nil || !bytes.Equal(other.PublicKey().Marshal(), signer.PublicKey().Marshal()) {
			t.Fatalf("the library reads another key: %v", err)
		}
		if signer.PublicKey().Type() != ssh.KeyAlgoED25519 {
			t.Fatalf("took a %s", signer.PublicKey().Type())
		}
		signature, err := signer.Sign(nil, data)
		if err != nil || signer.PublicKey().Verify(data, signature) != nil {
			t.Fatalf("signs what its own public key does not verify: %v", err)
		}
	})
}

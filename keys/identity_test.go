package keys_test

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"parley/keys"
)

func publicOf(t *testing.T, private any) ssh.PublicKey {
	t.Helper()
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer.PublicKey()
}

func TestIdentityIsTheFingerprint(t *testing.T) {
	// A key and its fingerprint as ssh-keygen -l printed it. A change of format would make
	// every user a stranger, and must fail here.
	const (
		line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
		want = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA"
	)
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	if got := keys.IdentityOf(key); got != want {
		t.Errorf("IdentityOf = %q, want %q", got, want)
	}

	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[keys.Identity]bool{}
	for _, private := range []any{newEd25519(t), newEd25519(t), rsaKey} {
		public := publicOf(t, private)
		id := keys.IdentityOf(public)
		if len(id) != 50 || !strings.HasPrefix(string(id), "SHA256:") || seen[id] {
			t.Errorf("identity %q of a %s key", id, public.Type())
		}
		seen[id] = true
		// The same key read from the wire is the same person.
		again, err := ssh.ParsePublicKey(public.Marshal())
		if err != nil || keys.IdentityOf(again) != id {
			t.Errorf("read again: %q, %v; want %q", keys.IdentityOf(again), err, id)
		}
	}
}

func TestNoIdentity(t *testing.T) {
	user := publicOf(t, newEd25519(t))
	authority, err := ssh.NewSignerFromKey(newEd25519(t))
	if err != nil {
		t.Fatal(err)
	}
	cert := &ssh.Certificate{Key: user, CertType: ssh.UserCert, ValidPrincipals: []string{"ann"}, ValidBefore: ssh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, authority); err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]ssh.PublicKey{
		"no key":                  nil,
		"certificate":             cert,
		"certificate in a struct": struct{ ssh.PublicKey }{cert},
	} {
		if id := keys.IdentityOf(key); id != "" {
			t.Errorf("%s: identity %q, want a guest", name, id)
		}
	}
	if keys.IdentityOf(struct{ ssh.PublicKey }{user}) != keys.IdentityOf(user) {
		t.Error("a key in a struct is another person")
	}
}

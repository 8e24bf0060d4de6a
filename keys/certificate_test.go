package keys_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"parley/keys"
)

// writePair writes a certificate for a name, and its key, in place of the previous pair.
func writePair(t *testing.T, certFile, keyFile, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sheet := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, sheet, sheet, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: secret},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACertificateIsReadAgainWhenItIsReplaced(t *testing.T) {
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	writePair(t, certFile, keyFile, "first.example.org")
	synctest.Test(t, func(t *testing.T) { // a fake clock, for the time between two checks
		var log bytes.Buffer
		c, err := keys.LoadCertificate(certFile, keyFile, slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		shows := func(want string) {
			t.Helper()
			pair, err := c.Config().GetCertificate(nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := pair.Leaf.Subject.CommonName; got != want {
				t.Errorf("it shows %s, want %s", got, want)
			}
		}
		shows("first.example.org")
		writePair(t, certFile, keyFile, "the-second.example.org")
		shows("first.example.org") // the files were checked a moment ago
		time.Sleep(10 * time.Second)
		shows("the-second.example.org")
		if err := os.WriteFile(certFile, []byte("half a certif"), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		shows("the-second.example.org") // and it stays in use
		if !strings.Contains(log.String(), "the old one stays in use") {
			t.Errorf("logged\n%s", log.String())
		}
		writePair(t, certFile, keyFile, "third.example.org")
		time.Sleep(10 * time.Second)
		shows("third.example.org")
	})
}

func TestLoadCertificateSaysWhatIsWrong(t *testing.T) {
	certFile, keyFile, other := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem"), filepath.Join(t.TempDir(), "other.pem")
	writePair(t, certFile, other, "first.example.org")
	writePair(t, certFile, keyFile, "first.example.org")
	for _, tt := range []struct{ cert, key, want string }{
		{"none.pem", keyFile, "none.pem: no such file"},
		{certFile, other, "private key does not match public key"},
		{keyFile, certFile, "failed to find"},
	} {
		if _, err := keys.LoadCertificate(tt.cert, tt.key, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %s", err, tt.want)
		}
	}
}

package keys_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"parley/keys"
)

// keygen runs the real ssh-keygen, with which people compare fingerprints.
func keygen(t *testing.T, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no ssh-keygen on this machine:", err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command("ssh-keygen", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ssh-keygen %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return string(out)
}

func TestSSHKeygenAgreesOnOurKey(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "host_key")
	key, err := keys.CreateHostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.Signer().PublicKey())))

	if out := keygen(t, "-l", "-f", path); !strings.Contains(out, " "+key.Fingerprint()+" ") || !strings.Contains(out, "(ED25519)") {
		t.Errorf("ssh-keygen -l: %q, want %s", out, key.Fingerprint())
	}
	if out := keygen(t, "-y", "-f", path); !strings.HasPrefix(out, public) {
		t.Errorf("ssh-keygen -y: %q, want %q", out, public)
	}
	hosts := filepath.Join(dir, "known_hosts")
	put(t, hosts, []byte(key.KnownHosts("localhost", 2222)+"\n"), 0o600)
	if out := keygen(t, "-F", "[localhost]:2222", "-f", hosts); !strings.Contains(out, public) {
		t.Errorf("ssh-keygen -F: %q, want %q", out, public)
	}
}

func TestSSHKeygenMadeKeys(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		says string // "" if it is a host key
	}{
		{"ed25519", []string{"-t", "ed25519", "-N", ""}, ""},
		{"ed25519 with a comment", []string{"-t", "ed25519", "-N", "", "-C", "Grüße, a longer comment of the admin's"}, ""},
		{"ed25519 with a passphrase", []string{"-t", "ed25519", "-N", "secret"}, "ssh-keygen -p"},
		{"rsa", []string{"-t", "rsa", "-b", "2048", "-N", ""}, "ssh-rsa"},
		{"rsa in PEM with a passphrase", []string{"-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "secret"}, "ssh-keygen -p"},
		{"ecdsa", []string{"-t", "ecdsa", "-N", ""}, "ecdsa-sha2-nistp256"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "host_key")
			keygen(t, append(c.args, "-q", "-f", path)...)
			if c.says != "" {
				refused(t, dir, path, c.says)
				refused(t, dir, path+".pub", "chmod 600")
				put(t, path+".pub", []byte(keygenPublic(t, path)), 0o600)
				refused(t, dir, path+".pub", "public key")
				return
			}
			key, created, err := keys.LoadOrCreateHostKey(path)
			if err != nil || created {
				t.Fatalf("created %v, %v", created, err)
			}
			if out := keygen(t, "-l", "-f", path); !strings.Contains(out, key.Fingerprint()) {
				t.Errorf("ssh-keygen -l: %q, want %s", out, key.Fingerprint())
			}
		})
	}
}

func keygenPublic(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The command that the error suggests for a passphrase makes the key usable.
func TestPassphraseMend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "host_key")
	keygen(t, "-t", "ed25519", "-N", "secret", "-q", "-f", path)
	keygen(t, "-p", "-P", "secret", "-N", "", "-q", "-f", path)
	if _, err := keys.LoadHostKey(path); err != nil {
		t.Error(err)
	}
}

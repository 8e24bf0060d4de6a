//go:build e2e

package threats

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

const hostKeyFile = "host_ed25519"

var hostKeyLine = regexp.MustCompile(`msg="host key" fingerprint=(\S+) file=host_ed25519 new=(\w+)`)

// Row 13: the host key is made on the first start only, and stays the same.
func TestThreat13_HostKeyIsMadeOnce(t *testing.T) {
	data := t.TempDir()
	first, made := hostKeyOf(t, data, syscall.SIGKILL)
	if made != "true" {
		t.Errorf("on the first start the log says new=%s", made)
	}
	if info, err := os.Stat(filepath.Join(data, hostKeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is made as %v, %v", info, err)
	}
	key := filepath.Join(data, hostKeyFile)
	before := everything(t, key)
	for i := range either(100, 5) {
		end := syscall.SIGTERM
		if i%2 == 1 {
			end = syscall.SIGKILL // a server that is killed has the same key too
		}
		if again, made := hostKeyOf(t, data, end); again != first || made != "false" {
			t.Fatalf("start %d: key %s, new=%s; the first was %s", i+2, again, made, first)
		}
	}
	if after := everything(t, key); after != before {
		t.Errorf("restarts have written the key:\nbefore\n%safter\n%s", before, after)
	}
	var names []string
	all, err := os.ReadDir(data)
	for _, f := range all {
		names = append(names, f.Name())
	}
	if want := []string{"event_id", hostKeyFile}; err != nil || !slices.Equal(names, want) {
		t.Errorf("the data folder holds %q, %v, want %q", names, err, want)
	}
}

// hostKeyOf starts a server and ends it with a signal. It returns the fingerprint the
// server logged, and whether it made the key.
func hostKeyOf(t *testing.T, data string, end syscall.Signal) (fingerprint, made string) {
	t.Helper()
	s := startIn(t, data, nil)
	if err := s.cmd.Process.Signal(end); err != nil {
		t.Fatal(err)
	}
	<-s.ended
	m := hostKeyLine.FindStringSubmatch(s.logged())
	if m == nil {
		t.Fatalf("no host key in the log:\n%s", s.logged())
	}
	return m[1], m[2]
}

// Row 13: anything else at the place of the host key is refused, with the path and the
// fix, and left as it is.
func TestThreat13_HostKeyIsRefused(t *testing.T) {
	_, own, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := privateKey(t, own)
	for _, tt := range []struct {
		name   string
		put    func(t *testing.T, path string)
		nobody bool // the server runs as a user who may not read it
		mend   string
	}{
		{"open to the group", file(key, 0o640), false, "chmod 600 "},
		{"0644", file(key, 0o644), false, "chmod 600 "},
		{"unreadable", file(key, 0o600), true, "chown "},
		{"an RSA key", file(privateKey(t, newRSA(t)), 0o600), false, "move it away"},
		{"an ECDSA key", file(privateKey(t, newECDSA(t)), 0o600), false, "move it away"},
		{"half written", file(key[:len(key)/2], 0o600), false, "move it away"},
		{"empty", file(nil, 0o600), false, "move it away"},
		{"a folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, false, "move it away"},
		{"a link that leads nowhere", func(t *testing.T, path string) {
			if err := os.Symlink("nowhere", path); err != nil {
				t.Fatal(err)
			}
		}, false, "remove the link"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root := openFolder(t)
			data := filepath.Join(root, "data")
			if err := os.Mkdir(data, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(data, hostKeyFile)
			tt.put(t, path)
			refusesToStart(t, root, data, path, tt.mend, tt.nobody)
		})
	}
}

// refusesToStart starts a server that must end at once with status 1, print one line that
// names the path and the fix, and write nothing.
func refusesToStart(t *testing.T, root, data, path, mend string, nobody bool) {
	t.Helper()
	before := everything(t, root)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "serve", "--data", data, "--ssh", "127.0.0.1:0", "--tcp", "127.0.0.1:0")
	if nobody {
		asNobody(t, cmd, path)
		before = everything(t, root)
	}
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	_ = cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != 1 {
		t.Errorf("exit status %d, want 1", got)
	}
	said := complaint.String()
	if strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "parley: host key "+path+": ") || !strings.Contains(said, mend) {
		t.Errorf("it says %q; want one line with the path and %q", said, mend)
	}
	if out.Len() > 0 {
		t.Errorf("standard output: %q", out.String())
	}
	if after := everything(t, root); after != before {
		t.Errorf("something was written:\nbefore\n%safter\n%s", before, after)
	}
}

// asNobody makes cmd run without the right to read path. Root can read everything, so cmd
// becomes another user, with a copy of the program where that user finds it.
func asNobody(t *testing.T, cmd *exec.Cmd, path string) {
	t.Helper()
	if os.Geteuid() != 0 {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		return
	}
	binary, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path = filepath.Join(openFolder(t), "parley")
	if err := os.WriteFile(cmd.Path, binary, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

// openFolder returns a folder of the test that other users may look into. They may not
// look into those of TempDir.
func openFolder(t *testing.T) string {
	t.Helper()
	path, err := os.MkdirTemp("", "attack")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(path) })
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func file(data []byte, mode fs.FileMode) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		if err := os.WriteFile(path, data, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // regardless of the umask
			t.Fatal(err)
		}
	}
}

// everything returns what is in a folder: names, modes, times and contents.
func everything(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		var data []byte
		if info.Mode().IsRegular() {
			if data, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		fmt.Fprintf(&all, "%s %s %s %q\n", path, info.Mode(), info.ModTime(), data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func privateKey(t *testing.T, key any) []byte {
	t.Helper()
	block, err := gossh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

func newRSA(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newECDSA(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

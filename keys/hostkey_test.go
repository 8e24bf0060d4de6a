package keys_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"parley/keys"
)

// helperEnv makes this test binary a process that loads or creates the host key it names,
// once its standard input ends.
const helperEnv = "PARLEY_TEST_HOSTKEY"

func TestMain(m *testing.M) {
	if path := os.Getenv(helperEnv); path != "" {
		io.Copy(io.Discard, os.Stdin)
		key, created, err := keys.LoadOrCreateHostKey(path)
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(key.Fingerprint(), created)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// pemOf returns private as an OpenSSH private key file.
func pemOf(t testing.TB, private any) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(private, "test")
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

func newEd25519(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

func put(t testing.TB, path string, data []byte, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, data, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // regardless of the umask
		t.Fatal(err)
	}
}

// snapshot returns everything in dir that a write would change.
func snapshot(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %s %d %s", path, info.Mode(), info.Size(), info.ModTime())
		if info.Mode().IsRegular() && info.Mode().Perm()&0o400 != 0 {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " %x", sha256.Sum256(data))
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// refused checks that all three functions refuse what is at path, that the error contains
// the path and each of words, and that nothing in dir changes.
func refused(t *testing.T, dir, path string, words ...string) {
	t.Helper()
	before := snapshot(t, dir)
	_, loadErr := keys.LoadHostKey(path)
	_, created, err := keys.LoadOrCreateHostKey(path)
	if loadErr == nil || err == nil || created {
		t.Fatalf("load: %v; load or create: %v, created %v; want both refused", loadErr, err, created)
	}
	for _, err := range []error{loadErr, err} {
		for _, word := range append(words, path) {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("error %q does not say %q", err, word)
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			t.Errorf("error %q reads as if nothing were there", err)
		}
	}
	if _, err := keys.CreateHostKey(path); err == nil {
		t.Error("CreateHostKey made a key over what was there")
	}
	if after := snapshot(t, dir); after != before {
		t.Errorf("something was written:\nbefore\n%safter\n%s", before, after)
	}
}

// Row 13 of docs/security.md: missing.
func TestMissingIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "host_key")

	if _, err := keys.LoadHostKey(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Fatalf("LoadHostKey of nothing: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Fatalf("LoadHostKey wrote %v", entries)
	}

	key, created, err := keys.LoadOrCreateHostKey(path)
	if err != nil || !created {
		t.Fatalf("first start: created %v, %v", created, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("folder holds %v, want the key alone", entries)
	}
	if kind := key.Signer().PublicKey().Type(); kind != ssh.KeyAlgoED25519 {
		t.Errorf("made a key of type %s", kind)
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("key file: %v, %v; want -rw-------", info.Mode(), err)
		}
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o755 {
			t.Errorf("folder: %v, %v; want its mode as it was", info.Mode(), err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(data), "-----BEGIN OPENSSH PRIVATE KEY-----\n") {
		t.Errorf("key file starts %.40q, %v", data, err)
	}

	// "same fingerprint over 100 restarts"
	before := snapshot(t, dir)
	for i := range 100 {
		again, created, err := keys.LoadOrCreateHostKey(path)
		if err != nil || created || again.Fingerprint() != key.Fingerprint() {
			t.Fatalf("restart %d: %s, created %v, %v; want %s", i, again.Fingerprint(), created, err, key.Fingerprint())
		}
	}
	if after := snapshot(t, dir); after != before {
		t.Errorf("a restart wrote:\nbefore\n%safter\n%s", before, after)
	}
}

// Row 13: open to others.
func TestOpenToOthersIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows keeps no such mode")
	}
	for _, mode := range []fs.FileMode{0o644, 0o640, 0o604, 0o660, 0o610, 0o601, 0o620, 0o666} {
		t.Run(mode.String(), func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "host_key")
			put(t, path, pemOf(t, newEd25519(t)), mode)
			refused(t, dir, path, fmt.Sprintf("%04o", mode), "chmod 600 "+path)

			// The suggested fix works.
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := keys.LoadHostKey(path); err != nil {
				t.Errorf("after the chmod it told of: %v", err)
			}
		})
	}
}

// Row 13: wrong type, half written, and other content.
func TestUnfitContentIsRefused(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecdsaKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private := newEd25519(t)
	good := pemOf(t, private)
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	pkix, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)})

	for _, c := range []struct {
		name string
		data []byte
		says []string
	}{
		{"RSA", pemOf(t, rsaKey), []string{"ssh-rsa", "not ssh-ed25519", "ssh-keygen -t ed25519"}},
		{"RSA in PKCS 1", pkcs1, []string{"ssh-rsa", "not ssh-ed25519"}},
		{"ECDSA", pemOf(t, ecdsaKey), []string{"ecdsa-sha2-nistp256", "not ssh-ed25519"}},
		{"Ed25519 in PKCS 8", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), []string{"OpenSSH's format"}},
		{"public key", ssh.MarshalAuthorizedKey(public), []string{"public key", ".pub"}},
		{"public key in PEM", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix}), []string{"public key", ".pub"}},
		{"passphrase", pem.EncodeToMemory(locked), []string{"passphrase", "ssh-keygen -p -N '' -f "}},
		{"empty", nil, []string{"is empty", "move it away"}},
		{"blank", []byte(" \n\t\n"), []string{"is empty"}},
		{"first half", good[:len(good)/2], []string{"half written", "move it away"}},
		{"without its last line", good[:strings.LastIndex(string(good), "-----END")], []string{"half written"}},
		{"first line", good[:36], []string{"half written"}},
		{"zeros", make([]byte, 400), []string{"half written"}},
		{"garbage", []byte("not a key at all\n"), []string{"half written"}},
		{"two keys", append(good[:len(good):len(good)], good...), []string{"besides one private key"}},
		{"text before", append([]byte("key:\n"), good...), []string{"besides one private key"}},
		{"huge", append(good[:len(good):len(good)], make([]byte, 1<<20)...), []string{"over 65536 bytes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "host_key")
			put(t, path, c.data, 0o600)
			refused(t, dir, path, c.says...)
		})
	}
}

// Files cut at every length: only the whole file is a key. The last byte is the newline,
// without which the key is still whole.
func TestEveryPrefixIsRefused(t *testing.T) {
	good := pemOf(t, newEd25519(t))
	path := filepath.Join(t.TempDir(), "host_key")
	for n := range len(good) - 1 {
		put(t, path, good[:n], 0o600)
		if _, err := keys.LoadHostKey(path); err == nil {
			t.Fatalf("the first %d of %d bytes were taken for a key", n, len(good))
		}
	}
	put(t, path, good[:len(good)-1], 0o600)
	if _, err := keys.LoadHostKey(path); err != nil {
		t.Error(err)
	}
}

// A flipped bit in the seed, in either copy of the public key or in the frame never
// yields another key, nor one that ssh-keygen would show differently.
func TestEveryFlippedBitKeepsOrLosesTheKey(t *testing.T) {
	private := newEd25519(t)
	block, _ := pem.Decode(pemOf(t, private))
	path := filepath.Join(t.TempDir(), "host_key")
	put(t, path, pem.EncodeToMemory(block), 0o600)
	want, err := keys.LoadHostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	for i := range block.Bytes {
		block.Bytes[i] ^= 1
		put(t, path, pem.EncodeToMemory(block), 0o600)
		if got, err := keys.LoadHostKey(path); err == nil {
			taken++
			if got.Fingerprint() != want.Fingerprint() {
				t.Fatalf("byte %d flipped: key %s, want %s or an error", i, got.Fingerprint(), want.Fingerprint())
			}
		}
		block.Bytes[i] ^= 1
	}
	// The 4 bytes of the comment, "test", and its length, which may count a byte of
	// padding.
	if taken > 5 {
		t.Errorf("%d of %d damaged files were taken, want the 5 with a damaged comment at most", taken, len(block.Bytes))
	}
}

func TestNotAFileIsRefused(t *testing.T) {
	t.Run("folder", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "host_key")
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, path, "is a folder")
	})
	t.Run("under a file", func(t *testing.T) {
		dir := t.TempDir()
		put(t, filepath.Join(dir, "file"), nil, 0o600)
		refused(t, dir, filepath.Join(dir, "file", "host_key"), "cannot be opened")
	})
	t.Run("link to nowhere", func(t *testing.T) {
		dir := t.TempDir()
		path, target := filepath.Join(dir, "host_key"), filepath.Join(dir, "elsewhere")
		symlink(t, target, path)
		refused(t, dir, path, "symbolic link", target, "does not exist")
	})
	t.Run("link to itself", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "host_key")
		symlink(t, path, path)
		refused(t, dir, path, "cannot be opened")
	})
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		if runtime.GOOS == "windows" {
			t.Skip("symbolic links need a privilege on windows:", err)
		}
		t.Fatal(err)
	}
}

// Secrets mounted into a container are links. What they lead to counts.
func TestLinkToAKeyIsFollowed(t *testing.T) {
	dir := t.TempDir()
	path, target := filepath.Join(dir, "host_key"), filepath.Join(dir, "target")
	made, err := keys.CreateHostKey(target)
	if err != nil {
		t.Fatal(err)
	}
	symlink(t, "target", path)
	key, created, err := keys.LoadOrCreateHostKey(path)
	if err != nil || created || key.Fingerprint() != made.Fingerprint() {
		t.Fatalf("%v, created %v, %v", key, created, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(target, 0o644); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, path, "chmod 600")
}

func TestCreateNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "host_key")
	if _, err := keys.CreateHostKey(path); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	_, err := keys.CreateHostKey(path)
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("second CreateHostKey: %v", err)
	}
	if after := snapshot(t, dir); after != before {
		t.Errorf("before\n%safter\n%s", before, after)
	}
}

func TestFolderMissing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data", "host_key")
	_, _, err := keys.LoadOrCreateHostKey(path)
	if err == nil || !strings.Contains(err.Error(), "mkdir -p "+filepath.Dir(path)) {
		t.Errorf("error %v does not tell to make the folder", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("made %v; the folder is the caller's", entries)
	}
}

// A bare file name is in the current folder.
func TestBareName(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, created, err := keys.LoadOrCreateHostKey("host_key"); err != nil || !created {
		t.Fatalf("created %v, %v", created, err)
	}
	if entries, _ := os.ReadDir("."); len(entries) != 1 || entries[0].Name() != "host_key" {
		t.Errorf("folder holds %v", entries)
	}
}

// Of 50 calls at once in one process, one makes the key and all get it. A reader sees no
// file or the whole file meanwhile.
func TestConcurrentCreateInOneProcess(t *testing.T) {
	for range 4 {
		dir := t.TempDir()
		path := filepath.Join(dir, "host_key")
		var (
			start   = make(chan struct{})
			done    = make(chan struct{})
			wg      sync.WaitGroup
			lookers sync.WaitGroup

			mu      sync.Mutex
			seen    = map[string]int{}
			creates int
		)
		for range 50 {
			wg.Go(func() {
				<-start
				key, created, err := keys.LoadOrCreateHostKey(path)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				seen[key.Fingerprint()]++
				if created {
					creates++
				}
			})
		}
		for range 2 {
			lookers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if _, err := keys.LoadHostKey(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("saw a part: %v", err)
						return
					}
				}
			})
		}
		close(start)
		wg.Wait()
		close(done)
		lookers.Wait()
		if len(seen) != 1 || creates != 1 {
			t.Fatalf("%d made a key, in use are %v; want one", creates, seen)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Fatalf("folder holds %v, want the key alone", entries)
		}
	}
}

// The same between processes, which share only the folder.
func TestConcurrentCreateInManyProcesses(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "host_key")
	barrier, release, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer release.Close()

	const n = 8
	var procs [n]*exec.Cmd
	var outs [n]strings.Builder
	for i := range procs {
		procs[i] = exec.Command(exe)
		procs[i].Env = append(os.Environ(), helperEnv+"="+path)
		procs[i].Stdin = barrier
		procs[i].Stdout = &outs[i]
		procs[i].Stderr = os.Stderr
		if err := procs[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	barrier.Close()
	release.Close() // all see the end of input at once
	seen, creates := map[string]int{}, 0
	for i := range procs {
		if err := procs[i].Wait(); err != nil {
			t.Errorf("process %d: %v: %s", i, err, outs[i].String())
			continue
		}
		fingerprint, created, _ := strings.Cut(strings.TrimSpace(outs[i].String()), " ")
		seen[fingerprint]++
		if created == "true" {
			creates++
		}
	}
	if len(seen) != 1 || creates != 1 {
		t.Errorf("%d made a key, in use are %v; want one", creates, seen)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("folder holds %v, want the key alone", entries)
	}
}

func TestKnownHosts(t *testing.T) {
	key, err := keys.CreateHostKey(filepath.Join(t.TempDir(), "host_key"))
	if err != nil {
		t.Fatal(err)
	}
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.Signer().PublicKey())))
	for _, c := range []struct {
		host string
		port int
		want string
	}{
		{"localhost", 2222, "[localhost]:2222 "},
		{"chat.example.org", 22, "chat.example.org "},
		{"127.0.0.1", 2222, "[127.0.0.1]:2222 "},
		{"::1", 2222, "[::1]:2222 "},
		{"[::1]", 2222, "[::1]:2222 "},
		{"::1", 22, "::1 "},
	} {
		line := key.KnownHosts(c.host, c.port)
		if line != c.want+public {
			t.Errorf("KnownHosts(%q, %d) = %q, want %q", c.host, c.port, line, c.want+public)
		}

		// A client that has only this line accepts the key there, and no other.
		file := filepath.Join(t.TempDir(), "known_hosts")
		put(t, file, []byte(line+"\n"), 0o600)
		check, err := knownhosts.New(file)
		if err != nil {
			t.Fatal(err)
		}
		address := net.JoinHostPort(strings.Trim(c.host, "[]"), fmt.Sprint(c.port))
		remote := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: c.port}
		if err := check(address, remote, key.Signer().PublicKey()); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		other, err := ssh.NewPublicKey(newEd25519(t).Public())
		if err != nil {
			t.Fatal(err)
		}
		if err := check(address, remote, other); err == nil {
			t.Errorf("%s: another key was accepted", line)
		}
	}
}

// The key signs a handshake that a client with only the line accepts.
func TestSignerInAHandshake(t *testing.T) {
	key, err := keys.CreateHostKey(filepath.Join(t.TempDir(), "host_key"))
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	config := &ssh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(key.Signer())
	served := make(chan error, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			served <- err
			return
		}
		defer conn.Close()
		_, _, _, err = ssh.NewServerConn(conn, config)
		served <- err
		bufio.NewReader(conn).ReadByte() // wait until the client has gone
	}()

	port := ln.Addr().(*net.TCPAddr).Port
	file := filepath.Join(t.TempDir(), "known_hosts")
	put(t, file, []byte(key.KnownHosts("127.0.0.1", port)+"\n"), 0o600)
	check, err := knownhosts.New(file)
	if err != nil {
		t.Fatal(err)
	}
	client, err := ssh.Dial("tcp", ln.Addr().String(), &ssh.ClientConfig{User: "ann", HostKeyCallback: check})
	if err != nil {
		t.Fatal(err)
	}
	client.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

package keys

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// maxKeyFile is far above the size of any Ed25519 key (about 400 bytes). It bounds what
// is read if the path leads to something else.
const maxKeyFile = 64 << 10

// HostKey is the server's own Ed25519 key. The zero value is not a key: only the
// functions of this package make one.
type HostKey struct {
	signer ssh.Signer
}

// Signer returns the signer for the SSH handshake.
func (k HostKey) Signer() ssh.Signer { return k.signer }

// Fingerprint returns what ssh shows a person who connects for the first time: "SHA256:"
// and 43 characters.
func (k HostKey) Fingerprint() string { return ssh.FingerprintSHA256(k.signer.PublicKey()) }

// KnownHosts returns the line of a known_hosts file that makes ssh trust this key for
// host and port: "[localhost]:2222 ssh-ed25519 AAAA...", or the plain host if the port is
// 22. An IPv6 address may be given with or without brackets.
func (k HostKey) KnownHosts(host string, port int) string {
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	address := net.JoinHostPort(host, strconv.Itoa(port))
	return knownhosts.Line([]string{address}, k.signer.PublicKey())
}

// LoadOrCreateHostKey loads the host key at path, or makes one if the path does not
// exist; created reports which. If several processes start at once, one makes the key and
// all use it. Anything else at the path is refused, as in LoadHostKey, and not changed.
func LoadOrCreateHostKey(path string) (key HostKey, created bool, err error) {
	key, err = LoadHostKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	key, err = CreateHostKey(path)
	if errors.Is(err, fs.ErrExist) {
		// Another process was faster. Its file appeared whole.
		key, err = LoadHostKey(path)
		return key, false, err
	}
	return key, err == nil, err
}

// LoadHostKey loads the host key at path. It must be an Ed25519 private key in OpenSSH
// format, without a passphrase, that only its owner may use. LoadHostKey follows symbolic
// links, because secrets are often mounted that way. It writes nothing.
//
// Its errors name the path and the fix. errors.Is(err, fs.ErrNotExist) holds only if
// nothing is at the path, not even a dangling symbolic link.
func LoadHostKey(path string) (HostKey, error) {
	data, err := readPrivate(path)
	if err != nil {
		return HostKey{}, err
	}
	signer, bad := parseHostKey(data)
	if bad != nil {
		return HostKey{}, fmt.Errorf("host key %s: %s; %s", path, bad.problem, strings.ReplaceAll(bad.mend, "PATH", path))
	}
	return HostKey{signer}, nil
}

// readPrivate returns the content of the file at path, if it is a regular file and
// private. It checks the open file, so that the file cannot be exchanged between the
// checks and the read.
func readPrivate(path string) ([]byte, error) {
	// Without O_NONBLOCK, a named pipe would make the server wait here forever.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, explainOpen(path, err)
	}
	defer f.Close()

	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("host key %s: %w", path, err)
	}
	switch {
	case info.IsDir():
		return nil, fmt.Errorf("host key %s: is a folder; name a file inside it, or move it away", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("host key %s: is not a regular file (%s); move it away, or name another path", path, info.Mode().Type())
	}
	// Windows has no such mode and shows every file as 0666.
	if perm := info.Mode().Perm(); runtime.GOOS != "windows" && perm&0o077 != 0 {
		return nil, fmt.Errorf("host key %s: mode %04o opens it to others than its owner; run: chmod 600 %s", path, perm, path)
	}

	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("host key %s: %w", path, err)
	}
	if len(data) > maxKeyFile {
		return nil, fmt.Errorf("host key %s: is over %d bytes, which no host key is; move it away, or name another path", path, maxKeyFile)
	}
	return data, nil
}

// explainOpen returns an error that tells a person what to do about a file that did not
// open.
func explainOpen(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// A dangling link counts as something. Making a key through it would write to an
		// unexpected place; making one instead of it would hide the mistake.
		if target, linkErr := os.Readlink(path); linkErr == nil {
			return fmt.Errorf("host key %s: is a symbolic link to %s, which does not exist; put the key there, or remove the link", path, target)
		}
		return fmt.Errorf("host key %s: there is none; the first start of a server makes it (%w)", path, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("host key %s: not readable by user id %d, which this server runs as; give it the file and its folder: chown %[2]d %[1]s (%[3]w)",
			path, os.Getuid(), err)
	}
	return fmt.Errorf("host key %s: cannot be opened; mend the path, or name another one (%w)", path, err)
}

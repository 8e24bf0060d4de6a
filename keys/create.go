package keys

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// hostKeyComment is in the key file and in what ssh-keygen -y prints: whoever
// finds the file learns what it belongs to. No host name: it would go stale.
const hostKeyComment = "parley host key"

// CreateHostKey makes a new host key at path, with mode 0600. It refuses when
// anything is there, even a symbolic link that leads nowhere: then
// errors.Is(err, fs.ErrExist). The folder must be there; its mode is not touched.
//
// The file appears whole or not at all, also to other processes and after a
// power cut, and when it fails nothing is left behind.
func CreateHostKey(path string) (HostKey, error) {
	private, key, err := newKey()
	if err != nil {
		return HostKey{}, fmt.Errorf("host key %s: make a key: %w", path, err)
	}
	block, err := ssh.MarshalPrivateKey(private, hostKeyComment)
	if err != nil {
		return HostKey{}, fmt.Errorf("host key %s: make a key: %w", path, err)
	}

	switch err := writeNew(path, pem.EncodeToMemory(block)); {
	case errors.Is(err, fs.ErrExist):
		return HostKey{}, fmt.Errorf("host key %s: something is there already and is never overwritten; move it away first (%w)", path, fs.ErrExist)
	case errors.Is(err, fs.ErrNotExist):
		return HostKey{}, fmt.Errorf("host key %s: its folder does not exist; make it: mkdir -p %s (%w)", path, filepath.Dir(path), err)
	case errors.Is(err, fs.ErrPermission):
		return HostKey{}, fmt.Errorf("host key %s: user id %d, which this server runs as, may not write there; give it the folder: chown %[2]d %[3]s (%[4]w)",
			path, os.Getuid(), filepath.Dir(path), err)
	case err != nil:
		return HostKey{}, fmt.Errorf("host key %s: cannot be written: %w", path, err)
	}
	return key, nil
}

// NewHostKey returns a new host key that is kept nowhere: clients of the next start will
// see another.
func NewHostKey() (HostKey, error) {
	_, key, err := newKey()
	if err != nil {
		return HostKey{}, fmt.Errorf("make a host key: %w", err)
	}
	return key, nil
}

func newKey() (ed25519.PrivateKey, HostKey, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, HostKey{}, err
	}
	signer, err := ssh.NewSignerFromKey(private)
	return private, HostKey{signer}, err
}

// writeNew makes the file at path with data in it, mode 0600, never over
// anything that is there (then errors.Is(err, fs.ErrExist)).
//
// The data is written and synced under a temporary name in the same folder
// first. A link then gives it its name: unlike a rename it fails when the name
// is taken, and unlike O_EXCL on the name itself it never shows a part.
func writeNew(path string, data []byte) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	// The link would find out too, but only after a write to the folder.
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	tmp, err := os.CreateTemp(dir, "."+base+".tmp-") // O_EXCL, 0600 less the umask
	if err != nil {
		return err
	}
	err = writeAndClose(tmp, data)
	if err == nil {
		err = os.Link(tmp.Name(), path)
	}
	if removeErr := os.Remove(tmp.Name()); err == nil {
		err = removeErr
	}
	if err == nil {
		err = syncFolder(dir)
	}
	return err
}

// writeAndClose returns when data is on the disk, not only in the kernel.
func writeAndClose(f *os.File, data []byte) error {
	err := f.Chmod(0o600) // a strange umask may have taken the owner's bits too
	if err == nil {
		_, err = f.Write(data)
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// syncFolder makes the new name as lasting as the file it names.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be opened for this there
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	// Some network file systems know no such thing and say EINVAL; they keep
	// their own order, and a server there is better than none.
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

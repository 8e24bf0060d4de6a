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

// hostKeyComment appears in the key file and in the output of ssh-keygen -y, so that
// anyone who finds the file learns what it belongs to. It has no host name, which would
// become outdated.
const hostKeyComment = "parley host key"

// CreateHostKey makes a new host key at path, with mode 0600. If anything is there, even
// a dangling symbolic link, it fails with an error for which errors.Is(err, fs.ErrExist).
// The folder must exist; its mode is not changed.
//
// The file appears whole or not at all, also to other processes and after a power cut. If
// CreateHostKey fails, it leaves no file.
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

// NewHostKey returns a new host key that is not saved. Clients will see another key after
// the next start.
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

// writeNew makes the file at path with data in it and mode 0600. It never overwrites
// anything: if path exists, errors.Is(err, fs.ErrExist).
//
// It first writes and syncs the data under a temporary name in the same folder. Then a
// link gives it its name. Unlike a rename, a link fails if the name is taken. Unlike
// O_EXCL on the name itself, it never shows a partial file.
func writeNew(path string, data []byte) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	// The link would find this out too, but only after a write to the folder.
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	tmp, err := os.CreateTemp(dir, "."+base+".tmp-") // O_EXCL, and 0600 less the umask
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

// writeAndClose returns when data is on disk, not only in the kernel.
func writeAndClose(f *os.File, data []byte) error {
	err := f.Chmod(0o600) // a strange umask may have removed the owner's bits too
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

// syncFolder makes the new name as durable as the file.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // Windows cannot open a folder for this
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	// Some network file systems do not support this and return EINVAL. They keep their own
	// order, and it is better to start a server there than to refuse.
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

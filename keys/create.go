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

	"golang.org/x/crypto/ssh"

	"parley/internal/durable"
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

	switch err := durable.Create(path, pem.EncodeToMemory(block)); {
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

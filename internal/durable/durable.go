// Package durable writes small files that are on disk, whole, when the function returns.
package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Create makes the file at path with data in it and mode 0600. It never overwrites
// anything: if path exists, errors.Is(err, fs.ErrExist).
//
// It first writes and syncs the data under a temporary name in the same folder. Then a
// link gives it its name. Unlike a rename, a link fails if the name is taken. Unlike
// O_EXCL on the name itself, it never shows a partial file.
func Create(path string, data []byte) error {
	// The link would find this out too, but only after a write to the folder.
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return write(path, data, os.Link)
}

// Replace is Create for a file that may exist. A crash leaves the old file or the new one.
func Replace(path string, data []byte) error { return write(path, data, os.Rename) }

// write writes data under a temporary name. Then name gives the file its own.
func write(path string, data []byte, name func(from, to string) error) error {
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	tmp, err := os.CreateTemp(dir, "."+base+".tmp-") // O_EXCL, and 0600 less the umask
	if err != nil {
		return err
	}
	err = writeAndClose(tmp, data)
	if err == nil {
		err = name(tmp.Name(), path)
	}
	if removeErr := os.Remove(tmp.Name()); err == nil && !os.IsNotExist(removeErr) {
		err = removeErr // after a rename there is nothing to remove
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

package keys_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"parley/keys"
)

// asNobody runs f on a thread that the kernel treats as an ordinary user, so that root
// too can meet a file that does not open. The thread ends with f.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread is not reused
		// Linux keeps this user id per thread, and with it drops root's capabilities over
		// files.
		if err := syscall.Setfsuid(65534); err != nil {
			t.Error("setfsuid:", err)
			return
		}
		f()
	}()
	<-done
}

// Row 13: unreadable.
func TestUnreadableIsRefused(t *testing.T) {
	dir := openDir(t)
	path := filepath.Join(dir, "host_key")
	put(t, path, pemOf(t, newEd25519(t)), 0o600)
	if os.Geteuid() != 0 {
		put(t, path, nil, 0o000) // an ordinary user owns the file, and can only lock themselves out
	}
	before := snapshot(t, dir)
	asNobody(t, func() {
		if _, err := os.ReadFile(path); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("the test itself can read the file (%v): it shows nothing", err)
			return
		}
		_, loadErr := keys.LoadHostKey(path)
		_, created, err := keys.LoadOrCreateHostKey(path)
		for _, err := range []error{loadErr, err} {
			if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "chown ") {
				t.Errorf("error %v; want no permission, the path and the mend", err)
			}
		}
		if created {
			t.Error("a key was made in its place")
		}
	})
	if after := snapshot(t, dir); after != before {
		t.Errorf("something was written:\nbefore\n%safter\n%s", before, after)
	}
}

func TestFolderNotWritable(t *testing.T) {
	dir := openDir(t)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "host_key")
	before := snapshot(t, dir)
	asNobody(t, func() {
		_, _, err := keys.LoadOrCreateHostKey(path)
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "chown ") {
			t.Errorf("error %v; want no permission, the path and the mend", err)
		}
	})
	if after := snapshot(t, dir); after != before {
		t.Errorf("something was written:\nbefore\n%safter\n%s", before, after)
	}
}

// openDir returns a temporary folder that every user can read. The parent of t.TempDir is
// closed to others if the umask says so.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "parley-keys-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		os.Chmod(dir, 0o700)
		os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A named pipe would otherwise block the start forever.
func TestNamedPipeIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "host_key")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := keys.LoadOrCreateHostKey(path)
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("error %v", err)
	}
}

// If the disk fills up during the write, nothing is left: no part of a key, no temporary
// file. The limit on a file's size stands in for the full disk. It applies to the whole
// process, so the write is made in a separate one.
func TestFailedWriteLeavesNothing(t *testing.T) {
	const env = "PARLEY_TEST_FULL_DISK"
	if path := os.Getenv(env); path != "" {
		signal.Ignore(syscall.SIGXFSZ)
		var before syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100, Max: before.Max}); err != nil {
			t.Fatal(err)
		}
		defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before) // a coverage run must still write
		_, created, err := keys.LoadOrCreateHostKey(path)
		if !errors.Is(err, syscall.EFBIG) || created || !strings.Contains(err.Error(), path) {
			t.Fatalf("created %v, error %v; want %v", created, err, syscall.EFBIG)
		}
		return
	}

	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "host_key")
	cmd := exec.Command(exe, "-test.run=^TestFailedWriteLeavesNothing$", "-test.v")
	cmd.Env = append(os.Environ(), env+"="+path)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestFailedWriteLeavesNothing") {
		t.Fatalf("%v\n%s", err, out)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
	// With room again, the same start succeeds.
	if _, created, err := keys.LoadOrCreateHostKey(path); err != nil || !created {
		t.Errorf("created %v, %v", created, err)
	}
}

// Whatever the umask, only the owner can read the key.
func TestUmask(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o077, 0o777} {
		path := filepath.Join(t.TempDir(), "host_key")
		old := syscall.Umask(mask)
		_, err := keys.CreateHostKey(path)
		syscall.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("umask %04o: mode %v, %v; want -rw-------", mask, info.Mode(), err)
		}
	}
}

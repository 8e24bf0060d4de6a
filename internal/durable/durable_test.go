package durable

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestCreate_NeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := Create(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := Create(path, []byte("two")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the second time: %v", err)
	}
	holds(t, path, "one")
}

func TestReplace_Overwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, data := range []string{"one", "two"} {
		if err := Replace(path, []byte(data)); err != nil {
			t.Fatal(err)
		}
		holds(t, path, data)
	}
}

// A write that fails leaves the old file, and no other.
func TestReplace_LeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "folder")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("two")); err == nil {
		t.Error("a folder was replaced")
	}
	left(t, dir, 1)
}

// holds checks that the file holds data, with mode 0600, and is alone in its folder.
func holds(t *testing.T, path, data string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != data {
		t.Errorf("it holds %q, %v, want %q", got, err, data)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("it has mode %v, %v", info.Mode(), err)
	}
	left(t, filepath.Dir(path), 1)
}

func left(t *testing.T, dir string, want int) {
	t.Helper()
	if all, err := os.ReadDir(dir); err != nil || len(all) != want {
		t.Errorf("the folder has %v, %v, want %d files", all, err, want)
	}
}

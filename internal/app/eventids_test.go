package app

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/chatcore"
)

func openIDs(t *testing.T, folder string) (*eventIDs, chatcore.EventID) {
	t.Helper()
	ids, first, err := openEventIDs(folder, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return ids, first
}

// A server that was killed has used some ids of its block, and reserved more: the next
// start begins after all of them. No clock is asked.
func TestEventIDs_GrowOverRestarts(t *testing.T) {
	folder := t.TempDir()
	last := chatcore.EventID(0)
	for range 5 {
		ids, first := openIDs(t, folder)
		if first <= last {
			t.Errorf("a start begins at %d, and %d was used", first, last)
		}
		last = first
		for range 7 { // some ids, in large steps
			last += eventBlock / 3
			ids.extend(last)
			if last >= ids.end {
				t.Fatalf("%d is used, and reserved up to %d", last, ids.end)
			}
		}
	}
}

func TestEventIDs_ReserveOnceForHalfABlock(t *testing.T) {
	ids, first := openIDs(t, t.TempDir())
	before := ids.end
	ids.extend(first + eventBlock/2 - 1)
	if ids.end != before {
		t.Error("reserved before half of the block was used")
	}
	ids.extend(first + eventBlock/2)
	if ids.end != before+eventBlock {
		t.Errorf("reserved up to %d, want %d", ids.end, before+eventBlock)
	}
}

func TestEventIDs_RefuseAFileThatHoldsNone(t *testing.T) {
	for _, data := range []string{"", "zoe\n", "-1", "0", "9007199237963777", "99999999999999999999", "1 2"} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, eventIDFile), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := openEventIDs(folder, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), folder) {
			t.Errorf("%q: error %v", data, err)
		}
	}
}

// What is not a file is refused: no start waits for a pipe, or begins anew because of a link to
// a volume that is not there.
func TestEventIDs_RefuseWhatIsNotAFile(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"a folder":          func(path string) error { return os.Mkdir(path, 0o700) },
		"a link to nowhere": func(path string) error { return os.Symlink("nowhere", path) },
		"a pipe":            func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		folder := t.TempDir()
		if err := make(filepath.Join(folder, eventIDFile)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := openEventIDs(folder, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// Without a place to keep them, ids begin where the clock says, and that is said. They are
// reserved once there is a place.
func TestEventIDs_ByTheClockIfTheFolderRefuses(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "none")
	var log bytes.Buffer
	ids, first, err := openEventIDs(folder, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil || first < 1<<40 || first >= 1<<53 {
		t.Errorf("the first id is %d, %v", first, err)
	}
	if !strings.Contains(log.String(), "event ids are not kept") {
		t.Errorf("the log says %q", &log)
	}
	if ids.extend(first + 2*eventBlock); ids.end != unlimited { // there is still nowhere to write
		t.Errorf("reserved up to %d", ids.end)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	ids.extend(first + 2*eventBlock)
	if _, again := openIDs(t, folder); again <= first+2*eventBlock || again != ids.end {
		t.Errorf("the next start begins at %d", again)
	}
	if a, b := byClock(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)), byClock(time.Date(2026, 12, 1, 0, 0, 1, 0, time.UTC)); b-a != 1<<20 {
		t.Errorf("a second is %d ids", b-a)
	}
}

// A disk that refuses later is logged once, until it takes a block again.
func TestEventIDs_SayOnceThatTheDiskRefuses(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	ids, first, err := openEventIDs(folder, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	end := ids.end
	ids.extend(first + eventBlock - 1)
	ids.extend(first + eventBlock + 9)
	if got := strings.Count(log.String(), "cannot reserve event ids"); got != 1 || ids.end != end {
		t.Errorf("logged %d times, reserved up to %d", got, ids.end)
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if ids.extend(first + eventBlock + 10); ids.end != first+eventBlock+11+eventBlock || ids.told {
		t.Errorf("reserved up to %d when the disk is back", ids.end)
	}
}

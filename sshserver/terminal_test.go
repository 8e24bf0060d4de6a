package sshserver

import (
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	gossh "golang.org/x/crypto/ssh"
)

// tty is a client with a terminal, and the contents of its screen.
type tty struct {
	*gossh.Session
	t    testing.TB
	keys io.Writer

	mu      sync.Mutex
	changed chan struct{} // closed when the screen has changed
	screen  *vt.Emulator
	raw     []byte // everything received
	ended   bool
}

// terminal begins an interactive session on a screen of 80 by 24.
func (s *serverUnderTest) terminal(t testing.TB, user string, key gossh.Signer, env ...string) *tty {
	t.Helper()
	return openTerminal(t, login(t, s.inMemory(), clientConfig(user, key)), "xterm-256color", env...)
}

func openTerminal(t testing.TB, c *gossh.Client, term string, env ...string) *tty {
	t.Helper()
	sess, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if err := sess.Setenv(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := sess.RequestPty(term, 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	keys, err := sess.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := sess.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	k := &tty{Session: sess, t: t, keys: keys, screen: vt.NewEmulator(80, 24), changed: make(chan struct{})}
	if err := sess.Shell(); err != nil {
		t.Fatal(err)
	}
	go k.watch(out)
	return k
}

// watch draws what comes.
func (k *tty) watch(out io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := out.Read(buf)
		k.mu.Lock()
		_, _ = k.screen.Write(buf[:n])
		k.raw = append(k.raw, buf[:n]...)
		k.ended = err != nil
		close(k.changed)
		k.changed = make(chan struct{})
		k.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// press types keys.
func (k *tty) press(keys ...string) {
	k.t.Helper()
	for _, s := range keys {
		if _, err := io.WriteString(k.keys, s); err != nil {
			k.t.Fatal(err)
		}
	}
}

// paste pastes a text. Keys pressed before it is shown may be taken for a part of it.
func (k *tty) paste(text string) {
	k.t.Helper()
	k.press("\x1b[200~" + text + "\x1b[201~")
}

// enter types lines, and Enter after each.
func (k *tty) enter(lines ...string) {
	k.t.Helper()
	for _, l := range lines {
		k.press(l + "\r")
	}
}

// rows returns the rows of the screen, without times and without the empty rows at its end.
func (k *tty) rows() []string {
	var rows []string
	for y := range k.screen.Height() {
		var b strings.Builder
		for x := range k.screen.Width() {
			if c := k.screen.CellAt(x, y); c != nil && c.Width > 0 {
				b.WriteString(c.Content)
			}
		}
		rows = append(rows, untimed(strings.TrimRight(b.String(), " ")))
	}
	for len(rows) > 0 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

// untimed returns a row with hh:mm instead of the time it begins with.
func untimed(row string) string {
	if _, err := time.Parse("15:04", row[:min(5, len(row))]); err == nil {
		return "hh:mm" + row[5:]
	}
	return row
}

// until waits until so holds for the screen, and returns the screen.
func (k *tty) until(what string, so func(rows []string) bool) []string {
	k.t.Helper()
	late := time.After(4 * time.Second)
	for {
		k.mu.Lock()
		rows, changed, ended := k.rows(), k.changed, k.ended
		k.mu.Unlock()
		if so(rows) {
			return rows
		}
		if ended {
			k.t.Fatalf("the session ended, and the screen is\n%s\nwant %s", strings.Join(rows, "\n"), what)
		}
		select {
		case <-changed:
		case <-late:
			k.t.Fatalf("the screen is\n%s\nwant %s", strings.Join(rows, "\n"), what)
		}
	}
}

// shows waits until the screen ends in the given rows.
func (k *tty) shows(want ...string) {
	k.t.Helper()
	k.until("it to end in\n"+strings.Join(want, "\n"), func(rows []string) bool {
		return len(rows) >= len(want) && strings.Join(rows[len(rows)-len(want):], "\n") == strings.Join(want, "\n")
	})
}

// output returns everything received so far.
func (k *tty) output() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return string(k.raw)
}

// end waits for the end of the session and returns its exit status.
func (k *tty) end() int {
	k.t.Helper()
	code := status(k.Wait())
	for {
		k.mu.Lock()
		changed, ended := k.changed, k.ended
		k.mu.Unlock()
		if ended {
			return code
		}
		<-changed
	}
}

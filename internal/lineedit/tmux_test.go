package lineedit

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/term"
)

// paneEnv holds the socket of the test that wants this process to be what runs in
// its pane.
const paneEnv = "LINEEDIT_PANE"

func TestMain(m *testing.M) {
	if socket := os.Getenv(paneEnv); socket != "" {
		if err := runPane(socket); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// runPane writes what it gets from the socket to its terminal, and answers when
// the terminal has drawn it: each piece, after its length, is followed by the
// question where the cursor is.
func runPane(socket string) error {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	if _, err := term.MakeRaw(int(os.Stdin.Fd())); err != nil {
		return err
	}
	answers := bufio.NewReader(os.Stdin)
	for {
		var size uint32
		if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
			return err
		}
		if _, err := io.CopyN(os.Stdout, conn, int64(size)); err != nil {
			return err
		}
		if _, err := os.Stdout.WriteString("\x1b[6n"); err != nil {
			return err
		}
		if _, err := answers.ReadString('R'); err != nil {
			return err
		}
		if _, err := conn.Write([]byte{'.'}); err != nil {
			return err
		}
	}
}

// tmux is a real terminal.
type tmux struct {
	t    testing.TB
	name string
	conn net.Conn
}

func newTmux(t testing.TB, width, height int) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tmux is not installed, and CI has to have it")
		}
		t.Skip("tmux is not installed")
	}
	dir, err := os.MkdirTemp("", "lineedit") // t.TempDir's names are too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "pane")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	m := &tmux{t: t, name: filepath.Join(dir, "tmux")}
	m.run("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "-e", paneEnv+"="+socket, "exec '"+self+"'",
		";", "set", "-g", "status", "off", ";", "set", "-g", "window-size", "manual",
		";", "resize-window", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height))
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", m.name, "kill-server").Run() })
	_ = l.(*net.UnixListener).SetDeadline(time.Now().Add(20 * time.Second))
	if m.conn, err = l.Accept(); err != nil {
		t.Fatal("what runs in the pane did not come: ", err)
	}
	t.Cleanup(func() { _ = m.conn.Close() })
	return m
}

func (m *tmux) run(args ...string) string {
	m.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-S", m.name, "-u"}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

func (m *tmux) draw(s string) {
	m.t.Helper()
	if s == "" {
		return
	}
	_ = m.conn.SetDeadline(time.Now().Add(20 * time.Second))
	piece := append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...)
	if _, err := m.conn.Write(piece); err != nil {
		m.t.Fatal(err)
	}
	if _, err := io.ReadFull(m.conn, make([]byte, 1)); err != nil {
		m.t.Fatal(err)
	}
}

func (m *tmux) resize(width, height int) {
	m.t.Helper()
	m.run("resize-window", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height))
}

func (m *tmux) content() (rows []string, y, x int) {
	m.t.Helper()
	out := m.run("display-message", "-p", "#{history_size} #{cursor_y} #{cursor_x}", ";", "capture-pane", "-p", "-S", "-")
	first, rest, _ := strings.Cut(out, "\n")
	var scrolled int
	if _, err := fmt.Sscan(first, &scrolled, &y, &x); err != nil {
		m.t.Fatalf("tmux says %q: %v", first, err)
	}
	y += scrolled
	for row := range strings.Lines(rest) {
		rows = append(rows, strings.TrimRight(row, " \n"))
	}
	for len(rows) > y+1 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows, y, x
}

// On an almost empty screen that gets narrower, tmux scrolls rows away though there
// is room below: a line of several rows can leave one in its history then. So the
// screen is filled first. And where a wide character does not fit into the end of a
// row, tmux 3.3a can lose that the next goes on with it, and then puts the cursor
// some lines higher: so there are none.
func TestTmuxShowsWhatASheetShows(t *testing.T) {
	const height = 60
	d := newTmux(t, 80, height)
	var filled strings.Builder
	for i := range 2 * height {
		fmt.Fprintf(&filled, "%d\r\n", i)
	}
	for seed := range uint64(5) {
		d.run("clear-history")
		d.draw("\x1b[H\x1b[2J")
		d.run("clear-history")
		d.resize(80, height)
		s := &script{rng: rand.New(rand.NewPCG(seed, 7)), m: newEmulatorOn(d, t, limits(80, 20, Options{})), width: 80, height: 20, pieces: narrowPieces}
		s.printed.WriteString(filled.String())
		s.m.print(filled.String())
		for range 100 {
			if s.step(func(width, _ int) { d.resize(width, height) }) {
				same(t, fmt.Sprintf("seed %d\n%s", seed, s.log.String()), d, s.m.fresh(newSheet(t, s.width, 2000), s.printed.String()))
			}
		}
		same(t, fmt.Sprintf("seed %d\n%s", seed, s.log.String()), d, s.m.fresh(newSheet(t, s.width, 2000), s.printed.String()))
	}
}

func TestTmuxWrapsTogetherWhatBelongsTogether(t *testing.T) {
	const height = 60
	d := newTmux(t, 40, height)
	filled := strings.Repeat(".\r\n", height)
	try := func(name, keys string, from, to int) {
		d.resize(from, height)
		d.draw("\x1b[H\x1b[2J")
		d.run("clear-history")
		m := newEmulatorOn(d, t, limits(from, 24, Options{}))
		m.print(filled + "bob: hi\r\n")
		m.typed(strings.SplitAfter(keys, "")...)
		d.resize(to, height)
		m.Resize(to, 24)
		m.print("")
		same(t, fmt.Sprintf("%s, from width %d to %d", name, from, to), d, m.fresh(newSheet(t, to, 100), filled+"bob: hi\r\n"))
	}
	for _, tt := range beforeResizes {
		for _, width := range []int{20, 39, 80} {
			try(tt.name, tt.keys, 40, width)
		}
		for _, width := range []int{35, 120} {
			try(tt.name, tt.keys, 80, width)
		}
	}
}

// A message above a line at the top of the screen leaves nothing of the line in the
// history: tmux keeps a screen that is erased at once.
func TestTmuxKeepsNothingOfALineAtTheTop(t *testing.T) {
	d := newTmux(t, 40, 10)
	m := newEmulatorOn(d, t, limits(40, 10, Options{}))
	m.typed("dra")
	m.print("bob: hi\r\n")
	m.wants("bob: hi\nann> dra|")
	m.typed("\x0c")
	rows, _, _ := d.content()
	before := strings.Join(rows, "\n")
	m.print("bob: ho\r\n")
	m.typed(ctrlR)
	m.typed(ctrlG)
	m.typed("\x03")
	m.wants(strings.TrimSuffix(before, "ann> dra") + "bob: ho\nann> |")
}

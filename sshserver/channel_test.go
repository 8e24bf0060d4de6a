package sshserver

import (
	"bufio"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// descriptors counts the open files of this process.
func descriptors(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("a process's descriptors cannot be listed:", err)
		}
		t.Skip("this system does not list a process's descriptors:", err)
	}
	return len(files)
}

// settles waits until measure is at most base, for at most 5 s.
func settles(t *testing.T, what string, base int, measure func() int) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for measure() > base {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%s: %d, base %d\n%s", what, measure(), base, stacks[:runtime.Stack(stacks, true)])
		}
		runtime.Gosched()
	}
}

type ptyRequest struct {
	Term                         string
	Columns, Rows, Width, Height uint32
	Modes                        string
}

type windowChange struct{ Columns, Rows, Width, Height uint32 }

// sessionChannel opens a session channel without a client's session, for unusual requests.
func sessionChannel(t testing.TB, c *gossh.Client) gossh.Channel {
	t.Helper()
	ch, requests, err := c.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(requests)
	return ch
}

func request(t testing.TB, ch gossh.Channel, name string, payload any) bool {
	t.Helper()
	ok, err := ch.SendRequest(name, true, gossh.Marshal(payload))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return ok
}

// The library's own session keeps every window-change that is not received, and with it six
// goroutines and the socket, forever: pty-req, 35 window-changes, reset.
func TestWindowChangesAndResetLeaveNothing(t *testing.T) {
	s := newServer(t, nil)
	addr := s.onTCP(t)
	key := newKey(t)
	abuse := func() {
		nc := dial(t, addr)
		c := login(t, nc, clientConfig("ann", key))
		ch := sessionChannel(t, c)
		request(t, ch, "pty-req", ptyRequest{Term: "xterm", Columns: 80, Rows: 24})
		for i := range uint32(35) {
			if _, err := ch.SendRequest("window-change", false, gossh.Marshal(windowChange{Columns: 80 + i, Rows: 24})); err != nil {
				t.Fatal(err)
			}
		}
		if err := nc.(*net.TCPConn).SetLinger(0); err != nil { // close by a reset
			t.Fatal(err)
		}
		_ = nc.Close()
	}
	abuse() // everything that is started only once has now been started
	settles(t, "sessions", 0, func() int { return len(s.conns.Open()) })
	goroutines, files := runtime.NumGoroutine(), descriptors(t)
	for range 50 {
		abuse()
	}
	settles(t, "descriptors", files, func() int { return descriptors(t) })
	settles(t, "goroutines", goroutines, runtime.NumGoroutine)
}

func TestChannelFilter(t *testing.T) {
	s := newServer(t, nil)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	ch := sessionChannel(t, c)
	long := strings.Repeat("x", maxCommand)
	for _, tt := range []struct {
		name    string
		request string
		payload any
		want    bool
	}{
		{"a window-change without a terminal is refused", "window-change", windowChange{}, false},
		{"a pty with an endless name is refused", "pty-req", ptyRequest{Term: long}, false},
		{"a pty is given", "pty-req", ptyRequest{Term: "xterm", Columns: 1_000_000, Rows: 0}, true},
		{"but one only", "pty-req", ptyRequest{Term: "xterm"}, false},
		{"a variable of the list is taken", "env", struct{ Name, Value string }{"TZ", "Europe/Zurich"}, true},
		{"and of the locale", "env", struct{ Name, Value string }{"LC_ALL", "de_CH"}, true},
		{"others are not", "env", struct{ Name, Value string }{"LD_PRELOAD", "x"}, false},
		{"nor is one too long", "env", struct{ Name, Value string }{"LC_X", strings.Repeat("x", maxEnvBytes)}, false},
		{"signals are refused", "signal", struct{ Name string }{"INT"}, false},
		{"breaks are refused", "break", struct{ Length uint32 }{500}, false},
		{"agents are refused", "auth-agent-req@openssh.com", struct{ B byte }{0}, false},
		{"X11 is refused", "x11-req", struct{ B byte }{0}, false},
		{"subsystems are refused", "subsystem", struct{ Name string }{"sftp"}, false},
		{"a command too long is refused", "exec", struct{ Command string }{long}, false},
		{"what cannot be read is refused", "window-change", struct{ B byte }{1}, false},
		{"a window-change is taken", "window-change", windowChange{Columns: 100, Rows: 30}, true},
		{"the session begins", "shell", struct{ S string }{""}, true},
		{"but once", "exec", struct{ Command string }{"/users"}, false},
		{"a variable is too late then", "env", struct{ Name, Value string }{"LANG", "C"}, false},
		{"a pty too", "pty-req", ptyRequest{Term: "xterm"}, false},
	} {
		if got := request(t, ch, tt.request, tt.payload); got != tt.want {
			t.Errorf("%s: %s answered %t", tt.name, tt.request, got)
		}
	}
	if _, _, err := c.OpenChannel("session", nil); err == nil {
		t.Error("a second session channel was opened")
	}
	if _, _, err := c.OpenChannel("direct-tcpip", nil); err == nil {
		t.Error("a channel for forwarding was opened")
	}
}

func TestRequestFloodsAreBounded(t *testing.T) {
	s := newServer(t, nil)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	ch := sessionChannel(t, c)
	request(t, ch, "pty-req", ptyRequest{Term: "xterm", Columns: 80, Rows: 24})
	go func() { _, _ = io.Copy(io.Discard, ch) }()
	flood := func(n int) {
		for range n {
			for name, payload := range map[string]any{
				"window-change": windowChange{Columns: 90, Rows: 30},
				"env":           struct{ Name, Value string }{"LC_ALL", strings.Repeat("x", 50)},
				"signal":        struct{ Name string }{"WINCH"},
			} {
				if _, err := ch.SendRequest(name, false, gossh.Marshal(payload)); err != nil {
					t.Fatal(err)
				}
			}
		}
		request(t, ch, "env", struct{ Name, Value string }{"LC_LAST", ""}) // the requests before it have been handled
	}
	flood(100)
	before := heap()
	flood(10_000)
	if grown := int(heap()) - int(before); grown > 1<<20 {
		t.Errorf("30,000 requests hold %d bytes", grown)
	}
	if l := onlyConn(t, s); len(l.client.env) > maxEnv || l.client.envBytes > maxEnvBytes {
		t.Errorf("the environment holds %d variables, %d bytes", len(l.client.env), l.client.envBytes)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func onlyConn(t *testing.T, s *serverUnderTest) *conn {
	t.Helper()
	open := s.conns.Open()
	if len(open) != 1 {
		t.Fatalf("%d connections", len(open))
	}
	return open[0]
}

func TestClamp(t *testing.T) {
	for _, tt := range []struct {
		columns, rows uint32
		width, height int
	}{{80, 24, 80, 24}, {0, 0, 80, 24}, {1 << 31, 501, 500, 500}, {1, 1, 1, 1}} {
		if w := clamp(tt.columns, tt.rows); w.Width != tt.width || w.Height != tt.height {
			t.Errorf("clamp(%d, %d) = %v", tt.columns, tt.rows, w)
		}
	}
}

func TestNotSSHIsClosedAtOnce(t *testing.T) {
	s := newServer(t, nil)
	for _, opener := range []string{"GET / HTTP/1.1\r\n\r\n", "SSX-2.0-x\r\n", "\x16\x03\x01\x02\x00", "bob\r\n!users\r\n"} {
		nc := s.inMemory()
		r := bufio.NewReader(nc)
		if version, err := r.ReadString('\n'); err != nil || !strings.HasPrefix(version, "SSH-2.0-") {
			t.Fatalf("the server begins with %q, %v", version, err)
		}
		go func() { _, _ = io.WriteString(nc, opener) }()
		rest, err := io.ReadAll(r)
		if len(rest) > 0 || err != nil {
			t.Errorf("%q: the server says %q, %v", opener, rest, err)
		}
	}
}

package tcpserver

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
)

// Row 16: a panic in one session, wherever it happens, ends that session and nothing else.
// It is logged once, with its stack.
func TestThreat16_PanicEndsOneSession(t *testing.T) {
	f := newFaultServer(t)
	all := f.seatFifty(t)
	for _, tt := range []struct {
		name   string
		where  string
		joined bool
		then   func(t *testing.T, eve net.Conn) // causes the panic; nil: it happens by itself
	}{
		{"before the nick", "first read", false, nil},
		{"in what reads", "second read", true, nil},
		{"in what reads, to the end", "each read", false, nil},
		{"in a command", "write or look", true, func(t *testing.T, eve net.Conn) {
			time.Sleep(1100 * time.Millisecond) // a connection is checked once a second
			if _, err := io.WriteString(eve, "!users\n"); err != nil {
				t.Error(err)
			}
		}},
		{"in what tries to write", "write or look", true, func(t *testing.T, _ net.Conn) { all.talk(t) }},
		{"in what waits to write", "slow write", true, func(t *testing.T, _ net.Conn) { all.talk(t) }},
		{"in a format", "", true, func(t *testing.T, _ net.Conn) {
			f.sessionOf(t, "eve").SetFormat(faulty{})
			all.talk(t)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f.log.reset()
			before := f.core.Stats().Closed[chatcore.Panicked]
			eve := f.connect(t, tt.where)
			if _, err := io.WriteString(eve, "eve\n"); err != nil {
				t.Error(err)
			}
			if tt.then != nil {
				f.sessionOf(t, "eve")
				tt.then(t, eve)
			}
			_ = eve.SetReadDeadline(time.Now().Add(20 * time.Second))
			if _, err := io.Copy(io.Discard, eve); err != nil && !errors.Is(err, syscall.ECONNRESET) {
				t.Fatalf("a session with a fault does not end: %v", err)
			}
			all.talk(t)
			if st := f.core.Stats(); st.Users != 50 || tt.joined && st.Closed[chatcore.Panicked] != before+1 {
				t.Errorf("%d users, closed %v", st.Users, st.Closed)
			}
			f.log.judge(t)
		})
	}
}

type faulty struct{}

func (faulty) Append([]byte, *chatcore.Event, chatcore.View) []byte { panic("injected") }

// faultServer is a server whose next connection can be made to fail, with its log.
type faultServer struct {
	*Server
	core *chatcore.Core
	log  *faultLog
	ln   net.Listener
}

func newFaultServer(t *testing.T) *faultServer {
	t.Helper()
	f := &faultServer{log: new(faultLog)}
	log := slog.New(slog.NewTextHandler(f.log, nil))
	f.core = chatcore.New(chatcore.Options{Outbox: 256 << 10, Fault: func(fault chatcore.Fault) {
		log.Error("panic in a format", "panic", fault.Value, "stack", string(fault.Stack)) // as in cmd/parley
	}})
	flusher := egress.New(log)
	f.Server = New(Options{Core: f.core, Flusher: flusher, Log: log, Input: input.Limits{MaxLine: 4096}, NickTimeout: 30 * time.Second, Drain: time.Second})
	var err error
	if f.ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var run sync.WaitGroup
	run.Go(func() { flusher.Run(ctx) })
	t.Cleanup(func() {
		_ = f.ln.Close()
		f.core.Shutdown("server is going down")
		over, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		f.Shutdown(over)
		cancel()
		run.Wait()
	})
	return f
}

// connect makes a connection that the server handles, with a fault somewhere.
func (f *faultServer) connect(t *testing.T, fault string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", f.ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	accepted, err := f.ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	switch fault {
	case "":
	case "slow write":
		accepted = unwritable{accepted}
	default:
		accepted = &faultyConn{TCPConn: accepted.(*net.TCPConn), where: fault}
	}
	f.conns.Handle(accepted, f.serve)
	return nc
}

// sessionOf waits until a nick is online, and returns its session.
func (f *faultServer) sessionOf(t *testing.T, nick string) *chatcore.Session {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		var found *chatcore.Session
		for _, c := range f.conns.Open() {
			c.mu.Lock()
			s := c.session
			c.mu.Unlock()
			if s != nil && s.Nick() == nick {
				found = s
			}
		}
		if found != nil {
			return found
		}
	}
	t.Fatalf("%s is not online", nick)
	return nil
}

// unwritable is not a socket, and panics in Write.
type unwritable struct{ net.Conn }

func (unwritable) Write([]byte) (int, error) { panic("injected") }

// faultyConn is a socket that panics if it is used other than through net.Conn.
type faultyConn struct {
	*net.TCPConn
	where string
	reads atomic.Int64
}

func (c *faultyConn) SyscallConn() (syscall.RawConn, error) {
	raw, err := c.TCPConn.SyscallConn()
	return faultyRaw{raw, c}, err
}

type faultyRaw struct {
	syscall.RawConn
	conn *faultyConn
}

func (r faultyRaw) Read(f func(uintptr) bool) error {
	n := r.conn.reads.Add(1)
	switch {
	case r.conn.where == "first read" && n == 1, r.conn.where == "second read" && n == 2, r.conn.where == "each read":
		panic("injected")
	}
	return r.RawConn.Read(f)
}

// Control is called to write, and to check during a line whether the connection is lost.
func (r faultyRaw) Control(f func(uintptr)) error {
	if r.conn.where == "write or look" {
		panic("injected")
	}
	return r.RawConn.Control(f)
}

// fifty are people who listen while others fail. The first of them talks.
type fifty struct {
	talker net.Conn
	others []*bufio.Reader
	said   int
}

func (f *faultServer) seatFifty(t *testing.T) *fifty {
	t.Helper()
	all := new(fifty)
	for i := range 50 {
		nc := f.connect(t, "")
		if _, err := fmt.Fprintf(nc, "n%d\n", i); err != nil {
			t.Fatal(err)
		}
		f.sessionOf(t, fmt.Sprintf("n%d", i))
		if i == 0 {
			all.talker = nc
			continue
		}
		all.others = append(all.others, bufio.NewReader(nc))
	}
	return all
}

// talk says a line and checks that all of them receive it.
func (f *fifty) talk(t *testing.T) {
	t.Helper()
	f.said++
	if _, err := fmt.Fprintf(f.talker, "still here %d\n", f.said); err != nil {
		t.Fatal(err)
	}
	for i, in := range f.others {
		want := fmt.Sprintf("n0: still here %d\r\n", f.said)
		if line, err := in.ReadString('\n'); err != nil || line != want {
			t.Fatalf("n%d hears %q, %v; want %q", i+1, line, err, want)
		}
	}
}

// faultLog is what a server has logged.
type faultLog struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *faultLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *faultLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Reset()
}

// judge fails the test unless exactly one panic has been logged, with its stack.
func (l *faultLog) judge(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var faults []string
	for line := range strings.Lines(l.all.String()) {
		if strings.Contains(line, "level=ERROR") {
			faults = append(faults, line)
		}
	}
	if len(faults) != 1 || !strings.Contains(faults[0], `msg="panic`) || !strings.Contains(faults[0], `stack="goroutine `) {
		t.Errorf("%d faults logged, want one with its stack:\n%s", len(faults), strings.Join(faults, ""))
	}
}

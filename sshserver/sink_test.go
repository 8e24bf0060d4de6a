package sshserver

import (
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/internal/sockets"
)

// windowed is a channel with a window that is refilled when it is empty.
type windowed struct {
	gossh.Channel
	link  *conn
	left  uint32
	topUp uint32

	writes  []int
	cramped []bool // whether the write may have to wait for the window
}

func (c *windowed) Write(p []byte) (int, error) {
	c.writes, c.cramped = append(c.writes, len(p)), append(c.cramped, c.link.cramped.Load())
	for n := len(p); n > 0; {
		if c.left == 0 {
			c.left = c.topUp
		}
		took := min(n, int(c.left))
		n, c.left = n-took, c.left-uint32(took)
	}
	c.link.progress.add(len(p))
	return len(p), nil
}

// Each write fits the window, or is so short that a client which opens its window slowly
// takes it in time.
func TestThreat25_WritesFitTheWindowOrAreShort(t *testing.T) {
	for _, tt := range []struct {
		left, topUp uint32
		want        []int
		cramped     []bool
	}{
		{1 << 20, 0, []int{10_000}, []bool{false}},
		{5000, 4000, []int{5000, 2048, 2048, 904}, []bool{false, true, true, false}},
		{0, 1024, []int{2048, 2048, 2048, 2048, 1808}, []bool{true, true, true, true, true}},
		{0, 1 << 20, []int{2048, 7952}, []bool{true, false}},
	} {
		l := &conn{readBudget: newReadBudget(false)}
		c := &windowed{link: l, left: tt.left, topUp: tt.topUp}
		l.channel, l.window = c, sendWindow{new(sync.Mutex), &c.left}
		if n, err := (sink{l}).Write(make([]byte, 10_000)); n != 10_000 || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		if !slices.Equal(c.writes, tt.want) || !slices.Equal(c.cramped, tt.cramped) {
			t.Errorf("window %d, then %d: wrote %v, waiting %v; want %v, %v", tt.left, tt.topUp, c.writes, c.cramped, tt.want, tt.cramped)
		}
	}
}

// Acknowledged bytes are progress, unless the write waits for the window. Then only bytes
// that pass the window are progress.
func TestThreat25_AnswersAreNoProgressOfAShutWindow(t *testing.T) {
	l, peer := linked(t)
	k := sink{l}
	step := func(do func()) (moved bool) {
		t.Helper()
		before, ok := k.Taken()
		if !ok {
			t.Fatal("the kernel does not tell")
		}
		do()
		after, _ := k.Taken()
		return after != before
	}
	answer := func() {
		if _, err := l.Write(make([]byte, 36)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(peer, make([]byte, 36)); err != nil {
			t.Fatal(err)
		}
		acknowledged(t, l)
	}
	if !step(answer) {
		t.Error("what is acknowledged is no progress")
	}
	l.cramped.Store(true)
	if step(answer) {
		t.Error("an answer is progress of a write that waits for the window")
	}
	if !step(func() { l.pieces.Add(1) }) {
		t.Error("what passed the window is no progress")
	}
}

// A keepalive that follows data which the client has not received yet is not missed. One
// that the client's kernel has received is.
func TestThreat25_AKeepaliveBehindMuchIsOnItsWay(t *testing.T) {
	l, peer := linked(t)
	l.probed = l.progress.total()
	if l.onItsWay() {
		t.Error("nothing is pending, and something is on its way")
	}
	_ = l.Conn.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	_, _ = l.Write(make([]byte, 64<<20)) // more than the two kernels keep
	l.probed = l.progress.total()
	if !l.onItsWay() {
		t.Error("much is pending, and the keepalive behind it is not on its way")
	}
	l.probed = 0
	if l.onItsWay() {
		t.Error("what was pending before others is on its way")
	}
	l.probed = l.progress.total()
	if _, err := io.CopyN(io.Discard, peer, l.probed); err != nil {
		t.Fatal(err)
	}
	acknowledged(t, l)
	if l.onItsWay() {
		t.Error("all is acknowledged, and something is on its way")
	}
	a, b := memoryPipe(1 << 10)
	defer a.Close()
	defer b.Close()
	if (&conn{Conn: a}).onItsWay() {
		t.Error("there is no socket, and something is on its way")
	}
}

// Sent bytes do not show that the client takes anything, whether or not a write waits for
// the window.
func TestThreat12_OnlyTheClientAcknowledges(t *testing.T) {
	l, _ := linked(t)
	k := sink{l}
	before, ok := k.Acked()
	if !ok {
		t.Fatal("the kernel does not tell")
	}
	for _, cramped := range []bool{true, false} {
		l.cramped.Store(cramped)
		l.pieces.Add(1)
		if now, _ := k.Acked(); now != before {
			t.Errorf("what the client has acknowledged went from %d to %d, and it has done nothing", before, now)
		}
	}
}

// A keepalive that follows much pending data is missed only if the client acknowledges none
// of it.
func TestThreat12_AKeepaliveIsMissedWhereNothingIsAcknowledged(t *testing.T) {
	for _, takes := range []bool{true, false} {
		l, peer := linked(t)
		l.server, l.leave = &Server{}, func() {}
		l.keepalive.start(stageSession, time.Hour, func() {})
		_ = peer.SetReadDeadline(time.Now().Add(10 * time.Second))
		_ = l.Conn.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
		_, _ = l.Write(make([]byte, 64<<20)) // more than the two kernels keep
		l.probed, l.waiting = l.progress.total(), true
		l.probe(nil) // the first probe compares with the beginning
		for range keepalivesMissed + 3 {
			if takes {
				before := l.acked
				eventually(t, "a client that reads acknowledges something", func() bool {
					if _, err := io.CopyN(io.Discard, peer, 64<<10); err != nil {
						t.Fatal(err)
					}
					acked, _ := sink{l}.Acked()
					return acked != before
				})
				if !l.onItsWay() {
					t.Fatal("the client's kernel has the keepalive")
				}
			}
			l.probe(nil)
		}
		l.keepalive.stop(stageClosed)
		if _, open := (sink{l}).Pending(); open != takes {
			t.Errorf("takes some between the probes: %t; its connection is open: %t", takes, open)
		}
	}
}

// acknowledged waits until the client's kernel has received everything written.
func acknowledged(t *testing.T, l *conn) {
	t.Helper()
	eventually(t, "all is acknowledged", func() bool {
		pending, _ := sink{l}.Pending()
		return !pending
	})
}

// eventually waits, for at most 10 s, until is returns true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for begun := time.Now(); !is(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

// linked returns a conn over a socket, and its client.
func linked(t *testing.T) (*conn, net.Conn) {
	t.Helper()
	if !sockets.Measured {
		t.Skip("this kernel does not tell what is acknowledged")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	peer, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = peer.Close() })
	accepted, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accepted.Close() })
	return &conn{Conn: accepted, readBudget: newReadBudget(false)}, peer
}

// window is the library's own window: a write decreases it by its length.
func TestThreat25_TheWindowOfAChannelIsKnown(t *testing.T) {
	s := newServer(t, nil)
	client := login(t, s.inMemory(), clientConfig("ann", nil))
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.StdinPipe(); err != nil { // without one the client ends its input, and with it the session
		t.Fatal(err)
	}
	if _, err := session.StdoutPipe(); err != nil { // it is not read: the window only shrinks
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	l := onlyConn(t, s)
	before := l.window.room()
	if before == 0 || before > 2<<20 {
		t.Fatalf("the client of x/crypto opens a window of 2 MiB, and has room for %d", before)
	}
	const n = 5000
	if _, err := (sink{l}).Write(make([]byte, n)); err != nil {
		t.Fatal(err)
	}
	if after := l.window.room(); after != before-n {
		t.Errorf("%d bytes were written, and the window went from %d to %d", n, before, after)
	}
}

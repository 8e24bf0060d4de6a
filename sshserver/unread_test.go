package sshserver

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/internal/input"
)

// Row 29: unread input is limited, and no honest client is cut because of that.

// shortLines sends lines of one to four bytes, one in a packet, until the channel fails.
func shortLines(ch gossh.Channel, most int, every time.Duration) {
	for n := range most {
		if _, err := io.WriteString(ch, "abc\n"[n%4:]); err != nil {
			return
		}
		time.Sleep(every)
	}
}

// A client with a window of 24 KiB sends short lines without end, while others talk. Its
// window adjusts come after thousands of small packets. It receives everything, and is not
// taken for stalled.
func TestThreat29_ShortLinesDoNotHoldUpWhatIsHeard(t *testing.T) {
	const heard, window = 1000, 24 << 10
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob := sit(t, s, "bob")
		ours, theirs := memoryPipe(1 << 20) // the window fills first
		s.conns.Handle(theirs, s.serve)
		ch := sessionChannel(t, login(t, ours, clientConfig("ann", newKey(t))))
		if _, err := ch.SendRequest("anything", true, nil); err != nil { // answered once the channel exists
			t.Fatal(err)
		}
		in := inflowOf(s.Log, ch.(gossh.NewChannel), true)
		in.mu.Lock()
		*in.window = window
		in.mu.Unlock()
		l := onlyConn(t, s)
		l.window.lock.Lock()
		*l.window.bytes = window
		l.window.lock.Unlock()
		if ok, err := ch.SendRequest("shell", true, nil); !ok || err != nil {
			t.Fatal(ok, err)
		}
		done := make(chan int, 1)
		go func() {
			n := 0
			for lines := bufio.NewScanner(ch); n < heard && lines.Scan(); {
				if strings.HasPrefix(lines.Text(), fmt.Sprintf("bob: line %d ", n)) {
					n++
				}
			}
			done <- n
		}()
		go shortLines(ch, 1<<20, 3*time.Millisecond)
		time.Sleep(time.Minute)
		if l.readBudget.full() == nil {
			t.Fatal("the wire is not full")
		}
		for k := range heard {
			if err := input.Do(bob, fmt.Sprintf("line %d %s", k, strings.Repeat("x", 300))); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		select {
		case n := <-done:
			if n != heard {
				t.Errorf("ann is cut after %d lines of %d", n, heard)
			}
		case <-time.After(time.Minute):
			t.Error("ann does not hear everything")
		}
		_ = ours.Close()
	})
}

// The end of a connection that is not read is noticed, whatever input comes before the end.
func TestThreat29_EndBehindUnreadInputIsNoticed(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines int // how many packets are sent
		end   func(nc *net.TCPConn, l *conn)
	}{
		{"it closes, and all it sent has come", 1000, func(nc *net.TCPConn, _ *conn) { _ = nc.Close() }},
		{"it resets", 1 << 20, func(nc *net.TCPConn, _ *conn) { _ = nc.SetLinger(0); _ = nc.Close() }},
		{"it closes, and a keepalive is due", 1 << 20, func(nc *net.TCPConn, l *conn) {
			l.mu.Lock()
			l.waiting = true // the previous keepalive is unanswered
			l.mu.Unlock()
			_ = nc.Close()
			l.probe(l.libContext.conn)
		}},
	} {
		s := newServer(t, paced)
		nc := dial(t, s.onTCP(t))
		ch := sessionChannel(t, login(t, nc, clientConfig("ann", newKey(t))))
		if ok, err := ch.SendRequest("shell", true, nil); !ok || err != nil {
			t.Fatal(ok, err)
		}
		go func() { _, _ = io.Copy(io.Discard, ch) }()
		go shortLines(ch, tt.lines, 0)
		l := onlyConn(t, s)
		waitFull(t, l)
		time.Sleep(lookEvery / 2) // the kernels accept some more
		tt.end(nc.(*net.TCPConn), l)
		select {
		case <-l.gone:
		case <-time.After(5 * lookEvery):
			t.Errorf("%s: its session goes on", tt.name)
		}
	}
}

// While a session's read waits to send a window adjust, nothing more is read.
func TestThreat29_NothingIsTakenBehindAWriteThatWaits(t *testing.T) {
	w := newReadBudget(true)
	w.open(narrowWindow, func() int { return 0 }, nil)
	w.ask()
	w.came(10 * maxUnread)
	if w.full() != nil {
		t.Error("a session that reads is not sent what comes")
	}
	w.sending(true)
	room := w.full()
	if room == nil {
		t.Fatal("what comes is read while the adjust waits")
	}
	w.writing(true)
	if w.full() == nil {
		t.Error("what comes is read while the socket takes nothing")
	}
	w.sending(false)
	select {
	case <-room:
	default:
		t.Error("the end of the write does not wake the reading")
	}
	if w.full() != nil {
		t.Error("a session that reads again is not sent what comes")
	}
}

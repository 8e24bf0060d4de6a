package sshserver

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Row 29: what is sent and not read is bounded, and no honest client is cut for it.

// shortLines sends lines of one to four bytes, a packet each, until the channel fails.
func shortLines(ch gossh.Channel, every time.Duration) {
	for n := 0; ; n++ {
		if _, err := io.WriteString(ch, "abc\n"[n%4:]); err != nil {
			return
		}
		time.Sleep(every)
	}
}

// A client with a window of 24 KiB sends short lines without end, and others talk. Its
// window adjusts come behind thousands of small packets. It hears everything, and is not
// taken for stalled.
func TestRow29_ShortLinesDoNotHoldUpWhatIsHeard(t *testing.T) {
	const heard, window = 1000, 24 << 10
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, paced)
		bob := sit(t, s, "bob")
		ours, theirs := memoryPipe(1 << 20) // the window fills first
		s.handle(theirs)
		ch := sessionChannel(t, login(t, ours, clientConfig("ann", newKey(t))))
		in := inflowOf(ch.(gossh.NewChannel), true)
		in.mu.Lock()
		*in.window = window
		in.mu.Unlock()
		l := onlyLink(t, s)
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
		go shortLines(ch, 3*time.Millisecond)
		time.Sleep(time.Minute)
		if l.wire.full() == nil {
			t.Fatal("the wire is not full")
		}
		for k := range heard {
			if err := bob.Do(fmt.Sprintf("line %d %s", k, strings.Repeat("x", 300))); err != nil {
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

// The end of a connection is noticed while it is not read, whatever waits before the end.
func TestRow29_EndBehindUnreadInputIsNoticed(t *testing.T) {
	s := newServer(t, paced)
	nc := dial(t, s.onTCP(t))
	ch := sessionChannel(t, login(t, nc, clientConfig("ann", newKey(t))))
	if ok, err := ch.SendRequest("shell", true, nil); !ok || err != nil {
		t.Fatal(ok, err)
	}
	go func() { _, _ = io.Copy(io.Discard, ch) }()
	go shortLines(ch, 0)
	l := onlyLink(t, s)
	waitFull(t, l)
	time.Sleep(lookEvery / 2) // the kernels take some more
	_ = nc.Close()
	select {
	case <-l.gone:
	case <-time.After(5 * lookEvery):
		t.Error("the session of a client that has gone goes on")
	}
}

// A session that waits in its reading to send a window adjust takes nothing.
func TestRow29_NothingIsTakenBehindAWriteThatWaits(t *testing.T) {
	w := newWire(true, nil)
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

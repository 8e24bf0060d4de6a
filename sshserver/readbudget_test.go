package sshserver

import (
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// arrive counts n bytes in pieces, as the library reads them, and returns how long that took.
func arrive(w *readBudget, n int) time.Duration {
	const piece = 4 << 10
	begun := time.Now()
	for ; n > 0; n -= piece {
		w.await(func() bool { return false })
		w.came(min(n, piece))
	}
	return time.Since(begun)
}

func TestWireIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newReadBudget(true)
		w.ask() // the session reads
		if took := arrive(w, wireBurst); took != 0 {
			t.Errorf("a burst took %s", took)
		}
		if took := arrive(w, 10*wireRate).Round(time.Millisecond); took != 10*time.Second {
			t.Errorf("ten times what a second may bring took %s", took)
		}
		free := newReadBudget(false)
		free.ask()
		if took := arrive(free, 100*wireBurst); took != 0 {
			t.Errorf("without a limit it took %s", took)
		}
	})
}

func TestWireWaitsForASessionThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := 0
		for _, tt := range []struct {
			name string
			then func(*readBudget)
			more int // room in bytes from then on
		}{
			{"it reads on and on", (*readBudget).ask, 10 * maxUnread},
			{"it has read all", func(w *readBudget) { w.ask(); kept = 0; w.got(1, true) }, maxUnread},
			{"it has read a quarter", func(w *readBudget) { w.ask(); kept = 3000; w.got(1000, false) }, maxUnread / 4},
			{"it has read all but what came meanwhile", func(w *readBudget) { w.ask(); kept = 1000; w.got(1000, true) }, maxUnread / 2},
			{"requests have been dealt with", func(w *readBudget) { w.request(8<<10 - around) }, 8 << 10},
			{"its input has ended", func(w *readBudget) { w.ask(); kept = 0; w.got(0, true) }, maxUnread},
			{"a write waits for the client", func(w *readBudget) { w.writing(true) }, maxUnreadStuck - maxUnread},
			{"it is over", func(w *readBudget) { close(w.closed) }, 10 * maxUnread},
		} {
			w := newReadBudget(true)
			w.open(narrowWindow, func() int { return kept }, nil)
			if took := arrive(w, maxUnread); took != 0 {
				t.Errorf("%s: what may wait took %s", tt.name, took)
			}
			time.AfterFunc(time.Second, func() { tt.then(w) })
			if took := arrive(w, tt.more); took != time.Second {
				t.Errorf("%s: then %d bytes took %s", tt.name, tt.more, took)
			}
			if over := w.unread >= w.limitLocked() && !w.asking; over != (w.full() != nil) && tt.name != "it is over" {
				t.Errorf("%s: %d bytes are unread, and there is room: %t", tt.name, w.unread, !over)
			}
		}
		free := newReadBudget(false)
		if took := arrive(free, maxUnreadFree); took != 0 || free.full() == nil {
			t.Errorf("without a rate limit %d bytes took %s", maxUnreadFree, took)
		}
	})
}

// waitFull waits until l is no longer read.
func waitFull(t *testing.T, l *conn) {
	t.Helper()
	for begun := time.Now(); l.readBudget.full() == nil; time.Sleep(time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("the wire is read on and on")
		}
	}
}

// A client that sends its data in packets of one byte pins no more than the wire carries.
// The end of its connection is noticed while the reader waits for room.
func TestPacketsOfOneByteAreBounded(t *testing.T) {
	s := newServer(t, paced)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	ch := sessionChannel(t, c) // without a shell the channel is not read
	before := heap()
	sent := make(chan int, 1)
	go func() {
		n := 0
		for _, err := ch.Write([]byte("x")); err == nil; _, err = ch.Write([]byte("x")) {
			n++
		}
		sent <- n
	}()
	waitFull(t, onlyConn(t, s))
	if grown := int(heap()) - int(before); grown > 1<<20 {
		t.Errorf("%d bytes are held for it", grown)
	}
	_ = c.Close()
	if n := <-sent; n < maxUnread/around-50 || n > narrowWindow-1 { // some are in transit
		t.Errorf("%d packets were taken before it had to wait", n)
	}
}

// The window of a client whose lines are paced is narrow. A client that keeps to it is read
// without limit, whatever its packets: its other messages never wait for unread data. A
// client that does not keep to it is cut.
func TestTheWindowIsNarrow(t *testing.T) {
	s := newServer(t, paced)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	ch := sessionChannel(t, c)
	l := onlyConn(t, s)
	sent := make(chan error, 1)
	go func() {
		_, err := ch.Write(make([]byte, 64<<10))
		sent <- err
	}()
	select {
	case <-sent:
		t.Fatal("64 KiB went into a window that nobody reads")
	case <-time.After(200 * time.Millisecond):
	}
	if l.readBudget.full() != nil {
		t.Error("a client that keeps to its window is not read")
	}
	if _, _, err := c.SendRequest("anything", true, nil); err != nil {
		t.Errorf("what comes behind its data is not read: %v", err)
	}
	got, buf := 0, make([]byte, 512)
	for got < 64<<10 {
		n, err := l.channel.Read(buf)
		if got += n; err != nil {
			t.Fatal(err)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// Input over the limit arrives later, and complete.
func TestNothingIsLostOverTheLimit(t *testing.T) {
	for _, s := range []*serverUnderTest{newServer(t, nil), newServer(t, paced)} {
		c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
		ch := sessionChannel(t, c)
		go func() { _, _ = io.Copy(io.Discard, ch) }()
		l := onlyConn(t, s)
		n := 130_000 // 4.7 MB on the wire
		if l.readBudget.pace != nil {
			n = 10_000
		}
		go func() {
			for range n {
				_, _ = ch.Write([]byte("x"))
			}
			_ = ch.CloseWrite()
		}()
		waitFull(t, l)
		got := 0
		for buf := make([]byte, 4<<10); ; {
			n, err := l.channel.Read(buf)
			if got += n; err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if got != n {
			t.Errorf("%d bytes arrived of %d", got, n)
		}
	}
}

// Before there is a session, no client may send for long, whatever it sends.
func TestAFloodBeforeASessionIsCut(t *testing.T) {
	s := newServer(t, nil)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	sent, payload := 0, make([]byte, 1<<10)
	for ; sent < 4<<20; sent += len(payload) {
		if _, _, err := c.SendRequest("nothing", false, payload); err != nil {
			break
		}
	}
	if sent > 2*maxBefore {
		t.Errorf("%d bytes were taken", sent)
	}
	_ = c.Wait() // until the connection is closed
}

// Answers to keepalives wait after lines of a bot that are not due yet. That is no sign
// that the bot is dead.
func TestKeepalive_ClientsThatAreReadLaterAreAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, full := range []bool{true, false} {
			ours, theirs := net.Pipe()
			l := &conn{Conn: ours, server: &Server{}, readBudget: newReadBudget(false), leave: func() {}}
			l.keepalive.start(stageSession, time.Hour, func() {})
			if full {
				l.readBudget.came(maxUnreadFree)
			}
			l.waiting = true // a keepalive is unanswered
			for range 10 {
				l.probe(nil)
			}
			l.keepalive.stop(stageClosed)
			_ = theirs.SetReadDeadline(time.Now().Add(time.Second))
			if _, err := theirs.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) != full {
				t.Errorf("read later: %t; its connection: %v", full, err)
			}
		}
	})
}

// A client cannot keep the server busy by exchanging keys again and again.
func TestKeysAreExchangedNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &rekeyLimiter{Signer: newKey(t), may: rate.NewLimiter(rekeyRate, rekeyBurst), signed: new(atomic.Bool)}
		sign := func() bool {
			_, err := k.Sign(rand.Reader, []byte("an exchange"))
			return err == nil
		}
		for n := range rekeyBurst {
			if !sign() {
				t.Errorf("exchange %d is refused", n)
			}
		}
		if sign() {
			t.Error("another one is not")
		}
		for range 100 { // as OpenSSH does after each GB, at 16 MB/s
			time.Sleep(time.Minute)
			if !sign() {
				t.Error("one a minute is refused")
			}
		}
	})
}

// Kept data that is not input is noticed once: when the session waits for more input, or
// has read it to its end.
func TestStrayBytesAreNoticed(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(w *readBudget, kept *int)
		want int
	}{
		{"input comes while the session is busy", func(w *readBudget, kept *int) { *kept = 8 << 10; w.came(9 << 10) }, 0},
		{"it reads a part", func(w *readBudget, kept *int) {
			*kept = 8 << 10
			w.came(9 << 10)
			w.ask()
			*kept -= 512
			w.got(512, false)
		}, 0},
		{"it reads all", func(w *readBudget, kept *int) {
			*kept = 8 << 10
			w.came(9 << 10)
			w.ask()
			*kept = 0
			w.got(8<<10, true)
		}, 0},
		{"a little is stray", func(w *readBudget, kept *int) { *kept = 4 << 10; w.ask(); w.came(5 << 10) }, 0},
		{"much is stray while it waits", func(w *readBudget, kept *int) { w.ask(); *kept = 4<<10 + 1; w.came(1); w.came(1) }, 1},
		{"much was stray when it was busy", func(w *readBudget, kept *int) {
			*kept = 8 << 10
			w.came(9 << 10)
			w.ask()
			w.got(1, true)
			w.got(1, true)
		}, 1},
	} {
		w, n, kept := newReadBudget(true), 0, 0
		w.open(8<<10, func() int { return kept }, func() { n++ })
		if tt.do(w, &kept); n != tt.want {
			t.Errorf("%s: noticed %d times, want %d", tt.name, n, tt.want)
		}
	}
}

// Standard error is dropped: the client may send more of it than the library would hold.
func TestStandardErrorIsDropped(t *testing.T) {
	for _, tt := range []struct {
		server *serverUnderTest
		more   int // bytes beyond the window
	}{{newServer(t, nil), 3 << 20}, {newServer(t, paced), 64 << 10}} {
		c := login(t, tt.server.inMemory(), clientConfig("ann", newKey(t)))
		ch := sessionChannel(t, c)
		if ok, err := ch.SendRequest("shell", true, nil); !ok || err != nil { // a session that reads its input
			t.Fatal(ok, err)
		}
		go func() { _, _ = io.Copy(io.Discard, ch) }()
		if n, err := ch.Stderr().Write(make([]byte, tt.more)); n != tt.more || err != nil {
			t.Errorf("%d bytes were taken of %d: %v", n, tt.more, err)
		}
	}
}

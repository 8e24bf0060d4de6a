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

// arrive has n bytes come, in pieces as the library reads them, and says how long
// that took.
func arrive(w *wire, n int) time.Duration {
	const piece = 4 << 10
	begun := time.Now()
	for ; n > 0; n -= piece {
		w.await()
		w.came(min(n, piece))
	}
	return time.Since(begun)
}

func TestWireIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire(true)
		w.ask() // the session reads
		if took := arrive(w, wireBurst); took != 0 {
			t.Errorf("a burst took %s", took)
		}
		if took := arrive(w, 10*wireRate).Round(time.Millisecond); took != 10*time.Second {
			t.Errorf("ten times what a second may bring took %s", took)
		}
		free := newWire(false)
		free.ask()
		if took := arrive(free, 100*wireBurst); took != 0 {
			t.Errorf("without a limit it took %s", took)
		}
	})
}

func TestWireWaitsForASessionThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			name string
			then func(*wire)
			more int // bytes there is room for from then on
		}{
			{"it reads on and on", (*wire).ask, 10 * maxUnread},
			{"it has read all", func(w *wire) { w.ask(); w.got(1, true) }, maxUnread},
			{"it has read some", func(w *wire) { w.ask(); w.got(4<<10, false) }, 4 << 10},
			{"requests have been dealt with", func(w *wire) { w.request(8<<10 - 36); w.ask(); w.got(0, false) }, 8 << 10},
			{"its input has ended", func(w *wire) { w.ask(); w.got(0, true) }, maxUnread},
			{"it is over", func(w *wire) { close(w.closed) }, 10 * maxUnread},
		} {
			w := newWire(false)
			if took := arrive(w, maxUnread); took != 0 {
				t.Errorf("%s: what may wait took %s", tt.name, took)
			}
			time.AfterFunc(time.Second, func() { tt.then(w) })
			if took := arrive(w, tt.more); took != time.Second {
				t.Errorf("%s: then %d bytes took %s", tt.name, tt.more, took)
			}
		}
	})
}

// A client that sends its data in packets of one byte pins no more than the wire
// carries, and the end of its connection is noticed while it waits for room.
func TestPacketsOfOneByteAreBounded(t *testing.T) {
	s := newServer(t, nil)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	ch := sessionChannel(t, c) // no shell: nobody reads
	before := heap()
	sent := make(chan int, 1)
	go func() {
		n := 0
		for _, err := ch.Write([]byte("x")); err == nil; _, err = ch.Write([]byte("x")) {
			n++
		}
		sent <- n
	}()
	l := onlyLink(t, s)
	for l.wire.full() == nil {
		time.Sleep(time.Millisecond)
	}
	if grown := int(heap()) - int(before); grown > 10<<20 {
		t.Errorf("%d bytes are held for it", grown)
	}
	_ = c.Close()
	if n := <-sent; n < 50_000 || n > 250_000 {
		t.Errorf("%d packets were taken before it had to wait", n)
	}
}

// What is over the limit arrives later, and whole.
func TestNothingIsLostOverTheLimit(t *testing.T) {
	s := newServer(t, nil)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	ch := sessionChannel(t, c)
	go func() { _, _ = io.Copy(io.Discard, ch) }()
	l := onlyLink(t, s)
	go func() {
		for range 130_000 { // 4.7 MB on the wire
			_, _ = ch.Write([]byte("x"))
		}
		_ = ch.CloseWrite()
	}()
	for l.wire.full() == nil {
		time.Sleep(time.Millisecond)
	}
	got := 0
	for buf := make([]byte, 4<<10); ; {
		n, err := l.channel.Read(buf)
		if got += n; err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got != 130_000 {
		t.Errorf("%d bytes arrived", got)
	}
}

// Before there is a session, nobody may send for long, whatever it is.
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

// Answers to keepalives wait behind what a bot has sent and may not say yet: that is
// no sign of its being dead.
func TestWhoIsReadLaterIsNotDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, full := range []bool{true, false} {
			ours, theirs := net.Pipe()
			l := &link{Conn: ours, server: &Server{}, wire: newWire(false), leave: func() {}}
			l.keepalive.start(stageSession, time.Hour, func() {})
			if full {
				l.wire.came(maxUnread)
			}
			l.waiting = true // for an answer
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

// Exchanging keys again and again is no way to keep the server busy.
func TestKeysAreExchangedNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &sparing{Signer: newKey(t), may: rate.NewLimiter(rekeyRate, rekeyBurst), signed: new(atomic.Bool)}
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

// What is stray is noticed once, however it comes: nobody reads standard error, and
// there is no other way to tell that something has come there.
func TestStrayBytesAreNoticed(t *testing.T) {
	const packet = leastAround + 1
	typed := func(w *wire, lookAt int) {
		for range lookAt {
			w.came(packet)
			w.ask()
			w.got(1, true)
		}
	}
	for _, tt := range []struct {
		name string
		do   func(*wire)
		want int
	}{
		{"keys are typed", func(w *wire) { typed(w, 10*maxStray) }, 0},
		{"lines are read in pieces", func(w *wire) {
			for range maxStray {
				w.came(leastAround + 4096)
				for n := range 8 {
					w.got(512, n == 7)
				}
			}
		}, 0},
		{"requests and answers come", func(w *wire) {
			for range 10 * maxStray {
				w.came(leastAround + 20)
				w.request(20)
			}
		}, 0},
		{"a little is stray", func(w *wire) { w.came(maxStray) }, 0},
		{"much is stray", func(w *wire) { w.came(maxStray); w.came(1); w.came(maxStray) }, 1},
		{"it comes between keys", func(w *wire) {
			for range maxStray/packet + 1 {
				w.came(packet)
				typed(w, 2)
			}
		}, 1},
	} {
		w, n := newWire(false), 0
		w.onStray(func() { n++ })
		if tt.do(w); n != tt.want {
			t.Errorf("%s: noticed %d times, want %d", tt.name, n, tt.want)
		}
	}
}

// Of what comes on standard error nothing is kept: the client may send more of it than
// the library would hold.
func TestStandardErrorIsDropped(t *testing.T) {
	s := newServer(t, nil)
	c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
	ch := sessionChannel(t, c)
	const more = 3 << 20 // than the window of 2 MiB
	if n, err := ch.Stderr().Write(make([]byte, more)); n != more || err != nil {
		t.Errorf("%d bytes were taken of %d: %v", n, more, err)
	}
}

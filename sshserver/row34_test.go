package sshserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
)

// A timer of a connection goes by how far that has come, in whichever order it is told.
func TestConnTimer(t *testing.T) {
	const never = time.Duration(-1)
	for _, tt := range []struct {
		name string
		do   func(*connTimer)
		want time.Duration // when it rings
	}{
		{"the time to log in", func(*connTimer) {}, time.Second},
		{"a session", func(x *connTimer) { x.reset(stageSession, 2*time.Second) }, 2 * time.Second},
		{"the same once more", func(x *connTimer) {
			x.reset(stageSession, 2*time.Second)
			x.reset(stageSession, 3*time.Second)
		}, 3 * time.Second},
		{"talk", func(x *connTimer) { x.stop(stageTalk) }, never},
		{"farewell", func(x *connTimer) { x.stop(stageTalk); x.reset(stageFarewell, 2*time.Second) }, 2 * time.Second},
		{"talk that comes behind the farewell", func(x *connTimer) { x.reset(stageFarewell, 2*time.Second); x.stop(stageTalk) }, 2 * time.Second},
		{"a session that comes behind it", func(x *connTimer) { x.stop(stageTalk); x.reset(stageSession, time.Second) }, never},
		{"the end", func(x *connTimer) { x.stop(stageClosed) }, never},
		{"a farewell that comes behind the end", func(x *connTimer) { x.stop(stageClosed); x.reset(stageFarewell, time.Second) }, never},
		{"the end, twice", func(x *connTimer) { x.stop(stageClosed); x.stop(stageClosed) }, never},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun, rang := time.Now(), never
				var x connTimer
				x.start(stageLogin, time.Second, func() { rang = time.Since(begun) })
				tt.do(&x)
				time.Sleep(time.Minute)
				synctest.Wait()
				if rang != tt.want {
					t.Errorf("it rings after %v, want %v", rang, tt.want)
				}
			})
		})
	}
}

// A timer that is told the end first is never started.
func TestConnTimerStartsTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var x connTimer
		x.stop(stageClosed)
		x.start(stageSession, time.Second, func() { t.Error("it rings") })
		x.reset(stageSession, time.Second)
		time.Sleep(time.Minute)
	})
}

// Row 34: a session that has said farewell before its joining is over, as a shutdown may
// have it do, has its connection closed all the same.
func TestRow34JoiningDoesNotUndoTheFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		s.wish.Handler = func(sess ssh.Session) {
			c := s.newSession(sess)
			c.hangUp(exitDone)
			if err := c.join("ann", chatcore.Lines{}, nil); err != nil {
				t.Error(err)
			}
			<-c.conn.gone
			c.chat.Leave(chatcore.Disconnected) // finish would begin the farewell once more
		}
		nc := &openConn{Conn: s.inMemory()}
		k := open(t, login(t, nc, clientConfig("ann", newKey(t))))
		begun := time.Now()
		if err := k.Shell(); err != nil {
			t.Fatal(err)
		}
		_ = k.Wait() // until the channel is closed; the client leaves the connection open
		time.Sleep(time.Minute)
		synctest.Wait()
		if took := nc.took(begun); took != farewell {
			t.Errorf("closed after %v, want %v", took, farewell)
		}
	})
}

// openConn is a connection that notes when it is closed on the other side.
type openConn struct {
	net.Conn
	mu    sync.Mutex
	ended time.Time
}

func (c *openConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.ended = time.Now()
	}
	return n, err
}

// took is how long it was open, from begun on; negative where it still is.
func (c *openConn) took(begun time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended.IsZero() {
		return -1
	}
	return c.ended.Sub(begun)
}

// Row 34: a keepalive that comes as the connection is closed arms no other.
func TestRow34NoKeepaliveBehindTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		_, theirs := memoryPipe(1 << 10)
		l := s.connect(theirs)
		probes := 0
		l.keepalive.start(stageSession, keepaliveEvery, func() { probes++ })
		_ = l.Close()
		l.waiting = true // so that none is sent
		l.probe(nil)
		time.Sleep(10 * keepaliveEvery)
		synctest.Wait()
		if probes > 0 {
			t.Errorf("%d keepalives are due behind the end", probes)
		}
	})
}

// Row 34: a server that stops while sessions join ends in the time of a farewell, however
// these come to meet the end: clients that do not close are closed.
func TestRow34StopsWhileSessionsJoin(t *testing.T) {
	stops := 40
	if full {
		stops = 400
	}
	var longest time.Duration
	for n := range stops {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, func(o *Options) { o.Log = slog.New(slog.DiscardHandler) })
			const clients = 6
			var all sync.WaitGroup
			for i := range clients {
				nc := s.inMemory()
				all.Go(func() { lingering(t, nc, fmt.Sprintf("n%d", i), n+i) })
			}
			for s.core.Stats().Users < n%clients {
				time.Sleep(time.Nanosecond) // fake: the others get on with it
			}
			begun := time.Now()
			s.core.Shutdown("server is going down")
			within, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			s.Shutdown(within)
			took := time.Since(begun)
			longest = max(longest, took)
			if took > farewell+farewell/10 {
				t.Errorf("stop %d takes %v", n, took)
			}
			all.Wait()
		})
	}
	t.Logf("%d stops, the longest takes %v", stops, longest)
}

// lingering is a client that begins a session, and leaves its connection open whatever
// becomes of it.
func lingering(t *testing.T, nc net.Conn, nick string, kind int) {
	conn, channels, requests, err := gossh.NewClientConn(nc, "test", clientConfig(nick, nil))
	if err != nil {
		return
	}
	go gossh.DiscardRequests(requests)
	go func() {
		for nc := range channels {
			_ = nc.Reject(gossh.Prohibited, "")
		}
	}()
	ch, of, err := conn.OpenChannel("session", nil)
	if err == nil {
		go gossh.DiscardRequests(of)
		go func() { _, _ = io.Copy(io.Discard, ch) }()
		switch kind % 3 {
		case 0:
			_, _ = ch.SendRequest("shell", false, nil)
		case 1:
			_, _ = ch.SendRequest("exec", false, gossh.Marshal(struct{ Command string }{"/tail"}))
		default:
			_, _ = ch.SendRequest("pty-req", false, gossh.Marshal(ptyRequest{Term: "xterm", Columns: 80, Rows: 24}))
			_, _ = ch.SendRequest("shell", false, nil)
		}
	}
	_ = conn.Wait()
}

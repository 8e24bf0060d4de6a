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

// A connection's timer follows the stages of the connection, in whatever order they are set.
func TestConnTimer(t *testing.T) {
	const never = time.Duration(-1)
	for _, tt := range []struct {
		name string
		do   func(*connTimer)
		want time.Duration // when it fires
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

// A timer that was stopped for a closed connection is never started.
func TestConnTimerStartsTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var x connTimer
		x.stop(stageClosed)
		x.start(stageSession, time.Second, func() { t.Error("it rings") })
		x.reset(stageSession, time.Second)
		time.Sleep(time.Minute)
	})
}

// Row 34: a shutdown may make a session say farewell before its join has ended. The
// connection is closed nevertheless.
func TestThreat34_JoiningDoesNotUndoTheFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		s.wish.Handler = func(sess ssh.Session) {
			c := s.newSession(requestOf(sess))
			c.hangUp(exitDone)
			if err := c.join("ann", chatcore.Lines{}, nil); err != nil {
				t.Error(err)
			}
			<-c.conn.gone
			c.chat.Leave(chatcore.Disconnected) // finish would start the farewell again
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

// openConn is a connection that records when the other side closes it.
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

// took returns how long the connection was open since begun; negative if it still is.
func (c *openConn) took(begun time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended.IsZero() {
		return -1
	}
	return c.ended.Sub(begun)
}

// Row 34: a keepalive that is due while the connection is being closed schedules no other.
func TestThreat34_NoKeepaliveBehindTheEnd(t *testing.T) {
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

// Row 34: a server that stops while sessions join ends within the time of a farewell, in
// whatever order things happen. Clients that do not close are closed.
func TestThreat34_StopsWhileSessionsJoin(t *testing.T) {
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
				time.Sleep(time.Nanosecond) // fake time: the others proceed
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

// lingering is a client that begins a session, and keeps its connection open whatever
// happens to the session.
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

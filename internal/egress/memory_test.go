package egress_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/internal/egress"
)

// server is a Flusher that runs.
type server struct {
	*egress.Flusher
	t   *testing.T
	log bytes.Buffer // what it logged; of the test once all is quiet
}

// serve runs a test with a Flusher, on a clock of its own. Goroutines that are
// left when it is over fail the test: synctest waits for them.
func serve(t *testing.T, test func(*server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &server{t: t}
		s.Flusher = egress.New(slog.New(slog.NewTextHandler(&s.log, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { s.Run(ctx) })
		test(s)
		cancel()
		run.Wait()
	})
}

// queue is a source that keeps the contract of an outbox: it tells once that
// output waits, until all of it has been taken.
type queue struct {
	mu     sync.Mutex
	output []byte
	told   bool
	asked  int // calls of Take
	faulty bool
	whole  bool   // one frame waits: Take yields all of it
	empty  func() // called when Take has taken all
}

func (q *queue) Take(dst []byte, max int) (output []byte, more bool) {
	output, more = q.take(dst, max)
	if !more && q.empty != nil {
		q.empty()
	}
	return output, more
}

func (q *queue) take(dst []byte, max int) (output []byte, more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.asked++; q.faulty {
		panic("a fault in the source")
	}
	n := len(q.output)
	if !q.whole {
		n = min(n, max)
	}
	dst = append(dst, q.output[:n]...)
	q.output = q.output[n:]
	q.told = len(q.output) > 0
	return dst, q.told
}

func (q *queue) Backlog() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.output)
}

// push adds text, and reports whether that must be told.
func (q *queue) push(text string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.output = append(q.output, text...)
	told := q.told
	q.told = true
	return !told
}

// peer is a connection in memory and the client at its other end. Its fields
// are set before it has any output.
type peer struct {
	slow  time.Duration // how long each write takes
	fails error         // what each write fails with
	room  int           // bytes that are taken without waiting; less than 0: all

	reads chan struct{} // closed when the client reads
	gone  chan struct{} // closed by Close

	mu     sync.Mutex
	got    bytes.Buffer
	writes []int // the length of each that was taken, tried or not
	tries  int
	closes int

	taken   uint64 // by the client, of the write under way or after it
	pending bool   // some of what was written is not taken
	patient int    // calls of Patient
}

func newPeer() *peer {
	p := &peer{room: -1, reads: make(chan struct{}), gone: make(chan struct{})}
	close(p.reads)
	return p
}

// newStuckPeer is a peer whose client does not read until reads is closed.
func newStuckPeer() *peer {
	p := newPeer()
	p.reads, p.room = make(chan struct{}), 0
	return p
}

func (p *peer) Write(b []byte) (int, error) {
	select {
	case <-p.reads:
	case <-p.gone:
		return 0, net.ErrClosed
	}
	time.Sleep(p.slow)
	return p.take(b, len(b))
}

func (p *peer) take(b []byte, n int) (int, error) {
	if p.fails != nil {
		return 0, p.fails
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if n > 0 {
		p.writes = append(p.writes, n)
	}
	return p.got.Write(b[:n])
}

func (p *peer) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closes++; p.closes == 1 {
		close(p.gone)
	}
	return nil
}

// Taken, Acked, Pending and Patient make the peer a [egress.Meter].
func (p *peer) Taken() (uint64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken + uint64(p.got.Len()), true
}

func (p *peer) Acked() (uint64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken, true
}

func (p *peer) Pending() (is, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pending, p.closes == 0
}

func (p *peer) Patient() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.patient++
}

// takes has the client take n bytes more of what the kernel has been given.
func (p *peer) takes(n uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken += n
}

// tried is a peer that can also be written to without waiting.
type tried struct{ *peer }

func (p tried) TryWrite(b []byte) (int, error) {
	time.Sleep(p.slow)
	p.mu.Lock()
	p.tries++
	n := len(b)
	if p.room >= 0 {
		n = min(n, p.room)
		p.room -= n
	}
	p.mu.Unlock()
	return p.take(b, n)
}

// conn is a session: a source, a connection, and the Writer between them.
type conn struct {
	*egress.Writer
	queue
	peer *peer
	t    *testing.T

	failures []error // what it was told; guarded by peer.mu
}

// sinks are the two kinds of connection.
var sinks = map[string]func(*peer) egress.Sink{
	"a connection that is tried": func(p *peer) egress.Sink { return tried{p} },
	"a connection that waits":    func(p *peer) egress.Sink { return p },
}

// blind is a connection of which it is not known what the client takes.
func blind(p *peer) egress.Sink { return struct{ egress.Sink }{p} }

func (s *server) open(p *peer, sink func(*peer) egress.Sink) *conn {
	c := &conn{peer: p, t: s.t}
	c.Writer = s.NewWriter(&c.queue, sink(p), c.fail)
	return c
}

func (c *conn) fail(err error) {
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	c.failures = append(c.failures, err)
}

// openTried is open for a connection that is tried.
func (s *server) openTried(p *peer) *conn {
	return s.open(p, func(p *peer) egress.Sink { return tried{p} })
}

// owe makes text wait.
func (c *conn) owe(text string) {
	if c.push(text) {
		c.Ready()
	}
}

// gathering is how long output may gather, at most.
const gathering = 20 * time.Millisecond

// quiet waits until nothing moves any more.
func quiet() {
	time.Sleep(gathering)
	synctest.Wait()
}

// got checks all that the client has been sent.
func (c *conn) got(want string) {
	c.t.Helper()
	quiet()
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	if got := c.peer.got.String(); got != want {
		c.t.Errorf("the client got %s, want %s", brief(got), brief(want))
	}
}

// wrote checks the lengths of the writes so far.
func (c *conn) wrote(want ...int) {
	c.t.Helper()
	quiet()
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	if got := c.peer.writes; !slices.Equal(got, want) {
		c.t.Errorf("writes of %d bytes, want %d", got, want)
	}
}

// ended checks that the connection was closed once, and why.
func (c *conn) ended(why ...error) {
	c.t.Helper()
	synctest.Wait()
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	if c.peer.closes != 1 {
		c.t.Errorf("closed %d times, want once", c.peer.closes)
	}
	if len(c.failures) != len(why) || len(why) > 0 && c.failures[0] != why[0] {
		c.t.Errorf("told of %v, want %v", c.failures, why)
	}
}

// alive checks that the connection is open and nothing was wrong with it.
func (c *conn) alive() {
	c.t.Helper()
	synctest.Wait()
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	if c.peer.closes != 0 || len(c.failures) != 0 {
		c.t.Errorf("closed %d times, told of %v", c.peer.closes, c.failures)
	}
}

func brief(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "..."
	}
	return s
}

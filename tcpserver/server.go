// Package tcpserver is the raw TCP front end: the tutorial's protocol, spoken by
// telnet, nc and programs.
package tcpserver

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"parley/chatcore"
	"parley/internal/flush"
	"parley/internal/input"
	"parley/internal/netguard"
)

// Options are what a Server needs.
type Options struct {
	Core    *chatcore.Core
	Flusher *flush.Flusher
	Log     *slog.Logger
	Input   input.Limits
	Budgets *netguard.Shares[input.Budget] // what an address may say; nil means no limit
	// Hints makes the server ask for a nick at connect, and say why it refuses
	// one. Off, it sends not one byte before the nick is registered.
	Hints       bool
	TLS         *tls.Config   // nil: cleartext
	NickTimeout time.Duration // how long a connection may take to send its nick
	Drain       time.Duration // how long what is owed may take to be written at the end
}

// Server serves the raw port.
type Server struct {
	Options

	mu    sync.Mutex
	conns map[*conn]struct{}
	down  bool
	wg    sync.WaitGroup // the goroutines of conns
}

// New returns a Server.
func New(o Options) *Server {
	return &Server{Options: o, conns: make(map[*conn]struct{})}
}

// Serve serves the connections of ln until ln is closed, which is no error.
func (s *Server) Serve(ln net.Listener) error {
	for {
		nc, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		s.handle(nc)
	}
}

// handle gives a connection a goroutine, unless the server is stopping.
func (s *Server) handle(nc net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		_ = nc.Close()
		return
	}
	c := newConn(s, nc)
	s.conns[c] = struct{}{}
	s.wg.Go(func() {
		c.run()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	})
}

// Refuse tells a connection that is not let in why, where hints are on. With TLS it
// cannot be told before its handshake.
func (s *Server) Refuse(nc net.Conn, why netguard.Refusal) {
	if s.Hints && s.TLS == nil {
		hint(nc, "!error refused: "+why.String())
	}
}

// hintWait is how long a hint may take to be written: it fits the empty send
// buffer of a new connection, so it is written at once or not at all.
const hintWait = 100 * time.Millisecond

func hint(nc net.Conn, line string) {
	_ = nc.SetWriteDeadline(time.Now().Add(hintWait))
	_, _ = nc.Write([]byte(line + "\r\n")) // a hint that cannot be given is not owed
	_ = nc.SetWriteDeadline(time.Time{})
}

// Shutdown waits for the connections to end, which they do when their sessions
// are ended by [chatcore.Core.Shutdown]; those left when ctx is done are cut.
// Close the listeners first.
func (s *Server) Shutdown(ctx context.Context) {
	s.mu.Lock()
	s.down = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.wg.Wait()
	}()
	s.each((*conn).hurry)
	select {
	case <-done:
		return
	case <-ctx.Done():
		s.each((*conn).cut)
	}
	<-done
}

func (s *Server) each(do func(*conn)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		do(c)
	}
}

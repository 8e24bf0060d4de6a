// Package frontend has what the SSH port and the raw port share: the set of connections
// of a front end, and how it serves them and stops.
package frontend

import (
	"context"
	"errors"
	"net"
	"sync"
)

// Conn is a connection of a front end. Its methods return at once, and do not use the set
// of connections.
type Conn interface {
	comparable
	// Hurry ends the connection if it has no session yet.
	Hurry()
	// Cut ends the connection at once.
	Cut()
}

// Conns are the connections of a front end, and the goroutines that work for them. The
// zero value is ready for use.
type Conns[C Conn] struct {
	mu   sync.Mutex
	open map[C]struct{}
	down bool
	work sync.WaitGroup
}

// Serve calls Handle for each connection of ln, until ln is closed, which is no error.
func (s *Conns[C]) Serve(ln net.Listener, serve func(net.Conn)) error {
	for {
		nc, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		s.Handle(nc, serve)
	}
}

// Handle calls serve for a connection, on a goroutine of its own. While the front end stops,
// it closes the connection instead.
func (s *Conns[C]) Handle(nc net.Conn, serve func(net.Conn)) {
	if !s.Begin() {
		_ = nc.Close()
		return
	}
	go func() {
		defer s.Done()
		serve(nc)
	}()
}

// Begin counts in a goroutine that Shutdown waits for. It returns false while the front end
// stops: the goroutine must then do nothing, and not call Done.
func (s *Conns[C]) Begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		s.work.Add(1)
	}
	return !s.down
}

// Go runs f on a goroutine that Shutdown waits for. Only a goroutine that Begin has counted
// calls it, so Shutdown is still waiting.
func (s *Conns[C]) Go(f func()) { s.work.Go(f) }

// Done ends what Begin has counted in.
func (s *Conns[C]) Done() { s.work.Done() }

// Add puts a connection into the set. It returns false while the front end stops.
func (s *Conns[C]) Add(c C) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return false
	}
	if s.open == nil {
		s.open = make(map[C]struct{})
	}
	s.open[c] = struct{}{}
	return true
}

// Remove takes a connection out of the set; it does nothing if the connection is not in it.
func (s *Conns[C]) Remove(c C) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

// Open returns the connections in the set, in no order.
func (s *Conns[C]) Open() []C {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := make([]C, 0, len(s.open))
	for c := range s.open {
		open = append(open, c)
	}
	return open
}

// Shutdown waits for the connections to end. They do when their sessions are ended by
// [chatcore.Core.Shutdown]. It cuts those that are left when ctx is done. Close the
// listeners first.
func (s *Conns[C]) Shutdown(ctx context.Context) {
	s.mu.Lock()
	s.down = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.work.Wait()
	}()
	for _, c := range s.Open() {
		c.Hurry()
	}
	select {
	case <-done:
		return
	case <-ctx.Done():
		for _, c := range s.Open() {
			c.Cut()
		}
	}
	<-done
}

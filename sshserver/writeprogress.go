package sshserver

import "sync"

// writeProgress counts what has gone out over one connection, in bytes as they are on the wire.
//
// While keys are exchanged the library takes writes in and keeps them, 64 packets of up
// to 32 KiB: nobody could tell a client that never finishes the exchange, and is owed
// more and more, from one that reads. So a session's write is done when as much has
// gone out as it wrote.
type writeProgress struct {
	mu    sync.Mutex
	bytes int64
	moved chan struct{} // closed at the next write; nil while nobody waits
}

func (s *writeProgress) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bytes += int64(n)
	if s.moved != nil {
		close(s.moved)
		s.moved = nil
	}
}

func (s *writeProgress) total() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}

// reach waits until total has gone out, or closed is closed.
func (s *writeProgress) reach(total int64, closed <-chan struct{}) {
	for moved := s.before(total); moved != nil; moved = s.before(total) {
		select {
		case <-moved:
		case <-closed:
			return
		}
	}
}

// before returns what is closed at the next write, nil once total has gone out.
func (s *writeProgress) before(total int64) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes >= total {
		return nil
	}
	if s.moved == nil {
		s.moved = make(chan struct{})
	}
	return s.moved
}

package sshserver

import "sync"

// writeProgress counts the bytes sent over one connection, as they are on the wire.
//
// During a key exchange the library accepts writes and keeps them: 64 packets of up to 32
// KiB. So a client that never finishes the exchange, while more and more waits for it,
// would look like one that reads. Therefore a session's write ends only when as many bytes
// have gone out as it wrote.
type writeProgress struct {
	mu    sync.Mutex
	bytes int64
	moved chan struct{} // closed at the next write; nil if no goroutine waits
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

// reach waits until total bytes have gone out, or closed is closed.
func (s *writeProgress) reach(total int64, closed <-chan struct{}) {
	for moved := s.before(total); moved != nil; moved = s.before(total) {
		select {
		case <-moved:
		case <-closed:
			return
		}
	}
}

// before returns a channel that is closed at the next write, or nil once total bytes have
// gone out.
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

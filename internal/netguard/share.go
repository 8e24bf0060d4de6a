package netguard

import (
	"net"
	"net/netip"
	"sync"
)

// Shares holds one T for each address: what all connections of that address share, such
// as a limit. It is safe for concurrent use. Set New before the first Join.
type Shares[T any] struct {
	// New makes the T of an address.
	New func() *T
	// Spent reports whether a T without connections must be kept for those that come
	// next, so that an address cannot get a fresh T by reconnecting. Nil means never.
	Spent func(*T) bool

	mu      sync.Mutex
	all     map[netip.Prefix]*share[T]
	sweepAt int // size of all at which those that are not needed are forgotten
}

type share[T any] struct {
	of    *T
	conns int
}

// Join returns what nc shares with the other connections of its address, and the
// function that gives it back, to be called once. A connection that did not come
// through a [Guard] has a T of its own. Of nil Shares there is nil for everybody.
func (s *Shares[T]) Join(nc net.Conn) (of *T, leave func()) {
	if s == nil {
		return nil, func() {}
	}
	from := AdmissionOf(nc).Address()
	if !from.IsValid() {
		return s.New(), func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := s.all[from]
	if sh == nil {
		s.sweepLocked()
		sh = &share[T]{of: s.New()}
		s.all[from] = sh
	}
	sh.conns++
	return sh.of, func() { s.leave(from) }
}

func (s *Shares[T]) leave(from netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := s.all[from]
	if sh.conns--; sh.conns == 0 && !s.spentLocked(sh) {
		delete(s.all, from)
	}
}

func (s *Shares[T]) spentLocked(sh *share[T]) bool { return s.Spent != nil && s.Spent(sh.of) }

// sweepLocked forgets what is not needed any more, each time the number of addresses has
// doubled.
func (s *Shares[T]) sweepLocked() {
	const least = 1024
	if s.all == nil {
		s.all, s.sweepAt = make(map[netip.Prefix]*share[T]), least
	}
	if len(s.all) < s.sweepAt {
		return
	}
	for from, sh := range s.all {
		if sh.conns == 0 && !s.spentLocked(sh) {
			delete(s.all, from)
		}
	}
	s.sweepAt = max(least, 2*len(s.all))
}

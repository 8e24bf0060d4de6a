package chatcore

import (
	"sync"
	"time"
)

// lock is the lock of the core. Newcomers, and people who say something, wait for it. So
// what is done while it is held is 50 µs of work at most, whatever a client sends: a test
// measures it. It may be held for longer by a goroutine that waits for a place.
type lock struct {
	sync.RWMutex
	held  func(time.Duration) // told how long it was held; nil but in a test, where nobody else uses the core
	since time.Time           // when it was taken, where held is told
}

func (l *lock) Lock() {
	l.RWMutex.Lock()
	l.begin()
}

func (l *lock) Unlock() {
	l.end()
	l.RWMutex.Unlock()
}

func (l *lock) RLock() {
	l.RWMutex.RLock()
	l.begin()
}

func (l *lock) RUnlock() {
	l.end()
	l.RWMutex.RUnlock()
}

func (l *lock) begin() {
	if l.held != nil {
		l.since = time.Now()
	}
}

func (l *lock) end() {
	if l.held != nil {
		l.held(time.Since(l.since))
	}
}

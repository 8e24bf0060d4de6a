package chatcore

import (
	"sync"
	"time"
)

// lock is the lock of the core. Users who join or speak wait for it. So at most 50 µs of
// work are done while it is held, whatever a client sends; a test measures this. A
// goroutine that waits for the lock of a channel may hold it longer.
type lock struct {
	sync.RWMutex
	held  func(time.Duration) // called with how long it was held; only for tests in which no other goroutine uses the core
	since time.Time           // when it was taken, if held is set
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

package sshserver

import (
	"sync"
	"time"
)

// connStage is how far a connection has come. It only grows.
type connStage uint8

const (
	stageLogin    connStage = iota // from accept on
	stageSession                   // it has a session channel
	stageTalk                      // its session has joined the chat
	stageFarewell                  // its session has ended
	stageClosed                    // it is closed
)

// connTimer is a timer that follows the stages of a connection. The goroutines that set
// it run side by side, and one of them may be late. A setting that belongs to an earlier
// stage than the last one changes nothing: joining does not undo the farewell of a
// shutdown, and nothing rings for a connection that is closed.
type connTimer struct {
	mu    sync.Mutex
	stage connStage
	timer *time.Timer // nil before start
}

// start has f called after d.
func (t *connTimer) start(at connStage, d time.Duration, f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reachLocked(at) {
		t.timer = time.AfterFunc(d, f)
	}
}

// reset has the timer ring after d.
func (t *connTimer) reset(at connStage, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reachLocked(at) && t.timer != nil {
		t.timer.Reset(d)
	}
}

// stop keeps the timer from ringing.
func (t *connTimer) stop(at connStage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reachLocked(at) && t.timer != nil {
		t.timer.Stop()
	}
}

// reachLocked notes the stage at, and reports whether no later one has been reached.
func (t *connTimer) reachLocked(at connStage) bool {
	t.stage = max(t.stage, at)
	return t.stage == at
}

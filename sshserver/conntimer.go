package sshserver

import (
	"sync"
	"time"
)

// connStage is how far a connection has come. It only increases.
type connStage uint8

const (
	stageLogin    connStage = iota // from accept on
	stageSession                   // it has a session channel
	stageTalk                      // its session has joined the chat
	stageFarewell                  // its session has ended
	stageClosed                    // it is closed
)

// connTimer is a timer that follows the stages of a connection. The goroutines that set it
// run concurrently, and one of them may be late. Setting it for an earlier stage than the
// current one has no effect: a join does not undo the farewell of a shutdown, and the timer
// does not fire for a closed connection.
type connTimer struct {
	mu    sync.Mutex
	stage connStage
	timer *time.Timer // nil before start
}

// start starts the timer: f is called after d.
func (t *connTimer) start(at connStage, d time.Duration, f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reachLocked(at) {
		t.timer = time.AfterFunc(d, f)
	}
}

// reset makes the timer fire after d.
func (t *connTimer) reset(at connStage, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reachLocked(at) && t.timer != nil {
		t.timer.Reset(d)
	}
}

// stop keeps the timer from firing.
func (t *connTimer) stop(at connStage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.reachLocked(at) && t.timer != nil {
		t.timer.Stop()
	}
}

// reachLocked records the stage at, and reports whether no later one has been reached.
func (t *connTimer) reachLocked(at connStage) bool {
	t.stage = max(t.stage, at)
	return t.stage == at
}

package egress

import (
	"runtime"
	"sync"
	"time"
)

const (
	// handover is in which time each worker is expected to take another writer, or the pool
	// is doubled: a write takes 10 microseconds, one that waits for its client may take
	// for ever.
	handover = time.Millisecond
	// relaxing is after how long half of the workers go that there was need of.
	relaxing = time.Second
)

// pool are the goroutines that write to connections that cannot be tried: one for each
// core, and as many more as it takes while some wait for their clients. They stay for a
// while: a goroutine made for one write would spend a quarter of its time growing its
// stack.
type pool struct {
	cores int           // when it was made; how many workers find work at once when none waits
	taken chan struct{} // holds one token when the queue has been emptied

	mu     sync.Mutex
	call   sync.Cond // for those who rest
	queue  []*Writer
	next   int         // of the queue
	size   int         // workers there are
	idle   int         // of them, at rest
	spare  int         // how many more than cores may rest: there was need of them of late
	relax  *time.Timer // lets half of the spare ones go; nil while there are none
	closed bool
}

func newPool() *pool {
	c := &pool{cores: runtime.GOMAXPROCS(0), taken: make(chan struct{}, 1)}
	c.call.L = &c.mu
	return c
}

// give hands writers to the pool.
func (c *pool) give(writers []*Writer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, writers...)
	c.callLocked(min(len(writers), c.cores))
}

// callLocked calls n workers, those at rest first.
func (c *pool) callLocked(n int) {
	for range min(n, c.idle) {
		c.call.Signal()
	}
	for range n - c.idle {
		c.size++
		go c.work()
	}
}

// wait returns when the pool has taken what it was given, or done is closed.
func (c *pool) wait(done <-chan struct{}) {
	t := time.NewTimer(handover)
	defer t.Stop()
	for taken := 0; ; t.Reset(handover) {
		select {
		case <-c.taken:
			return
		case <-done:
			return
		case <-t.C:
			taken = c.reinforce(taken)
		}
	}
}

// reinforce calls as many workers again as there are, if each has taken one writer at most
// since so many had been taken. It returns how many have been.
func (c *pool) reinforce(taken int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if left := len(c.queue) - c.next; left > 0 && c.next-taken <= c.size {
		c.callLocked(min(c.size, left))
		c.spare = max(0, c.size-c.cores)
		if c.relax == nil {
			c.relax = time.AfterFunc(relaxing, c.relaxed)
		}
	}
	return c.next
}

// relaxed lets half of the spare workers go, and the others later.
func (c *pool) relaxed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.spare /= 2; c.spare == 0 {
		c.relax = nil
	} else {
		c.relax.Reset(relaxing)
	}
	c.call.Broadcast()
}

// work is one worker. It writes for one writer after another.
func (c *pool) work() {
	watch := newWatch()
	for c.rest() {
		buf := buffers.Get().(*[]byte)
		for w := c.take(); w != nil; w = c.take() {
			w.write(nil, *buf, watch, true)
		}
		buffers.Put(buf)
	}
}

// rest waits for work. It returns false if the worker must end.
func (c *pool) rest() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle++
	defer func() { c.idle-- }()
	for c.next == len(c.queue) {
		if c.closed || c.idle > c.cores+c.spare {
			c.size--
			return false
		}
		c.call.Wait()
	}
	return true
}

// take returns the next writer; nil when there is none.
func (c *pool) take() *Writer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == len(c.queue) {
		return nil
	}
	w := c.queue[c.next]
	c.queue[c.next] = nil
	if c.next++; c.next == len(c.queue) {
		c.queue, c.next = c.queue[:0], 0
		token(c.taken)
	}
	return w
}

// end lets all workers go.
func (c *pool) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.relax != nil {
		c.relax.Stop()
	}
	c.call.Broadcast()
}

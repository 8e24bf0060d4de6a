package chatcore

import (
	"sync"
	"time"
)

// channel is a place where things are said: the public channel, or a room.
type channel struct {
	room string // the room's name; empty for the public space; set under Core.mu and mu, read under either
	fold string // what the name is sorted by; set with it

	mu           sync.Mutex
	subscribers  []*Session       // who hears what is said here, in no order
	at           map[*Session]int // where each stands in hearing
	history      ring
	notices      notices
	hasNotices   bool      // in Core.withNotices
	sentAt       time.Time // when news were last told
	flushedEarly time.Time // when they were last told ahead of a message
}

// call gives the space the name of a room. Core.mu is held.
func (p *channel) call(n roomName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.room, p.fold = n.name, n.fold
}

// add lets s hear the space from now on; nothing if it does.
func (p *channel) add(s *Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.at[s]; ok {
		return
	}
	if p.at == nil {
		p.at = make(map[*Session]int)
	}
	p.at[s] = len(p.subscribers)
	p.subscribers = append(p.subscribers, s)
}

// remove takes s out of the space; nothing if it is not in it.
func (p *channel) remove(s *Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i, ok := p.at[s]
	if !ok {
		return
	}
	last := len(p.subscribers) - 1
	p.subscribers[i] = p.subscribers[last]
	p.at[p.subscribers[i]] = i
	p.subscribers[last] = nil
	p.subscribers = p.subscribers[:last]
	delete(p.at, s)
}

// waitForPublishers waits until what is being said here has been said: who says it holds the
// space alone by then, and not the core.
func (p *channel) waitForPublishers() {
	p.mu.Lock()
	defer p.mu.Unlock()
}

// forget forgets what was said here.
func (p *channel) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.history.forget()
}

// publishLocked numbers what d is about, keeps it and hands it to all who hear
// the space, in one critical section: that is what makes one order of it for
// everybody.
func (p *channel) publishLocked(c *Core, d *broadcast) {
	if !p.notices.empty() && (time.Since(p.sentAt) >= newsEvery || p.notices.handed[d.by.key]) {
		p.flushedEarly = time.Now()
		p.tellLocked(c) // whoever has just come is announced before they speak
	}
	all := &c.historyBytes
	if p == &c.public {
		all = nil
	}
	for e := range d.events {
		c.number(e)
		d.from.user.spoke.Store(e.Seq)
		p.history.add(historyEntry{e, d.by}, all)
	}
	n := 0
	for _, s := range p.subscribers {
		n += s.deliver(d)
	}
	c.delivered.Add(uint64(n))
}

// number gives e its place among all events.
func (c *Core) number(e *Event) {
	e.Seq, e.Time = c.seq.Add(1), time.Now()
}

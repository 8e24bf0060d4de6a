package chatcore

import (
	"sync"
	"time"
)

// channel is where messages fan out: the public channel, or a room.
type channel struct {
	room string // the room's name; empty for the public channel; written under Core.mu and mu, read under either
	fold string // the name's sort key; written with room

	mu           sync.Mutex
	subscribers  []*Session       // the sessions that receive what is said here, in no order
	at           map[*Session]int // the index of each session in subscribers
	history      ring
	notices      notices
	hasNotices   bool      // whether the channel is in Core.withNotices
	sentAt       time.Time // when notices were last sent
	flushedEarly time.Time // when they were last sent ahead of a message
}

// call gives the channel the name of a room. Core.mu is held.
func (p *channel) call(n roomName) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.room, p.fold = n.name, n.fold
}

// add subscribes s to the channel. It does nothing if s is subscribed already.
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

// remove unsubscribes s from the channel. It does nothing if s is not subscribed.
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

// waitForPublishers waits until the messages being published here are out. A publisher
// holds the channel's lock by then, and not the core's.
func (p *channel) waitForPublishers() {
	p.mu.Lock()
	defer p.mu.Unlock()
}

// forget drops the history.
func (p *channel) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.history.forget()
}

// publishLocked numbers the events of d, adds them to the history and delivers them to
// all subscribers. It does so in one critical section, so that all subscribers see one
// order.
func (p *channel) publishLocked(c *Core, d *broadcast) {
	if !p.notices.empty() && (time.Since(p.sentAt) >= newsEvery || p.notices.handed[d.by.key]) {
		p.flushedEarly = time.Now()
		p.tellLocked(c) // a user who has just joined is announced before they speak
	}
	all := &c.historyBytes
	if p == &c.public {
		all = nil
	}
	for e := range d.events {
		d.from.user.spoke.Store(c.publish(e))
		p.history.add(newHistoryEntry(e, d.by), all)
	}
	n := 0
	for _, s := range p.subscribers {
		n += s.deliver(d)
	}
	c.delivered.Add(uint64(n))
}

// publish gives e its time and its id, and offers it to the journal. The channel or the
// conversation of e is locked, so the journal has the events of each in their order. It
// returns the number of e, which is its id if ids are reserved up to there. An event past
// them has no id and is not offered: see [Core.ReserveEvents].
func (c *Core) publish(e *Event) (number uint64) {
	number, e.Time = c.lastEvent.Add(1), time.Now()
	if number >= c.reserved.Load() {
		return number
	}
	e.ID = EventID(number)
	if c.options.Journal != nil {
		c.options.Journal.Add(e)
	}
	return number
}

// ReserveEvents says that ids up to end, without end itself, may be used. Events past them
// have none, so that no id is ever used twice. Without a call there is no end.
func (c *Core) ReserveEvents(end EventID) { c.reserved.Store(uint64(end)) }

// LastEvent returns the number of the last event published, which is its id if it has one.
func (c *Core) LastEvent() EventID { return EventID(c.lastEvent.Load()) }

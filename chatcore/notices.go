package chatcore

import (
	"slices"
	"time"
)

// newsEvery is the minimum time between two lines of notices in a channel.
const newsEvery = time.Second

// notices gathers what happened in a channel until [Core.Tick] sends it in one line. So
// when a thousand users join at once, each session that asked receives one line and not a
// thousand.
type notices struct {
	joined []person
	left   []departure
	other  []func(called) string
	about  *User           // the only user that all of it is about; nil if there are several
	handed map[string]bool // the keys of nicks that changed hands; nil for most
}

// person is a user under the nick they had.
type person struct {
	*User
	nick, key string
}

// is reports whether u is known to be that person.
func (p person) is(u *User) bool { return p.User == u || p.identity.Same(u.identity) }

func (u *User) person() person { return person{u, u.nick, u.key} }

// departure is a user who left, and why, if others are told.
type departure struct {
	person
	why string
}

func (n *notices) empty() bool { return len(n.joined)+len(n.left)+len(n.other) == 0 }

// joinLocked notes that u joined. If u is known to be a person who left since the last
// line, neither is reported. Another user under the same nick is.
func (n *notices) joinLocked(u *User) {
	left, ok := undone(n.left, func(d departure) bool { return d.nick == u.nick && d.is(u) })
	if ok {
		n.left = left
		return
	}
	if slices.ContainsFunc(recent(n.left), func(d departure) bool { return d.key == u.key }) {
		if n.handed == nil {
			n.handed = make(map[string]bool)
		}
		n.handed[u.key] = true
	}
	n.joined = append(n.joined, u.person())
}

// leaveLocked notes that u left. If u joined since the last line, neither is reported.
func (n *notices) leaveLocked(u *User, why string) {
	if joined, ok := undone(n.joined, func(p person) bool { return p.nick == u.nick && p.is(u) }); ok {
		n.joined = joined
		return
	}
	n.left = append(n.left, departure{u.person(), why})
}

// undone removes the last entry for which did holds from list, and reports whether there
// was one. It searches from the end: what can be undone happened a moment ago.
func undone[T any](list []T, did func(T) bool) ([]T, bool) {
	for i := len(list) - 1; i >= len(list)-len(recent(list)); i-- {
		if did(list[i]) {
			return slices.Delete(list, i, i+1), true
		}
	}
	return list, false
}

// recent returns the end of list. It bounds the search when thousands join at once.
func recent[T any](list []T) []T {
	const lookBack = 64
	return list[max(0, len(list)-lookBack):]
}

// reportLocked adds a notice of p about u, if any session asked for notices.
func (c *Core) reportLocked(p *channel, u *User, add func(*notices)) {
	if c.asking == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.notices.empty() {
		p.notices.about = u
	} else if p.notices.about != u {
		p.notices.about = nil
	}
	add(&p.notices)
	if !p.hasNotices {
		p.hasNotices = true
		c.withNotices = append(c.withNotices, p)
	}
}

// Tick sends the gathered notices to the sessions that asked for them. Call it once a
// second. Notices may have been sent already, ahead of a message in their channel. Later
// ones then wait for the next Tick.
func (c *Core) Tick() {
	c.mu.Lock()
	due := c.withNotices
	c.withNotices = nil
	if c.down {
		due = nil // the last word has been said
	}
	c.mu.Unlock()
	due = slices.DeleteFunc(due, func(p *channel) bool { return p.tick(c) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.withNotices = append(c.withNotices, due...)
}

// tick sends the notices of p, and reports whether p is done. It is not if notices were
// sent a moment ago: the rest waits.
func (p *channel) tick(c *Core) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.notices.empty() {
		if time.Since(p.flushedEarly) < newsEvery {
			return false
		}
		p.tellLocked(c)
	}
	p.hasNotices = false
	return true
}

// tellLocked sends the notices of p. Users of Interactive sessions are not told what they
// have just done themselves, nor that they joined.
func (p *channel) tellLocked(c *Core) {
	p.sentAt = time.Now()
	n := p.notices
	p.notices = notices{}
	enc := encoder{event: n.eventLocked(p, nil)}
	c.publish(enc.event)
	fresh := make(map[*User]bool, len(n.joined))
	for _, j := range n.joined {
		fresh[j.User] = true
	}
	for _, s := range p.subscribers {
		switch {
		case !s.notices.Load() || s.kind == Interactive && s.user == n.about:
		case s.kind == Interactive && fresh[s.user]:
			if e := n.eventLocked(p, s.user); e.Text != "" {
				e.ID = enc.event.ID
				s.give(e)
			}
		default:
			s.push(s.encoded(&enc, Received))
		}
	}
}

// eventLocked returns the notices as an event of p, leaving out that one user joined.
func (n *notices) eventLocked(p *channel, without *User) *Event {
	return &Event{Kind: Noticed, Room: p.room, Text: n.line(plainly, without), People: n.line(marked, without)}
}

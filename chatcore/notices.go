package chatcore

import (
	"slices"
	"time"
)

// newsEvery is the least time between two lines of news of a place.
const newsEvery = time.Second

// notices gathers what happened in a space until [Core.Tick] tells it in one line:
// so a thousand people who come at once are one line to each who asked, and not
// a thousand.
type notices struct {
	joined []person
	left   []departure
	other  []func(called) string
	about  *User           // the one user all of it is about; nil where it is about several
	handed map[string]bool // the keys of the nicks that changed hands; nil for most
}

// person is a user under the nick they had.
type person struct {
	*User
	nick, key string
}

// is reports whether u is known to be that person.
func (p person) is(u *User) bool { return p.User == u || u.identity != "" && p.identity == u.identity }

func (u *User) person() person { return person{u, u.nick, u.key} }

// departure is someone who left, and why, where the others are told.
type departure struct {
	person
	why string
}

func (n *notices) empty() bool { return len(n.joined)+len(n.left)+len(n.other) == 0 }

// joinLocked notes that u came. A person who left and is back within the same line is not
// news, where it is known that they are the same. Somebody else under their nick is.
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

// leaveLocked notes that u went. Who came and went within the same line is not
// news.
func (n *notices) leaveLocked(u *User, why string) {
	if joined, ok := undone(n.joined, func(p person) bool { return p.nick == u.nick && p.identity == u.identity }); ok {
		n.joined = joined
		return
	}
	n.left = append(n.left, departure{u.person(), why})
}

// undone removes what did it from list, and returns whether it was there. What
// may be undone happened a moment ago, so it is looked for from the end.
func undone[T any](list []T, did func(T) bool) ([]T, bool) {
	for i := len(list) - 1; i >= len(list)-len(recent(list)); i-- {
		if did(list[i]) {
			return slices.Delete(list, i, i+1), true
		}
	}
	return list, false
}

// recent is the end of list. It bounds the search when thousands come at once.
func recent[T any](list []T) []T {
	const lookBack = 64
	return list[max(0, len(list)-lookBack):]
}

// reportLocked gathers a piece of news of p about u, if anybody asked for news at
// all.
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

// Tick tells the gathered news to the sessions that asked for them. Call it once
// a second. News may have been told since, ahead of a message in their place: what
// came after that waits for the next Tick.
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

// tick tells the news of p. It returns whether p is done with: where news were
// told a moment ago, the rest waits.
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

// tellLocked tells the news of p. A person at a prompt is not told what he has just
// done himself, nor that he has come.
func (p *channel) tellLocked(c *Core) {
	p.sentAt = time.Now()
	n := p.notices
	p.notices = notices{}
	enc := encoder{event: n.eventLocked(p, nil)}
	c.number(enc.event)
	fresh := make(map[*User]bool, len(n.joined))
	for _, j := range n.joined {
		fresh[j.User] = true
	}
	for _, s := range p.subscribers {
		switch {
		case !s.notices.Load() || s.kind == Interactive && s.user == n.about:
		case s.kind == Interactive && fresh[s.user]:
			if e := n.eventLocked(p, s.user); e.Text != "" {
				s.give(e)
			}
		default:
			s.push(s.encoded(&enc, Received))
		}
	}
}

// eventLocked is the news as an event of p, without the coming of one user.
func (n *notices) eventLocked(p *channel, without *User) *Event {
	return &Event{Kind: Noticed, Room: p.room, Text: n.line(plainly, without), People: n.line(marked, without)}
}

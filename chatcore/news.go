package chatcore

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// newsEvery is the least time between two lines of news of a place.
const newsEvery = time.Second

// namedInNews is how many nicks one line of news names; the others are counted.
const namedInNews = 10

// news gathers what happened in a space until [Core.Tick] tells it in one line:
// so a thousand people who come at once are one line to each who asked, and not
// a thousand.
type news struct {
	joined, left, other []string
}

func (n *news) empty() bool { return len(n.joined)+len(n.left)+len(n.other) == 0 }

// join notes that nick came. Who left and is back within the same line is not news.
func (n *news) join(nick string) { n.left, n.joined = cancel(n.left, n.joined, nick) }

// leave notes that nick went. Who came and went within the same line is not news.
func (n *news) leave(nick string) { n.joined, n.left = cancel(n.joined, n.left, nick) }

// cancel removes nick from undo, or adds it to do when it is not there. What
// may be undone happened a moment ago, so it is looked for from the end.
func cancel(undo, do []string, nick string) (undone, done []string) {
	const lookBack = 64 // bounds the search when thousands come at once
	for i := len(undo) - 1; i >= 0 && i >= len(undo)-lookBack; i-- {
		if undo[i] == nick {
			return slices.Delete(undo, i, i+1), do
		}
	}
	return undo, append(do, nick)
}

// line tells the news and forgets them.
func (n *news) line() string {
	var parts []string
	if len(n.joined) > 0 {
		parts = append(parts, gathered(n.joined)+" joined")
	}
	if len(n.left) > 0 {
		parts = append(parts, gathered(n.left)+" left")
	}
	if len(n.other) > namedInNews {
		n.other = append(n.other[:namedInNews], fmt.Sprintf("and %d more", len(n.other)-namedInNews))
	}
	line := strings.Join(append(parts, n.other...), "; ")
	*n = news{}
	return line
}

// gathered is "ann", "ann and bob", "ann, bob and carl", or names the first few
// and counts the others.
func gathered(nicks []string) string {
	if len(nicks) == 1 {
		return nicks[0]
	}
	if len(nicks) > namedInNews {
		return fmt.Sprintf("%s and %d others", strings.Join(nicks[:namedInNews], ", "), len(nicks)-namedInNews)
	}
	last := len(nicks) - 1
	return strings.Join(nicks[:last], ", ") + " and " + nicks[last]
}

// reportLocked gathers a piece of news of p, if anybody asked for news at all.
func (c *Core) reportLocked(p *space, add func(*news)) {
	if c.asking == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	add(&p.news)
	if !p.newsy {
		p.newsy = true
		c.newsy = append(c.newsy, p)
	}
}

// Tick tells the gathered news to the sessions that asked for them. Call it once
// a second. News may have been told since, ahead of a message in their place: what
// came after that waits for the next Tick.
func (c *Core) Tick() {
	c.mu.Lock()
	newsy := c.newsy
	c.newsy = nil
	c.mu.Unlock()
	newsy = slices.DeleteFunc(newsy, func(p *space) bool { return p.tick(c) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.newsy = append(c.newsy, newsy...)
}

// tick tells the news of p. It returns whether p is done with: where news were
// told a moment ago, the rest waits.
func (p *space) tick(c *Core) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.news.empty() {
		if time.Since(p.early) < newsEvery {
			return false
		}
		p.tellLocked(c)
	}
	p.newsy = false
	return true
}

// tellLocked tells the news of p.
func (p *space) tellLocked(c *Core) {
	p.told = time.Now()
	e := &Event{Kind: Noticed, Room: p.room, Text: p.news.line()}
	c.number(e)
	enc := encoder{event: e}
	for _, s := range p.hearing {
		if s.notices.Load() {
			s.push(enc.encode(s.format, Received))
		}
	}
}

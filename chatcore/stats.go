package chatcore

import "maps"

// Stats is the state of a Core at one moment, with its totals since the start.
type Stats struct {
	Sessions  map[Kind]int
	Users     int // those who can be talked to
	Rooms     int
	Messages  map[EventKind]uint64 // accepted since the start: Said, Whispered, Emoted
	Delivered uint64               // messages put into outboxes since the start
	Closed    map[Reason]uint64    // sessions ended since the start
	Owed      int                  // bytes in all outboxes
}

// Stats returns the current statistics. It takes time in proportion to the number of
// sessions.
func (c *Core) Stats() Stats {
	c.mu.RLock()
	defer c.mu.RUnlock()
	st := Stats{
		Sessions:  make(map[Kind]int, kinds),
		Users:     len(c.online),
		Messages:  make(map[EventKind]uint64, len(c.said)),
		Delivered: c.delivered.Load(),
		Closed:    maps.Clone(c.closed),
	}
	for k := range kinds {
		st.Sessions[k] = 0
	}
	for s := range c.sessions {
		st.Sessions[s.kind]++
		st.Owed += s.out.owed()
	}
	for _, r := range c.rooms {
		if len(r.members) > 0 {
			st.Rooms++
		}
	}
	for i := range c.said {
		st.Messages[EventKind(i)] = c.said[i].Load()
	}
	return st
}

package chatcore

import "sync/atomic"

// Limits of the history of one channel or conversation, for [Session.Last]. Any client
// can make the server hold this memory, so it is bounded for each and in total.
const (
	maxPast     = 200      // messages
	maxPastText = 64 << 10 // bytes of their text
	maxPastAll  = 64 << 20 // bytes in all rooms and conversations, text and eventSize
	eventSize   = 256      // about what an event takes besides its text, in bytes
)

// ring holds the last messages of one channel or conversation, the oldest first. It grows
// as needed, and allocates nothing once it is full.
type ring struct {
	entries []historyEntry // from first on, wrapping around
	first   int
	n       int
	text    int   // bytes
	size    int64 // bytes, as they count in all

	all    *atomic.Int64 // bytes of history in all rooms and conversations; nil for the public channel, of which there is one
	closed bool          // nothing more is added
}

// historyEntry is a message and its speaker.
type historyEntry struct {
	*Event
	serial uint64 // of the sender
	key    string // of the sender's nick
}

func newHistoryEntry(e *Event, by speaker) historyEntry { return historyEntry{e, by.serial, by.key} }

// by returns the sender.
func (k historyEntry) by() speaker { return speaker{k.serial, k.Identity, k.key} }

// size returns the bytes that k counts for in all.
func (k historyEntry) size() int64 { return int64(len(k.Text) + 4*len(k.forged) + eventSize) }

// add adds k and drops as many of the oldest entries as needed. When the total of all
// rings is at its limit, a ring cannot grow.
func (r *ring) add(k historyEntry, all *atomic.Int64) {
	if r.closed || len(k.Text) > maxPastText { // --max-line allows lines that long
		return
	}
	r.all = all
	for r.n > 0 && (r.n == maxPast || r.text+len(k.Text) > maxPastText || r.crowded(k)) {
		r.drop()
	}
	if r.crowded(k) {
		return
	}
	r.count(+k.size())
	if r.n == len(r.entries) {
		r.grow()
	}
	r.entries[(r.first+r.n)%len(r.entries)] = k
	r.n++
	r.text += len(k.Text)
}

func (r *ring) drop() {
	oldest := &r.entries[r.first]
	r.count(-oldest.size())
	r.text -= len(oldest.Text)
	*oldest = historyEntry{}
	r.first = (r.first + 1) % len(r.entries)
	r.n--
}

// crowded reports whether the total of all rings leaves no room for k.
func (r *ring) crowded(k historyEntry) bool {
	return r.all != nil && r.all.Load()+k.size() > maxPastAll
}

// count adds bytes to the total of all rings.
func (r *ring) count(bytes int64) {
	r.size += bytes
	if r.all != nil {
		r.all.Add(bytes)
	}
}

// forget drops all entries.
func (r *ring) forget() {
	r.count(-r.size)
	r.entries, r.first, r.n, r.text = nil, 0, 0, 0
}

func (r *ring) grow() {
	larger := make([]historyEntry, min(max(8, 2*r.n), maxPast))
	for i := range r.n {
		larger[i] = r.at(i)
	}
	r.entries, r.first = larger, 0
}

// every returns all entries, the oldest first.
func (r *ring) every() []historyEntry {
	all := make([]historyEntry, r.n)
	for i := range all {
		all[i] = r.at(i)
	}
	return all
}

// at returns the i-th entry; the oldest is entry 0.
func (r *ring) at(i int) historyEntry { return r.entries[(r.first+i)%len(r.entries)] }

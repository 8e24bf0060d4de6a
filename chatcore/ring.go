package chatcore

import "sync/atomic"

// What is kept of what was said in one place, for [Session.Last]. It is memory
// that anybody can make the server hold, so it is bounded in each place and in all.
const (
	maxPast     = 200      // messages
	maxPastText = 64 << 10 // bytes of their text
	maxPastAll  = 64 << 20 // bytes in all places but the public space, text and eventSize
	eventSize   = 256      // about what an event takes besides its text, in bytes
)

// ring is what was said last in one place, the oldest first. It grows as it is
// needed, and allocates nothing once it is full.
type ring struct {
	entries []historyEntry // from first on, and around
	first   int
	n       int
	text    int   // bytes
	size    int64 // bytes, as they count in all places

	all    *atomic.Int64 // bytes kept in all places; nil for the public space, which is one
	closed bool          // nothing more is kept
}

// historyEntry is something said, and who said it.
type historyEntry struct {
	*Event
	by speaker
}

// size is what k counts for in all.
func (k historyEntry) size() int64 { return int64(len(k.Text) + 4*len(k.forged) + eventSize) }

// add keeps k and drops the oldest, as many as it takes. Where all places together
// keep as much as they may, a place keeps no more than it has.
func (r *ring) add(k historyEntry, all *atomic.Int64) {
	if r.closed || len(k.Text) > maxPastText { // --max-line can be as long as that
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

// crowded tells whether all places keep so much that there is no room for k.
func (r *ring) crowded(k historyEntry) bool {
	return r.all != nil && r.all.Load()+k.size() > maxPastAll
}

// count adds to what is kept in all places.
func (r *ring) count(bytes int64) {
	r.size += bytes
	if r.all != nil {
		r.all.Add(bytes)
	}
}

// forget drops everything.
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

// every is all that is kept, the oldest first.
func (r *ring) every() []historyEntry {
	all := make([]historyEntry, r.n)
	for i := range all {
		all[i] = r.at(i)
	}
	return all
}

// at is the i-th of the kept, the oldest is the first.
func (r *ring) at(i int) historyEntry { return r.entries[(r.first+i)%len(r.entries)] }

package chatcore

// What is kept of what was said in one place, for [Session.Last]. It is memory
// that anybody can make the server hold, so it is bounded in both ways.
const (
	maxPast     = 200      // messages
	maxPastText = 64 << 10 // bytes of their text
)

// ring is what was said last in one place, the oldest first. It grows as it is
// needed, and allocates nothing once it is full.
type ring struct {
	kept  []kept // from first on, and around
	first int
	n     int
	text  int // bytes
}

// kept is something said, and who said it.
type kept struct {
	*Event
	by speaker
}

// add keeps k and drops the oldest, as many as it takes.
func (r *ring) add(k kept) {
	if len(k.Text) > maxPastText {
		return // --max-line can be as long as that
	}
	for r.n > 0 && (r.n == maxPast || r.text+len(k.Text) > maxPastText) {
		r.drop()
	}
	if r.n == len(r.kept) {
		r.grow()
	}
	r.kept[(r.first+r.n)%len(r.kept)] = k
	r.n++
	r.text += len(k.Text)
}

func (r *ring) drop() {
	oldest := &r.kept[r.first]
	r.text -= len(oldest.Text)
	*oldest = kept{}
	r.first = (r.first + 1) % len(r.kept)
	r.n--
}

func (r *ring) grow() {
	larger := make([]kept, min(max(8, 2*r.n), maxPast))
	for i := range r.n {
		larger[i] = r.at(i)
	}
	r.kept, r.first = larger, 0
}

// at is the i-th of the kept, the oldest is the first.
func (r *ring) at(i int) kept { return r.kept[(r.first+i)%len(r.kept)] }

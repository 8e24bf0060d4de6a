package chatcore

// maxDeparted is how many of those who left last can still be ignored. It is more than one
// address can have come and go in an hour, at 60 connections a minute.
const maxDeparted = 4096

// departed are those who left last. Its methods are called with Core.mu held.
type departed struct {
	last map[string]former // by the key of the nick they had
	keys []string          // of last: a ring, once it is full
	next int               // the place of the next in keys
}

// former is a user who left.
type former struct {
	who   ignored
	place int // in departed.keys
}

// add remembers u.
func (d *departed) add(u *User) {
	if d.last == nil {
		d.last = make(map[string]former)
	}
	if d.next == len(d.keys) {
		d.keys = append(d.keys, "")
	}
	if oldest := d.keys[d.next]; d.last[oldest].place == d.next { // and not there again since
		delete(d.last, oldest)
	}
	d.keys[d.next] = u.key
	d.last[u.key] = former{ignored{u.speakerLocked(), u.nick}, d.next}
	d.next = (d.next + 1) % maxDeparted
}

// find returns who last had the nick of a key.
func (d *departed) find(key string) (who ignored, ok bool) {
	g, ok := d.last[key]
	return g.who, ok
}

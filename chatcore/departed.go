package chatcore

// maxDeparted is the number of departed users who can still be ignored. It is more than
// the users that one address can bring in an hour, at 60 connections a minute.
const maxDeparted = 4096

// departed holds the users who left last. Its methods are called with Core.mu held.
type departed struct {
	last map[string]former // by the key of their nick
	keys []string          // the keys of last; a ring once it is full
	next int               // the index in keys for the next user
}

// former is a user who left.
type former struct {
	who   ignored
	place int // the index in departed.keys
}

// add remembers u.
func (d *departed) add(u *User) {
	if d.last == nil {
		d.last = make(map[string]former)
	}
	if d.next == len(d.keys) {
		d.keys = append(d.keys, "")
	}
	if oldest := d.keys[d.next]; d.last[oldest].place == d.next { // and the nick has not been added again since
		delete(d.last, oldest)
	}
	d.keys[d.next] = u.key
	d.last[u.key] = former{ignored{u.speakerLocked(), u.nick}, d.next}
	d.next = (d.next + 1) % maxDeparted
}

// find returns the user who last had the nick with a key.
func (d *departed) find(key string) (who ignored, ok bool) {
	g, ok := d.last[key]
	return g.who, ok
}

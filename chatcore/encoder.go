package chatcore

import "runtime/debug"

// encoder encodes an event, and what was said right behind it, at most once for each
// format and view.
type encoder struct {
	event *Event
	then  []*Event
	used  int
	made  [4]frame // the first few need no allocation
	more  []frame  // people with terminals may have a style each
}

type frame struct {
	format Format
	view   View
	bytes  []byte
	fault  *Fault // nil unless the format has failed
}

// Fault is a panic in a [Format].
type Fault struct {
	Value any
	Stack []byte
}

func (e *encoder) encode(f Format, v View) *frame {
	for i := range e.used {
		if m := &e.made[i]; m.view == v && m.format == f {
			return m
		}
	}
	for i := range e.more {
		if m := &e.more[i]; m.view == v && m.format == f {
			return m
		}
	}
	made := e.newFrame(f, v)
	if e.used < len(e.made) {
		e.made[e.used] = made
		e.used++
		return &e.made[e.used-1]
	}
	e.more = append(e.more, made)
	return &e.more[len(e.more)-1]
}

func (e *encoder) newFrame(f Format, v View) (made frame) {
	made = frame{format: f, view: v}
	defer func() {
		if value := recover(); value != nil {
			made.bytes, made.fault = nil, &Fault{value, debug.Stack()}
		}
	}()
	made.bytes = f.Append(e.buffer(), e.event, v)
	for _, then := range e.then {
		made.bytes = f.Append(made.bytes, then, v)
	}
	return made
}

// buffer is where the event is encoded to, large enough for a line: growing it bit by bit
// would be an allocation more for each message.
func (e *encoder) buffer() []byte {
	n := e.event.length()
	for _, then := range e.then {
		n += then.length()
	}
	return make([]byte, 0, n)
}

// length is about how long the event is as a line.
func (e *Event) length() int {
	const between = 8 // "@", ": ", CR LF and the like
	return len(e.Room) + len(e.From) + len(e.Text) + length(e.Items) + between
}

// length is how long items are in a line, with spaces between.
func length(items []string) int {
	n := max(0, len(items)-1)
	for _, item := range items {
		n += len(item)
	}
	return n
}

// encoded is the event of enc as s is shown it. A fault in the format of s is the
// end of s, and not of whoever says something: nothing is shown then.
func (s *Session) encoded(enc *encoder, v View) []byte {
	f := enc.encode(s.formats.Load().now, v)
	if f.fault != nil && s.end(ending{reason: Panicked}) && s.core.options.Fault != nil {
		s.core.options.Fault(*f.fault)
	}
	return f.bytes
}

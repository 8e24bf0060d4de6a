package chatcore

import (
	"runtime/debug"
	"strings"
)

// encoder encodes an event, and those said right after it, at most once for each format
// and view.
type encoder struct {
	event *Event
	then  []*Event
	used  int
	made  [4]frame // the first few need no allocation
	// more holds the others: each user with a terminal may have their own style. With a
	// list that is searched, 10,000 styles took 199 ms a message; with a map they take 7.
	more map[look]*frame
}

// look is how an event is shown.
type look struct {
	format Format
	view   View
}

type frame struct {
	look
	bytes []byte
	fault *Fault // nil unless the format panicked
}

// Fault is a panic in a [Format].
type Fault struct {
	Value any
	Stack []byte
}

func (e *encoder) encode(f Format, v View) *frame {
	l := look{f, v}
	for i := range e.used {
		if m := &e.made[i]; m.view == v && m.format == f {
			return m
		}
	}
	if m := e.more[l]; m != nil {
		return m
	}
	if e.used < len(e.made) {
		m := &e.made[e.used]
		*m = e.newFrame(l)
		e.used++
		return m
	}
	if e.more == nil {
		e.more = make(map[look]*frame)
	}
	m := new(frame)
	*m = e.newFrame(l)
	e.more[l] = m
	return m
}

func (e *encoder) newFrame(l look) (made frame) {
	made.look = l
	defer func() {
		if value := recover(); value != nil {
			made.bytes, made.fault = nil, &Fault{value, debug.Stack()}
		}
	}()
	made.bytes = l.format.Append(e.buffer(), e.event, l.view)
	for _, then := range e.then {
		made.bytes = l.format.Append(made.bytes, then, l.view)
	}
	return made
}

// buffer returns a buffer that is large enough for the event as a line. Growing it step
// by step would cost one more allocation for each message.
func (e *encoder) buffer() []byte {
	n := e.event.length()
	for _, then := range e.then {
		n += then.length()
	}
	return make([]byte, 0, n)
}

// length returns the approximate length of the event as a line.
func (e *Event) length() int {
	return e.around() + len(e.Text) + length(e.Items)
}

// around returns the approximate length of a line without its text.
func (e *Event) around() int {
	const between = 8 // "@", ": ", CR LF and the like
	return len(e.Room) + len(e.From) + between
}

// received returns the approximate number of bytes that the event takes as lines.
func (e *Event) received() int { return e.length() + strings.Count(e.Text, "\n")*e.around() }

// length returns the length of items in a line, with spaces between them.
func length(items []string) int {
	n := max(0, len(items)-1)
	for _, item := range items {
		n += len(item)
	}
	return n
}

// encoded returns the event of enc as s sees it. A fault in the format of s ends s, not
// the sender, and encoded then returns nothing.
func (s *Session) encoded(enc *encoder, v View) []byte {
	f := enc.encode(s.formats.Load().now, v)
	if f.fault != nil && s.end(ending{reason: Panicked}) && s.core.options.Fault != nil {
		s.core.options.Fault(*f.fault)
	}
	return f.bytes
}

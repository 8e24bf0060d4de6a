package sshserver

import (
	"parley/internal/egress"
	"parley/internal/sockets"
)

// sink writes to the session channel, below the library's layer for terminals, because
// pending output is ready for the wire. Closing the sink closes the socket: only that wakes
// a write to a client whose window is shut.
//
// A write can wait at two stages, and progress differs between them. At the socket,
// progress is what the client acknowledges. At the SSH window it is not: a client that
// never opens its window, but asks something each second, acknowledges every answer. So a
// write that waits for the window must finish within the time that a client may take
// nothing, and is at most minPiece long. A longer one is written only when the window has
// room for all of it.
type sink struct{ conn *conn }

// newSink returns the sink of a connection, with a meter if there is a socket.
func newSink(l *conn) egress.Sink {
	if sockets.Measured && sockets.Of(l.Conn) != nil {
		return sink{l}
	}
	return struct{ egress.Sink }{sink{l}}
}

// minPiece is how much is written at once if the client's window has less room. A client
// that takes 500 bytes a second takes it in 4 s, which leaves time for its window adjustments.
const minPiece = 2 << 10

func (k sink) Close() error { return k.conn.Close() }

func (k sink) Write(p []byte) (n int, err error) {
	l := k.conn
	l.readBudget.writing(true)
	defer l.readBudget.writing(false)
	before := l.progress.total()
	for len(p) > 0 {
		room := int(l.window.room())
		piece := min(len(p), max(room, minPiece))
		l.cramped.Store(piece > room)
		m, err := l.channel.Write(p[:piece])
		if n += m; err != nil {
			return n, err
		}
		l.pieces.Add(1)
		p = p[piece:]
	}
	l.cramped.Store(false)
	l.progress.reach(before+int64(n), l.readBudget.closed)
	return n, nil
}

// Taken implements [egress.Meter]. It is for comparing two moments of one write. It also
// changes when the write begins or stops waiting for the window. That is progress, because
// a piece has then been written. Acked tells of the client alone.
func (k sink) Taken() (n uint64, ok bool) {
	acked, ok := k.Acked()
	n = k.conn.pieces.Load()
	if !k.conn.cramped.Load() {
		n += acked
	}
	return n, ok
}

// Acked implements [egress.Meter].
func (k sink) Acked() (n uint64, ok bool) { return sockets.Acked(sockets.Of(k.conn.Conn)) }

// Pending implements [egress.Meter].
func (k sink) Pending() (is, ok bool) {
	n, ok := sockets.Pending(sockets.Of(k.conn.Conn))
	return n > 0, ok
}

// Patient implements [egress.Meter].
func (k sink) Patient() { sockets.NoUserTimeout(sockets.Of(k.conn.Conn)) }

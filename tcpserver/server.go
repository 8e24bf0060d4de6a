// Package tcpserver is the raw TCP front end: the tutorial's protocol, for telnet, nc and
// programs.
package tcpserver

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"time"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/frontend"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/ratelimit"
)

// Options are the options of a Server.
type Options struct {
	Core    *chatcore.Core
	Flusher *egress.Flusher
	Log     *slog.Logger
	Input   input.Limits
	Budgets *netguard.Shares[ratelimit.Budget] // what an address may say; nil means no limit
	// Hints makes the server ask for a nick at connect, and explain why it refuses one. If
	// false, it sends no byte before the nick is registered.
	Hints       bool
	TLS         *tls.Config   // nil: cleartext
	NickTimeout time.Duration // how long a connection may take to send its nick
	Drain       time.Duration // how long pending output may take to be written at the end
}

// Server serves the raw port.
type Server struct {
	Options
	conns frontend.Conns[*conn]
}

// New returns a Server.
func New(o Options) *Server { return &Server{Options: o} }

// Serve serves the connections of ln until ln is closed, which is not an error.
func (s *Server) Serve(ln net.Listener) error { return s.conns.Serve(ln, s.serve) }

func (s *Server) serve(nc net.Conn) {
	c := newConn(s, nc)
	if !s.conns.Add(c) {
		_ = nc.Close()
		return
	}
	defer s.conns.Remove(c)
	c.run()
}

// Shutdown waits for the connections to end, and cuts the remaining ones when ctx is done.
// See [frontend.Conns.Shutdown].
func (s *Server) Shutdown(ctx context.Context) { s.conns.Shutdown(ctx) }

// Refuse tells a connection why it is refused, if hints are on. With TLS that is impossible
// before the handshake.
func (s *Server) Refuse(nc net.Conn, why netguard.Refusal) {
	if s.Hints && s.TLS == nil {
		hint(nc, "!error refused: "+why.String())
	}
}

// hintWait is how long a hint may take to be written. It fits the empty send buffer of a
// new connection, so it is written at once or not at all.
const hintWait = 100 * time.Millisecond

func hint(nc net.Conn, line string) {
	_ = nc.SetWriteDeadline(time.Now().Add(hintWait))
	_, _ = nc.Write([]byte(line + "\r\n")) // a failure does not matter
	_ = nc.SetWriteDeadline(time.Time{})
}

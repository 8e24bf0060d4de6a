// Package sshserver is the SSH front end: it turns each SSH session into a session of the
// chat. A session with a terminal is interactive. One without a terminal is the line stream
// of the protocol. One with a command carries out that command.
//
// The pieces, from the connection inwards: conn (one connection: its limits and its end),
// connection and auth (who may log in), channel (the filter in front of the library's
// session), xcrypto and wish (what rests on the libraries), session (what all kinds have in
// common), and a file for each kind. The terminal itself is package terminal.
package sshserver

import (
	"context"
	"log/slog"
	"net"
	"time"

	gossh "golang.org/x/crypto/ssh"

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
	HostKey gossh.Signer
	Input   input.Limits
	Budgets *netguard.Shares[ratelimit.Budget] // what an address may say; nil means no limit

	Name   string // the server's name, for the greeting
	MOTD   string // the message of the day, for the greeting
	Guests bool   // people without a key may log in

	HandshakeTimeout time.Duration // from connect to authenticated
	SessionTimeout   time.Duration // from authenticated to a session with a nick
	Drain            time.Duration // how long pending output may take to be written at the end

	// Handshaken is called with the time each connection took from accept to an open
	// session channel.
	Handshaken func(time.Duration)
}

// Server serves SSH.
type Server struct {
	Options
	wish *library
	near netguard.Shares[neighbours]

	conns frontend.Conns[*conn] // with their sessions
}

// New returns a Server.
func New(o Options) (*Server, error) {
	s := &Server{Options: o}
	s.near.New, s.near.Spent = newNeighbours, (*neighbours).spent
	var err error
	s.wish, err = newLibrary(s)
	return s, err
}

// Serve serves the connections of ln until ln is closed, which is not an error.
func (s *Server) Serve(ln net.Listener) error { return s.conns.Serve(ln, s.serve) }

// Shutdown waits for the connections to end, and cuts the remaining ones when ctx is done.
// See [frontend.Conns.Shutdown].
func (s *Server) Shutdown(ctx context.Context) { s.conns.Shutdown(ctx) }

// Refuse tells a connection why it is refused. Before its version a server may send other
// lines (RFC 4253, section 4.2), which ssh shows with -v.
func (s *Server) Refuse(nc net.Conn, why netguard.Refusal) {
	if why == netguard.Displaced {
		return // the version has already been sent
	}
	const wait = 100 * time.Millisecond // the line fits the empty send buffer
	_ = nc.SetWriteDeadline(time.Now().Add(wait))
	_, _ = nc.Write([]byte(why.String() + "\r\n")) // a failure does not matter
}

// Package sshserver is the SSH front end: it turns each SSH session into a
// session of the chat. With a terminal it is interactive, without one it is the
// line stream of the protocol, and with a command it carries out that command.
//
// The pieces, from the connection inwards: link (one connection: its limits and
// its end), connection and auth (who comes in), channel (the filter before the library's
// session), scope and middleware (what every session passes), chat (what the three kinds
// have in common), and a file for each kind.
package sshserver

import (
	"context"
	"log/slog"
	"net"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/flush"
	"parley/internal/frontend"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/ratelimit"
)

// Options are what a Server needs.
type Options struct {
	Core    *chatcore.Core
	Flusher *flush.Flusher
	Log     *slog.Logger
	HostKey gossh.Signer
	Input   input.Limits
	Budgets *netguard.Shares[ratelimit.Budget] // what an address may say; nil means no limit

	Name   string // the server's name, for the greeting
	MOTD   string // the message of the day, for the greeting
	Guests bool   // people without a key are let in

	HandshakeTimeout time.Duration // from connect to authenticated
	SessionTimeout   time.Duration // from authenticated to a session with a nick
	Drain            time.Duration // how long what is owed may take to be written at the end

	// Handshaken is told how long each connection took from accept to an open
	// session channel.
	Handshaken func(time.Duration)
}

// Server serves SSH.
type Server struct {
	Options
	wish *ssh.Server
	near netguard.Shares[neighbours]

	conns frontend.Conns[*conn] // and their sessions
}

// New returns a Server.
func New(o Options) (*Server, error) {
	s := &Server{Options: o}
	s.near.New, s.near.Spent = newNeighbours, (*neighbours).spent
	var err error
	s.wish, err = wish.NewServer(
		s.session,
		ssh.EmulatePty(),
		wish.WithMiddleware(s.byKind, s.logged, s.recovered), // the last is the outermost
	)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// session sets up the library's server, which has the sessions and not the connections.
func (s *Server) session(srv *ssh.Server) error {
	srv.AddHostKey(s.HostKey) // the library makes one of its own where it has none, in a file
	return nil
}

// Serve serves the connections of ln until ln is closed, which is no error.
func (s *Server) Serve(ln net.Listener) error { return s.conns.Serve(ln, s.serve) }

// Shutdown waits for the connections to end, and cuts those that are left when ctx is done:
// see [frontend.Conns.Shutdown].
func (s *Server) Shutdown(ctx context.Context) { s.conns.Shutdown(ctx) }

// Refuse tells a connection that is not let in why: before its version, a server
// may send other lines (RFC 4253, section 4.2), which ssh shows with -v.
func (s *Server) Refuse(nc net.Conn, why netguard.Refusal) {
	if why == netguard.Displaced {
		return // the version has been sent
	}
	const wait = 100 * time.Millisecond // it fits the empty send buffer
	_ = nc.SetWriteDeadline(time.Now().Add(wait))
	_, _ = nc.Write([]byte(why.String() + "\r\n")) // what cannot be told is not owed
}

// Package app wires a whole server from its parts. The program and the tests use the
// same wiring, so a test sees what a user gets.
package app

import (
	"cmp"
	"crypto/tls"
	"log/slog"
	"net/netip"
	"time"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
	"parley/internal/netguard"
	"parley/internal/ratelimit"
	"parley/keys"
	"parley/sshserver"
	"parley/tcpserver"
)

// roomsPerConn is how many rooms an address may make for each connection that it may have.
const roomsPerConn = 3

// DefaultOutbox is how many bytes a session may be behind by default.
const DefaultOutbox = 256 << 10

const (
	defaultHandshakeTimeout = 20 * time.Second
	defaultNickTimeout      = 30 * time.Second
	defaultNoticeInterval   = time.Second
)

// Options configure a server. A limit of 0 is off.
type Options struct {
	Log     *slog.Logger
	Data    string       // the data folder, for the ids of events; empty: they begin at 1 with each start
	Name    string       // the server's name, for the greeting on ssh
	MOTD    string       // the message of the day, safe to show; empty for none
	HostKey keys.HostKey // the zero value turns ssh off
	Guests  bool         // lets people without a key in, on ssh
	Hints   bool         // the raw port asks for a nick, and says why it refuses one
	TLS     *tls.Config  // for the raw port; nil for cleartext

	// Proxies may say in a PROXY header on whose behalf they connect, on ssh and raw.
	Proxies []netip.Prefix

	Guard       netguard.Limits // limits on connections
	Input       input.Limits    // the lines of one session
	BytesPerIP  int             // bytes a second that the sessions of one address may say together
	MaxSessions int             // sessions at once
	Outbox      int             // bytes that a session may be behind before it is closed

	HandshakeTimeout time.Duration // from connect to the end of the SSH login; 0 for 20 s
	NickTimeout      time.Duration // until a connection has a nick; 0 for 30 s
	NoticeInterval   time.Duration // between two rounds of notices; 0 for 1 s
	Drain            time.Duration // how long Run may take to stop
}

// Server is a whole server. Its parts know one another; it does not listen yet.
type Server struct {
	Options
	Core *chatcore.Core

	ids     *eventIDs
	guard   *netguard.Guard
	flusher *egress.Flusher
	metrics *metrics
	ssh     *sshserver.Server // nil when ssh is off
	tcp     *tcpserver.Server
}

// New returns a server.
func New(o Options) (*Server, error) {
	o.HandshakeTimeout = cmp.Or(o.HandshakeTimeout, defaultHandshakeTimeout)
	o.NickTimeout = cmp.Or(o.NickTimeout, defaultNickTimeout)
	o.NoticeInterval = cmp.Or(o.NoticeInterval, defaultNoticeInterval)
	ids, first, err := openEventIDs(o.Data, o.Log)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Options: o,
		ids:     ids,
		Core: chatcore.New(chatcore.Options{
			MaxSessions: o.MaxSessions, Outbox: o.Outbox, RoomsOfAddress: roomsPerConn * o.Guard.PerAddress,
			FirstEvent: first,
			Fault:      func(f chatcore.Fault) { o.Log.Error("panic in a format", "panic", f.Value, "stack", string(f.Stack)) },
		}),
		guard:   netguard.New(o.Guard, o.Log),
		flusher: egress.New(o.Log),
	}
	s.Core.ReserveEvents(ids.end)
	if o.Outbox > 0 {
		s.flusher.Quota = min(egress.DefaultQuota, o.Outbox/4)
	}
	s.metrics = newMetrics(s.Core, s.guard)
	drain := o.Drain
	if drain == 0 {
		drain = time.Hour // no limit: a client that takes nothing is closed as stalled
	}
	budgets := o.budgets()
	s.tcp = tcpserver.New(tcpserver.Options{
		Core: s.Core, Flusher: s.flusher, Log: o.Log, Input: o.Input, Budgets: budgets,
		Hints: o.Hints, TLS: o.TLS, NickTimeout: o.NickTimeout, Drain: drain,
	})
	if o.HostKey == (keys.HostKey{}) {
		return s, nil
	}
	s.ssh, err = sshserver.New(sshserver.Options{
		Core: s.Core, Flusher: s.flusher, Log: o.Log, HostKey: o.HostKey.Signer(), Input: o.Input, Budgets: budgets,
		Name: o.Name, MOTD: o.MOTD, Guests: o.Guests,
		HandshakeTimeout: o.HandshakeTimeout, SessionTimeout: o.NickTimeout, Drain: drain,
		Handshaken: s.metrics.handshaken,
	})
	return s, err
}

// budgets returns what each address may make others receive; nil for no limit.
func (o *Options) budgets() *netguard.Shares[ratelimit.Budget] {
	if o.BytesPerIP == 0 {
		return nil
	}
	return &netguard.Shares[ratelimit.Budget]{
		New:   func() *ratelimit.Budget { return ratelimit.NewBudget(o.BytesPerIP) },
		Spent: (*ratelimit.Budget).Spent,
	}
}

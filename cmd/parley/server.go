package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/term"

	"parley/chatcore"
	"parley/internal/flush"
	"parley/internal/netguard"
	"parley/internal/safetext"
	"parley/keys"
	"parley/sshserver"
	"parley/tcpserver"
)

// roomsOfConn is how many rooms may be made from an address for each connection it may have.
const roomsOfConn = 3

// maxName is how many characters of the server's name are shown.
const maxName = 64

// How long those who connect may take.
const (
	handshakeTimeout = 20 * time.Second
	nickTimeout      = 30 * time.Second
)

// server is the parts of a running server, wired.
type server struct {
	config  *serveConfig
	log     *slog.Logger
	key     keys.HostKey
	core    *chatcore.Core
	guard   *netguard.Guard
	flusher *flush.Flusher
	metrics *metrics
	ssh     *sshserver.Server
	tcp     *tcpserver.Server
	secure  bool // the raw port has TLS

	sshListener, tcpListener, httpListener net.Listener // nil: off
}

func (c *serveConfig) newServer(log *slog.Logger, key keys.HostKey, motd string, secure *tls.Config) (*server, error) {
	s := &server{
		config: c, log: log, key: key, secure: secure != nil,
		core: chatcore.New(chatcore.Options{
			MaxSessions: int(c.MaxSessions), Outbox: int(c.Outbox), RoomsOfAddress: roomsOfConn * int(c.MaxPerIP),
			Fault: func(f chatcore.Fault) { log.Error("panic in a format", "panic", f.Value, "stack", string(f.Stack)) },
		}),
		guard:   netguard.New(c.guard(), log),
		flusher: flush.New(log),
	}
	if c.Outbox > 0 {
		s.flusher.Quota = min(flush.DefaultQuota, int(c.Outbox)/4)
	}
	s.metrics = newMetrics(s.core, s.guard)
	drain := time.Duration(c.Drain)
	if drain == 0 {
		drain = time.Hour // no limit: a client that takes nothing is closed as stalled
	}
	budgets := c.budgets()
	s.tcp = tcpserver.New(tcpserver.Options{
		Core: s.core, Flusher: s.flusher, Log: log, Input: c.input(), Budgets: budgets,
		Hints: c.TCPHints, TLS: secure, NickTimeout: nickTimeout, Drain: drain,
	})
	if c.SSH == "" {
		return s, nil
	}
	var err error
	s.ssh, err = sshserver.New(sshserver.Options{
		Core: s.core, Flusher: s.flusher, Log: log, HostKey: key.Signer(), Input: c.input(), Budgets: budgets,
		Name: safetext.Label(c.Name, maxName), MOTD: motd, Guests: c.Guests,
		HandshakeTimeout: handshakeTimeout, SessionTimeout: nickTimeout, Drain: drain,
		Handshaken: s.metrics.handshaken,
	})
	return s, err
}

// listen opens all listeners, or none.
func (s *server) listen(ctx context.Context) (err error) {
	for _, l := range []struct {
		flag   string
		at     address
		opened *net.Listener
		refuse func(net.Conn, netguard.Refusal)
	}{
		{"ssh", s.config.SSH, &s.sshListener, s.ssh.Refuse},
		{"tcp", s.config.TCP, &s.tcpListener, s.tcp.Refuse},
		{"http", s.config.HTTP, &s.httpListener, nil},
	} {
		if l.at == "" {
			continue
		}
		ln, err := listener(ctx, l.flag, l.at)
		if err != nil {
			s.closeListeners()
			return err
		}
		if l.refuse != nil {
			ln = s.guarded(ln, l.refuse)
		}
		*l.opened = ln
	}
	return nil
}

// guarded is ln with the limits for everybody who connects, behind proxies or not.
func (s *server) guarded(ln net.Listener, refuse func(net.Conn, netguard.Refusal)) net.Listener {
	if proxies := prefixes(s.config.ProxyProtocol); len(proxies) > 0 {
		ln = s.guard.Proxied(ln, proxies, refuse)
	}
	return s.guard.Listen(ln, refuse)
}

// logStart logs what the server works with. A start that fails logs nothing but
// why.
func (s *server) logStart(keyCreated bool) {
	if s.sshListener != nil {
		folder, err := filepath.Abs(s.config.Data)
		if err != nil { // the working directory is gone
			folder = s.config.Data
		}
		s.log.Info("data folder", "path", folder)
		s.log.Info("host key", "fingerprint", s.key.Fingerprint(), "file", hostKeyFile, "new", keyCreated)
	}
	for _, l := range []struct {
		what string
		ln   net.Listener
	}{{"ssh", s.sshListener}, {"tcp", s.tcpListener}, {"http", s.httpListener}} {
		if l.ln != nil {
			s.log.Info("listening", "for", l.what, "address", l.ln.Addr().String())
		}
	}
	if s.tcpListener != nil && !s.secure {
		s.log.Warn("the raw port is not encrypted, and proves nobody's identity: --tcp off turns it off, --tcp-tls CERT,KEY encrypts it")
	}
}

func (s *server) closeListeners() {
	for _, ln := range []net.Listener{s.sshListener, s.tcpListener, s.httpListener} {
		if ln != nil {
			_ = ln.Close() // it stops listening, whatever it says
		}
	}
}

// run serves until a signal comes, ctx is done or a listener fails, then stops.
func (s *server) run(ctx context.Context, signals <-chan os.Signal) error {
	var wg sync.WaitGroup
	background, stop := context.WithCancel(context.Background())
	defer wg.Wait()
	defer stop()
	wg.Go(func() { s.flusher.Run(background) })
	wg.Go(func() { s.tick(background) })
	wg.Go(func() { newTidier().run(background) })

	failed := make(chan error, 3)
	serve := func(ln net.Listener, serve func(net.Listener) error) {
		if ln != nil {
			wg.Go(func() { failed <- serve(ln) })
		}
	}
	web := &http.Server{Handler: s.metrics.handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	serve(s.tcpListener, s.tcp.Serve)
	serve(s.sshListener, s.ssh.Serve)
	serve(s.httpListener, web.Serve)

	var err error
	select {
	case <-ctx.Done():
	case sig := <-signals:
		s.log.Info("stopping", "signal", sig.String())
	case err = <-failed:
		s.log.Error("a listener failed", "error", err)
	}
	s.shutdown(signals)
	_ = web.Close()
	return err
}

// tick lets the chat tell its news, once a second.
func (s *server) tick(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s.tellNews()
		}
	}
}

// tellNews outlives a panic, for the next second has its own news.
func (s *server) tellNews() {
	defer func() {
		if v := recover(); v != nil {
			s.log.Error("panic while telling news", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	s.core.Tick()
}

// errSecondSignal is why a server ended at once.
var errSecondSignal = errors.New("ended by a second signal")

// shutdown stops accepting, tells everyone, and lets what is owed be written, for
// nine tenths of the time there is: the last is for cutting the rest.
func (s *server) shutdown(signals <-chan os.Signal) {
	s.closeListeners()
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	if d := time.Duration(s.config.Drain); d > 0 {
		t := time.AfterFunc(d*9/10, func() { cancel(context.DeadlineExceeded) })
		defer t.Stop()
	}
	go func() {
		select {
		case <-signals:
			s.log.Warn("a second signal: ending at once")
			cancel(errSecondSignal)
			time.AfterFunc(time.Second, func() { os.Exit(exitFailed) }) // whatever still hangs
		case <-ctx.Done():
		}
	}()
	s.core.Shutdown("server is going down")
	var wg sync.WaitGroup
	wg.Go(func() { s.tcp.Shutdown(ctx) })
	if s.ssh != nil {
		wg.Go(func() { s.ssh.Shutdown(ctx) })
	}
	wg.Wait()
	s.log.Info("stopped", "cut", ctx.Err() != nil)
}

// greet tells the person at the terminal how to connect.
func (s *server) greet(out io.Writer) {
	fmt.Fprintf(out, "\n  %s is up. Connect with:\n\n", s.config.Name)
	if s.sshListener != nil {
		fmt.Fprintf(out, "    ssh -p %d NAME@localhost\n", port(s.sshListener))
	}
	if s.tcpListener != nil {
		how := "telnet localhost %d      (the first line you type is your nick; not encrypted)"
		if s.secure {
			how = "parley client --tls HOST:%d      (the first line you type is your nick)"
		}
		fmt.Fprintf(out, "    "+how+"\n", port(s.tcpListener))
	}
	if s.sshListener != nil {
		fmt.Fprintf(out, "\n  Host key: %s\n", s.key.Fingerprint())
	}
	fmt.Fprintf(out, "  Ctrl-C stops the server.\n\n")
}

func port(ln net.Listener) int { return ln.Addr().(*net.TCPAddr).Port }

func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

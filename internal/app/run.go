package app

import (
	"context"
	"net"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"parley/internal/netguard"
)

// Listeners are the sockets that a server is reached by; nil turns one off.
type Listeners struct{ SSH, TCP, HTTP net.Listener }

// Close closes the sockets: no client can connect any more.
func (l Listeners) Close() {
	for _, ln := range []net.Listener{l.SSH, l.TCP, l.HTTP} {
		if ln != nil {
			_ = ln.Close() // it stops listening, whatever it returns
		}
	}
}

// Run serves until ctx is done or a listener fails, and returns why it failed. It then
// stops: it tells everyone, and lets waiting output be written for nine tenths of Drain,
// since the last tenth is for cutting the rest. It stops at once when hurry is done.
func (s *Server) Run(ctx, hurry context.Context, on Listeners) error {
	on.TCP = s.guarded(on.TCP, s.tcp.Refuse)
	on.SSH = s.guarded(on.SSH, s.ssh.Refuse)
	var wg sync.WaitGroup
	background, stop := context.WithCancel(context.Background())
	defer wg.Wait()
	defer stop()
	wg.Go(func() { s.flusher.Run(background) })
	wg.Go(func() { s.tick(background) })

	failed := make(chan error, 3)
	serve := func(ln net.Listener, serve func(net.Listener) error) {
		if ln != nil {
			wg.Go(func() { failed <- serve(ln) })
		}
	}
	web := &http.Server{Handler: s.metrics.handler(), ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	serve(on.TCP, s.tcp.Serve)
	serve(on.SSH, s.ssh.Serve)
	serve(on.HTTP, web.Serve)

	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		s.Log.Error("a listener failed", "error", err)
	}
	on.Close()
	s.shutdown(hurry)
	_ = web.Close()
	return err
}

// guarded returns ln with the limits for everyone who connects, through proxies or not.
func (s *Server) guarded(ln net.Listener, refuse func(net.Conn, netguard.Refusal)) net.Listener {
	if ln == nil {
		return nil
	}
	if len(s.Proxies) > 0 {
		ln = s.guard.Proxied(ln, s.Proxies, refuse)
	}
	return s.guard.Listen(ln, refuse)
}

// tick lets the chat publish its notices, and reserves event ids, once each NoticeInterval.
func (s *Server) tick(ctx context.Context) {
	t := time.NewTicker(s.NoticeInterval)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			s.publishNotices()
			s.reserveEvents()
		}
	}
}

func (s *Server) reserveEvents() {
	s.ids.extend(s.Core.LastEvent())
	s.Core.ReserveEvents(s.ids.end)
}

// publishNotices survives a panic, because the next second has notices of its own.
func (s *Server) publishNotices() {
	defer func() {
		if v := recover(); v != nil {
			s.Log.Error("panic while telling news", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	s.Core.Tick()
}

func (s *Server) shutdown(hurry context.Context) {
	ctx, cancel := context.WithCancel(hurry)
	defer cancel()
	if s.Drain > 0 {
		defer time.AfterFunc(s.Drain*9/10, cancel).Stop()
	}
	s.Core.Shutdown("server is going down")
	var wg sync.WaitGroup
	wg.Go(func() { s.tcp.Shutdown(ctx) })
	if s.ssh != nil {
		wg.Go(func() { s.ssh.Shutdown(ctx) })
	}
	wg.Wait()
	s.Log.Info("stopped", "cut", ctx.Err() != nil)
}

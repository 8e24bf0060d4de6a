package tutorial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

// Echo is the tutorial's echo server. As it stands it is the tutorial's last form: it keeps what a client sends until
// a newline, answers the line in upper case and goes on until the client leaves, for many clients at once. A line of
// more than 4096 bytes is answered with one error and skipped.
//
// The fields are set before Serve and not changed while it runs.
type Echo struct {
	// Once closes a connection after the answer to its first line, as the tutorial's second form does.
	Once bool
	// Plain is the very first form: what came first is sent back unchanged, newline or not, and the connection
	// closed. It goes before Once.
	Plain bool
	// Log receives what the tutorial's server prints: one line per Write (with a panic's stack, should there be one),
	// whole lines also with many clients, nothing unprintable in them. It is written to while a client waits for its
	// answer. Nil is no log.
	Log io.Writer

	logMu sync.Mutex // held for one Write to Log
}

// Serve answers the clients that connect to ln until ctx is done; then it returns nil. It returns an error when ln
// fails for good. Either way ln and every connection are closed and every goroutine has ended when it returns.
func (e *Echo) Serve(ctx context.Context, ln net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	running.Go(func() {
		<-ctx.Done()
		ln.Close()
	})
	for {
		conn, err := e.accept(ctx, ln)
		switch {
		case err == nil:
			running.Go(func() { e.serveConn(ctx, conn) })
		case ctx.Err() != nil:
			return nil
		default:
			return fmt.Errorf("accept connections: %w", err)
		}
	}
}

// accept waits for the next connection. Being out of descriptors or memory passes: other clients leave. It waits for
// that, 5 ms doubling to 1 s, rather than end the server for those who are connected.
func (e *Echo) accept(ctx context.Context, ln net.Listener) (net.Conn, error) {
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		conn, err := ln.Accept()
		if err == nil || !passes(err) {
			return conn, err
		}
		e.logf("Accept failed, retry in %v: %s", wait, unquoted([]byte(err.Error())))
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// passes reports whether an error of Accept says nothing about the listener itself.
func passes(err error) bool {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}

// serveConn owns conn: it is closed on return, and by the end of ctx, which wakes a read or write that waits.
func (e *Echo) serveConn(ctx context.Context, conn net.Conn) {
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		conn.Close()
	})
	defer func() {
		conn.Close()
		if !stop() {
			<-closed // joined, as all that Serve starts
		}
	}()
	defer e.logPanic() // one client's panic is not the others'

	e.logf("Connection from %s", peerName(conn.RemoteAddr()))
	c := conversation{echo: e, conn: conn}
	if e.Plain {
		c.plain()
	} else {
		c.lines()
	}
}

// logPanic ends a panic, with its stack in the log. It must be deferred.
func (e *Echo) logPanic() {
	if p := recover(); p != nil {
		e.logf("Connection closed: panic: %s\n%s", unquoted(fmt.Append(nil, p)), debug.Stack())
	}
}

// logf writes one line to the log. Text from a client comes to it through quoted or unquoted only.
func (e *Echo) logf(format string, args ...any) {
	if e.Log == nil {
		return
	}
	line := append(fmt.Appendf(nil, format, args...), '\n')
	e.logMu.Lock()
	defer e.logMu.Unlock()
	e.Log.Write(line) // a log that fails is no reason to stop answering
}

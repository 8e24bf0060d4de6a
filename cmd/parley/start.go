package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"parley/internal/app"
)

// listen opens all listeners, or none.
func (c *serveConfig) listen(ctx context.Context) (on app.Listeners, err error) {
	for _, l := range []struct {
		flag string
		at   address
		to   *net.Listener
	}{{"ssh", c.SSH, &on.SSH}, {"tcp", c.TCP, &on.TCP}, {"http", c.HTTP, &on.HTTP}} {
		if l.at == "" {
			continue
		}
		if *l.to, err = listener(ctx, l.flag, l.at); err != nil {
			*l.to = nil
			on.Close()
			return app.Listeners{}, err
		}
	}
	return on, nil
}

// logStart logs what the server works with. A start that fails logs only why.
func (c *serveConfig) logStart(s *app.Server, on app.Listeners, keyCreated bool) {
	if on.SSH != nil {
		folder, err := filepath.Abs(c.Data)
		if err != nil { // the working directory is gone
			folder = c.Data
		}
		s.Log.Info("data folder", "path", folder)
		s.Log.Info("host key", "fingerprint", s.HostKey.Fingerprint(), "file", hostKeyFile, "new", keyCreated)
	}
	for _, l := range []struct {
		what string
		ln   net.Listener
	}{{"ssh", on.SSH}, {"tcp", on.TCP}, {"http", on.HTTP}} {
		if l.ln != nil {
			s.Log.Info("listening", "for", l.what, "address", l.ln.Addr().String())
		}
	}
	if on.TCP != nil && s.TLS == nil {
		s.Log.Warn("the raw port is not encrypted, and proves nobody's identity: --tcp off turns it off, --tcp-tls CERT,KEY encrypts it")
	}
}

// greet tells the person at the terminal how to connect.
func (c *serveConfig) greet(out io.Writer, s *app.Server, on app.Listeners) {
	fmt.Fprintf(out, "\n  %s is up. Connect with:\n\n", c.Name)
	if on.SSH != nil {
		fmt.Fprintf(out, "    ssh -p %d NAME@localhost\n", port(on.SSH))
	}
	if on.TCP != nil {
		how := "telnet localhost %d      (the first line you type is your nick; not encrypted)"
		if s.TLS != nil {
			how = "parley client --tls HOST:%d      (the first line you type is your nick)"
		}
		fmt.Fprintf(out, "    "+how+"\n", port(on.TCP))
	}
	if on.SSH != nil {
		fmt.Fprintf(out, "\n  Host key: %s\n", s.HostKey.Fingerprint())
	}
	fmt.Fprintf(out, "  Ctrl-C stops the server.\n\n")
}

// obey returns contexts that end with the first signal, or with ctx, and with the second
// signal. Within a second of that the process ends, whatever it still waits for.
func obey(ctx context.Context, signals <-chan os.Signal, log *slog.Logger) (first, second context.Context, done func()) {
	first, stop := context.WithCancel(ctx)
	second, hurry := context.WithCancel(context.Background())
	go func() {
		select {
		case sig := <-signals:
			log.Info("stopping", "signal", sig.String())
			stop()
		case <-first.Done(): // ctx, or done
		}
		select {
		case <-signals:
			log.Warn("a second signal: ending at once")
			time.AfterFunc(time.Second, func() { os.Exit(exitFailed) })
			hurry()
		case <-second.Done(): // done
		}
	}()
	return first, second, func() {
		stop()
		hurry()
	}
}

func port(ln net.Listener) int { return ln.Addr().(*net.TCPAddr).Port }

func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"parley/cmd/parley-bench/internal/bench"
	"parley/internal/app"
	"parley/internal/input"
	"parley/internal/proto"
	"parley/keys"
)

// serveCommand returns the command that starts a server. The server has a process group of
// its own, so that Ctrl-C reaches the bench alone.
func serveCommand(program, what string) *exec.Cmd {
	cmd := exec.Command(program, "--serve", what)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// serve runs one of the servers that are measured until standard input ends. It ends with
// the process that started the server, however that process ended.
func serve(ctx context.Context, what string, std streams) error {
	signal.Ignore(syscall.SIGPIPE) // the process that reads the log may be gone
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, std.in) // its end, or an error
		stop()
	}()
	log := slog.New(slog.NewTextHandler(std.err, nil))
	if what == bench.Parley {
		return serveParley(ctx, log)
	}
	ln, err := net.Listen("tcp", anyPort)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	serve, protocol := bench.ServePlainTCP, "tcp"
	if what == bench.PlainSSH {
		serve, protocol = bench.ServePlainSSH, "ssh"
	}
	listening(log, protocol, ln)
	return serve(ctx, ln)
}

const anyPort = "127.0.0.1:0"

// drain is how long parley may take to stop.
const drain = time.Second

// serveParley runs parley on free ports with its defaults, but without the limits that a
// bench would measure.
func serveParley(ctx context.Context, log *slog.Logger) error {
	key, err := keys.NewHostKey()
	if err != nil {
		return err
	}
	s, err := app.New(app.Options{
		Log: log, Name: "parley", HostKey: key, Guests: true,
		Input: input.Limits{MaxLine: proto.DefaultMaxLine}, Outbox: app.DefaultOutbox, Drain: drain,
	})
	if err != nil {
		return err
	}
	var on app.Listeners
	if on.SSH, err = app.Listen(ctx, anyPort); err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	if on.TCP, err = app.Listen(ctx, anyPort); err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	listening(log, "ssh", on.SSH)
	listening(log, "tcp", on.TCP)
	go app.TrimMemory(ctx)
	return s.Run(ctx, context.Background(), on)
}

// listening says where a server listens, as the bench reads it.
func listening(log *slog.Logger, protocol string, ln net.Listener) {
	log.Info("listening", "for", protocol, "address", ln.Addr().String())
}

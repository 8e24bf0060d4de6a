package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"parley/internal/bench"
)

// benchConfig says what to measure. A number that is 0 is that of the full run, or
// of the quick one.
type benchConfig struct {
	Quick   bool     `help:"Measure less, in under a minute; in full it takes some three."`
	JSON    bool     `name:"json" help:"Print one JSON document instead of the table."`
	Against []target `placeholder:"HOST:PORT" help:"Measure servers that run already, raw or ssh, and not one of our own. Who is on them gets all that the bench says, thousands of lines. What a server takes is not known then."`

	Receivers count `placeholder:"N" help:"Who listens in a room full of talk: 500 when it is paced, and 200 when it is saturated; with --quick 200 and 100."`
	Senders   count `placeholder:"N" help:"Who talks: 4."`
	Rate      count `placeholder:"N" help:"Messages a second when it is paced, of all senders together: 100."`
	Window    count `placeholder:"N" help:"Messages under way when it is saturated: 1024."`
	Size      count `placeholder:"N" help:"Bytes of a message: 64."`
	Idle      count `placeholder:"N" help:"Connections to open and to leave idle: 2000 raw, 500 ssh; with --quick 1000 and 200."`
	Duration  span  `placeholder:"TIME" help:"How long each talk lasts: 5s; with --quick 2s."`
	Rounds    count `placeholder:"N" help:"How often all is measured, to take the median: 3; with --quick once."`
	Limit     span  `placeholder:"TIME" help:"How long all may take: 10m; with --quick 55s. What does not fit is left out, and said."`

	Serve string `enum:",parley,plain-tcp,plain-ssh" default:"" env:"-" placeholder:"WHAT" help:"Measure nothing: serve what is measured, parley, plain-tcp or plain-ssh, until standard input ends. This is how the servers are started."`
}

// Help is what --help says below the flags' own words.
func (*benchConfig) Help() string {
	fields := "    " + strings.ReplaceAll(strings.TrimSpace(bench.Fields()), "\n", "\n    ")
	return "Starts a server in a process of its own, and clients, on this machine, and measures four scenarios over raw TCP and over ssh: " +
		"paced (some talk, many listen), saturated (as much as it can deliver), idle and connect. " +
		"Beside it, in turn with it, two baselines: the plainest fan-out on TCP, and the plainest broadcast on gliderlabs/ssh.\n\n" +
		"The exit status is 0 only if all was measured, and parley delivered each message once and in order.\n\n" +
		"In JSON the figures of a server are in servers[].figures, null if not known:\n\n" + fields
}

// Validate is called by kong when the flags are read.
func (c *benchConfig) Validate() error {
	z := c.sizes()
	return z.Check()
}

// sizes are the quick or the full ones, with what was asked for instead.
func (c *benchConfig) sizes() bench.Sizes {
	z := bench.Full()
	if c.Quick {
		z = bench.Quick()
	}
	for _, asked := range []struct {
		size *int
		n    count
	}{
		{&z.PacedReceivers, c.Receivers}, {&z.SaturatedReceivers, c.Receivers}, {&z.Senders, c.Senders},
		{&z.Rate, c.Rate}, {&z.Window, c.Window}, {&z.MessageBytes, c.Size},
		{&z.IdleRaw, c.Idle}, {&z.IdleSSH, c.Idle}, {&z.Rounds, c.Rounds},
	} {
		if asked.n != 0 {
			*asked.size = int(asked.n)
		}
	}
	if c.Duration != 0 {
		z.Seconds = time.Duration(c.Duration).Seconds()
	}
	return z
}

func (c *benchConfig) limit() time.Duration {
	switch {
	case c.Limit != 0:
		return time.Duration(c.Limit)
	case c.Quick:
		return 55 * time.Second
	}
	return 10 * time.Minute
}

// Run measures and prints what was found; also when it is interrupted.
func (c *benchConfig) Run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.Serve != "" {
		return c.serve(ctx, std)
	}
	context.AfterFunc(ctx, stop) // a second signal ends it at once
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program, to start servers: %w", err)
	}
	p := progress{std.err, terminal(std.err), time.Now()}
	report, err := bench.Run(ctx, bench.Options{
		Sizes: c.sizes(), Limit: c.limit(), Version: versionString(), Against: addresses(c.Against),
		Command:  func(what string) *exec.Cmd { return serveCommand(program, what) },
		Tidy:     removeData,
		Progress: p.show,
	})
	p.clear()
	if report == nil {
		return err
	}
	if c.JSON {
		return errors.Join(report.JSON(std.out), err)
	}
	return errors.Join(report.Table(std.out), err)
}

// serveCommand is how a server is started. It has a process group of its own, so that
// Ctrl-C is for us alone, and nothing of our environment that would configure it.
func serveCommand(program, what string) *exec.Cmd {
	cmd := exec.Command(program, "bench", "--serve", what)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Env = []string{} // nil would be all of ours
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "PARLEY_") {
			cmd.Env = append(cmd.Env, pair)
		}
	}
	return cmd
}

// serve serves what is measured, until standard input ends: with the process that
// started it, whatever ended that.
func (c *benchConfig) serve(ctx context.Context, std streams) error {
	signal.Ignore(syscall.SIGPIPE) // who reads our log may be gone, and we still have to tidy up
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, std.in) // its end, or an error
		stop()
	}()
	if c.Serve == bench.Parley {
		return serveParley(ctx, std)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("cannot listen: %w", cause(err))
	}
	serve, what := bench.ServePlainTCP, "tcp"
	if c.Serve == bench.PlainSSH {
		serve, what = bench.ServePlainSSH, "ssh"
	}
	slog.New(slog.NewTextHandler(std.err, nil)).Info("listening", "for", what, "address", ln.Addr().String())
	return serve(ctx, ln)
}

// serveParley is parley serve without limits, on free ports, and with a data folder
// that goes with it.
func serveParley(ctx context.Context, std streams) error {
	folder, err := os.MkdirTemp("", dataFolder(os.Getpid()))
	if err != nil {
		return fmt.Errorf("cannot make a data folder: %w", err)
	}
	defer os.RemoveAll(folder)
	args := []string{"serve", "--data", folder, "--ssh", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--drain", "1s",
		"--max-per-ip", "0", "--connect-rate", "0", "--rate-limit", "0", "--max-unauth", "0", "--max-sessions", "0"}
	if status := run(ctx, args, std); status != 0 {
		return fmt.Errorf("parley serve: exit status %d", status)
	}
	return nil
}

// dataFolder is the name of the data folder of a server, which tells its process, with a
// star for what is random.
func dataFolder(pid int) string { return fmt.Sprintf("parley-bench-%d-*", pid) }

// removeData removes the data folder of a server that was killed, or has died, before it
// could do so itself. That it does so otherwise is for when it is we who are killed.
func removeData(cmd *exec.Cmd) {
	if cmd.Process == nil {
		return
	}
	left, _ := fs.Glob(os.DirFS(os.TempDir()), dataFolder(cmd.Process.Pid)) // the pattern is good
	for _, folder := range left {
		_ = os.RemoveAll(filepath.Join(os.TempDir(), folder)) // what stays is a host key that nobody uses
	}
}

// count is a number of at least 1. The zero value is one that was not given.
type count int

// UnmarshalText implements [encoding.TextUnmarshaler].
func (c *count) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not a number of at least 1", text)
	}
	*c = count(n)
	return nil
}

// span is how long something lasts, such as 5s; there is no turning it off. The zero
// value is one that was not given.
type span time.Duration

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a time: give a number over 0 and its unit, such as 10s or 1m", text)
	}
	*s = span(d)
	return nil
}

// progress shows what is measured: on a terminal in one line that is drawn over,
// elsewhere in a line each.
type progress struct {
	to       io.Writer
	terminal bool
	began    time.Time
}

const eraseLine = "\r\x1b[K"

func (p *progress) show(step, steps int, what string) {
	text := fmt.Sprintf("%d of %d: %s", step, steps, what)
	if done := step - 1; done > 0 {
		left := time.Since(p.began) * time.Duration(steps-done) / time.Duration(done)
		text += fmt.Sprintf(" (about %.0f s left)", left.Seconds())
	}
	if p.terminal {
		fmt.Fprint(p.to, eraseLine+text)
	} else {
		fmt.Fprintln(p.to, text)
	}
}

// clear takes the line away.
func (p *progress) clear() {
	if p.terminal {
		fmt.Fprint(p.to, eraseLine)
	}
}

// target is a server to measure: HOST:PORT.
type target string

// UnmarshalText implements [encoding.TextUnmarshaler].
func (t *target) UnmarshalText(text []byte) error {
	host, port, err := net.SplitHostPort(string(text))
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || host == "" || bad != nil || n == 0 {
		return fmt.Errorf("%q is no server: give HOST:PORT", text)
	}
	*t = target(text)
	return nil
}

func addresses(all []target) []string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = string(t)
	}
	return out
}

// Command parley-bench measures what a machine can hold: how fast a server delivers, how
// many people it holds, and at what cost. It measures parley in turn with two baselines.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"parley/cmd/parley-bench/internal/bench"
)

// name is the name of the program, in its errors.
const name = "parley-bench"

// streams are where the program reads and prints.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// The exit statuses of the program.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run carries out the command line and returns the exit status.
func run(ctx context.Context, args []string, std streams) int {
	var c config
	exited, status := false, 0
	parser, err := kong.New(&c,
		kong.Name(name),
		kong.Description("Measure what this machine can hold: how fast, how many, at what cost."),
		kong.UsageOnError(),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited, status = true, code }),
	)
	if err != nil {
		fmt.Fprintf(std.err, "%s: %v\n", name, err)
		return exitFailed
	}
	_, err = parser.Parse(args)
	if exited { // --help
		return status
	}
	if err != nil {
		fmt.Fprintf(std.err, "%s: %v\nTry: %s --help\n", name, err, name)
		return exitUsage
	}
	if err := c.run(ctx, std); err != nil {
		fmt.Fprintf(std.err, "%s: %s\n", name, strings.ReplaceAll(err.Error(), "\n", "\n"+name+": "))
		return exitFailed
	}
	return 0
}

// run measures, and prints what was measured, even when it is interrupted.
func (c *config) run(ctx context.Context, std streams) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.Serve != "" {
		return serve(ctx, c.Serve, std)
	}
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find this program, to start servers: %w", err)
	}
	p := progress{std.err, terminal(std.err), time.Now()}
	report, err := bench.Run(ctx, bench.Options{
		Sizes: c.sizes(), Limit: c.limit(), Version: version(), Against: addresses(c.Against),
		Command:  func(what string) *exec.Cmd { return serveCommand(program, what) },
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

// version is the version of the module, which has parley too.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Command parley is a chat server that people reach with ssh or telnet.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"
)

// version is set by the linker for a release.
var version string

// cli is the whole configuration: every command with its flags. Each flag is
// also read from the environment as PARLEY_ and its name in capitals.
type cli struct {
	Serve   serveConfig   `cmd:"" help:"Run the chat server: ssh on 2222, the raw line protocol on 8888."`
	Client  clientConfig  `cmd:"" help:"Talk to the raw port of a server, as telnet would."`
	Echo    echoConfig    `cmd:"" help:"Run the tutorial's echo server, which answers in upper case."`
	Hostkey hostkeyConfig `cmd:"" help:"Show the server's host key, or make it."`
	Check   checkConfig   `cmd:"" help:"Tell by the exit status whether a running server answers."`
	Version versionConfig `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" env:"-" help:"Print the version."`
}

// streams are what a command reads and prints.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// The exit statuses of parley.
const (
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run carries out the command line and returns the exit status.
func run(ctx context.Context, args []string, std streams) int {
	var c cli
	exited, status := false, 0
	parser, err := kong.New(&c,
		kong.Name("parley"),
		kong.Description("A chat server that people reach with what they have: ssh -p 2222 HOST, or telnet HOST 8888."),
		kong.DefaultEnvars("PARLEY"),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.UsageOnError(),
		kong.Vars{"version": "parley " + versionString()},
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { exited, status = true, code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		fmt.Fprintln(std.err, "parley:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if exited { // --help
		return status
	}
	if err != nil {
		fmt.Fprintf(std.err, "parley: %v\nTry: %s --help\n", err, inCommand(err))
		return exitUsage
	}
	if err := command.Run(); err != nil {
		fmt.Fprintln(std.err, "parley:", strings.ReplaceAll(err.Error(), "\n", "\nparley: "))
		return exitFailed
	}
	return 0
}

// inCommand is how far the command line was understood that err is about: the
// program, or one of its commands.
func inCommand(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context.Selected() != nil {
		return wrong.Context.Selected().FullPath()
	}
	return "parley"
}

type versionConfig struct{}

// Run prints the version: the release's, or what the build knows of itself.
func (versionConfig) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "parley", versionString())
	return err
}

func versionString() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

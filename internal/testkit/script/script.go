// Package script has the commands of our test scripts.
//
// They go beyond those of testscript, for programs that run while the script goes on and for raw TCP connections. Both have a name in the script and are a peer: what it writes is collected as it comes.
//
//	start NAME [KEY=VALUE...] PROGRAM [ARG...]
//	                          run a program in the background, with the script's directory; what `env` changed counts
//	                          for the variables that were set at the script's start (PATH, HOME, TMPDIR...), any
//	                          other is given here
//	dial NAME ADDR            connect to a TCP address
//	dial NAME ADDR deaf       the same, but read nothing until `listen NAME`, or the end of the script
//	await NAME REGEXP [VAR]   wait until what NAME wrote since the last match matches; set VAR to the first group, or
//	                          to the match if there is none. A program's standard output and error are searched
//	                          apart, each from its own last match. (?m) is on; \A is the end of the last match, so
//	                          '\AHI\r\n' also says that nothing else came before
//	recv NAME REGEXP [VAR]    the same; reads better with a connection
//	send NAME TEXT            write to the program's standard input or the connection. Go's escapes count: \r \n \xff
//	closewrite NAME           end that input; half-close the connection
//	eof NAME                  wait until the other side has closed the connection, having sent nothing after the last
//	                          match; `stdout` then checks what came over it in all
//	close NAME                close the connection
//	close NAME reset          the same with a reset, as when the network is lost
//	flood NAME RATE N TEXT    write N lines to the connection, RATE a second, while the script goes on: TEXT 1, TEXT 2...
//	signal NAME SIGNAL        send INT, TERM, HUP, QUIT or KILL to the program
//	[!] join NAME [WITHIN]    wait until the program ends, with status 0 (with !: another); `stdout` and `stderr` then
//	                          check what it wrote in all. WITHIN is how long it may take, such as 3s
//	[!] end NAME [SIGNAL]     signal (TERM if not given) and join. testscript's own `stop` ends the script instead
//
// A screen is a program in a terminal: a window of a tmux server that the script has for itself (tmux.sock in $WORK).
// What is compared is its text: without what is blank at the end of a row and the empty rows at the end of all, and
// with hh:mm for a time. Where a cursor is expected, which is ▏ in front of its cell, it is compared too.
//
//	screen NAME [WxH] [KEY=VALUE...] PROGRAM [ARG...]
//	                          run a program in a terminal of that size, 80x24 if not given; TERM is tmux-256color, if
//	                          not given. What it shows stays there when it ends; its last words may not: tmux
//	                          loses some at times, so sh -c 'PROGRAM; cat' is better where they matter
//	keys NAME [-l] KEY...     press keys, by their names in tmux (Enter, C-a, M-Up, BTab); what is no such name is
//	                          typed, with -l everything
//	types NAME TEXT           type one character after another, as a person does
//	bytes NAME TEXT           send what a terminal sends, all at once; escapes as in send
//	paste NAME FILE           paste a file: in brackets, if the program asked for that
//	paste NAME FILE raw       the same without brackets, as if it was typed
//	resize NAME WxH           give the terminal another size
//	shows NAME FILE           wait until the screen is as FILE
//	sees NAME REGEXP [VAR]    wait until the screen matches; (?m) is on, rows end with \n. VAR is as with await
//	history NAME [FILE]       wait until all that was ever shown, and not drawn over, is as FILE, or take it as it is;
//	                          what was wrapped is one line. `stdout` then checks it
//	[!] rung NAME             the bell has (not) rung so far
//
// And for what is done at once:
//
//	status N PROGRAM [ARG...] `exec`, with exit status N
//	get URL                   ask for a page, which is there (status 200); `stdout` then checks it
//	json FILE                 check that each line of the file is a JSON object; FILE may be stdout or stderr
//
// And conditions:
//
//	[root]                    the script runs as root, whom no file's mode holds back
//	[tool:NAME]               NAME is a program here, as [exec:NAME]. Where CI=true, one that is missing is a failure:
//	                          there nothing may be skipped
//	[python:NAME]             NAME is a library of Debian's Python, /usr/bin/python3; the same where it is missing
//
// Nothing waits longer than patience. When the script ends, programs still running are killed, connections are
// closed, and what every peer wrote goes to the test's log, which is shown when the script failed.
package script

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// Params returns what testscript.Run needs for the scripts in dir.
func Params(dir string) testscript.Params {
	return testscript.Params{
		Dir:                dir,
		Setup:              setup,
		Condition:          condition,
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await":      cmdAwait,
			"bytes":      cmdBytes,
			"close":      cmdClose,
			"closewrite": cmdCloseWrite,
			"dial":       cmdDial,
			"end":        cmdEnd,
			"eof":        cmdEOF,
			"flood":      cmdFlood,
			"get":        cmdGet,
			"history":    cmdHistory,
			"join":       cmdJoin,
			"json":       cmdJSON,
			"keys":       cmdKeys,
			"listen":     cmdListen,
			"paste":      cmdPaste,
			"recv":       cmdAwait,
			"resize":     cmdResize,
			"rung":       cmdRung,
			"screen":     cmdScreen,
			"sees":       cmdSees,
			"send":       cmdSend,
			"shows":      cmdShows,
			"signal":     cmdSignal,
			"start":      cmdStart,
			"status":     cmdStatus,
			"types":      cmdTypes,
		},
	}
}

// state is the state of one script, used by its goroutine only.
type state struct {
	vars  []string // names of the variables a program gets
	peers map[string]*peer
}

type stateKey struct{}

func setup(env *testscript.Env) error {
	if env.Getenv("GORACE") == "" {
		// A program built with -race sleeps a second when it ends, for reports of other goroutines.
		env.Setenv("GORACE", "atexit_sleep_ms=10")
	}
	s := &state{peers: make(map[string]*peer)}
	for _, pair := range env.Vars {
		name, _, _ := strings.Cut(pair, "=")
		s.vars = append(s.vars, name)
	}
	env.Values[stateKey{}] = s
	return nil
}

func stateOf(ts *testscript.TestScript) *state { return ts.Value(stateKey{}).(*state) }

func condition(cond string) (bool, error) {
	if cond == "root" {
		return os.Geteuid() == 0, nil
	}
	kind, name, _ := strings.Cut(cond, ":")
	var err error
	switch kind {
	case "tool":
		_, err = exec.LookPath(name)
	case "python":
		err = exec.Command(systemPython, "-W", "ignore", "-c", "import "+name).Run()
	default:
		return false, errors.New("no such condition")
	}
	if err != nil && os.Getenv("CI") == "true" {
		return false, fmt.Errorf("%s: %w, and CI=true skips nothing", cond, err)
	}
	return err == nil, nil
}

// systemPython has the libraries that Debian has packages of.
const systemPython = "/usr/bin/python3"

// addPeer makes p known to the script, and sees to its end.
func addPeer(ts *testscript.TestScript, p *peer) {
	stateOf(ts).peers[p.name] = p
	ts.Defer(func() {
		p.kill()
		p.dump(ts)
	})
}

// checkFree fails if a running peer has the name already. A name may be used again after the end.
func checkFree(ts *testscript.TestScript, name string) {
	if p := stateOf(ts).peers[name]; p != nil && !p.ended() {
		ts.Fatalf("%s is still there", name)
	}
}

// findPeer returns the peer that args names first, after it has checked the number of args.
func findPeer(ts *testscript.TestScript, neg bool, args []string, usage string, least, most int) *peer {
	if neg {
		ts.Fatalf("unsupported: ! %s", usage)
	}
	if len(args) < least || len(args) > most {
		ts.Fatalf("usage: %s", usage)
	}
	p := stateOf(ts).peers[args[0]]
	if p == nil {
		ts.Fatalf("no program or connection has the name %q", args[0])
	}
	return p
}

func findProgram(ts *testscript.TestScript, neg bool, args []string, usage string, least, most int) *peer {
	p := findPeer(ts, neg, args, usage, least, most)
	if p.cmd == nil {
		ts.Fatalf("%s is a connection; usage: %s", p.name, usage)
	}
	return p
}

func findConn(ts *testscript.TestScript, neg bool, args []string, usage string, least, most int) *peer {
	p := findPeer(ts, neg, args, usage, least, most)
	if p.conn == nil {
		ts.Fatalf("%s is a program; usage: %s", p.name, usage)
	}
	return p
}

package script

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "start NAME [KEY=VALUE...] PROGRAM [ARG...]"
	if neg {
		ts.Fatalf("unsupported: ! %s", usage)
	}
	words := args[min(1, len(args)):]
	program := slices.IndexFunc(words, func(word string) bool { return !strings.Contains(word, "=") })
	if program < 0 {
		ts.Fatalf("usage: %s", usage)
	}
	checkFree(ts, args[0])

	p := newPeer(args[0], "stdout", "stderr")
	p.cmd = exec.Command(lookProgram(ts, words[program]), words[program+1:]...)
	p.cmd.Dir = ts.MkAbs(".")
	for _, name := range stateOf(ts).vars {
		p.cmd.Env = append(p.cmd.Env, name+"="+ts.Getenv(name))
	}
	p.cmd.Env = append(p.cmd.Env, words[:program]...)
	p.cmd.Stdout, p.cmd.Stderr = p.streams[0], p.streams[1]
	p.cmd.WaitDelay = time.Second // a child of the program may still hold its output
	in, err := p.cmd.StdinPipe()
	ts.Check(err)
	p.in = in
	ts.Check(p.cmd.Start())
	go func() {
		defer close(p.done)
		p.err = p.cmd.Wait()
	}()
	addPeer(ts, p)
}

// lookProgram finds a program in the script's PATH, which is where testscript.Main puts ours.
func lookProgram(ts *testscript.TestScript, name string) string {
	if filepath.Base(name) != name {
		return ts.MkAbs(name)
	}
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	ts.Fatalf("no program %q in PATH", name)
	return ""
}

func cmdSignal(ts *testscript.TestScript, neg bool, args []string) {
	p := findProgram(ts, neg, args, "signal NAME SIGNAL", 2, 2)
	signalPeer(ts, p, args[1])
}

func signalPeer(ts *testscript.TestScript, p *peer, name string) {
	signals := map[string]os.Signal{
		"HUP": syscall.SIGHUP, "INT": os.Interrupt, "KILL": os.Kill, "QUIT": syscall.SIGQUIT, "TERM": syscall.SIGTERM,
	}
	sig := signals[strings.TrimPrefix(name, "SIG")]
	if sig == nil {
		ts.Fatalf("unknown signal %q", name)
	}
	ts.Check(p.cmd.Process.Signal(sig))
}

func cmdJoin(ts *testscript.TestScript, neg bool, args []string) {
	p := findProgram(ts, false, args, "join NAME [WITHIN]", 1, 2)
	within := patience
	if len(args) == 2 {
		var err error
		within, err = time.ParseDuration(args[1])
		ts.Check(err)
	}
	joinPeer(ts, p, neg, min(within, patience))
}

func cmdEnd(ts *testscript.TestScript, neg bool, args []string) {
	p := findProgram(ts, false, args, "end NAME [SIGNAL]", 1, 2)
	if len(args) == 2 {
		signalPeer(ts, p, args[1])
	} else {
		signalPeer(ts, p, "TERM")
	}
	joinPeer(ts, p, neg, patience)
}

// joinPeer waits for the end of a program and checks its status; its output becomes the script's.
func joinPeer(ts *testscript.TestScript, p *peer, fails bool, within time.Duration) {
	ts.Check(p.wait(within))
	ts.Stdout().Write(p.streams[0].all())
	ts.Stderr().Write(p.streams[1].all())
	switch {
	case p.err != nil && !fails:
		ts.Fatalf("%s: %v", p.name, p.err)
	case p.err == nil && fails:
		ts.Fatalf("%s: unexpected success", p.name)
	}
}

func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode() // -1 after a signal
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: get URL")
	}
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(args[0])
	ts.Check(err)
	defer answer.Body.Close()
	_, err = io.Copy(ts.Stdout(), answer.Body)
	ts.Check(err)
	if answer.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", args[0], answer.Status)
	}
}

func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: json FILE")
	}
	lines := 0
	for s := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0]))); s.Scan(); lines++ {
		var object map[string]any
		if err := json.Unmarshal(s.Bytes(), &object); err != nil {
			ts.Fatalf("no JSON object: %q: %v", s.Text(), err)
		}
	}
	if lines == 0 {
		ts.Fatalf("%s is empty", args[0])
	}
}

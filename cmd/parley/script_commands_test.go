package main

// The commands that testdata/script has beyond testscript's own, for programs that run while the script goes on and
// for raw TCP connections. Both have a name in the script and are a peer: what it writes is collected as it comes.
//
//	start NAME [KEY=VALUE...] PROGRAM [ARG...]
//	                          run a program in the background, with the script's directory; what `env` changed counts
//	                          for the variables that were set at the script's start (PATH, HOME, TMPDIR...), any
//	                          other is given here
//	dial NAME ADDR            connect to a TCP address
//	await NAME REGEXP [VAR]   wait until what NAME wrote since the last match matches; set VAR to the first group, or
//	                          to the match if there is none. A program's standard output and error are searched
//	                          apart, each from its own last match. (?m) is on; \A is the end of the last match, so
//	                          '\AHI\r\n' also says that nothing else came before
//	recv NAME REGEXP [VAR]    the same; reads better with a connection
//	send NAME TEXT            write to the program's standard input or the connection. Go's escapes count: \r \n \xff
//	closewrite NAME           end that input; half-close the connection
//	eof NAME                  wait until the other side has closed the connection, having sent nothing after the last
//	                          match
//	close NAME                close the connection
//	close NAME reset          the same with a reset, as when the network is lost
//	signal NAME SIGNAL        send INT, TERM, HUP, QUIT or KILL to the program
//	[!] join NAME             wait until the program ends, with status 0 (with !: another); `stdout` and `stderr` then
//	                          check what it wrote in all
//	[!] end NAME [SIGNAL]     signal (TERM if not given) and join. testscript's own `stop` ends the script instead
//
// Nothing waits longer than scriptPatience. When the script ends, programs still running are killed, connections are
// closed, and what every peer wrote goes to the test's log, which is shown when the script failed.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

const (
	// scriptPatience bounds each wait of a script. Only a failing script spends it.
	scriptPatience = 10 * time.Second
	// settleTime is how long a match at the very end of what came must stay there: the next bytes may belong to it,
	// as the last digits of a port do.
	settleTime = 50 * time.Millisecond
	// maxShown is how much of a stream's end is shown in a failure.
	maxShown = 16 << 10
)

// scriptParams is what testscript.Run needs for the scripts in dir.
func scriptParams(dir string) testscript.Params {
	return testscript.Params{
		Dir:                dir,
		Setup:              setupScript,
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"await":      scriptAwait,
			"close":      scriptClose,
			"closewrite": scriptCloseWrite,
			"dial":       scriptDial,
			"end":        scriptEnd,
			"eof":        scriptEOF,
			"join":       scriptJoin,
			"recv":       scriptAwait,
			"send":       scriptSend,
			"signal":     scriptSignal,
			"start":      scriptStart,
		},
	}
}

// script is one script's state, used by its goroutine only.
type script struct {
	vars  []string // names of the variables a program gets
	peers map[string]*peer
}

type scriptKey struct{}

func setupScript(env *testscript.Env) error {
	if env.Getenv("GORACE") == "" {
		// A program built with -race sleeps a second when it ends, for reports of other goroutines.
		env.Setenv("GORACE", "atexit_sleep_ms=10")
	}
	s := &script{peers: make(map[string]*peer)}
	for _, pair := range env.Vars {
		name, _, _ := strings.Cut(pair, "=")
		s.vars = append(s.vars, name)
	}
	env.Values[scriptKey{}] = s
	return nil
}

func scriptOf(ts *testscript.TestScript) *script { return ts.Value(scriptKey{}).(*script) }

// A peer is a program or a connection.
type peer struct {
	name    string
	streams []*stream // a program's output and error, or what a connection receives
	in      io.Writer
	cmd     *exec.Cmd // nil for a connection
	conn    *net.TCPConn

	changed chan struct{} // holds one token when a stream grew since it was last taken
	done    chan struct{} // closed after the end, when the streams are complete
	err     error         // how it ended: to be read after done
}

// stream is what one peer wrote to one place.
type stream struct {
	name    string
	changed chan<- struct{}

	mu   sync.Mutex
	data []byte
	seen int // end of the last match in data
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	s.data = append(s.data, p...)
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default: // the token is there already
	}
	return len(p), nil
}

// all returns everything that was written, and rest what came after the last match.

func (s *stream) all() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.data)
}

func (s *stream) rest() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return bytes.Clone(s.data[s.seen:])
}

// match looks for re in what came after the last match. last says that the match reaches to the end of what came.
// The match counts as seen when last is false or accepted.
func (s *stream) match(re *regexp.Regexp, acceptLast bool) (groups []string, last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := s.data[s.seen:]
	at := re.FindSubmatchIndex(rest)
	if at == nil {
		return nil, false
	}
	if last = at[1] == len(rest) && !bytes.HasSuffix(rest, []byte("\n")); last && !acceptLast {
		return nil, true
	}
	for _, group := range re.FindSubmatch(rest) {
		groups = append(groups, string(group))
	}
	s.seen += at[1]
	return groups, last
}

func newPeer(name string, streams ...string) *peer {
	changed := make(chan struct{}, 1)
	p := &peer{name: name, changed: changed, done: make(chan struct{})}
	for _, to := range streams {
		p.streams = append(p.streams, &stream{name: to, changed: changed})
	}
	return p
}

// ended reports whether all that will ever come has come.
func (p *peer) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// await waits for re in any of the streams and returns the match and its groups.
func (p *peer) await(re *regexp.Regexp) ([]string, error) {
	late := time.After(scriptPatience)
	settled := false
	for {
		ended := p.ended() // before looking: then nothing can come after the look
		unsettled := false
		for _, s := range p.streams {
			groups, last := s.match(re, settled || ended)
			if groups != nil {
				return groups, nil
			}
			unsettled = unsettled || last
		}
		if ended {
			return nil, errors.New("ended without it")
		}
		var settle <-chan time.Time
		if unsettled {
			settle = time.After(settleTime)
		}
		settled = false
		select {
		case <-p.changed:
		case <-p.done:
		case <-settle:
			settled = true
		case <-late:
			return nil, fmt.Errorf("not within %v", scriptPatience)
		}
	}
}

// wait waits for the end.
func (p *peer) wait() error {
	select {
	case <-p.done:
		return nil
	case <-time.After(scriptPatience):
		return fmt.Errorf("%s: not ended within %v", p.name, scriptPatience)
	}
}

// kill ends the peer for good.
func (p *peer) kill() {
	if p.cmd != nil {
		p.cmd.Process.Kill() // an error says that it has ended
	} else {
		p.conn.Close()
	}
	<-p.done
}

// dump logs what the peer wrote.
func (p *peer) dump(ts *testscript.TestScript) {
	for _, s := range p.streams {
		data := s.all()
		if cut := len(data) - maxShown; cut > 0 {
			data = fmt.Appendf(nil, "[%d bytes before]...%s", cut, data[cut:])
		}
		ts.Logf("[%s %s]\n%s", p.name, s.name, data)
	}
}

// addPeer makes p known to the script, and sees to its end.
func addPeer(ts *testscript.TestScript, p *peer) {
	scriptOf(ts).peers[p.name] = p
	ts.Defer(func() {
		p.kill()
		p.dump(ts)
	})
}

// checkFree fails if a running peer has the name already. A name may be used again after the end.
func checkFree(ts *testscript.TestScript, name string) {
	if p := scriptOf(ts).peers[name]; p != nil && !p.ended() {
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
	p := scriptOf(ts).peers[args[0]]
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

func scriptStart(ts *testscript.TestScript, neg bool, args []string) {
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
	for _, name := range scriptOf(ts).vars {
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

func scriptDial(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: dial NAME ADDR")
	}
	checkFree(ts, args[0])
	conn, err := net.DialTimeout("tcp", args[1], scriptPatience)
	ts.Check(err)
	p := newPeer(args[0], "received")
	p.conn = conn.(*net.TCPConn)
	p.in = conn
	go func() {
		defer close(p.done)
		defer conn.Close()
		_, p.err = io.Copy(p.streams[0], conn)
	}()
	addPeer(ts, p)
}

func scriptAwait(ts *testscript.TestScript, neg bool, args []string) {
	p := findPeer(ts, neg, args, "await NAME REGEXP [VAR]", 2, 3)
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	groups, err := p.await(re)
	if err != nil {
		ts.Fatalf("%s: %q: %v; unmatched:%s", p.name, args[1], err, p.unmatched())
	}
	if len(args) == 3 {
		ts.Setenv(args[2], groups[min(1, len(groups)-1)])
	}
}

// unmatched shows the end of what came after the last match, quoted.
func (p *peer) unmatched() string {
	var b strings.Builder
	for _, s := range p.streams {
		rest := s.rest()
		fmt.Fprintf(&b, " %s %q", s.name, rest[max(0, len(rest)-maxShown):])
	}
	return b.String()
}

func scriptSend(ts *testscript.TestScript, neg bool, args []string) {
	p := findPeer(ts, neg, args, "send NAME TEXT", 2, 2)
	text, err := unescape(args[1])
	ts.Check(err)
	// On a goroutine: a program that does not read its input has no deadline. It ends with the peer.
	written := make(chan error, 1)
	go func() {
		_, err := p.in.Write(text)
		written <- err
	}()
	select {
	case err := <-written:
		ts.Check(err)
	case <-time.After(scriptPatience):
		ts.Fatalf("%s: not read within %v", p.name, scriptPatience)
	}
}

// unescape resolves Go's escapes in text; quotes need none.
func unescape(text string) ([]byte, error) {
	var out []byte
	for rest := text; rest != ""; {
		r, multibyte, tail, err := strconv.UnquoteChar(rest, 0)
		if err != nil {
			return nil, fmt.Errorf("bad escape at %q", rest)
		}
		if rest = tail; multibyte {
			out = append(out, string(r)...)
		} else {
			out = append(out, byte(r))
		}
	}
	return out, nil
}

func scriptCloseWrite(ts *testscript.TestScript, neg bool, args []string) {
	p := findPeer(ts, neg, args, "closewrite NAME", 1, 1)
	if p.conn != nil {
		ts.Check(p.conn.CloseWrite())
	} else {
		ts.Check(p.in.(io.Closer).Close())
	}
}

func scriptEOF(ts *testscript.TestScript, neg bool, args []string) {
	p := findConn(ts, neg, args, "eof NAME", 1, 1)
	ts.Check(p.wait())
	if len(p.streams[0].rest()) > 0 {
		ts.Fatalf("%s: not only the end came:%s", p.name, p.unmatched())
	}
	if p.err != nil {
		ts.Logf("%s ended: %v", p.name, p.err) // a reset is an end, too
	}
}

func scriptClose(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "close NAME [reset]"
	p := findConn(ts, neg, args, usage, 1, 2)
	if len(args) == 2 {
		if args[1] != "reset" {
			ts.Fatalf("usage: %s", usage)
		}
		ts.Check(p.conn.SetLinger(0))
	}
	p.kill()
}

func scriptSignal(ts *testscript.TestScript, neg bool, args []string) {
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

func scriptJoin(ts *testscript.TestScript, neg bool, args []string) {
	joinPeer(ts, findProgram(ts, false, args, "join NAME", 1, 1), neg)
}

func scriptEnd(ts *testscript.TestScript, neg bool, args []string) {
	p := findProgram(ts, false, args, "end NAME [SIGNAL]", 1, 2)
	if len(args) == 2 {
		signalPeer(ts, p, args[1])
	} else {
		signalPeer(ts, p, "TERM")
	}
	joinPeer(ts, p, neg)
}

// joinPeer waits for the end of a program and checks its status; its output becomes the script's.
func joinPeer(ts *testscript.TestScript, p *peer, fails bool) {
	ts.Check(p.wait())
	ts.Stdout().Write(p.streams[0].all())
	ts.Stderr().Write(p.streams[1].all())
	switch {
	case p.err != nil && !fails:
		ts.Fatalf("%s: %v", p.name, p.err)
	case p.err == nil && fails:
		ts.Fatalf("%s: unexpected success", p.name)
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{
		`a\r\n`:      "a\r\n",
		`"it's" é`:   `"it's" é`,
		`\xff\u00e9`: "\xffé",
		``:           "",
		`\\n`:        `\n`,
	} {
		if got, err := unescape(text); err != nil || string(got) != want {
			t.Errorf("unescape(%s) = %q, %v, want %q", text, got, err, want)
		}
	}
	if got, err := unescape(`a\q`); err == nil {
		t.Errorf("bad escape taken as %q", got)
	}
}

// recorder runs a script that may fail, and keeps its log.
type recorder struct {
	log    strings.Builder
	failed bool
}

func (r *recorder) Log(args ...any)   { fmt.Fprintln(&r.log, args...) }
func (r *recorder) Fatal(args ...any) { r.Log(args...); r.FailNow() }
func (r *recorder) Skip(args ...any)  { r.Fatal(args...) }
func (r *recorder) FailNow()          { r.failed = true; runtime.Goexit() }
func (r *recorder) Parallel()         {}
func (r *recorder) Verbose() bool     { return false }

func (r *recorder) Run(_ string, f func(testscript.T)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
}

// The commands themselves: what makes a script fail, and that it shows why.
func TestScriptCommands(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() { // sends back all it gets
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				io.Copy(conn, conn)
			}()
		}
	}()
	tests := []struct {
		name, script string
		want         string // in the log of the failure; none: the script is to succeed
	}{
		{"program", `start p LINE=hello sh -c 'read x; echo $LINE $x; echo error >&2'
send p 'world\n'
await p '\A(\w+) world\n' WORD
await p '\Aerror\n'
join p
stdout '^hello world$'
stderr '^error$'
start p2 echo $WORD
await p2 '^hello$'`, ""},
		{"one name again", "start p true\njoin p\nstart p true\njoin p", ""},
		{"one name twice", "start p cat\nstart p true", "p is still there"},
		{"end of standard input", "start p cat\nsend p a\\n\nclosewrite p\njoin p\nstdout ^a$", ""},
		{"signal", "start p cat\n! end p", ""},
		{"signal unexpected", "start p cat\nend p", "p: signal: terminated"},
		{"signal handled", `start p sh -c 'trap "exit 0" HUP; echo ready; while :; do sleep 0.01; done'
await p ready
end p HUP`, ""},
		{"signal unknown", "start p cat\nsignal p USR9", `unknown signal "USR9"`},
		{"status", "start p false\njoin p", "p: exit status 1"},
		{"status unexpected", "start p true\n! join p", "p: unexpected success"},
		{"never comes", "start p echo hi\nawait p bye", `p: "bye": ended without it; unmatched: stdout "hi\n" stderr ""`},
		{"dumped", "start p cat\nsend p one\\ntwo\\n\nawait p one\nexec false", "[p stdout]\none\ntwo\n"},
		{"in order", "start p echo one two\nawait p two\nawait p one", "ended without it"},
		{"no program", "start p no-such-program", `no program "no-such-program" in PATH`},
		{"no name", "send nobody hi", `no program or connection has the name "nobody"`},
		{"connection", `dial c $ADDR
send c 'a\r\n\xff'
recv c '\Aa\r\n'
closewrite c
recv c '\A\x{FFFD}\z'
eof c
dial c $ADDR
close c
dial c $ADDR
close c reset`, ""},
		{"more before the end", "dial c $ADDR\nsend c more\nclosewrite c\neof c", `c: not only the end came: received "more"`},
		{"bad escape", `start p cat
send p '\q'`, `bad escape at "\\q"`},
		{"connection as program", "dial c $ADDR\nend c", "c is a connection; usage: end NAME [SIGNAL]"},
		{"program as connection", "start p cat\neof p", "p is a program; usage: eof NAME"},
		{"usage", "start p A=b", "usage: start NAME [KEY=VALUE...] PROGRAM [ARG...]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "test.txtar")
			if err := os.WriteFile(file, []byte("env ADDR="+ln.Addr().String()+"\n"+test.script+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			params := scriptParams("")
			params.Files = []string{file}
			var r recorder
			r.Run("", func(rt testscript.T) { testscript.RunT(rt, params) })
			if log := r.log.String(); r.failed != (test.want != "") || !strings.Contains(log, test.want) {
				t.Errorf("failed: %v, want it for %q; log:\n%s", r.failed, test.want, log)
			}
		})
	}
}

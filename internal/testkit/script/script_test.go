package script

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

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

// tryScript runs a script, which must fail with want in its log; with none, it must
// succeed.
func tryScript(t *testing.T, script, want string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "test.txtar")
	if err := os.WriteFile(file, []byte(script+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	params := Params("")
	params.Files = []string{file}
	var r recorder
	r.Run("", func(rt testscript.T) { testscript.RunT(rt, params) })
	if log := r.log.String(); r.failed != (want != "") || !strings.Contains(log, want) {
		t.Errorf("failed: %v, want it for %q; log:\n%s", r.failed, want, log)
	}
}

// A tool that is missing makes a script skip itself, but not in CI.
func TestCondition_ToolMissing(t *testing.T) {
	for _, missing := range []string{"tool:no-such-program", "python:no_such_library"} {
		t.Setenv("CI", "true")
		if _, err := condition(missing); err == nil {
			t.Errorf("%s: missing in CI, and no error", missing)
		}
		t.Setenv("CI", "")
		if ok, err := condition(missing); ok || err != nil {
			t.Errorf("%s: missing: %v, %v", missing, ok, err)
		}
	}
}

// The commands themselves: what makes a script fail, and that it shows why.
func TestCommands(t *testing.T) {
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
	none := httptest.NewServer(http.NotFoundHandler())
	defer none.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello\n") }))
	defer page.Close()
	t.Setenv("CI", "")
	tests := []struct {
		name, script string
		want         string // in the log of the failure; none: the script must succeed
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
		{"failure", "start p false\njoin p", "p: exit status 1"},
		{"failure expected", "start p true\n! join p", "p: unexpected success"},
		{"join in time", "start p true\njoin p 5s", ""},
		{"join late", "start p cat\njoin p 10ms", "p: not ended within 10ms"},
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
		{"what came over it", "dial c $ADDR\nsend c one\\ntwo\\n\nclosewrite c\nrecv c two\\n\neof c\nstdout ^one$", ""},
		{"deaf", "dial c $ADDR deaf\nsend c hi\nclosewrite c\nlisten c\nrecv c hi\neof c\ndial c $ADDR deaf", ""},
		{"deaf closed", "dial c $ADDR deaf\nclose c\nlisten c", ""},
		{"more before the end", "dial c $ADDR\nsend c more\nclosewrite c\neof c", `c: not only the end came: received "more"`},
		{"bad escape", `start p cat
send p '\q'`, `bad escape at "\\q"`},
		{"connection as program", "dial c $ADDR\nend c", "c is a connection; usage: end NAME [SIGNAL]"},
		{"program as connection", "start p cat\neof p", "p is a program; usage: eof NAME"},
		{"status", "status 0 true\nstatus 3 sh -c 'echo out; exit 3'\nstdout ^out$", ""},
		{"status unexpected", "status 2 false", "exit status 1, want 2"},
		{"status of nothing", "status 1 no-such-program", "not found"},
		{"get", "get $PAGE\nstdout ^hello$", ""},
		{"get nothing", "get $NONE", "404 Not Found"},
		{"json", "exec echo {}\njson stdout", ""},
		{"json broken", "exec echo {}x\njson stdout", `no JSON object: "{}x"`},
		{"json empty", "exec true\njson stderr", "stderr is empty"},
		{"tool", "[!tool:sh] exec false\n[tool:no-such-program] exec false", ""},
		{"condition", "[moon] exec true", "no such condition"},
		{"usage", "start p A=b", "usage: start NAME [KEY=VALUE...] PROGRAM [ARG...]"},
	}
	env := fmt.Sprintf("env ADDR=%s PAGE=%s NONE=%s\n", ln.Addr(), page.URL, none.URL)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { tryScript(t, env+test.script, test.want) })
	}
}

//go:build e2e

package threats

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the parley that is attacked. It is built once for all tests, without the race
// detector, which would multiply the memory that is measured.
var program string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "attack")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "parley")
		if out, err := exec.Command("go", "build", "-o", program, "parley/cmd/parley").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "cannot build the server: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// full reports whether the tests run at the numbers of docs/security.md. With -short they
// run at smaller ones, in a minute.
func full() bool { return !testing.Short() }

// either returns the number of the full form of a test, or of the short one.
func either[T any](inFull, inShort T) T {
	if full() {
		return inFull
	}
	return inShort
}

// tool returns the path of a program that a test needs. If it is missing, the test is
// skipped, and fails in CI.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip(err)
	}
	return path
}

// promptly returns how long a promise of d may take. It is ten times as long in the short
// form, which runs next to the tests of other packages, with the race detector.
func promptly(d time.Duration) time.Duration { return either(d, 10*d) }

// server is a running parley.
type server struct {
	t              testing.TB
	cmd            *exec.Cmd
	ssh, tcp, http string // where it listens; empty: it does not
	data           string // its data folder

	mu    sync.Mutex
	log   strings.Builder
	ended chan struct{} // closed when the process has ended
	err   error         // how it ended: to be read after ended
}

// listening is a line of the log, in either format.
var listening = regexp.MustCompile(`msg"?[=:]"?listening"?[ ,]"?for"?[=:]"?(\w+)"?[ ,]"?address"?[=:]"?([^"\s]+)`)

// start starts a server on free ports, with more flags, and ends it with the test.
func start(t testing.TB, flags ...string) *server {
	t.Helper()
	return startIn(t, t.TempDir(), nil, flags...)
}

// limitsOff are the flags of a server that lets everyone in, as fast as they come.
var limitsOff = []string{"--max-per-ip", "0", "--connect-rate", "0", "--rate-limit", "0", "--max-unauth", "0", "--max-sessions", "0"}

// startIn starts a server with a data folder, wrapped in a command such as
// prlimit, if one is given.
func startIn(t testing.TB, data string, wrapper []string, flags ...string) *server {
	t.Helper()
	return startProgram(t, program, data, wrapper, flags...)
}

// startProgram is startIn for another build of the server.
func startProgram(t testing.TB, program, data string, wrapper []string, flags ...string) *server {
	t.Helper()
	s := &server{t: t, data: data, ended: make(chan struct{})}
	args := append(wrapper, program, "serve", "--data", data,
		"--ssh", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0")
	args = append(args, flags...)
	s.cmd = exec.Command(args[0], args[1:]...)
	log, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	ready := make(chan struct{})
	go s.follow(log, ready)
	select {
	case <-ready:
	case <-s.ended:
		t.Fatalf("the server does not start: %v\n%s", s.err, s.logged())
	case <-time.After(20 * time.Second):
		t.Fatalf("the server does not say where it listens within 20s\n%s", s.logged())
	}
	return s
}

// follow keeps the log, and notices when the server listens.
func (s *server) follow(log io.Reader, ready chan<- struct{}) {
	defer func() {
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	scanner := bufio.NewScanner(log)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		line := scanner.Text()
		s.mu.Lock()
		s.log.WriteString(line + "\n")
		s.mu.Unlock()
		if m := listening.FindStringSubmatch(line); m != nil {
			switch m[1] {
			case "ssh":
				s.ssh = m[2]
			case "tcp":
				s.tcp = m[2]
			case "http": // the last of the three
				s.http = m[2]
				close(ready)
			}
		}
	}
}

// logged returns what the server has logged so far.
func (s *server) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// kill ends the server if it still runs.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // fails if it has ended
	<-s.ended
	if s.t.Failed() {
		log := s.logged()
		s.t.Logf("the server's log ends with:\n%s", log[max(0, len(log)-4000):])
	}
}

// stop asks the server to stop and waits for its end.
func (s *server) stop(within time.Duration) error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-s.ended:
		return s.err
	case <-time.After(within):
		return fmt.Errorf("not ended within %s", within)
	}
}

// client asks for metrics over a new connection each time, so that none stays among the
// server's descriptors. It asks uncompressed, because a compressor takes 0.8 MiB.
var client = http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}

// metrics returns the server's metrics, by name with labels: `parley_sessions{kind="raw"}`.
func (s *server) metrics() (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.http+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	all := make(map[string]float64)
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		line := lines.Text()
		i := strings.LastIndexByte(line, ' ')
		if i < 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if v, err := strconv.ParseFloat(line[i+1:], 64); err == nil {
			all[line[:i]] = v
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no metrics")
	}
	return all, lines.Err()
}

// metric returns one metric now. A test that cannot read it ends.
func (s *server) metric(name string) float64 {
	s.t.Helper()
	all, err := s.metrics()
	if err != nil {
		s.t.Fatalf("cannot read metrics: %v", err)
	}
	v, ok := all[name]
	if !ok {
		s.t.Fatalf("there is no metric %s", name)
	}
	return v
}

func (s *server) goroutines() int { return int(s.metric("go_goroutines")) }

// descriptors returns how many files and sockets the server has open.
func (s *server) descriptors() int {
	s.t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid))
	if err != nil {
		s.t.Fatal(err)
	}
	return len(list)
}

// resident returns the server's resident memory now, in bytes.
func (s *server) resident() int {
	s.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid))
	if err != nil {
		s.t.Fatal(err)
	}
	fields := strings.Fields(string(b))
	pages, err := strconv.Atoi(fields[1])
	if err != nil {
		s.t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// cpu returns the processor time the server has used so far, in user and kernel, as the
// kernel counts it: in hundredths of a second. It asks nothing of the server.
func (s *server) cpu() time.Duration {
	s.t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		s.t.Fatal(err)
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:])) // the name before it may have spaces
	var ticks time.Duration
	for _, field := range fields[11:13] { // utime, stime
		n, err := strconv.Atoi(field)
		if err != nil {
			s.t.Fatal(err)
		}
		ticks += time.Duration(n)
	}
	return ticks * time.Second / 100
}

// base is what a quiet server holds.
type base struct{ goroutines, descriptors int }

// quiet returns what the server holds once no one is connected: the least seen in a second.
func (s *server) quiet() base {
	s.t.Helper()
	b := base{s.goroutines(), s.descriptors()}
	for range 5 {
		time.Sleep(200 * time.Millisecond)
		b.goroutines, b.descriptors = min(b.goroutines, s.goroutines()), min(b.descriptors, s.descriptors())
	}
	return b
}

// returnsTo waits until the server holds no more than b and spare goroutines. It fails the
// test if that takes longer than within.
func (s *server) returnsTo(b base, spare int, within time.Duration) {
	s.t.Helper()
	var now base
	if !eventually(within, func() bool {
		now = base{s.goroutines(), s.descriptors()}
		return now.goroutines <= b.goroutines+spare && now.descriptors <= b.descriptors
	}) {
		s.t.Errorf("%s after, the server holds %+v, and held %+v before", within, now, b)
		return
	}
	s.t.Logf("the server holds %+v, and held %+v before", now, b)
}

// eventually calls is every 20 ms until it is true, and reports whether that was within the
// time.
func eventually(within time.Duration, is func() bool) bool {
	for deadline := time.Now().Add(within); ; time.Sleep(20 * time.Millisecond) {
		if is() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"
)

// How long a server may take to start and to stop.
const (
	startTimeout = 10 * time.Second
	stopTimeout  = 3 * time.Second
)

// A process is a server under test. It ends when its standard input does, so also
// when this process is gone, whatever ended it.
type process struct {
	cmd    *exec.Cmd
	in     io.Closer
	addr   string        // where it listens
	exited chan struct{} // closed when it has ended
	err    error         // how, after that

	mu      sync.Mutex
	words   []string // the last lines it said, or the first of a crash
	crashed bool
}

var (
	listening = regexp.MustCompile(`listening for=(\w+) address=(\S+)`)
	forWhat   = map[Protocol]string{Raw: "tcp", SSH: "ssh"}
)

// start runs a server and waits until it says, on its standard error, where it
// listens for a protocol: "listening for=tcp address=HOST:PORT". It may take so long
// for it at most.
func start(ctx context.Context, cmd *exec.Cmd, p Protocol, most time.Duration) (*process, error) {
	s := &process{cmd: cmd, exited: make(chan struct{})}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot start a server: %w", err)
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		return nil, fmt.Errorf("cannot start a server: %w", err)
	}
	s.in = in
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start a server: %w", err)
	}
	addr := make(chan string, 1)
	go s.watch(said, forWhat[p], addr)
	select {
	case s.addr = <-addr:
		return s, nil
	case <-s.exited:
		return nil, s.failure()
	case <-ctx.Done():
		s.stop()
		return nil, ctx.Err()
	case <-time.After(most):
		s.stop()
		return nil, fmt.Errorf("the server did not listen within %v%s", most, s.last())
	}
}

// watch reads what the server says until it ends.
func (s *process) watch(said io.Reader, what string, addr chan<- string) {
	defer close(s.exited)
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		line := lines.Text()
		if m := listening.FindStringSubmatch(line); m != nil && m[1] == what {
			select {
			case addr <- m[2]:
			default:
			}
		}
		s.note(line)
	}
	_, _ = io.Copy(io.Discard, said) // after a line that was too long
	s.err = s.cmd.Wait()
}

// note keeps the last lines; of a crash the first, which say why: what follows is
// stacks.
func (s *process) note(line string) {
	const most = 5
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.crashed && (strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")) {
		s.crashed, s.words = true, nil
	}
	if s.crashed && len(s.words) == most {
		return
	}
	s.words = append(s.words, line)
	s.words = s.words[max(0, len(s.words)-most):]
}

// last is what the server said last, for an error.
func (s *process) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.words) == 0 {
		return "; it said nothing"
	}
	return "; the last it said:\n  " + strings.Join(s.words, "\n  ")
}

// failure says that the server ended, though it was not asked to.
func (s *process) failure() error {
	how := "exit status 0"
	if s.err != nil {
		how = s.err.Error()
	}
	return errors.New("the server ended: " + how + s.last())
}

// watched is ctx until the server ends, which is its cause then.
func (s *process) watched(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-s.exited:
			cancel(s.failure())
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// why is why measuring it failed: where its connections were closed, it may have ended.
func (s *process) why(err error) error {
	const soon = time.Second
	select {
	case <-s.exited:
		return s.failure()
	case <-time.After(soon):
		return err
	}
}

// stop ends the server and waits for its end.
func (s *process) stop() {
	_ = s.in.Close() // it ends by itself
	select {
	case <-s.exited:
	case <-time.After(stopTimeout):
		_ = s.cmd.Process.Kill() // or it has just ended
		<-s.exited
	}
}

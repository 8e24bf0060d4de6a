package bench

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// sh is a server that is a shell script.
func sh(script string) *exec.Cmd { return exec.Command("sh", "-c", script) }

const saysAddress = "echo 'msg=listening for=tcp address=127.0.0.1:1' >&2\n"

func TestStart(t *testing.T) {
	p, err := start(t.Context(), sh("echo 'listening for=ssh address=127.0.0.1:2' >&2\n"+saysAddress+"cat"), Raw, startTimeout)
	if err != nil {
		t.Fatal(err)
	}
	if p.addr != "127.0.0.1:1" {
		t.Errorf("it listens at %s", p.addr)
	}
	began := time.Now()
	p.stop() // cat ends when its input does
	if d := time.Since(began); d > stopTimeout/2 || p.err != nil {
		t.Errorf("stopped after %v: %v", d, p.err)
	}
}

func TestStartFails(t *testing.T) {
	for _, tt := range []struct {
		script string
		most   time.Duration
		want   string
	}{
		{"echo one >&2; echo two >&2; exit 7", startTimeout, "the server ended: exit status 7; the last it said:\n  one\n  two"},
		{"exit 0", startTimeout, "the server ended: exit status 0; it said nothing"},
		{"for i in 1 2 3 4 5 6 7; do echo $i >&2; done; exit 1", startTimeout, "the last it said:\n  3\n  4\n  5\n  6\n  7"},
		{"echo 'panic: oh no' >&2; for i in 1 2 3 4 5 6 7; do echo stack $i >&2; done; exit 2", startTimeout, "the last it said:\n  panic: oh no\n  stack 1\n  stack 2"},
		{"cat", 100 * time.Millisecond, "the server did not listen within 100ms; it said nothing"},
	} {
		if _, err := start(t.Context(), sh(tt.script), Raw, tt.most); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.script, err, tt.want)
		}
	}
	if _, err := start(t.Context(), exec.Command("/no/such/program"), Raw, startTimeout); err == nil || !strings.Contains(err.Error(), "cannot start a server: ") {
		t.Error(err)
	}
}

func TestStartInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := start(ctx, sh("cat"), Raw, startTimeout); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A server that does not end by itself is killed.
func TestStopKills(t *testing.T) {
	t.Parallel()
	p, err := start(t.Context(), sh(saysAddress+"exec sleep 60"), Raw, startTimeout)
	if err != nil {
		t.Fatal(err)
	}
	p.stop()
	if p.err == nil || p.err.Error() != "signal: killed" {
		t.Errorf("it ended: %v", p.err)
	}
}

// A server that dies while it is measured is told as such, with its last words, and
// what was under way is given up.
func TestServerDies(t *testing.T) {
	p, err := start(t.Context(), sh(saysAddress+"read x; echo 'panic: oh no' >&2; exit 2"), Raw, startTimeout)
	if err != nil {
		t.Fatal(err)
	}
	ctx, done := p.watched(t.Context())
	defer done()
	_ = p.in.Close()
	<-ctx.Done()
	const want = "the server ended: exit status 2; the last it said:\n  panic: oh no"
	if got := context.Cause(ctx).Error(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := p.why(errClosed).Error(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

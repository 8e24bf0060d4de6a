package bench

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// Protocols are measured one after the other, and the entrants of one in turn: each
// in every scenario together with the others, and in every second round in reverse order.
func TestInTurn(t *testing.T) {
	t.Parallel()
	var order []string
	z := tiny()
	z.Rounds = 2
	_, err := Run(t.Context(), Options{
		Sizes: z, Limit: enough,
		Command:  func(what string) *exec.Cmd { return sh("echo " + what + " cannot >&2; exit 3") },
		Progress: func(_, _ int, what string) { order = append(order, what) },
	})
	if len(order) != 2*4*len(scenarios) {
		t.Fatalf("%d steps", len(order))
	}
	ours, theirs := "parley, raw: paced", "plain fan-out, raw: paced"
	first, second := order[:len(order)/2], order[len(order)/2:]
	if i := slices.Index(first, ours); i < 0 || first[i+1] != theirs {
		t.Errorf("first round: %q", first)
	}
	if i := slices.Index(second, theirs); i < 0 || second[i+1] != ours {
		t.Errorf("second round: %q", second)
	}
	if lines := strings.Count(err.Error(), " the server ended: exit status 3; the last it said:\n"); lines != len(order) {
		t.Errorf("%d of %d failures are told: %v", lines, len(order), err)
	}
}

// A run whose time is up says where it was.
func TestTimeUp(t *testing.T) {
	t.Parallel()
	z := tiny()
	r, err := Run(t.Context(), Options{
		Sizes: z, Limit: 2 * time.Second, Progress: func(int, int, string) {},
		Command: func(string) *exec.Cmd { return sh("cat") }, // it never listens
	})
	if r != nil || err == nil || err.Error() != "the time was up in step 1 of 12 (parley, raw: connect and idle): what is missing was not measured" {
		t.Errorf("%v, %v", r, err)
	}
}

// One that is interrupted has a report of what was measured until then.
func TestInterruptedRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Run(ctx, Options{
		Sizes: tiny(), Limit: enough, Against: []string{listen(t, ServePlainTCP)},
		Progress: func(step, _ int, _ string) {
			if step == 2 {
				cancel()
			}
		},
	})
	if err == nil || !strings.HasPrefix(err.Error(), "interrupted in step 2 of 3 (127.0.0.1:") {
		t.Error(err)
	}
	if r == nil || r.Servers[0].Figures["connect"]["connections_per_s"] == nil || r.Servers[0].Figures["paced"]["lost"] != nil {
		t.Errorf("%+v", r)
	}
}

// A step that was measured counts, also when the run ends before its server has.
func TestInterruptedAtTheEnd(t *testing.T) {
	t.Parallel()
	says := "echo 'listening for=tcp address=" + listen(t, ServePlainTCP) + "' >&2; cat; echo ended"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopped := 0
	ended := writer(func() {
		if stopped++; stopped == len(scenarios) {
			cancel()
		}
	})
	e := &entrant{name: "it", protocol: Raw, command: PlainTCP}
	b := &bench{entrants: []*entrant{e}, Options: Options{
		Sizes: tiny(), Progress: func(int, int, string) {},
		Command: func(string) *exec.Cmd {
			cmd := sh(says)
			cmd.Stdout = ended
			return cmd
		},
	}}
	b.measureAll(ctx)
	if len(e.rounds) != len(scenarios) || len(b.problems) != 0 {
		t.Errorf("measured %d of %d: %v", len(e.rounds), len(scenarios), b.problems)
	}
}

// writer is called with each write.
type writer func()

func (w writer) Write(p []byte) (int, error) {
	w()
	return len(p), nil
}

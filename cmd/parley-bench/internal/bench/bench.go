// Package bench measures what a chat server can hold on this machine: how fast its
// messages are, how many it delivers, what a delivery, a connection and an idle
// connection cost; and whether all of them came, once and in order.
//
// The servers are processes of their own, so that what they take can be told from
// what the clients take, which are all in this process. Besides parley, the same is
// measured of two baselines, the plainest chats one could write in Go, in turn with
// it: what the machine does to one it does to the others.
package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"time"
)

// What a process must serve; see [Options].
const (
	Parley   = "parley"
	PlainTCP = "plain-tcp"
	PlainSSH = "plain-ssh"
)

// Options say what to measure, and how.
type Options struct {
	Sizes   Sizes
	Limit   time.Duration // how long all may take
	Version string        // of parley

	// Command returns the command that serves Parley, PlainTCP or PlainSSH until
	// its standard input ends, and says on its standard error where: "listening
	// for=tcp address=HOST:PORT" for the raw protocol, "for=ssh" for SSH.
	Command func(what string) *exec.Cmd
	// Against are addresses of servers that run already, to be measured instead.
	Against []string

	// Progress is called when something else begins to be measured. It is not nil.
	Progress func(step, steps int, what string)
}

// Ends of a run before its time.
var (
	errLimit       = errors.New("the time was up")
	errInterrupted = errors.New("interrupted")
)

// Run measures. It returns a report of what was measured, and an error that says,
// a line each, what could not be measured, and where a server that is no baseline
// lost messages. There is no report when nothing was measured.
func Run(ctx context.Context, o Options) (*Report, error) {
	if err := o.Sizes.Check(); err != nil {
		return nil, err
	}
	if err := o.Sizes.fit(maxFiles()); err != nil {
		return nil, err
	}
	if err := o.fit(); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, o.Limit, errLimit)
	defer cancel()
	b := &bench{Options: o, began: time.Now()}
	if err := b.lineUp(limited); err != nil {
		return nil, err
	}
	b.measureAll(limited)
	r := b.report()
	if !slices.ContainsFunc(b.entrants, func(e *entrant) bool { return len(e.rounds) > 0 }) {
		r = nil
	}
	return r, errors.Join(b.problems...)
}

// fit says if the measurements cannot be made in time, however long the rest takes.
func (o *Options) fit() error {
	const talks, own = 2, 4 // scenarios with talking; our own entrants
	entrants := own
	if len(o.Against) > 0 {
		entrants = len(o.Against)
	}
	least := time.Duration(o.Sizes.Rounds*talks*entrants) * o.Sizes.duration()
	if least > o.Limit {
		return fmt.Errorf("talking alone takes %v, and all may take %v: allow more with --limit, or choose less with --rounds or --duration", least, o.Limit)
	}
	return nil
}

// bench is one run.
type bench struct {
	Options
	began    time.Time
	entrants []*entrant
	problems []error
}

// An entrant is one of those that are measured side by side.
type entrant struct {
	name     string
	protocol Protocol
	baseline bool
	command  string // what to start, or
	addr     string // where it runs
	broken   bool   // measuring it further makes no sense

	rounds []measured
}

func (e *entrant) String() string {
	if e.addr != "" {
		return e.name
	}
	return e.name + ", " + string(e.protocol)
}

// lineUp makes the list of those who are measured.
func (b *bench) lineUp(ctx context.Context) error {
	if len(b.Against) == 0 {
		b.entrants = []*entrant{
			{name: "parley", protocol: Raw, command: Parley},
			{name: "plain fan-out", protocol: Raw, command: PlainTCP, baseline: true},
			{name: "parley", protocol: SSH, command: Parley},
			{name: "gliderlabs/ssh", protocol: SSH, command: PlainSSH, baseline: true},
		}
		return nil
	}
	for _, addr := range b.Against {
		p, err := examine(ctx, addr, b.Sizes.Window/b.Sizes.Senders)
		if err != nil {
			return fmt.Errorf("cannot measure %s: %w", addr, withHint(cause(ctx, err)))
		}
		b.entrants = append(b.entrants, &entrant{name: addr, protocol: p, addr: addr})
	}
	return nil
}

// measureAll measures everybody in every scenario, in turn: those of a protocol one
// after the other, and the other way round in every second round.
func (b *bench) measureAll(ctx context.Context) {
	step, steps := 0, b.Sizes.Rounds*len(scenarios)*len(b.entrants)
	for round := range b.Sizes.Rounds {
		for _, p := range []Protocol{Raw, SSH} {
			for _, sc := range scenarios {
				for _, e := range b.inTurn(p, round) {
					step++
					what := fmt.Sprintf("%s: %s", e, sc.name)
					b.Progress(step, steps, what)
					if !b.try(ctx, e, sc, what) {
						b.problem("%w in step %d of %d (%s): what is missing was not measured", cause(ctx, nil), step, steps, what)
						return
					}
				}
			}
		}
	}
}

func (b *bench) problem(format string, args ...any) {
	b.problems = append(b.problems, fmt.Errorf(format, args...))
}

// inTurn are the entrants with a protocol, in the order of a round.
func (b *bench) inTurn(p Protocol, round int) []*entrant {
	var some []*entrant
	for _, e := range b.entrants {
		if e.protocol == p {
			some = append(some, e)
		}
	}
	if round%2 == 1 {
		slices.Reverse(some)
	}
	return some
}

// try measures an entrant in a scenario, if it makes sense. It tells whether there was
// time for it: a step that was measured counts, also when the time is up before its
// server has ended.
func (b *bench) try(ctx context.Context, e *entrant, sc scenario, what string) bool {
	if e.broken {
		return true
	}
	if ctx.Err() != nil {
		return false
	}
	m, err := b.measure(ctx, e, sc)
	switch {
	case err == nil:
		e.rounds = append(e.rounds, m)
	case ctx.Err() != nil:
		return false
	case e.addr != "":
		e.broken = true // the next would meet the same
		b.problem("%s: %w", what, withHint(err))
	default:
		b.problem("%s: %w", what, err)
	}
	return true
}

// measure measures an entrant in a scenario, with a fresh process, if it is started.
func (b *bench) measure(ctx context.Context, e *entrant, sc scenario) (measured, error) {
	s := &server{protocol: e.protocol, addr: e.addr, run: newRun()}
	if e.command == "" {
		return sc.measure(ctx, s, &b.Sizes)
	}
	cmd := b.Command(e.command)
	p, err := start(ctx, cmd, e.protocol, startTimeout)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	ctx, done := p.watched(ctx)
	defer done()
	s.addr, s.usage = p.addr, usage{p.cmd.Process.Pid}
	m, err := sc.measure(ctx, s, &b.Sizes)
	if err != nil {
		return nil, p.why(err)
	}
	return m, nil
}

// cause is why ctx is done, if it is; else err.
func cause(ctx context.Context, err error) error {
	switch {
	case ctx.Err() == nil:
		return err
	case errors.Is(context.Cause(ctx), errLimit):
		return errLimit
	}
	return errInterrupted
}

// newRun is another name for each measurement.
func newRun() string {
	var b [runDigits / 2]byte
	_, _ = rand.Read(b[:]) // it never fails
	return fmt.Sprintf("%x", b)
}

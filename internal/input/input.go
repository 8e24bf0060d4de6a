// Package input takes a session's lines in, at the pace its limit allows: what
// comes too fast is read later, and nothing is dropped.
package input

import (
	"errors"
	"io"
	"syscall"
	"time"

	"golang.org/x/time/rate"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/egress"
	"parley/internal/proto"
	"parley/internal/ratelimit"
	"parley/internal/render"
)

// Limits are what a session may send.
type Limits struct {
	MaxLine int              // bytes in a line, without its ending; 0 means no limit but proto.MaxRun
	Rate    rate.Limit       // lines a second; 0 means no limit
	Burst   int              // lines that may come at once before Rate counts
	Purse   *ratelimit.Purse // what the session may make others receive; nil means no limit
}

// ErrEndless says that more than [proto.MaxRun] bytes came without a newline:
// a line too long, as has been told, and not worth waiting for its end.
var ErrEndless = errors.New("endless line")

// ErrDone says that the session ended while its input waited.
var ErrDone = errors.New("session ended")

// Handler does what the lines ask for.
type Handler interface {
	// Lines carries out lines that are not empty, without their endings: one, or, where
	// no rate is set, up to [chatcore.MaxBatch] that came in one read. The bytes are the handler's for the
	// call only. It returns as how many more lines these count: see
	// [chatcore.Session.Surcharge].
	Lines(lines [][]byte) (more int)
	// TooLong tells the client that a line was longer than its limit.
	TooLong()
}

// Talk is the Handler that carries the lines out as s, and tells s what fails.
func (l Limits) Talk(s *chatcore.Session) Handler { return talk{s, l.MaxLine, l.Purse} }

type talk struct {
	session *chatcore.Session
	maxLine int
	purse   *ratelimit.Purse
}

func (t talk) Lines(lines [][]byte) (more int) {
	command.RunAll(t.session, lines, Answer)
	t.purse.Spend(t.session.Said())
	return t.session.Surcharge(Size(lines))
}

// Size is how many bytes lines took to send, their ends counted.
func Size(lines [][]byte) (n int) {
	for _, line := range lines {
		n += len(line) + 1
	}
	return n
}

// Answer tells a client that sends lines of the protocol what came of one.
func Answer(s *chatcore.Session, r command.Result, err error) {
	if err != nil {
		s.Tell(err)
		return
	}
	for _, words := range render.Words(r) {
		s.Note(words)
	}
}

// Do carries out one line of the protocol for a session, and tells it what came of it
// unless that is an error, which it returns.
func Do(s *chatcore.Session, line string) error {
	c := command.Parse(line)
	r, err := c.Run(s)
	if err == nil {
		Answer(s, r, nil)
	}
	return err
}

func (t talk) TooLong() { t.session.Tell(chatcore.LineTooLong(t.maxLine)) }

// Gate holds the input of a session back while the server is behind.
type Gate interface {
	// Acquire is called before lines are carried out, with how many bytes they may make
	// the server publish. It waits until that may be, and returns false when done is
	// closed first.
	Acquire(n int, done <-chan struct{}) bool
	// Release is called with the same number when the lines that passed have been
	// carried out.
	Release(n int)
}

// A line is published with about this around it, in bytes: a nick, a room; and
// safe text may be that many times as long as what came.
const (
	around = 64
	growth = 3
)

// published is how many bytes a line of n may make the server publish.
func published(n int) int { return growth*n + around }

// Failure says why a session ended whose connection failed with err: to read or,
// by its [egress.Writer], to write.
func Failure(err error) chatcore.Reason {
	var fault *egress.PanicError
	switch {
	case errors.Is(err, io.EOF):
		return chatcore.HungUp
	case errors.Is(err, egress.ErrStalled):
		return chatcore.Stalled
	case errors.As(err, &fault):
		return chatcore.Panicked
	case errors.Is(err, syscall.ETIMEDOUT), errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return chatcore.Dead
	}
	return chatcore.Broken
}

// Lines cuts what a session sends into lines and paces them.
type Lines struct {
	splitter *proto.Splitter
	pace     *Pace
	handler  Handler
	ready    [][]byte // lines whose turn it is
	free     int      // bytes since the last line that counted
}

// New returns Lines for one session. done ends a wait.
func New(l Limits, h Handler, gate Gate, done <-chan struct{}) *Lines {
	return &Lines{splitter: proto.NewSplitter(l.MaxLine), pace: NewPace(l, gate, done), handler: h}
}

// freeBytes is how many bytes without a line that counts are as much as a line:
// empty lines are free, but not a flood of them.
const freeBytes = 64 << 10

// Skip takes in n bytes that are no part of any line, such as those of telnet's own
// commands: a flood of them costs what one of empty lines does, and they make no line
// shorter. It returns when they have been paid for, which may be later: [ErrEndless],
// [ErrDone].
func (l *Lines) Skip(n int) error {
	if l.splitter.Skip(n) == proto.Endless {
		return ErrEndless
	}
	return l.pay(n)
}

// pay waits for the turn of bytes that are in no line that counts.
func (l *Lines) pay(n int) error {
	if l.free += n; l.free <= freeBytes {
		return nil
	}
	l.free = 0
	if err := l.pace.Wait(0); err != nil {
		return err
	}
	l.pace.Done(0)
	return nil
}

// Feed takes data in and carries out the whole lines in it. It returns when all
// are carried out, which may be later: [ErrEndless], [ErrDone]. Each character that is
// erased counts as [proto.EraseCost] bytes more, for a flood of them is more work than
// one of empty lines.
func (l *Lines) Feed(data []byte) error {
	if err := l.pay(len(data) + proto.EraseCost*proto.Erasures(data)); err != nil {
		return err
	}
	for {
		line, rest, found := l.splitter.Next(data)
		if found != proto.Whole || l.pace.limiter != nil || len(l.ready) == chatcore.MaxBatch {
			if err := l.carry(); err != nil {
				return err
			}
		}
		switch found {
		case proto.NeedMore:
			return nil
		case proto.Endless:
			return ErrEndless
		case proto.TooLong:
			if err := l.tooLong(); err != nil {
				return err
			}
		case proto.Whole:
			if len(line) > 0 { // an empty line does nothing and costs nothing
				l.ready = append(l.ready, line)
			}
		}
		data = rest
	}
}

// carry does what the lines ask for whose turn it is. A panic in it is no reason to hold
// others back.
func (l *Lines) carry() error {
	if len(l.ready) == 0 {
		return nil
	}
	n := 0
	for _, line := range l.ready {
		n += published(len(line))
	}
	if err := l.pace.wait(n); err != nil {
		return err
	}
	defer l.pace.gate.Release(n)
	l.free = 0
	l.pace.Charge(l.handler.Lines(l.ready))
	clear(l.ready)
	l.ready = l.ready[:0]
	if cap(l.ready) > keptLines {
		l.ready = nil
	}
	return nil
}

// keptLines is for how many lines an idle session keeps room, 24 bytes each.
const keptLines = 4

func (l *Lines) tooLong() error {
	if err := l.pace.Wait(0); err != nil {
		return err
	}
	defer l.pace.Done(0)
	l.free = 0
	l.handler.TooLong()
	return nil
}

// Pace makes one session's lines wait for their turn.
type Pace struct {
	limiter *rate.Limiter // nil when there is no limit
	purse   *ratelimit.Purse
	gate    Gate
	done    <-chan struct{}
}

// NewPace returns the pace of one session. done ends a wait.
func NewPace(l Limits, gate Gate, done <-chan struct{}) *Pace {
	p := &Pace{purse: l.Purse, gate: gate, done: done}
	if l.Rate > 0 {
		p.limiter = rate.NewLimiter(l.Rate, l.Burst)
	}
	return p
}

// Wait waits until a line of n bytes may be carried out, which Done is then to say,
// or returns [ErrDone].
// Nothing is read meanwhile, so the front end has to see by itself that the
// connection is lost, and close done.
func (p *Pace) Wait(n int) error { return p.wait(published(n)) }

// wait is Wait for what may make the server publish n bytes.
func (p *Pace) wait(n int) error {
	if err := p.turn(n / growth); err != nil {
		return err
	}
	if !p.gate.Acquire(n, p.done) {
		return ErrDone
	}
	return nil
}

// Done says that a line of n bytes has been carried out.
func (p *Pace) Done(n int) { p.gate.Release(published(n)) }

// Charge makes the next lines wait as if n more had come.
func (p *Pace) Charge(n int) {
	if p.limiter == nil {
		return
	}
	for range n { // one by one: the limiter takes no more at once than may come at once
		p.limiter.Reserve()
	}
}

// turn waits as long as the limits say for a line of n bytes.
func (p *Pace) turn(n int) error {
	select {
	case <-p.done:
		return ErrDone
	default:
	}
	d := p.purse.Wait(n)
	if p.limiter != nil {
		d = max(d, p.limiter.Reserve().Delay())
	}
	if d == 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-p.done:
		return ErrDone
	}
}

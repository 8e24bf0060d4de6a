// Package input takes a session's lines in, at the pace its limit allows: what
// comes too fast is read later, and nothing is dropped.
package input

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/time/rate"

	"parley/chatcore"
	"parley/internal/flush"
	"parley/internal/lineproto"
)

// Limits are what a session may send.
type Limits struct {
	MaxLine int        // bytes in a line, without its ending; 0 means no limit but lineproto.MaxRun
	Rate    rate.Limit // lines a second; 0 means no limit
	Burst   int        // lines that may come at once before Rate counts
}

// ErrEndless says that more than [lineproto.MaxRun] bytes came without a newline:
// a line too long, as has been told, and not worth waiting for its end.
var ErrEndless = errors.New("endless line")

// ErrDone says that the session ended while its input waited.
var ErrDone = errors.New("session ended")

// Handler does what the lines ask for.
type Handler interface {
	// Line carries out one line that is not empty, without its ending. The bytes
	// are the handler's for the call only.
	Line(line []byte)
	// TooLong tells the client that a line was longer than its limit.
	TooLong()
}

// Talk is the Handler that carries the lines out as s, and tells s what fails.
func (l Limits) Talk(s *chatcore.Session) Handler { return talk{s, l.MaxLine} }

type talk struct {
	session *chatcore.Session
	maxLine int
}

func (t talk) Line(line []byte) {
	if err := t.session.Do(string(line)); err != nil {
		t.session.Tell(err)
	}
}

func (t talk) TooLong() { t.session.Tell(chatcore.LineTooLong(t.maxLine)) }

// Gate holds the input of a session back while the server is behind.
type Gate interface {
	// Pass is called after each line, with about how many bytes it made the
	// server publish. It waits until the next line may be carried out, or done
	// is closed.
	Pass(published int, done <-chan struct{})
}

// around is about what is published around a text, in bytes: a nick, a room.
const around = 64

// Failure says why a session ended whose connection failed with err: to read or,
// by its [flush.Writer], to write.
func Failure(err error) chatcore.Reason {
	var fault *flush.PanicError
	switch {
	case errors.Is(err, flush.ErrStalled):
		return chatcore.Stalled
	case errors.As(err, &fault):
		return chatcore.Panicked
	case errors.Is(err, syscall.ETIMEDOUT):
		return chatcore.Dead
	}
	return chatcore.Broken
}

// Lines cuts what a session sends into lines and paces them.
type Lines struct {
	splitter *lineproto.Splitter
	pace     *Pace
	handler  Handler
	free     int // bytes since the last line that counted
}

// New returns Lines for one session. done ends a wait.
func New(l Limits, h Handler, gate Gate, done <-chan struct{}) *Lines {
	return &Lines{splitter: lineproto.NewSplitter(l.MaxLine), pace: NewPace(l, gate, done), handler: h}
}

// freeBytes is how many bytes without a line that counts are as much as a line:
// empty lines are free, but not a flood of them.
const freeBytes = 64 << 10

// Feed takes data in and carries out the whole lines in it. It returns when all
// are carried out, which may be later: [ErrEndless], [ErrDone].
func (l *Lines) Feed(data []byte) error {
	if l.free += len(data); l.free > freeBytes {
		l.free = 0
		if err := l.pace.Wait(); err != nil {
			return err
		}
	}
	for {
		line, rest, found := l.splitter.Next(data)
		switch found {
		case lineproto.NeedMore:
			return nil
		case lineproto.Endless:
			return ErrEndless
		case lineproto.TooLong:
			if err := l.pace.Wait(); err != nil {
				return err
			}
			l.free = 0
			l.handler.TooLong()
			l.pace.Done(0)
		case lineproto.Whole:
			if len(line) == 0 {
				break // an empty line does nothing and costs nothing
			}
			if err := l.pace.Wait(); err != nil {
				return err
			}
			l.free = 0
			l.handler.Line(line)
			l.pace.Done(len(line))
		}
		data = rest
	}
}

// Pace makes one session's lines wait for their turn.
type Pace struct {
	limiter *rate.Limiter // nil when there is no limit
	gate    Gate
	done    <-chan struct{}
}

// NewPace returns the pace of one session. done ends a wait.
func NewPace(l Limits, gate Gate, done <-chan struct{}) *Pace {
	p := &Pace{gate: gate, done: done}
	if l.Rate > 0 {
		p.limiter = rate.NewLimiter(l.Rate, l.Burst)
	}
	return p
}

// Wait waits until the next line may be carried out, or returns [ErrDone].
// Nothing is read meanwhile, so the front end has to see by itself that the
// connection is lost, and close done.
func (p *Pace) Wait() error {
	select {
	case <-p.done:
		return ErrDone
	default:
	}
	if p.limiter == nil {
		return nil
	}
	d := p.limiter.Reserve().Delay()
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

// Done says that a line of n bytes has been carried out. It waits while the
// server is behind.
func (p *Pace) Done(n int) { p.gate.Pass(n+around, p.done) }

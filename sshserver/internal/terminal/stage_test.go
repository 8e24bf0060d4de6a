package terminal

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
	"parley/internal/ratelimit"
)

// stage is a chat whose people sit at terminals that are memory: no ssh, no socket.
type stage struct {
	t       *testing.T
	core    *chatcore.Core
	flusher *egress.Flusher
	ends    func() // ends the flusher
}

func newStage(t *testing.T) *stage {
	ctx, cancel := context.WithCancel(context.Background())
	st := &stage{t, chatcore.New(chatcore.Options{}), egress.New(slog.New(slog.DiscardHandler)), cancel}
	go st.flusher.Run(ctx)
	return st
}

// person is the client of a terminal session. What it types comes through a pipe. What it
// is sent is kept.
type person struct {
	stage  *stage
	keys   *io.PipeReader
	typist *io.PipeWriter
	writer *egress.Writer
	done   chan struct{}
	over   sync.Once

	mu   sync.Mutex
	sent bytes.Buffer
}

var _ Client = (*person)(nil)

func (p *person) Read(b []byte) (int, error)  { return p.keys.Read(b) }
func (p *person) More() bool                  { return false }
func (p *person) InputEnded() chatcore.Reason { return chatcore.Disconnected }
func (p *person) Spawn(f func())              { go f() }
func (p *person) Done() <-chan struct{}       { return p.done }
func (p *person) Leaving() bool               { return false }
func (p *person) Ready()                      { p.writer.Ready() }
func (p *person) Ended(chatcore.Reason)       { p.over.Do(func() { close(p.done) }) }

func (p *person) Join(nick string, format chatcore.Format, _ egress.Source) (*chatcore.Session, error) {
	return p.stage.core.Join(chatcore.JoinRequest{
		Nick: nick, Kind: chatcore.Interactive, Format: format,
		NewReceiver: func(*chatcore.Session) chatcore.Receiver { return p },
	})
}

// Write implements [egress.Sink].
func (p *person) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent.Write(b)
}

// Close implements [egress.Sink].
func (p *person) Close() error { return nil }

// types types keys, and returns what is drawn because of them.
func (p *person) types(keys string) string {
	p.stage.t.Helper()
	if _, err := io.WriteString(p.typist, keys); err != nil {
		p.stage.t.Fatal(err)
	}
	return p.drawn()
}

// drawn returns what has been drawn since it was last called.
func (p *person) drawn() string {
	time.Sleep(time.Second) // simulated: output gathers for some milliseconds
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.sent.Reset()
	return p.sent.String()
}

// session returns a session that has not joined, and its client. source replaces the
// session as the source of its output, unless it is nil.
func (st *stage) session(nick string, source egress.Source) (*Session, *person) {
	p := &person{stage: st, done: make(chan struct{})}
	p.keys, p.typist = io.Pipe()
	i := New(&Options{
		Client: p, Limits: input.Limits{}, Quota: st.flusher.Quota, Term: "xterm-256color", Server: "test", Nick: nick,
		CPU: ratelimit.NewAddressCPU(), Redraws: ratelimit.NewAddressRedraws(),
		NewWriter: func(own egress.Source) *egress.Writer {
			if source != nil {
				own = source
			}
			p.writer = st.flusher.NewWriter(own, p, func(error) {})
			return p.writer
		},
	})
	i.Resize(80, 24)
	return i, p
}

// A person joins, talks, hears others and leaves. Nothing of it needs ssh.
func TestSession_IsWholeWithoutSSH(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t)
		defer st.ends()
		bob := joined(t, st.core, "bob", chatcore.Raw)
		i, ann := st.session("ann", nil)
		type ending struct {
			why chatcore.Reason
			ok  bool
		}
		ended := make(chan ending, 1)
		go func() {
			why, ok := i.Run()
			ended <- ending{why, ok}
		}()
		for _, tt := range []struct{ does, keys, shows string }{
			{"is greeted", "", "Welcome to test, ~ann."},
			{"speaks", "hello\r", "hello"},
			{"asks", "/whois bob\r", "~bob is a guest"},
			{"takes another nick", "/nick zoe\r", "You are zoe now."},
			{"goes away", "/away\r", "You are away"},
			{"makes a mistake", "/dance\r", "unknown command: /dance (try /help)"},
		} {
			if got := ann.types(tt.keys); !strings.Contains(got, tt.shows) {
				t.Errorf("a person who %s is shown %q, want %q", tt.does, got, tt.shows)
			}
		}
		do(t, bob, "hi zoe")
		if got := ann.drawn(); !strings.Contains(got, "hi zoe") {
			t.Errorf("a message is shown as %q", got)
		}
		if out, _ := bob.Take(nil, 1<<10); string(out) != "ann: hello\r\n" {
			t.Errorf("the other hears %q", out)
		}
		if got := ann.types("\x04"); !strings.Contains(got, "Goodbye.") {
			t.Errorf("a person who leaves is shown %q", got)
		}
		if got := <-ended; got != (ending{chatcore.Disconnected, true}) {
			t.Errorf("it ended with %+v", got)
		}
	})
}

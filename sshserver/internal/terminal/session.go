package terminal

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
	"parley/internal/lineedit"
	"parley/internal/ratelimit"
	"parley/internal/render"
)

// Client is the other side of a terminal session: a terminal, and the connection to it.
type Client interface {
	// Read reads what is typed, like [io.Reader]. Only one goroutine calls it at a time.
	Read(p []byte) (n int, err error)
	// More reports whether something has come that is not read yet.
	More() bool
	// InputEnded returns why Read has failed.
	InputEnded() chatcore.Reason
	// Join joins the chat. Output comes from source. If the session has ended again
	// already, Join returns it with the error.
	Join(nick string, format chatcore.Format, source egress.Source) (*chatcore.Session, error)
	// Spawn runs f, a part of the session's work, on a goroutine of its own.
	Spawn(f func())
	// Done returns a channel that is closed when the session ends, for whatever reason.
	Done() <-chan struct{}
	// Leaving reports whether the end of the session has begun.
	Leaving() bool
}

// Options are the options of a Session.
type Options struct {
	Client Client
	// NewWriter returns the writer of the session's output.
	NewWriter func(egress.Source) *egress.Writer
	Limits    input.Limits
	Quota     int // bytes of output that may wait while a redraw is held

	Term string            // the name of the terminal
	Env  map[string]string // the environment, as far as the client has told it

	Server string // the server's name, for the greeting
	MOTD   string // the message of the day
	Nick   string // the nick to join with
	Room   string // the room to enter at once; empty for none
	Who    chatcore.Principal

	CPU     *ratelimit.CPU     // of the address
	Redraws *ratelimit.Redraws // of the address
}

// Session is a session with a terminal: an input line stays at the bottom, and messages
// scroll by above it.
//
// Three kinds of goroutines use it. One reads what is typed. One carries out the lines, and
// exists while there are any. The flusher's alone makes output, when it can be written. So
// neither typing nor publishing waits for anyone, and nothing piles up.
type Session struct {
	Options
	chat    *chatcore.Session // nil before it has joined; reading goroutine, and that in carry
	writer  *egress.Writer
	done    <-chan struct{}
	typing  *ratelimit.Typing
	pace    *input.Pace
	drawn   *ratelimit.Redraws // by this session
	entered lineQueue
	warned  bool // the person tried to leave and was told that lines wait; reading goroutine only
	came    int  // bytes typed since something was last entered; reading goroutine only
	asks    bool // the terminal was asked what it is, and has not answered; reading goroutine only
	keys    keyReader

	mu            sync.Mutex
	editor        *lineedit.Editor
	joined        *chatcore.Session // nil before there is a nick
	settings      settings
	calendar      render.Calendar
	edited        bool        // changed since it was last drawn
	held          time.Time   // since when a redraw has been held; zero: none is held
	redraw        *time.Timer // rings when a redraw may be drawn again; nil before one is first held
	printed       []byte      // printed before the session's pending text
	switched      []byte      // sent before anything is drawn again
	width, height int
	begun         chatcore.Correspondent // the last person to write privately when the line was begun
	called        time.Time              // when the person was last called to the terminal
	unheeded      int                    // calls since the person last typed a key
	seen          uint64                 // the session's change count that the prompt shows
	shown         int                    // the number of waiting lines that the prompt shows
	slowed        bool                   // lines have waited so long that a person notices
	closing       bool                   // the session is about to leave the terminal
	closed        bool                   // it has left the terminal
}

// New returns a session that has not joined yet. It copies o.
func New(o *Options) *Session {
	i := &Session{Options: *o, done: o.Client.Done(), typing: ratelimit.NewTyping(o.CPU), drawn: ratelimit.NewSessionRedraws()}
	terminal := render.TerminalOf(o.Term)
	i.settings, i.asks = newSettings(terminal, o.Env), terminal.Asks
	i.entered.init()
	i.editor = lineedit.New(lineedit.Options{Max: MaxLine(o.Limits), MaxLines: chatcore.MaxLines, Complete: i.complete})
	if i.settings.plain {
		i.editor.SetPlain(true)
	} else {
		i.switched = []byte(pasteOn)
	}
	i.writer = o.NewWriter(i)
	i.pace = input.NewPace(o.Limits, i.writer, i.done)
	return i
}

// Run joins, and carries out what is typed until the person leaves, or the connection or
// the session ends. It returns why. It is not ok if the session did not join.
func (i *Session) Run() (why chatcore.Reason, ok bool) {
	if !i.register() {
		return "", false
	}
	return i.read(i.typed), true
}

// These tell a terminal to begin and to stop marking pasted text.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// editorLine is the maximum length of a typed line in bytes, if there is no lower limit.
const editorLine = 4096

// MaxLine returns the maximum length of a typed line in bytes.
func MaxLine(l input.Limits) int {
	if l.MaxLine > 0 {
		return min(l.MaxLine, editorLine)
	}
	return editorLine
}

// edit calls do with the editor and shows the result.
func (i *Session) edit(do func(*lineedit.Editor)) {
	i.locked(func() {
		do(i.editor)
		i.edited = true
	})
	i.writer.Ready()
}

// locked calls do while no other goroutine uses the editor or the settings.
func (i *Session) locked(do func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	do()
}

// Resize gives the terminal another size, in columns and rows. It does not wait. A flood of
// sizes is drawn at the rate of [ratelimit.Redraws].
func (i *Session) Resize(width, height int) {
	i.edit(func(e *lineedit.Editor) {
		i.width, i.height = width, height
		i.seen-- // the prompt may change with the width
		e.Resize(width, height)
	})
}

// register joins. It asks for another nick as long as the nick is taken or invalid.
func (i *Session) register() bool {
	for nick := i.Nick; ; {
		var err error
		if i.chat, err = i.Client.Join(nick, i.settings.style(), i); err == nil {
			i.begin()
			return true
		}
		i.print("! " + err.Error())
		if i.chat != nil || !errors.Is(err, chatcore.ErrNickInUse) && !errors.Is(err, chatcore.ErrInvalidNick) {
			break
		}
		i.edit(func(e *lineedit.Editor) { e.SetPrompt(lineedit.Span{Text: "another nick: "}) })
		if nick = i.ask(); nick == "" || i.pace.Wait(0) != nil {
			break
		}
		i.pace.Done(0)
	}
	i.Leave()
	return false
}

// ask returns the next line typed that is not empty, or "" if the person leaves.
func (i *Session) ask() (answer string) {
	i.read(func(e lineedit.Event) (more bool) {
		switch e.Kind {
		case lineedit.Submitted:
			answer = strings.TrimSpace(e.Text)
		case lineedit.CutOff:
			i.print(cutOff)
		}
		return answer == "" && e.Kind != lineedit.Left
	})
	return answer
}

// begin greets the person, and from then on shows what the session receives.
func (i *Session) begin() {
	i.chat.SetEcho(!i.settings.plain)
	i.chat.SetNotices(true)
	i.greet()
	i.locked(func() {
		i.joined = i.chat
		i.editor.Forget()
		if i.asks {
			i.switched = append(i.switched, render.AskVersion...)
		}
		i.seen = i.joined.Changes() - 1 // any other number: the prompt is made anew
	})
	i.writer.Ready() // messages since it joined did not find a session here
}

// Leave restores the terminal for the shell that it came from, after all pending output.
func (i *Session) Leave() {
	i.locked(func() {
		i.closing = true
		if i.redraw != nil {
			i.redraw.Stop() // redraws are not held from now on
		}
	})
	i.writer.Ready()
}

// print prints a line above the input line.
func (i *Session) print(line string) {
	i.locked(func() { i.printed = append(append(i.printed, line...), "\r\n"...) })
	i.writer.Ready()
}

// read passes what is typed to do until do returns false, or the connection or the session
// ends. It returns why.
func (i *Session) read(do func(lineedit.Event) (more bool)) chatcore.Reason {
	for i.writer.WaitBelowQuota(i.done) { // this bounds the lists of completions, too
		var patience time.Duration
		i.locked(func() { patience = i.editor.Patience() })
		data, nothing, together, err := i.keys.read(i.Client, patience)
		switch {
		case err == errIdle:
			if !i.release((*lineedit.Editor).Idle, do) {
				return chatcore.Disconnected
			}
			continue
		case !together:
			i.locked(func() { i.editor.Pause(nothing) })
		}
		if !i.typeAll(data, do) {
			return chatcore.Disconnected
		}
		if err != nil {
			if !i.release((*lineedit.Editor).EOF, do) {
				return chatcore.Disconnected
			}
			i.entered.settle(i.done)
			return i.Client.InputEnded()
		}
	}
	return chatcore.Disconnected // this reason is not used: the session has ended for another
}

// release types what the editor has held until now, and passes the events to do. by makes
// the editor release it.
func (i *Session) release(by func(*lineedit.Editor) (lineedit.Event, []byte), do func(lineedit.Event) (more bool)) (more bool) {
	var e lineedit.Event
	var keys []byte
	i.edit(func(editor *lineedit.Editor) { e, keys = by(editor) })
	i.came -= len(keys) // they were counted when they came
	return (e.Kind == lineedit.None || do(e)) && i.typeAll(keys, do)
}

// typeAll types data in pieces, and passes the events to do. Between two pieces it checks
// whether typing has taken too much time: a Tab among 6,000 rooms takes 3 ms. Input that
// the client has sent and that is not read yet ends with the session.
func (i *Session) typeAll(data []byte, do func(lineedit.Event) (more bool)) (more bool) {
	for len(data) > 0 {
		if !i.typing.Rest(i.done) {
			return false
		}
		piece := data[:min(len(data), typingSize)]
		e, rest := i.typeSome(piece)
		n := len(piece) - len(rest)
		i.came += n
		data = data[n:]
		if e.Kind != lineedit.None && !do(e) {
			return false
		}
	}
	return true
}

// typeSome calls Type of the editor. When a line is begun, it notes the recipient of a reply.
func (i *Session) typeSome(data []byte) (e lineedit.Event, rest []byte) {
	i.edit(func(editor *lineedit.Editor) {
		defer i.typing.Spend(time.Now())
		empty := editor.Empty()
		e, rest = editor.Type(data)
		if e.Kind != lineedit.Version {
			i.unheeded = 0
		}
		if empty && i.joined != nil {
			i.begun, _ = i.joined.Correspondent()
		}
	})
	return e, rest
}

// Take implements [egress.Source]. It prints pending text above the input line, in one redraw.
func (i *Session) Take(dst []byte, max int) (owed []byte, more bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed {
		return dst, false
	}
	if i.holdLocked() {
		i.printed, more = i.takeOwed(i.printed, max)
		return dst, more
	}
	i.held = time.Time{}
	buf := texts.Get().(*[]byte)
	defer texts.Put(buf)
	text := append((*buf)[:0], i.printed...)
	i.printed = nil
	text, more = i.takeOwed(text, max)
	text = i.hush(text)
	*buf = text
	if i.joined != nil {
		i.refreshPrompt()
	}
	if i.closing && len(text) == 0 {
		i.closed = true
		return i.appendFarewell(dst), false
	}
	if len(text) == 0 && !i.editor.Stale() {
		return dst, false
	}
	edited, before := i.edited, len(dst)
	if edited {
		defer i.typing.Spend(time.Now())
		i.edited = false
	}
	dst = append(dst, i.switched...)
	i.switched = nil
	dst = i.editor.Render(dst, text)
	i.drewLocked(len(dst)-before-i.editor.Printed(), edited)
	return dst, more || i.closing
}

const (
	// callEvery is the least time between two calls to the terminal.
	callEvery = 2 * time.Second
	// A person who was called callsHeeded times and has typed nothing since is away. They
	// are called once each callAway until they type.
	callsHeeded = 3
	callAway    = 30 * time.Second
)

// takeOwed appends the session's pending text, after the date if that has changed.
func (i *Session) takeOwed(text []byte, max int) (all []byte, more bool) {
	if i.joined == nil {
		return text, false
	}
	begin := len(text)
	text, more = i.joined.Take(text, max)
	if len(text) == begin {
		return text, more
	}
	day := i.calendar.Day(nil, i.settings.style(), time.Now())
	return slices.Insert(text, begin, day...), more
}

// hush removes the alerts from text, except those of one message if the person may be
// called now. i.mu is held.
func (i *Session) hush(text []byte) []byte {
	if bytes.IndexByte(text, '\a') < 0 {
		return text
	}
	every := callEvery
	if i.unheeded >= callsHeeded {
		every = callAway
	}
	now := time.Now()
	if now.Sub(i.called) < every {
		return render.StripAlerts(text)
	}
	i.called = now
	i.unheeded++
	return render.HushOthers(text)
}

func (i *Session) appendFarewell(dst []byte) []byte {
	dst = i.editor.Leave(dst)
	if !i.settings.plain {
		dst = append(dst, pasteOff...)
	}
	return dst
}

// Backlog implements [egress.Source].
func (i *Session) Backlog() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.owedLocked()
}

// owedLocked returns how many bytes of text are pending. i.mu is held.
func (i *Session) owedLocked() int {
	n := len(i.printed) + i.editor.Unsent()
	if i.joined != nil {
		n += i.joined.Backlog()
	}
	return n
}

var _ egress.Source = (*Session)(nil)

// texts are buffers for the text of one redraw.
var texts = sync.Pool{New: func() any { return new([]byte) }}

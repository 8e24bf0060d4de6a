package sshserver

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"charm.land/ssh"

	"parley/chatcore"
	"parley/internal/egress"
	"parley/internal/input"
	"parley/internal/lineedit"
	"parley/internal/render"
)

// interactive is a session with a terminal: an input line stays at the bottom, and messages
// scroll by above it.
//
// Three kinds of goroutines use it. One reads what is typed. One carries out the lines, and
// exists while there are any. The flusher's alone makes output, when it can be written. So
// neither typing nor publishing waits for anyone, and nothing piles up.
type interactive struct {
	*session
	pace    *input.Pace
	drawn   *drawn // by this session
	entered lineQueue
	warned  bool // the person tried to leave and was told that lines wait; reading goroutine only
	came    int  // bytes typed since something was last entered; reading goroutine only
	asks    bool // the terminal was asked what it is, and has not answered; reading goroutine only
	keys    keyReader

	mu       sync.Mutex
	editor   *lineedit.Editor
	joined   *chatcore.Session // nil before there is a nick
	settings settings
	calendar render.Calendar
	edited   bool        // changed since it was last drawn
	held     time.Time   // since when a redraw has been held; zero: none is held
	redraw   *time.Timer // rings when a redraw may be drawn again; nil before one is first held
	printed  []byte      // printed before the session's pending text
	switched []byte      // sent before anything is drawn again
	window   ssh.Window
	begun    chatcore.Correspondent // the last person to write privately when the line was begun
	called   time.Time              // when the person was last called to the terminal
	unheeded int                    // calls since the person last typed a key
	seen     uint64                 // the session's change count that the prompt shows
	shown    int                    // the number of waiting lines that the prompt shows
	slowed   bool                   // lines have waited so long that a person notices
	closing  bool                   // the session is about to leave the terminal
	closed   bool                   // it has left the terminal
}

func (c *session) interact() {
	i := newInteractive(c)
	if !i.register() {
		return
	}
	c.finish(i.read(i.typed), exitDone)
}

func newInteractive(c *session) *interactive {
	c.cpuBudget = newCPUBudget(effortShare, effortRest)
	i := &interactive{session: c, drawn: newDrawn(drawBurst, drawRate)}
	term, env := c.conn.client.terminal()
	terminal := render.TerminalOf(term)
	i.settings, i.asks = newSettings(terminal, env), terminal.Asks
	i.entered.init()
	i.editor = lineedit.New(lineedit.Options{Max: i.maxLine(), MaxLines: chatcore.MaxLines, Complete: i.complete})
	if i.settings.plain {
		i.editor.SetPlain(true)
	} else {
		i.switched = []byte(pasteOn)
	}
	c.writer = c.server.Flusher.NewWriter(i, newSink(c.conn), c.failed)
	i.pace = input.NewPace(c.limits(), c.writer, c.done)
	c.bye = i.leaveTerminal
	c.conn.client.onResize(i.resize)
	return i
}

// These tell a terminal to begin and to stop marking pasted text.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// editorLine is the maximum length of a typed line in bytes, if there is no lower limit.
const editorLine = 4096

// maxLine returns the maximum length of a typed line in bytes.
func (c *session) maxLine() int {
	if max := c.server.Input.MaxLine; max > 0 {
		return min(max, editorLine)
	}
	return editorLine
}

// edit calls do with the editor and shows the result.
func (i *interactive) edit(do func(*lineedit.Editor)) {
	i.locked(func() {
		do(i.editor)
		i.edited = true
	})
	i.writer.Ready()
}

// locked calls do while no other goroutine uses the editor or the settings.
func (i *interactive) locked(do func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	do()
}

// resize is called on the goroutine that serves requests. It must not wait, because the
// library keeps what comes meanwhile. A flood of sizes is drawn at the rate of [drawn].
func (i *interactive) resize(w ssh.Window) {
	i.edit(func(e *lineedit.Editor) {
		i.window = w
		i.seen-- // the prompt may change with the width
		e.Resize(w.Width, w.Height)
	})
}

// register joins. It asks for another nick as long as the nick is taken or invalid.
func (i *interactive) register() bool {
	for nick := i.nick; ; {
		err := i.join(nick, i.settings.style(), i)
		if err == nil {
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
	i.leaveTerminal()
	i.depart(exitRefused)
	return false
}

// ask returns the next line typed that is not empty, or "" if the person leaves.
func (i *interactive) ask() (answer string) {
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
func (i *interactive) begin() {
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

// leaveTerminal restores the terminal for the shell that it came from.
func (i *interactive) leaveTerminal() {
	i.locked(func() {
		i.closing = true
		if i.redraw != nil {
			i.redraw.Stop() // redraws are not held from now on
		}
	})
	i.writer.Ready()
}

// print prints a line above the input line.
func (i *interactive) print(line string) {
	i.locked(func() { i.printed = append(append(i.printed, line...), "\r\n"...) })
	i.writer.Ready()
}

// read passes what is typed to do until do returns false, or the connection or the session
// ends. It returns why.
func (i *interactive) read(do func(lineedit.Event) (more bool)) chatcore.Reason {
	for i.writer.WaitBelowQuota(i.done) { // this bounds the lists of completions, too
		var patience time.Duration
		i.locked(func() { patience = i.editor.Patience() })
		data, nothing, together, err := i.keys.read(i.conn, patience)
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
			return i.conn.ended()
		}
	}
	return chatcore.Disconnected // this reason is not used: the session has ended for another
}

// release types what the editor has held until now, and passes the events to do. by makes
// the editor release it.
func (i *interactive) release(by func(*lineedit.Editor) (lineedit.Event, []byte), do func(lineedit.Event) (more bool)) (more bool) {
	var e lineedit.Event
	var keys []byte
	i.edit(func(editor *lineedit.Editor) { e, keys = by(editor) })
	i.came -= len(keys) // they were counted when they came
	return (e.Kind == lineedit.None || do(e)) && i.typeAll(keys, do)
}

// typeAll types data in pieces, and passes the events to do. Between two pieces it checks
// whether typing has taken too much time: a Tab among 6,000 rooms takes 3 ms. Input that
// the client has sent and that is not read yet ends with the session.
func (i *interactive) typeAll(data []byte, do func(lineedit.Event) (more bool)) (more bool) {
	for len(data) > 0 {
		if !i.rest() {
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
func (i *interactive) typeSome(data []byte) (e lineedit.Event, rest []byte) {
	i.edit(func(editor *lineedit.Editor) {
		defer i.spend(time.Now())
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
func (i *interactive) Take(dst []byte, max int) (owed []byte, more bool) {
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
		defer i.spend(time.Now())
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
func (i *interactive) takeOwed(text []byte, max int) (all []byte, more bool) {
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
func (i *interactive) hush(text []byte) []byte {
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

func (i *interactive) appendFarewell(dst []byte) []byte {
	dst = i.editor.Leave(dst)
	if !i.settings.plain {
		dst = append(dst, pasteOff...)
	}
	return dst
}

// Backlog implements [egress.Source].
func (i *interactive) Backlog() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.owedLocked()
}

// owedLocked returns how many bytes of text are pending. i.mu is held.
func (i *interactive) owedLocked() int {
	n := len(i.printed) + i.editor.Unsent()
	if i.joined != nil {
		n += i.joined.Backlog()
	}
	return n
}

var _ egress.Source = (*interactive)(nil)

// texts are buffers for the text of one redraw.
var texts = sync.Pool{New: func() any { return new([]byte) }}

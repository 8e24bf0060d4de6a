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
	"parley/internal/flush"
	"parley/internal/input"
	"parley/internal/lineedit"
	"parley/internal/style"
)

// interactive is a session with a terminal: an input line that stays at the
// bottom, and what is said scrolling by above it.
//
// Three kinds of goroutine meet in it: the one that reads what is typed, the one
// that carries out the lines, which exists while there are any, and the flusher's,
// which alone makes output, when it can be written: so whoever types or publishes
// waits for nobody, and nothing piles up.
type interactive struct {
	*session
	pace    *input.Pace
	drawn   *drawn // of this session
	entered lineQueue
	warned  bool // that lines wait, by who wants to leave; of the goroutine that reads
	came    int  // bytes that were typed since something was last entered; of the same goroutine
	asks    bool // the terminal is asked what it is, and has not answered; of the same goroutine
	keys    keyReader

	to recipient // whom the line is for that is carried out; of the goroutine that does

	mu       sync.Mutex
	editor   *lineedit.Editor
	joined   *chatcore.Session // nil before the nick
	settings settings
	calendar style.Calendar
	edited   bool        // since it was last drawn
	held     time.Time   // since when it is to be drawn; zero: it is not
	redraw   *time.Timer // draws it when it may be drawn again; nil before it is first held
	printed  []byte      // to be printed before what the session is owed
	switched []byte      // to be sent before anything is drawn again
	window   ssh.Window
	begun    chatcore.Correspondent // who had last written when the line was begun
	called   time.Time              // when the person was last called to the terminal
	unheeded int                    // calls since they last typed a key
	seen     uint64                 // the session's changes that the prompt shows
	shown    int                    // how many waiting lines it shows
	slowed   bool                   // lines wait for so long that a person notices
	closing  bool                   // the terminal is to be left
	closed   bool                   // it has been
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
	terminal := style.TerminalOf(term)
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

// What tells a terminal to mark what is pasted, and no longer.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// editorLine is how many bytes a line may have that is typed, where there is no
// other limit.
const editorLine = 4096

// maxLine is how many bytes a line may have that is typed.
func (c *session) maxLine() int {
	if max := c.server.Input.MaxLine; max > 0 {
		return min(max, editorLine)
	}
	return editorLine
}

// edit does something with the editor, and has it shown.
func (i *interactive) edit(do func(*lineedit.Editor)) {
	i.locked(func() {
		do(i.editor)
		i.edited = true
	})
	i.writer.Ready()
}

// locked does something while nobody else uses the editor or the settings.
func (i *interactive) locked(do func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	do()
}

// resize is called on the goroutine that takes requests. It does not wait: the library
// keeps what comes meanwhile. A flood of sizes is drawn as [drawn] lets it.
func (i *interactive) resize(w ssh.Window) {
	i.edit(func(e *lineedit.Editor) {
		i.window = w
		i.seen-- // the prompt may have to be another
		e.Resize(w.Width, w.Height)
	})
}

// register joins, asking for another nick as long as the one given cannot be had.
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

// ask returns the next line that is typed and not empty; empty where the person
// leaves.
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

// begin greets the person, and from then on shows what the session is owed.
func (i *interactive) begin() {
	i.chat.SetEcho(!i.settings.plain)
	i.chat.SetNotices(true)
	i.greet()
	i.locked(func() {
		i.joined = i.chat
		i.editor.Forget()
		if i.asks {
			i.switched = append(i.switched, style.AskVersion...)
		}
		i.seen = i.joined.Changes() - 1 // whatever it shows, it is not this
	})
	i.writer.Ready() // what was said since it joined found no session here
}

// leaveTerminal leaves the terminal as it was found, for the shell that called.
func (i *interactive) leaveTerminal() {
	i.locked(func() {
		i.closing = true
		if i.redraw != nil {
			i.redraw.Stop() // nothing is held from now on
		}
	})
	i.writer.Ready()
}

// print prints a line above the input line.
func (i *interactive) print(line string) {
	i.locked(func() { i.printed = append(append(i.printed, line...), "\r\n"...) })
	i.writer.Ready()
}

// read hands what is typed to do until that returns false, or the connection or
// the session ends; it says why.
func (i *interactive) read(do func(lineedit.Event) (more bool)) chatcore.Reason {
	for i.writer.WaitBelowQuota(i.done) { // what a list of completions adds is bounded by that
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
	return chatcore.Disconnected // of no account: the session has ended for another reason
}

// release types what the editor has held until now, and hands what comes of it to do. by is
// what has the editor let go of it.
func (i *interactive) release(by func(*lineedit.Editor) (lineedit.Event, []byte), do func(lineedit.Event) (more bool)) (more bool) {
	var e lineedit.Event
	var keys []byte
	i.edit(func(editor *lineedit.Editor) { e, keys = by(editor) })
	i.came -= len(keys) // they have been counted when they came
	return (e.Kind == lineedit.None || do(e)) && i.typeAll(keys, do)
}

// typeAll types data, a piece at a time: between two it is looked whether typing has taken too
// much, and a Tab among 6,000 rooms takes 3 ms. It hands what comes of it to do. What the
// client has sent and we have not read ends with the session.
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

// typeSome is Type of the editor. It notes whom a reply is for that is begun.
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

// Take implements [flush.Source]: it prints what is owed above the input line, in
// one redraw.
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
	// Who has been called callsHeeded times and typed nothing since is away, and is called
	// each callAway until they type.
	callsHeeded = 3
	callAway    = 30 * time.Second
)

// takeOwed appends what the session is owed, after the date where that has changed.
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

// hush takes out of text what calls the person, except the calls of one message where they
// may be called now. i.mu is held.
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
		return style.StripAlerts(text)
	}
	i.called = now
	i.unheeded++
	return style.HushOthers(text)
}

func (i *interactive) appendFarewell(dst []byte) []byte {
	dst = i.editor.Leave(dst)
	if !i.settings.plain {
		dst = append(dst, pasteOff...)
	}
	return dst
}

// Backlog implements [flush.Source].
func (i *interactive) Backlog() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.owedLocked()
}

// owedLocked is how many bytes of text are owed. i.mu is held.
func (i *interactive) owedLocked() int {
	n := len(i.printed) + i.editor.Unsent()
	if i.joined != nil {
		n += i.joined.Backlog()
	}
	return n
}

var _ flush.Source = (*interactive)(nil)

// texts are buffers for what is printed at once.
var texts = sync.Pool{New: func() any { return new([]byte) }}

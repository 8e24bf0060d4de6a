package sshserver

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"charm.land/ssh"
	"golang.org/x/term"

	"parley/chatcore"
	"parley/internal/flush"
	"parley/internal/input"
	"parley/internal/lineproto"
)

// interactive is a session with a terminal: an input line that stays at the
// bottom, and what is said scrolling by above it.
//
// The line editor writes into screen, never to the client: so whoever types or
// publishes waits for nobody, and one goroutine, the flusher's, writes.
type interactive struct {
	*chat
	editor *term.Terminal
	screen screen

	mu      sync.Mutex
	session *chatcore.Session // nil before the nick
	owed    []byte            // room for what is taken from it
}

func (c *chat) interact() {
	i := &interactive{chat: c}
	c.writer = c.server.Flusher.NewWriter(i, sink{c.link}, c.failed)
	i.editor = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{i.typing(), i}, "")
	i.editor.History = new(history)
	c.link.client.onResize(func(w ssh.Window) {
		_ = i.editor.SetSize(w.Width, w.Height) // it fails for sizes that clamp leaves out
	})
	if !i.register() {
		return
	}
	i.greet()
	c.finish(i.read(), exitDone)
}

func (i *interactive) typing() *typing {
	return &typing{
		in:      i.link.channel,
		ready:   func() { i.writer.Catch(i.done) },
		tooLong: func() { i.print("! " + chatcore.LineTooLong(i.maxLine()).Error()) },
		max:     i.maxLine(),
	}
}

// maxLine is how many bytes a line may have that is typed.
func (i *interactive) maxLine() int {
	if max := i.server.Input.MaxLine; max > 0 {
		return min(max, editorLine)
	}
	return editorLine
}

// register joins, asking for another nick as long as the one given cannot be had.
func (i *interactive) register() bool {
	pace := input.NewPace(i.server.Input, i.writer, i.done)
	for nick := i.nick; ; {
		err := i.join(nick, screenLines{}, i)
		if err == nil {
			i.mu.Lock()
			i.session = i.core
			i.mu.Unlock()
			// The shell that called goes on below the prompt.
			i.bye = func() { _, _ = i.Write([]byte("\r\n")) }
			i.Owed()
			return true
		}
		i.print("! " + err.Error())
		if i.core != nil || !errors.Is(err, chatcore.ErrNickInUse) && !errors.Is(err, chatcore.ErrInvalidNick) {
			i.depart(exitRefused)
			return false
		}
		i.editor.SetPrompt("another nick: ")
		if nick, err = i.editor.ReadLine(); err != nil || pace.Wait(0) != nil {
			i.depart(exitRefused)
			return false
		}
		pace.Done(0)
		nick = strings.TrimSpace(nick)
	}
}

func (i *interactive) greet() {
	i.core.SetNotices(true)
	i.print(fmt.Sprintf("Welcome to %s, %s. /help lists the commands, Ctrl-D leaves.", i.server.Name, i.core.Nick()))
	if i.server.MOTD != "" {
		i.print(i.server.MOTD)
	}
	i.print("Online:")
	_ = i.core.Do("!users") // a command without arguments cannot be wrong
}

// print prints text above the input line.
func (i *interactive) print(text string) {
	_, _ = i.editor.Write([]byte(text + "\n")) // the screen takes all
	i.writer.Owed()
}

// read carries out what is typed, until the user or the connection ends it.
func (i *interactive) read() chatcore.Reason {
	pace := input.NewPace(i.server.Input, i.writer, i.done)
	for {
		i.prompt()
		line, err := i.editor.ReadLine()
		if err != nil {
			return chatcore.Disconnected
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		line = lineproto.FromSlash(line)
		if pace.Wait(len(line)) != nil {
			return chatcore.Disconnected // of no account: the session has ended for another reason
		}
		i.do(line, pace)
		if i.core.Reason() != "" {
			return chatcore.Disconnected // likewise: no prompt after /quit
		}
	}
}

func (i *interactive) do(line string, pace *input.Pace) {
	defer pace.Done(len(line))
	err := error(chatcore.LineTooLong(i.maxLine())) // pieced together from lines typed before
	if len(line) <= i.maxLine() {
		err = i.core.Do(line)
	}
	if err != nil {
		i.core.Tell(err)
	}
}

func (i *interactive) prompt() {
	place := ""
	if room := i.core.Talking(); room != "" {
		place = "@" + room
	}
	i.editor.SetPrompt(i.core.Nick() + place + "> ")
}

// Write takes the line editor's output.
func (i *interactive) Write(p []byte) (int, error) {
	i.screen.add(p)
	i.writer.Owed()
	return len(p), nil
}

// Take implements [flush.Source]: it prints what is owed above the input line,
// in one redraw, and yields what that, and the typing, did to the screen.
func (i *interactive) Take(dst []byte, max int) []byte {
	i.mu.Lock()
	session := i.session
	i.mu.Unlock()
	if session != nil {
		if i.owed = session.Take(i.owed[:0], max); len(i.owed) > 0 {
			_, _ = i.editor.Write(i.owed) // the screen takes all
		}
	}
	return i.screen.take(dst)
}

// Backlog implements [flush.Source].
func (i *interactive) Backlog() int {
	i.screen.mu.Lock()
	n := len(i.screen.unsent)
	i.screen.mu.Unlock()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.session != nil {
		n += i.session.Backlog()
	}
	return n
}

var _ flush.Source = (*interactive)(nil)

// screen is terminal output that is not written yet. It is bounded by those who
// add to it: typing waits while much is unsent, and what is owed is taken a chunk
// at a time.
type screen struct {
	mu     sync.Mutex
	unsent []byte
}

func (s *screen) add(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsent = append(s.unsent, p...)
}

func (s *screen) take(dst []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	dst = append(dst, s.unsent...)
	s.unsent = nil
	return dst
}

// screenLines is the format of a terminal: what people read, not programs.
type screenLines struct{}

// Append implements [chatcore.Format]. Lines end in LF, which the line editor
// makes CR LF.
func (screenLines) Append(dst []byte, e *chatcore.Event, v chatcore.View) []byte {
	room := ""
	if e.Room != "" {
		room = "[" + e.Room + "] "
	}
	switch e.Kind {
	case chatcore.Said:
		return fmt.Appendf(dst, "%s%s: %s\n", room, e.From, e.Text)
	case chatcore.Whispered:
		if v == chatcore.Received {
			return fmt.Appendf(dst, "%s → you: %s\n", e.From, e.Text)
		}
		return fmt.Appendf(dst, "you → %s: %s\n", e.To, e.Text)
	case chatcore.Emoted:
		return fmt.Appendf(dst, "%s* %s %s\n", room, e.From, e.Text)
	case chatcore.Noticed:
		return fmt.Appendf(dst, "%s* %s\n", room, e.Text)
	case chatcore.Refused:
		return fmt.Appendf(dst, "! %s: %s\n", e.What, e.Text)
	case chatcore.Noted:
		return fmt.Appendf(dst, "! %s\n", e.Text)
	}
	return append(append(dst, e.Text...), '\n')
}

package terminal

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/command"
	"parley/internal/lineedit"
	"parley/internal/render"
	"parley/internal/safetext"
)

// typed does what a key asks for besides editing. It returns false if the person leaves.
func (i *Session) typed(e lineedit.Event) (more bool) {
	switch e.Kind {
	case lineedit.Submitted:
		return i.enter(e.Text)
	case lineedit.TooLong:
		i.aside(func() int { return i.chat.ShowError(tooMuch(e, MaxLine(i.Limits))) })
	case lineedit.Full:
		i.aside(func() int { return i.chat.ShowError(noRoom(e)) })
	case lineedit.Interrupted:
		i.interrupted()
	case lineedit.Left:
		return i.left()
	case lineedit.Back:
		return i.queue(entry{key: func() { i.walk(-1) }})
	case lineedit.Forward:
		return i.queue(entry{key: func() { i.walk(+1) }})
	case lineedit.Listed:
		i.aside(func() int { return i.showLines(i.candidateLines(e.Candidates)) })
	case lineedit.EnterPasted:
		i.aside(func() int { return i.chat.ShowNote(enterPasted) })
	case lineedit.CutOff:
		i.aside(func() int { return i.chat.ShowNote(cutOff) })
	case lineedit.Version:
		return i.named(e.Text)
	}
	return true
}

// enterPasted explains why Enter sent nothing.
const enterPasted = "Enter came together with the paste, so nothing is sent yet. Enter sends it, Ctrl-C discards it."

// cutOff explains why keys had no effect for a while, and have one again.
const cutOff = "A paste had no end, and was ended. Enter sends it, Ctrl-C discards it."

// named sets how alerts are sent, according to the version that the terminal reports. Only
// its first answer counts. It takes nothing from the count of bytes typed for the next line.
func (i *Session) named(version string) (more bool) {
	if !i.asks {
		return true
	}
	i.asks = false
	return i.add(entry{came: i.came, key: func() {
		after := i.settings
		after.means = render.MeansOf(version)
		i.apply(after)
	}})
}

// noRoom returns the error for input that does not fit into the line.
func noRoom(e lineedit.Event) error {
	return &chatcore.Error{What: chatcore.ErrLineTooLong.What, Detail: fmt.Sprintf("%d bytes fit here, and this is %d more: it is left out", lineedit.Capacity, e.Size)}
}

// tooMuch returns the error for a text that is too long, or has too many lines.
func tooMuch(e lineedit.Event, max int) error {
	if e.Size > max {
		return &chatcore.Error{What: chatcore.ErrLineTooLong.What, Detail: fmt.Sprintf("%d bytes, %d at most: shorten it, or Ctrl-C discards it", e.Size, max)}
	}
	return &chatcore.Error{What: chatcore.ErrLineTooLong.What, Detail: fmt.Sprintf("%d lines, %d at most: shorten it, or Ctrl-C discards it", e.Lines, chatcore.MaxLines)}
}

// enter queues a line, after those that wait.
func (i *Session) enter(line string) (more bool) {
	if strings.TrimSpace(line) == "" {
		return true
	}
	i.warned = false
	call := command.ParsePrompt(line)
	call.Person = i.person(&call)
	return i.queue(entry{line: line, call: &call})
}

// queue adds e to what waits, with the bytes that were typed for it.
func (i *Session) queue(e entry) (more bool) {
	e.came, i.came = i.came, 0
	return i.add(e)
}

// add is queue without those bytes.
func (i *Session) add(e entry) (more bool) {
	carry, ok := i.entered.add(e, i.done)
	if carry {
		i.Client.Spawn(i.carry)
	}
	return ok
}

// left ends the session once everything entered has been carried out. If that takes so long
// that a person notices, the session ends only when they ask once more.
func (i *Session) left() (more bool) {
	late := make(chan struct{})
	t := time.AfterFunc(noticeable, func() { close(late) })
	defer t.Stop()
	if !i.warned && !i.entered.settle(late) {
		i.warned = true
		i.chat.ShowNote(render.Counted(i.entered.count(), "line waits", "lines wait") + " to be said. Ctrl-D leaves without, Ctrl-C discards.")
		return true
	}
	i.chat.ShowNote("Goodbye.")
	return false
}

// interrupted discards the lines that wait. If there are none, it tells how to leave.
func (i *Session) interrupted() {
	if n := i.entered.discard(); n > 0 {
		i.locked(i.editor.Heed)
		i.chat.ShowNote(render.Counted(n, "waiting line is", "waiting lines are") + " discarded.")
		return
	}
	i.aside(func() int { return i.chat.ShowNote("Ctrl-C once more leaves, as Ctrl-D does.") })
}

const (
	// noticeable is how long a line waits before the prompt says so.
	noticeable = 100 * time.Millisecond
	// linesAsOne is how many lines of one text count as one more line against the rate
	// limit. They are one message, but that many rows on every screen.
	linesAsOne = 10
)

// carry carries out the lines that wait, as fast as the rate limit allows.
func (i *Session) carry() {
	slow := time.AfterFunc(noticeable, i.slow)
	defer i.locked(func() { i.slowed = false })
	defer slow.Stop()
	for {
		e, turn, ok := i.entered.next()
		if !ok || e.key == nil && !i.await(e.line) {
			return
		}
		i.carryEntry(e, turn)
		if i.chat.Reason() != "" {
			return
		}
	}
}

// slow makes the prompt show how many lines wait.
func (i *Session) slow() {
	i.locked(func() { i.slowed = i.entered.count() > 0 }) // none, if the timer fires too late
	i.writer.Ready()
}

// await waits for the turn of a line. It returns false if the session ends first.
func (i *Session) await(line string) bool {
	for range strings.Count(line, "\n") / linesAsOne {
		if i.pace.Wait(0) != nil {
			return false
		}
		i.pace.Done(0)
	}
	return i.pace.Wait(len(line)) == nil
}

func (i *Session) carryEntry(e entry, turn int) {
	defer i.writer.Ready() // for the prompt
	if e.key == nil {
		defer i.pace.Done(len(e.line))
	}
	if i.entered.took(turn) {
		if e.key != nil {
			e.key()
		} else {
			i.do(e.line, e.call)
		}
		i.pace.Charge(i.chat.Surcharge(e.came))
		i.Limits.Purse.Spend(i.chat.Said())
	}
}

// do carries out what was typed: a command, or a message.
func (i *Session) do(typed string, call *command.Call) {
	isCommand := command.IsCommand(typed)
	if isCommand && !call.Is("clear") { // its echo would stay on the screen that it clears
		i.echo(typed)
	}
	result, err := call.Run(i.chat)
	if err == nil {
		err = i.show(result)
	}
	if err == nil {
		return
	}
	if !isCommand {
		i.echo(typed) // it was not said, so nothing else shows it
	}
	i.chat.Tell(i.hinted(err, call.Destination()))
}

// show shows the person the result of what they typed.
func (i *Session) show(r command.Result) error {
	switch r := r.(type) {
	case command.Set:
		return i.set(r)
	case command.ClearScreen:
		i.clear()
		return nil
	case command.People:
		if r.Table {
			i.printLines(i.style().AppendWho(nil, r.Members))
		}
	case command.History:
		i.printLines(i.style().AppendHistory(nil, r.Past, time.Now()))
	}
	for _, text := range i.style().Sentences(r, time.Now()) {
		i.say(text)
	}
	return nil
}

// clear clears the screen after everything said up to now has been shown: it goes through
// the outbox.
func (i *Session) clear() {
	var plain bool
	if i.locked(func() { plain = i.settings.plain }); !plain {
		i.chat.Send([]byte(lineedit.ClearScreen))
	}
}

// hinted returns err with a hint for people who take # for a room and @ for a person. to is
// the destination of the line.
func (i *Session) hinted(err error, to chatcore.Destination) error {
	var e *chatcore.Error
	if !errors.As(err, &e) {
		return err
	}
	hint := ""
	switch {
	case to.Nick != "" && errors.Is(err, chatcore.ErrNoUser):
		hint = "a room is @" + to.Nick
		if _, _, none := i.chat.Who(to.Nick, 0); none != nil {
			return err
		}
	case to.Room != "" && errors.Is(err, chatcore.ErrNoRoom):
		hint = "a person is #" + to.Room
		if _, none := i.chat.Member(to.Room); none != nil {
			return err
		}
	default:
		return err
	}
	return e.With(e.Detail + " (" + hint + ")")
}

// echo shows a line as it was typed, above its result.
func (i *Session) echo(typed string) {
	var frame []byte
	i.locked(func() {
		if i.settings.plain {
			return // it is still on the screen
		}
		prompt := i.chat.Nick() + placeTag(i.chat.Talking()) + "> "
		frame = i.settings.style().AppendFaint(nil, prompt+safetext.Text(strings.ReplaceAll(typed, "\n", " | ")))
	})
	i.chat.Send(frame)
}

// showLines shows lines that no entered line asked for. It returns how many bytes they are.
func (i *Session) showLines(lines []byte) int {
	i.chat.Show(lines)
	return len(lines)
}

// say shows the person a sentence of the program.
func (i *Session) say(text string) { i.chat.Note(text) }

// printLines shows the person lines of the program.
func (i *Session) printLines(lines []byte) { i.chat.Send(lines) }

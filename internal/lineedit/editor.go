package lineedit

import (
	"strings"
	"time"

	"parley/internal/safetext"
)

// Span is a piece of a prompt.
type Span struct {
	Text  string
	Style string // parameters of SGR (ECMA-48, 8.3.117), such as "1" or "38;5;66"; empty for none
}

// Options are what an Editor works with.
type Options struct {
	Width, Height int // of the terminal, in cells
	Max           int // bytes of a line that can be submitted, above 0
	MaxLines      int // lines of a text that can be submitted, above 0

	// Complete returns what may stand for the end of before, the text on the left
	// of the cursor, from the byte start on: the likeliest first. nil completes
	// nothing.
	Complete func(before string) (start int, candidates []string)
}

// Capacity is how much an Editor holds, in bytes, whatever can be submitted: what
// is too long to be sent is still there to be made shorter.
const Capacity = maxPaste

// EventKind says what an Event is.
type EventKind uint8

// The kinds of events.
const (
	None        EventKind = iota
	Submitted             // Text was entered
	TooLong               // a text of Size bytes and Lines lines was entered, which is over the limits: it is in the line still
	Full                  // Size bytes more were typed or pasted than the line holds: they are left out
	Interrupted           // the person interrupted an empty line: once more and it is Left
	Left                  // the person leaves
	Forward               // to the next place
	Back                  // to the place before
	Listed                // Candidates are what could be completed here
	EnterPasted           // a line end came together with a paste, and is taken for a part of it
	CutOff                // a paste had no end: what came of it is in the line
	Version               // Text is what the terminal says that it is (XTVERSION)
)

// Event is what came of typing.
type Event struct {
	Kind        EventKind
	Text        string
	Size, Lines int
	Candidates  []string
}

// Editor is an input line. It begins on an empty row of its terminal.
type Editor struct {
	options Options
	decoder decoder
	line    line
	history history
	search  *search     // nil while there is none
	cycle   *completion // nil while there is none
	killed  string      // what was cut last
	killing bool        // the key has cut something
	adding  bool        // the key before it did: more is added to it
	asked   bool        // the key before interrupted an empty line
	prompt  []Span
	event   Event // what the key does besides editing

	terminal terminal
	stale    bool // the screen does not show the current state
	bell     bool // the bell must ring
	clearing bool // the screen must be cleared
	printed  int  // bytes that text took in the last Render
}

// terminal shows the line.
type terminal interface {
	// show appends to dst what prints text, whole lines ended by CR LF or nothing,
	// above the line, and then shows the line as e has it.
	show(dst, text []byte, e *Editor) []byte
	// leave appends what moves to an empty row below the line, or where nothing is
	// typed, takes the line away.
	leave(dst []byte, e *Editor) []byte
	// entered is told that the line, as e has it still, has been entered.
	entered(e *Editor)
	// clear appends what clears the screen.
	clear(dst []byte) []byte
	resize(width, height int)
	// cost is how many bytes show appends for the line when something is printed.
	cost() int
}

// New returns an Editor for a terminal whose cursor can be moved.
func New(o Options) *Editor {
	e := &Editor{options: o, stale: true}
	e.terminal = newScreen(o.Width, o.Height)
	return e
}

// SetPlain says whether the line is shown without moving the cursor, for a
// terminal that cannot, or a person to whom it is read. The row the cursor is in
// must be empty: see [Editor.Leave].
func (e *Editor) SetPlain(plain bool) {
	if plain {
		e.terminal = &teletype{}
	} else {
		e.terminal = newScreen(e.options.Width, e.options.Height)
	}
	e.stale = true
}

// Resize says that the terminal has another size now.
func (e *Editor) Resize(width, height int) {
	if e.options.Width == width && e.options.Height == height {
		return
	}
	e.options.Width, e.options.Height = width, height
	e.terminal.resize(width, height)
	e.stale = true
}

// SetPrompt says what stands before the line.
func (e *Editor) SetPrompt(prompt ...Span) {
	e.prompt = prompt
	e.stale = true
}

// Heed says that an interrupt was for something else than to leave.
func (e *Editor) Heed() { e.asked = false }

// Forget forgets what was entered before.
func (e *Editor) Forget() { e.history = history{} }

// Empty tells whether nothing is typed.
func (e *Editor) Empty() bool { return e.line.empty() }

// Text is the line as it is.
func (e *Editor) Text() string { return e.line.text() }

// Unsent returns how many bytes of what was entered are still to show, that are kept for
// the next Render: on a plain terminal what was typed has to stay.
func (e *Editor) Unsent() int {
	if t, ok := e.terminal.(*teletype); ok {
		return len(t.unsent)
	}
	return 0
}

// Cost is how many bytes it takes to draw the line again below what is printed, as it was
// last shown.
func (e *Editor) Cost() int { return e.terminal.cost() }

// Printed is how many bytes of the last Render were text, with what cutting it into rows has
// added. The others drew the line.
func (e *Editor) Printed() int { return e.printed }

// Stale reports whether Render has something to do although nothing is printed.
func (e *Editor) Stale() bool { return e.stale || e.bell }

// Render appends to dst what prints text, whole lines ended by CR LF or nothing,
// above the line, and shows the line as it is now. A line that is wider than the terminal
// is cut into rows, of which all but the first are indented.
func (e *Editor) Render(dst, text []byte) []byte {
	e.printed = 0
	if e.bell {
		dst = append(dst, '\a')
	}
	if e.clearing {
		dst = e.terminal.clear(dst)
	}
	if e.stale || len(text) > 0 {
		dst = e.terminal.show(dst, text, e)
	}
	e.stale, e.bell, e.clearing = false, false, false
	return dst
}

// print appends text, cut into rows of at most width columns.
func (e *Editor) print(dst, text []byte, width int) []byte {
	before := len(dst)
	dst = appendWrapped(dst, text, width)
	e.printed = len(dst) - before
	return dst
}

// Leave appends to dst what puts the cursor at the start of an empty row, below
// the line where something is typed.
func (e *Editor) Leave(dst []byte) []byte {
	e.stale = true
	return e.terminal.leave(dst, e)
}

// Clear makes the next Render clear the screen first.
func (e *Editor) Clear() { e.clearing, e.stale = true, true }

// Type takes keys from data until one of them does more than edit the line, and
// returns what that is, and the rest of data. [None] comes with no rest.
func (e *Editor) Type(data []byte) (Event, []byte) {
	for {
		k, rest, ok := e.decoder.next(data)
		if !ok {
			return Event{}, nil
		}
		data = rest
		if k.name == keyVersion {
			name, _, _ := e.decoder.takePaste()
			return Event{Kind: Version, Text: name}, data
		}
		e.press(k)
		if e.event.Kind != None {
			ev := e.event
			e.event = Event{}
			return ev, data
		}
	}
}

// Pause says that what Type is given next did not come together with what it was given
// last, and for how long there was nothing between the two.
func (e *Editor) Pause(nothing time.Duration) { e.decoder.wait(nothing) }

// Patience is how long to wait for what Type is given next, before [Editor.Idle] is called;
// 0: for ever.
func (e *Editor) Patience() time.Duration { return e.decoder.patience() }

// Idle says that nothing came for as long as Patience said. It returns what Type does, and
// bytes that Type must be given now.
func (e *Editor) Idle() (Event, []byte) {
	keys, pasted := e.decoder.idle()
	if !pasted {
		return Event{}, keys
	}
	e.press(key{name: keyPaste})
	ev := e.event
	e.event = Event{}
	if ev.Kind == None {
		ev.Kind = CutOff
	}
	return ev, nil
}

// EOF says that nothing more will be typed. It returns what was held and must be typed now,
// and no event. A paste without an end is discarded.
func (e *Editor) EOF() (Event, []byte) { return Event{}, e.decoder.eof() }

// press carries out one key.
func (e *Editor) press(k key) {
	e.stale = true
	e.adding, e.killing = e.killing, false
	e.asked = e.asked && k == key{name: ctrl('c')}
	if e.search != nil && e.searching(k) {
		return
	}
	if k.name != '\t' && k.name != keyBackTab {
		e.cycle = nil
	}
	if do, ok := bindings[k]; ok {
		do(e)
		return
	}
	switch {
	case k.name == keyPaste:
		e.paste()
	case k.name >= ' ' && !k.alt:
		e.insert(safetext.Typed(string(k.name)))
	}
}

// insert puts text at the cursor, if there is room for it.
func (e *Editor) insert(text string) {
	if e.line.size+len(text) > Capacity {
		e.event = Event{Kind: Full, Size: e.line.size + len(text) - Capacity}
		return
	}
	e.line.insert(text)
}

// lineEnds makes one of the ends a pasted line can have.
var lineEnds = strings.NewReplacer("\r\n", newline, "\r", newline)

// paste puts what was pasted at the cursor, whole or not at all. Line ends around
// it are left out, but not between two pieces of a paste.
func (e *Editor) paste() {
	text, overflow, continues := e.decoder.takePaste()
	if overflow > 0 {
		e.event = Event{Kind: Full, Size: e.line.size + len(text) + overflow - Capacity}
		return
	}
	lines := strings.Split(lineEnds.Replace(text), newline)
	for i, l := range lines {
		lines[i] = safetext.Typed(l)
	}
	text = strings.TrimRight(strings.Join(lines, newline), newline)
	if !continues {
		text = strings.TrimLeft(text, newline)
	}
	e.insert(text)
	if e.decoder.enter && e.event.Kind == None {
		e.event = Event{Kind: EnterPasted}
	}
	e.decoder.enter = false
}

// enter submits the line.
func (e *Editor) enter() {
	if size, lines := e.line.size, e.line.lines(); size > e.options.Max || lines > e.options.MaxLines {
		e.event = Event{Kind: TooLong, Size: size, Lines: lines}
		return
	}
	text := e.line.text()
	e.terminal.entered(e)
	e.line = line{}
	e.history.add(text)
	e.event = Event{Kind: Submitted, Text: text}
}

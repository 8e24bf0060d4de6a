package lineedit

// bindings are what the keys do that do not stand for themselves: those of Emacs
// and of every shell.
var bindings map[key]func(*Editor)

func init() { // the functions lead back to the table
	bindings = map[key]func(*Editor){
		{name: enter}:      (*Editor).enter,
		{name: '\n'}:       (*Editor).enter,
		{enter, true}:      func(e *Editor) { e.insert(newline) },
		{name: '\t'}:       func(e *Editor) { e.complete(+1) },
		{name: keyBackTab}: func(e *Editor) { e.complete(-1) },
		{'\t', true}:       func(e *Editor) { e.complete(-1) }, // Shift-Tab of the Linux console

		{name: keyLeft}:   func(e *Editor) { e.line.left(min(1, len(e.line.before))) },
		{name: keyRight}:  func(e *Editor) { e.line.right(min(1, len(e.line.after))) },
		{name: ctrl('b')}: func(e *Editor) { e.line.left(min(1, len(e.line.before))) },
		{name: ctrl('f')}: func(e *Editor) { e.line.right(min(1, len(e.line.after))) },
		{name: keyHome}:   func(e *Editor) { e.line.left(e.line.toStart()) },
		{name: ctrl('a')}: func(e *Editor) { e.line.left(e.line.toStart()) },
		{name: keyEnd}:    func(e *Editor) { e.line.right(e.line.toEnd()) },
		{name: ctrl('e')}: func(e *Editor) { e.line.right(e.line.toEnd()) },
		{'b', true}:       func(e *Editor) { e.line.left(e.line.wordLeft()) },
		{keyLeft, true}:   func(e *Editor) { e.line.left(e.line.wordLeft()) },
		{'f', true}:       func(e *Editor) { e.line.right(e.line.wordRight()) },
		{keyRight, true}:  func(e *Editor) { e.line.right(e.line.wordRight()) },

		{name: backspace}: func(e *Editor) { e.line.cutBefore(min(1, len(e.line.before))) },
		{name: ctrl('h')}: func(e *Editor) { e.line.cutBefore(min(1, len(e.line.before))) },
		{name: keyDelete}: func(e *Editor) { e.line.cutAfter(min(1, len(e.line.after))) },
		{name: ctrl('d')}: (*Editor).deleteOrLeave,
		{name: ctrl('c')}: (*Editor).interrupt,

		{name: ctrl('k')}: func(e *Editor) { e.killAfter(max(e.line.toEnd(), min(1, len(e.line.after)))) },
		{name: ctrl('u')}: func(e *Editor) { e.killBefore(max(e.line.toStart(), min(1, len(e.line.before)))) },
		{name: ctrl('w')}: func(e *Editor) { e.killBefore(e.line.spacedLeft()) },
		{backspace, true}: func(e *Editor) { e.killBefore(e.line.wordLeft()) },
		{ctrl('h'), true}: func(e *Editor) { e.killBefore(e.line.wordLeft()) },
		{'d', true}:       func(e *Editor) { e.killAfter(e.line.wordRight()) },
		{name: ctrl('y')}: func(e *Editor) { e.insert(e.killed) },
		{name: ctrl('t')}: (*Editor).transpose,

		{name: ctrl('p')}: func(e *Editor) { e.recall(-1) },
		{name: ctrl('n')}: func(e *Editor) { e.recall(+1) },
		{name: keyUp}:     (*Editor).up,
		{name: keyDown}:   (*Editor).down,
		{name: ctrl('r')}: (*Editor).searchBack,

		{keyUp, true}:     func(e *Editor) { e.event.Kind = Back },
		{keyDown, true}:   func(e *Editor) { e.event.Kind = Forward },
		{name: ctrl('l')}: (*Editor).Clear,
	}
}

// killBefore cuts n characters before the cursor, for Ctrl-Y to put back.
func (e *Editor) killBefore(n int) {
	text := e.line.cutBefore(n)
	if e.adding {
		text += e.killed
	}
	e.kill(n, text)
}

// killAfter cuts n characters at the cursor.
func (e *Editor) killAfter(n int) {
	text := e.line.cutAfter(n)
	if e.adding {
		text = e.killed + text
	}
	e.kill(n, text)
}

// kill keeps text, of which n characters were cut now. Where there was nothing to
// cut, what was cut before stays.
func (e *Editor) kill(n int, text string) {
	if n > 0 {
		e.killed = text
	}
	e.killing = n > 0 || e.adding
}

// transpose exchanges the two characters around the cursor, or at the end of the
// line the last two.
func (e *Editor) transpose() {
	l := &e.line
	if len(l.after) == 0 && len(l.before) > 1 {
		l.left(1)
	}
	if len(l.before) == 0 || len(l.after) == 0 {
		return
	}
	first, second := l.takeBefore(), l.takeAfter()
	l.insert(second + first)
}

func (e *Editor) deleteOrLeave() {
	if e.line.empty() {
		e.event.Kind = Left
		return
	}
	e.line.cutAfter(min(1, len(e.line.after)))
}

// interrupt discards the line, for Ctrl-Y to put back; twice on an empty line it
// leaves.
func (e *Editor) interrupt() {
	switch {
	case !e.line.empty():
		e.killed = e.line.take()
		e.history.at = len(e.history.lines)
	case e.asked:
		e.event.Kind = Left
	default:
		e.asked = true
		e.event.Kind = Interrupted
	}
}

// recall shows another line of the history.
func (e *Editor) recall(step int) {
	if text, ok := e.history.move(step, e.line.text()); ok {
		e.line.set(text)
	}
}

// up goes to the line of the text above the cursor; above the first it goes back
// in the history.
func (e *Editor) up() {
	column := e.line.toStart()
	if column == len(e.line.before) {
		e.recall(-1)
		return
	}
	e.line.left(column + 1)
	e.line.left(max(0, e.line.toStart()-column))
}

// down goes to the line of the text below the cursor; below the last it goes
// forward in the history.
func (e *Editor) down() {
	rest, column := e.line.toEnd(), e.line.toStart()
	if rest == len(e.line.after) {
		e.recall(+1)
		return
	}
	e.line.right(rest + 1)
	e.line.right(min(column, e.line.toEnd()))
}

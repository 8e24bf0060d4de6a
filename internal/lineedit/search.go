package lineedit

import "parley/internal/safetext"

// search is a search through the history (Ctrl-R), from the newest line back.
type search struct {
	what  line
	at    int  // the line found
	found bool // what is in it

	draft line // the line when the search began
	from  int  // where in the history that was
}

func (e *Editor) searchBack() {
	e.search = &search{at: len(e.history.lines), draft: e.line, from: e.history.at}
}

// searching takes a key of a search. It returns false when the key ends the search
// and has its own meaning, with the line that was found.
func (e *Editor) searching(k key) bool {
	s := e.search
	switch {
	case k == key{name: ctrl('r')}:
		e.findBefore(s.at)
	case k == key{name: ctrl('g')}, k == key{name: ctrl('c')}:
		e.line, e.history.at = s.draft, min(s.from, len(e.history.lines))
		e.search = nil
	case k == key{name: backspace}, k == key{name: ctrl('h')}:
		s.what.cutBefore(min(1, len(s.what.before)))
		e.findBefore(len(e.history.lines))
	case k.name >= ' ' && k.name != backspace && !k.alt:
		const most = 200 // bytes, more than fits next to what is found
		if s.what.size < most {
			s.what.insert(safetext.Typed(string(k.name)))
		}
		e.findBefore(min(s.at+1, len(e.history.lines)))
	default:
		e.search = nil
		return false
	}
	return true
}

// findBefore shows the newest line before end that holds what is looked for. Where
// there is none it rings the bell, and what was shown stays.
func (e *Editor) findBefore(end int) {
	s := e.search
	at, ok := e.history.find(s.what.text(), end)
	s.found = ok || s.what.empty()
	if !ok {
		e.bell = !s.what.empty()
		return
	}
	s.at = at
	e.line.set(e.history.show(at, e.line.text()))
}

// searchPrompt stands before the line while there is a search.
func (s *search) prompt() []Span {
	label := "(search: "
	if !s.found && !s.what.empty() {
		label = "(not found: "
	}
	return []Span{{Text: label + s.what.text() + ") "}}
}

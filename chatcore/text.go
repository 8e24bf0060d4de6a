package chatcore

import (
	"fmt"
	"strings"

	"parley/internal/safetext"
)

// MaxLines is the maximum number of lines in one message.
const MaxLines = 100

// Text is what a message says: one or several safe lines (see [safetext.Text]), with LF
// between them. The core keeps it, so it must hold its own bytes only, and not be a part
// of a longer string. A text of only spaces says nothing.
type Text struct{ lines string }

// SafeText returns a line that is safe already as a text. The line must hold its own
// bytes only.
func SafeText(line string) Text { return Text{line} }

// NewText makes a text of what a client has sent: it makes each line safe, and trims
// empty lines around them. Errors: [ErrTooMany].
func NewText(sent string) (Text, error) {
	n := strings.Count(sent, "\n") + 1
	switch {
	case n > MaxLines:
		return Text{}, ErrTooMany.With(fmt.Sprintf("%d lines, %d at most", n, MaxLines))
	case n == 1:
		return Text{safetext.Text(strings.Clone(sent))}, nil // cloned: it may be part of a longer string
	}
	lines := strings.Split(sent, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(safetext.Text(l), " ")
	}
	return Text{strings.Trim(strings.Join(lines, "\n"), "\n")}, nil
}

// Blank reports whether t says nothing.
func (t Text) Blank() bool { return strings.Trim(t.lines, " ") == "" }

// MaxBatch is the maximum number of texts in a batch (see [Session.SayAll]). The channel
// is locked meanwhile, and each text may mention users, which takes 0.3 ms among a
// thousand terminals.
const MaxBatch = 32

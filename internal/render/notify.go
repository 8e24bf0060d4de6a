package render

import (
	"bytes"
	"strings"

	"parley/chatcore"
	"parley/internal/safetext"
)

// Notify is what calls the person to the terminal.
type Notify uint8

// What calls.
const (
	NotifyMention Notify = iota // what mentions the nick, and private lines
	NotifyPrivate               // private lines
	NotifyAll                   // everything others say
	NotifyOff
)

// AlertCaps are the ways in which a terminal can call a person.
type AlertCaps uint8

// The means. Terminals ignore the notifications they do not know, and those that know both
// show both: so a terminal is sent one kind.
const (
	Bell   AlertCaps = 1 << iota // BEL
	OSC9                         // the notification of iTerm2 and ConEmu
	OSC777                       // the notification of rxvt-unicode and VTE
)

// maxCall is how long a notification may be, in characters.
const maxCall = 100

// appendCall appends what calls the person to a message, if it is to.
func (s Style) appendCall(dst []byte, e *chatcore.Event, v chatcore.View) []byte {
	if !s.calls(e, v) {
		return dst
	}
	if s.Means&Bell != 0 {
		dst = append(dst, '\a')
	}
	text := call(e)
	if s.Means&OSC9 != 0 {
		dst = append(append(append(dst, "\x1b]9;"...), text...), '\a')
	}
	if s.Means&OSC777 != 0 {
		dst = append(append(append(dst, "\x1b]777;notify;parley;"...), text...), '\a')
	}
	return dst
}

func (s Style) calls(e *chatcore.Event, v chatcore.View) bool {
	private := e.Kind == chatcore.Whispered && v == chatcore.Received
	said := e.Kind <= chatcore.Emoted && (v == chatcore.Received || v == chatcore.Mentioned)
	switch s.Notify {
	case NotifyPrivate:
		return private
	case NotifyMention:
		return private || v == chatcore.Mentioned
	case NotifyAll:
		return said
	}
	return false
}

// StripAlerts takes out of text what calls the person.
func StripAlerts(text []byte) []byte {
	quiet := text[:0]
	for len(text) > 0 {
		if n := callLength(text); n > 0 {
			text = text[n:]
			continue
		}
		quiet = append(quiet, text[0])
		text = text[1:]
	}
	return quiet
}

// HushOthers takes out of text what calls the person, except the calls of the first message
// that has some: they stand together before it.
func HushOthers(text []byte) []byte {
	end := 0
	for end < len(text) && callLength(text[end:]) == 0 {
		end++
	}
	for n := callLength(text[end:]); n > 0; n = callLength(text[end:]) {
		end += n
	}
	return text[:end+len(StripAlerts(text[end:]))]
}

// callLength is the length of the bell or the notification that text begins with; 0 where it
// begins with neither.
func callLength(text []byte) int {
	switch {
	case len(text) > 0 && text[0] == '\a':
		return 1
	case bytes.HasPrefix(text, []byte("\x1b]")):
		call, _, _ := bytes.Cut(text, []byte{'\a'})
		return min(len(call)+1, len(text))
	}
	return 0
}

// call is a message in short.
func call(e *chatcore.Event) string {
	where, to := "", ""
	switch {
	case e.Kind == chatcore.Whispered:
		to = " → you"
	case e.Room != "":
		where = "[" + e.Room + "] "
	}
	first, _, _ := strings.Cut(e.Text, "\n")
	return safetext.Label(where+Name(e.From, e.Identity)+to+": "+first, maxCall)
}

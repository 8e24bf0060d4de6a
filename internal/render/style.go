package render

import (
	"strings"
	"time"

	"parley/chatcore"
	"parley/internal/safetext"
)

// Clock is how much of the time is shown before a message.
type Clock uint8

// The clocks.
const (
	HourMinute Clock = iota
	HourMinuteSecond
	NoClock
)

var layouts = [...]string{HourMinute: "15:04 ", HourMinuteSecond: "15:04:05 ", NoClock: ""}

// Style is one way to show what happens. Two sessions with equal styles are sent
// the same bytes.
type Style struct {
	Zone     *time.Location // for the times; the same pointer for the same zone
	Clock    Clock
	Colour   bool
	Emphasis bool // Bold, faint and reversed, if there is no colour
	Notify   Notify
	Means    AlertCaps
}

// SGR parameters (ECMA-48, 8.3.117).
const (
	Faint = "2"
	Bold  = "1"
	loud  = "7" // a nick that speaks to the person
	red   = "31"
)

// Append implements [chatcore.Format].
func (s Style) Append(dst []byte, e *chatcore.Event, v chatcore.View) []byte {
	dst = s.appendCall(dst, e, v)
	return s.appendEvent(dst, e, v)
}

func (s Style) appendEvent(dst []byte, e *chatcore.Event, v chatcore.View) []byte {
	l := line{dst: dst, style: s}
	switch e.Kind {
	case chatcore.Said:
		l.time(e.Time)
		l.room(e.Room)
		l.nick(e.From, e.Identity, v == chatcore.Mentioned)
		l.text(":", e.Text, emphasis(v == chatcore.Mentioned))
	case chatcore.Whispered:
		l.time(e.Time)
		if v == chatcore.Received {
			l.nick(e.From, e.Identity, true)
			l.plain(" → you")
			l.text(":", e.Text, Bold)
			break
		}
		l.plain("you → ")
		l.nick(e.To, e.ToIdentity, false)
		l.text(":", e.Text, "")
	case chatcore.Emoted:
		l.room(e.Room)
		l.plain("* ")
		l.nick(e.From, e.Identity, v == chatcore.Mentioned)
		l.text("", e.Text, emphasis(v == chatcore.Mentioned))
	case chatcore.Noticed:
		l.room(e.Room)
		l.styled("* "+e.People, Faint)
	case chatcore.Answered:
		l.answer(e)
	case chatcore.Refused:
		l.styled("! "+e.What+": "+e.Text, red)
	default:
		l.plain(e.Text)
	}
	return append(l.dst, end...)
}

func emphasis(on bool) string {
	if on {
		return Bold
	}
	return ""
}

const end = "\r\n"

// line is a line that is put together.
type line struct {
	dst   []byte
	style Style
}

func (l *line) plain(text string) { l.dst = append(l.dst, text...) }

func (l *line) styled(text, sgr string) { l.dst = l.style.appendStyled(l.dst, text, sgr) }

func (s Style) appendStyled(dst []byte, text, sgr string) []byte {
	if sgr = s.Drawn(sgr); sgr == "" {
		return append(dst, text...)
	}
	dst = append(append(append(dst, "\x1b["...), sgr...), 'm')
	return append(append(dst, text...), "\x1b[m"...)
}

func (l *line) time(t time.Time) {
	if layout := layouts[l.style.Clock]; layout != "" {
		l.styled(t.In(l.style.Zone).Format(layout), Faint)
	}
}

func (l *line) room(name string) {
	if name != "" {
		l.styled("["+name+"]", Bold)
		l.plain(" ")
	}
}

// nick is a nick in its colour, with what marks a guest.
func (l *line) nick(nick string, identity chatcore.Principal, calls bool) {
	sgr := Colour(nick, identity)
	if calls {
		sgr += ";" + loud
	}
	l.styled(Name(nick, identity), sgr)
}

// Name is a nick as people see it: a guest's has a mark before it.
func Name(nick string, identity chatcore.Principal) string {
	if identity.Guest() {
		return chatcore.GuestMark + nick
	}
	return nick
}

// text is what was said, after a colon or nothing. Several lines stand below.
func (l *line) text(behind, text, sgr string) {
	l.plain(behind)
	if !strings.Contains(text, "\n") {
		l.plain(" ")
		l.styled(text, sgr)
		return
	}
	for part := range strings.SplitSeq(text, "\n") {
		l.plain(end + "    ")
		l.styled(part, sgr)
	}
}

// answer is a list, with words around it for a person.
func (l *line) answer(e *chatcore.Event) {
	items := strings.Join(e.Items, ", ")
	switch {
	case e.List == "rooms" && items == "":
		l.plain("There are no rooms. /enter NAME makes one.")
	case e.List == "rooms":
		l.plain("Rooms: " + items)
	case e.List == "users":
		l.plain("Online: " + items)
	case e.List == "members":
		l.plain("In " + safetext.Label(e.Room, safetext.MaxName) + ": " + items)
	default:
		l.plain(e.Text)
	}
}

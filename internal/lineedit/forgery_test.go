package lineedit

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/clipperhouse/displaywidth"

	"parley/chatcore"
	"parley/internal/input"
	"parley/internal/render"
	"parley/internal/safetext"
)

// Row 26: whatever eve says, no row of it reads as a message of another person, at any
// width from 20 to 200. She pads her texts so that a row begins with another's nick. Each
// is drawn for terminal sessions of several settings, by terminals that disagree about
// widths, and as the raw line it is in a terminal that wraps it by itself.
func TestThreat26_NoRowReadsAsSomebodyElses(t *testing.T) {
	texts := 600
	if full {
		texts = 20_000
	}
	const stages = 4
	for n := range stages {
		t.Run(fmt.Sprint("stage ", n), func(t *testing.T) {
			t.Parallel()
			newForgeryStage(t, uint64(n)).play(t, n, stages, texts)
		})
	}
}

// play has eve say the texts of one stage, and judges what is seen.
func (st *forgeryStage) play(t *testing.T, first, step, texts int) {
	for i := first; i < texts; i += step {
		width := 20 + i%181
		text := st.forger.text(width, st.prefixes[i/step%len(st.prefixes)])
		st.say(text)
		for _, w := range st.watchers {
			w.judge(t, width)
		}
		if t.Failed() {
			t.Fatalf("text %d, at width %d: %+q", i, width, text)
		}
	}
	for _, w := range st.watchers {
		t.Logf("%s: %d messages, %d rows, %d of them not the first", w.name, w.messages, w.rows, w.rows-w.messages)
		if w.messages < w.turn/9 || w.rows < 2*w.messages {
			t.Errorf("%s was drawn too little", w.name)
		}
		if w.raw && (w.changed < w.messages/2 || w.changed == w.messages) {
			t.Errorf("%s: %d of %d lines have a space more", w.name, w.changed, w.messages)
		}
	}
}

// forgeryStage is a chat with eve, those she would be taken for, and those who watch.
type forgeryStage struct {
	t        testing.TB
	core     *chatcore.Core
	forger   *forger
	eve      *chatcore.Session
	watchers []*watcher
	prefixes []string // what is before her texts, on one watcher's screen or another
	said     int
}

// onlineNicks are those of people who are here.
var onlineNicks = []string{"bob", "Zed", "x", "дима", "王小明", "averyveryverylongnickindeed", "νik", "k9", "علیرضا"}

func newForgeryStage(t testing.TB, seed uint64) *forgeryStage {
	st := &forgeryStage{t: t, core: chatcore.New(chatcore.Options{Outbox: 256 << 10}), forger: newForger(seed)}
	hm := render.Style{Zone: time.UTC, Colour: true, Emphasis: true}
	hms, none, plain, calls := hm, hm, render.Style{Zone: time.UTC}, hm
	hms.Clock, none.Clock = render.HourMinuteSecond, render.NoClock
	calls.Notify, calls.Means = render.NotifyAll, render.Bell|render.OSC9|render.OSC777
	bare := plain
	bare.Clock = render.NoClock
	sheetOf := func(m measure) func(int) device {
		return func(width int) device {
			p := newSheet(t, width, 4000)
			p.measure = m
			return p
		}
	}
	for _, w := range []*watcher{
		{name: "hm", nick: "ann", format: hm, device: sheetOf(byCluster)},
		{name: "hms", nick: "kim", format: hms, device: sheetOf(byCodePoint)},
		{name: "no time", nick: "pat", format: none, device: sheetOf(byEastAsianCodePoint)},
		{name: "plain", nick: "ivy", format: plain, device: sheetOf(byCodePoint), plain: true},
		{name: "plain without time", nick: "joe", format: bare, device: sheetOf(byEastAsianCodePoint), plain: true},
		{name: "called", nick: "sue", format: calls, device: func(width int) device { return newWrapping(width, 6) }, seldom: true},
		{name: "raw", nick: "tom", format: chatcore.Lines{}, device: sheetOf(byCluster), raw: true},
		{name: "raw, by code points", nick: "lou", format: chatcore.Lines{}, device: sheetOf(byCodePoint), raw: true, otherwise: true},
		{name: "raw, East Asian", nick: "max", format: chatcore.Lines{}, device: sheetOf(byEastAsianCodePoint), raw: true, otherwise: true},
	} {
		kind := chatcore.Interactive
		if w.raw {
			kind = chatcore.Plain
		}
		w.session = st.join(w.nick, kind, w.format)
		st.watchers = append(st.watchers, w)
	}
	for _, nick := range onlineNicks {
		st.join(nick, chatcore.Plain, chatcore.Lines{})
	}
	st.eve = st.join("eve", chatcore.Plain, chatcore.Lines{})
	st.prefixes = []string{"13:05 ~eve: ", "13:05:00 ~eve: ", "~eve: ", "eve: ", "@dev eve: ", "13:05 [dev] ~eve: ", "[dev] ~eve: ", "#eve: ", "* eve ", "~eve → you: ", "    "}
	return st
}

type nobody struct{}

func (nobody) Ready()                {}
func (nobody) Ended(chatcore.Reason) {}

func (st *forgeryStage) join(nick string, kind chatcore.Kind, format chatcore.Format) *chatcore.Session {
	s, err := st.core.Join(chatcore.JoinRequest{Nick: nick, Kind: kind, Format: format, NewReceiver: func(*chatcore.Session) chatcore.Receiver { return nobody{} }})
	if err == nil {
		err = s.Enter("dev")
	}
	if err != nil {
		st.t.Fatal(err)
	}
	return s
}

func (st *forgeryStage) sayTo(p chatcore.Destination, sent string) error {
	text, err := chatcore.NewText(sent)
	if err != nil {
		return err
	}
	return st.eve.SayTo(p, text)
}

// say has eve say a text: publicly, in a room, privately, or as an emote.
func (st *forgeryStage) say(text string) {
	st.said++
	var err error
	switch st.said % 5 {
	case 0, 1:
		err = st.sayTo(chatcore.Destination{}, text)
	case 2:
		err = st.sayTo(chatcore.Destination{Room: "dev"}, text)
	case 3:
		for _, w := range st.watchers {
			if err == nil {
				err = st.sayTo(chatcore.Destination{Nick: w.nick}, text)
			}
		}
	case 4:
		text = "waves " + strings.ReplaceAll(text, "\n", " ") // or it may name a room
		err = input.Do(st.eve, "!me "+text)
	}
	if err != nil {
		st.t.Fatal(err)
	}
	for _, w := range st.watchers {
		w.text = ""
		for l := range strings.SplitSeq(text, "\n") {
			w.text += safetext.Text(l) + "\n"
		}
	}
}

// watcher is a person who sees what eve says.
type watcher struct {
	name, nick string
	format     chatcore.Format
	device     func(width int) device
	plain, raw bool
	otherwise  bool // its widths are others than ours
	seldom     bool // draws one text of eight: its terminal takes long to make
	turn       int
	session    *chatcore.Session
	text       string // what was said last, as safe text

	messages, rows, changed int
}

// judge draws what waits for the watcher, and judges its rows.
func (w *watcher) judge(t testing.TB, width int) {
	t.Helper()
	owed, _ := w.session.Take(nil, 1<<20)
	if w.turn++; len(owed) == 0 || w.seldom && w.turn%8 != 0 {
		return
	}
	if w.raw {
		for line := range strings.SplitAfterSeq(strings.TrimSuffix(string(owed), "\r\n"), "\r\n") {
			w.judgeRaw(t, width, strings.TrimSuffix(line, "\r\n"))
		}
		return
	}
	e := New(limits(width, 24, Options{}))
	e.SetPlain(w.plain)
	d := w.device(width)
	shown := string(e.Render(nil, owed))
	if calls := callSequence.FindAllString(string(owed), -1); !slices.Equal(callSequence.FindAllString(shown, -1), calls) {
		t.Errorf("%s: not sent as they are: %+q", w.name, calls)
	}
	d.draw(callSequence.ReplaceAllString(shown, "")) // x/vt takes a byte of a check mark for the end of one
	rows, y, _ := d.content()
	rows = rows[:y] // the row of the cursor is the prompt's
	w.messages++
	w.rows += len(rows)
	for i, row := range rows {
		if m := anyMessage.FindString(row); i > 0 && m != "" {
			t.Errorf("%s: row %d reads as another message: %+q", w.name, i, row)
		}
	}
	lines := strings.Split(strings.TrimSuffix(controls.ReplaceAllString(string(owed), ""), "\r\n"), "\r\n")
	w.followed(t, width, lines, rows)
}

// callSequence is a notification, or a bell.
var callSequence = regexp.MustCompile("\x1b\\][^\a]*\a|\a")

// controls are the control sequences of style.
var controls = regexp.MustCompile("\x1b\\[[0-9;]*m|\x1b\\][^\a]*\a|\a")

// anyMessage is what a message of anybody begins with, on a terminal.
var anyMessage = regexp.MustCompile(`^([0-9][0-9]:[0-9][0-9](:[0-9][0-9])? )?(\[[^]]*\] |@[^ ]* )?[~#]?([\p{L}\p{Nd}\x{200C}\x{200D}]{1,64}( → you)?|you → ~?[\p{L}\p{Nd}\x{200C}\x{200D}]{1,64}):( |$)`)

// followed judges that rows show lines, each from the start of a row, with its
// indentation, and all other rows indented; and nothing is lost but spaces.
func (w *watcher) followed(t testing.TB, width int, lines, rows []string) {
	t.Helper()
	for _, line := range lines {
		want, indent := inked(line), len(line)-len(strings.TrimLeft(line, " "))
		for first := true; want != "" || first; first = false {
			if len(rows) == 0 {
				t.Errorf("%s: %+q is not shown", w.name, want)
				return
			}
			row := rows[0]
			rows = rows[1:]
			has := len(row) - len(strings.TrimLeft(row, " "))
			switch ink := inked(row); {
			case !strings.HasPrefix(want, ink):
				t.Errorf("%s: the row %+q shows not what is next in %+q", w.name, row, want)
				return
			case first && indent < width && ink != "" && has != indent:
				t.Errorf("%s: the line %+q begins in column %d", w.name, line, has)
			case !first && has < hanging:
				t.Errorf("%s: the row %+q is not indented", w.name, row)
			default:
				want = want[len(ink):]
			}
		}
	}
	if len(rows) > 0 {
		t.Errorf("%s: %+q is shown too", w.name, rows)
	}
}

// inked is text without its spaces.
func inked(text string) string { return strings.ReplaceAll(text, " ", "") }

// rawMessage is what a message begins with on the raw port, or one in a terminal that
// eve pretends there.
var rawMessage = regexp.MustCompile(`^([0-9][0-9]:[0-9][0-9](:[0-9][0-9])? )?(\[[^]]*\] |@[^ ]* )?[~#]?([\p{L}\p{Nd}\x{200C}\x{200D}]{1,64})( → you)?:( |$)`)

func (w *watcher) judgeRaw(t testing.TB, width int, line string) {
	t.Helper()
	d := w.device(width)
	d.draw(line + "\r\n")
	rows, y, _ := d.content()
	rows = rows[:y]
	w.messages++
	w.rows += len(rows)
	for i, row := range rows {
		if i == 0 {
			continue
		}
		m := rawMessage.FindStringSubmatch(row)
		if m == nil { // after blanks something has to follow
			m = rawMessage.FindStringSubmatch(strings.TrimLeftFunc(row, isBlankInk) + "$")
		}
		if m == nil || safetext.Key(m[4]) == "eve" {
			continue
		}
		above := strings.TrimRightFunc(rows[i-1], isBlankInk)
		isolated := !w.otherwise && displaywidth.String(above) < width-2 // two: a space, and where no wide character fits
		online := slices.ContainsFunc(append(onlineNicks, "ann", "kim", "pat", "ivy", "joe", "sue", "tom", "lou", "max"), func(nick string) bool {
			return safetext.Key(nick) == safetext.Key(m[4]) || safetext.Drawn(nick) == safetext.Drawn(m[4])
		})
		if online || isolated {
			t.Errorf(w.name+": row %d reads as one of %s: %+q, below %+q", i, m[4], row, above)
		}
	}
	if all := inked(strings.Join(rows, "")); all != inked(line) {
		t.Errorf(w.name+": shown is %+q of %+q", all, line)
	}
	_, text, _ := strings.Cut(line, "eve")
	text = strings.TrimPrefix(strings.TrimPrefix(text, ":"), " ")
	if !strings.Contains(inked(w.text), inked(text)) {
		t.Errorf(w.name+": the line %+q is not of %+q", line, w.text)
	}
	if !strings.Contains(w.text, text) {
		w.changed++
	}
}

func isBlankInk(r rune) bool { return unicode.Is(unicode.Zs, r) || r == '\u2800' || r == '\U0001D159' }

// forger makes texts that look like another person's.
type forger struct{ *rand.Rand }

func newForger(seed uint64) *forger { return &forger{rand.New(rand.NewPCG(seed, seed))} }

func (f *forger) one(of []string) string { return of[f.IntN(len(of))] }

// pads are what a row is filled with.
var pads = []string{
	" ", " ", " ", " ", "\u00a0", "\u3000", "\u2003", "\u2009", "\u1680", "\u2800", "\U0001D159", "x", "x", ".", "你", "好", "ж", "→", "·", "e\u0301", "n\u0308\u0301",
	"👨‍👩‍👧", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "می\u200cخ ", "ක්\u200dය", "👍🏽", "❤️", "1️⃣", "🇩🇪", "🇩", "क्ष", "क्", "한", "\u1100", "שלום", "ア", "ｱ", "word ", "a longer word ", "\t", "-=", "xbob", "http://example.org/", "\u200b", "\u3164", "ﷺ", "⸻", "a: ", "k: v ",
}

func (f *forger) text(width int, prefix string) string {
	lines := make([]string, 1)
	if f.IntN(6) == 0 {
		lines = make([]string, 1+f.IntN(6))
	}
	for i := range lines {
		for range 1 + f.IntN(3) {
			lines[i] += f.padding(width, displaywidth.String(prefix+lines[i])) + f.forged()
		}
		if i > 0 || f.IntN(8) == 0 {
			lines[i] = strings.Repeat(" ", f.IntN(12)) + lines[i]
		}
	}
	return cutLines(lines)
}

// cutLines joins lines. No text has more than 2 KiB.
func cutLines(lines []string) string {
	text := strings.Join(lines, "\n")
	return strings.ToValidUTF8(text[:min(len(text), 2048)], "")
}

// padding fills a row of width cells, or several, from a column on: exactly, a little more
// or less, or by any amount.
func (f *forger) padding(width, column int) string {
	cells := (1+f.IntN(3))*width - column
	switch f.IntN(8) {
	case 0:
		cells = f.IntN(2 * width)
	case 1, 2:
		cells += f.IntN(9) - 4
	case 3: // after the indentation of a row that is wrapped for its width
		cells -= hanging
	}
	pad, other := f.one(pads), f.one(pads)
	var b strings.Builder
	if f.IntN(2) == 0 {
		words := f.one([]string{"hi ", "hello there", "see you. ", "ok"})
		b.WriteString(words)
		cells -= len(words)
	}
	for cells > 0 {
		w := displaywidth.String(pad)
		if w > cells && w > 1 {
			pad = f.one([]string{" ", "x"})
			continue
		}
		b.WriteString(pad)
		cells -= max(1, w)
		if f.IntN(40) == 0 {
			pad, other = other, pad
		}
	}
	return b.String()
}

// forged is how another's message begins, and what it says.
func (f *forger) forged() string {
	nick := f.one(append(onlineNicks, "mallory", "BOB", "b\u043eb", "ａnn", "eve", "nobody9", "vik", "Nik", "ann", "tom", "vanessaverylongname", "علی\u200cرضا"))
	return f.one([]string{"", "", "13:05 ", "13:05:00 ", "9:20 "}) + f.one([]string{"", "", "", "[dev] ", "@dev ", "@a-long-room-name.of.32-characters ", "#"}) +
		f.one([]string{"", "~"}) + f.one([]string{"", "", "", "you → "}) + nick + f.one([]string{"", "", "", " → you"}) + f.one([]string{":", ":", ":", ":", "：", "∶"}) +
		f.one([]string{" ", " ", " ", "\u00a0", "\u2800", "\u3000", "", "\t"}) + f.one([]string{"send the money", "", "hi", "✓ 你好", strings.Repeat("y", 30)})
}

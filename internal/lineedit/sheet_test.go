package lineedit

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/clipperhouse/displaywidth"
)

// sheet is a terminal that knows what an Editor is allowed to send and no more,
// and wraps its lines again when its size changes, as tmux does. It owes nothing
// to layer: it gets the bytes.
type sheet struct {
	t             testing.TB
	width, height int
	measure       measure
	after         after

	strips  []strip
	top     int // the first strip on the screen: those above have scrolled away
	y, x    int // of the cursor, from the first strip; x is width after a full row
	bells   int
	cleared int // how often the screen was
}

// after says where a terminal that wraps its lines again has the cursor when it is
// after a row that is full then.
type after int

const (
	afterRow after = iota // there, as tmux: the next character is wrapped
	nextRow
	lastColumn // the next character overwrites what is there
)

// strip is a row of a sheet, without what was never written after its end.
type strip struct {
	spots   []spot
	wrapped bool // the next one goes on with it
}

// spot is a cell of a sheet. The cells that a wide character takes besides its
// first have no text and the width 0.
type spot struct {
	text  string
	width int
}

var blank = spot{" ", 1}

// measure cuts text into what a terminal takes for its characters.
type measure func(text string) []spot

// byCluster measures as we do.
func byCluster(text string) []spot {
	var all []spot
	for g := displaywidth.StringGraphemes(text); g.Next(); {
		all = append(all, spot{g.Value(), g.Width()})
	}
	return all
}

// byCodePoint measures as terminals do that know no clusters, and tmux 3.3a: a
// thumb with its skin tone takes 4 cells, a heart in emoji style and a keycap 1,
// and क्षि 3.
func byCodePoint(text string) []spot {
	var all []spot
	for _, r := range text {
		all = append(all, spot{string(r), codePointWidth(r)})
	}
	return all
}

// codePointWidth is what wcwidth says.
func codePointWidth(r rune) int {
	switch {
	case 0x1F3FB <= r && r <= 0x1F3FF:
		return 2
	case isRegional(r), r == 'ि':
		return 1
	}
	return displaywidth.Rune(r)
}

// byEastAsianCodePoint measures as those do that are set up for East Asia: flags
// are drawn as two wide letters, and signs such as → are wide.
func byEastAsianCodePoint(text string) []spot {
	var all []spot
	for _, r := range text {
		width := codePointWidth(r)
		if !unicode.IsLetter(r) { // letters we take to be as wide everywhere
			width = max(width, displaywidth.Options{EastAsianWidth: true}.Rune(r))
		}
		if isRegional(r) {
			width = 2
		}
		all = append(all, spot{string(r), width})
	}
	return all
}

func newSheet(t testing.TB, width, height int) *sheet {
	return &sheet{t: t, width: width, height: height, measure: byCluster, strips: make([]strip, 1)}
}

// draw does what a terminal does with s.
func (p *sheet) draw(s string) {
	p.t.Helper()
	for s != "" {
		n := strings.IndexFunc(s, isControl)
		switch {
		case n < 0:
			n = len(s)
			fallthrough
		case n > 0:
			for _, c := range p.measure(s[:n]) {
				p.put(c)
			}
			s = s[n:]
		case s[0] == '\x1b':
			s = p.sequence(s)
		default:
			p.control(s[0])
			s = s[1:]
		}
	}
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

func (p *sheet) control(c byte) {
	p.t.Helper()
	switch c {
	case '\r':
		p.x = 0
	case '\n':
		p.x = min(p.x, p.width-1)
		p.down()
	case '\a':
		p.bells++
	default:
		p.t.Fatalf("the editor sent the control character %#x", c)
	}
}

// down goes to the row below, and scrolls at the end of the screen.
func (p *sheet) down() {
	p.y++
	p.top = max(p.top, p.y-p.height+1)
	p.reach(p.y)
}

func (p *sheet) reach(y int) {
	for len(p.strips) <= y {
		p.strips = append(p.strips, strip{})
	}
}

// put writes one character.
func (p *sheet) put(c spot) {
	if c.width == 0 { // a mark
		if s := p.strips[p.y].spots; p.x > 0 && len(s) >= p.x {
			x := p.x - 1
			for x > 0 && s[x].width == 0 {
				x--
			}
			s[x].text += c.text
		}
		return
	}
	if p.x+c.width > p.width {
		p.strips[p.y].wrapped = true
		p.down()
		p.x = 0
	}
	s := &p.strips[p.y]
	for len(s.spots) < p.x+c.width {
		s.spots = append(s.spots, blank)
	}
	s.split(p.x)
	s.split(p.x + c.width)
	for i := range c.width {
		s.spots[p.x+i] = spot{}
	}
	s.spots[p.x] = c
	p.x += c.width
}

// split blanks the wide character that the left edge of cell x is inside of.
func (s *strip) split(x int) {
	if x >= len(s.spots) || s.spots[x].width != 0 {
		return
	}
	for x > 0 && s.spots[x].width == 0 {
		x--
	}
	for i, width := 0, s.spots[x].width; i < width && x+i < len(s.spots); i++ {
		s.spots[x+i] = blank
	}
}

// sequence carries out the control sequence that s begins with.
func (p *sheet) sequence(s string) (rest string) {
	p.t.Helper()
	end := strings.IndexFunc(s[min(2, len(s)):], func(r rune) bool { return r >= '@' && r <= '~' })
	if end < 0 || s[1] != '[' {
		p.t.Fatalf("the editor sent %.20q", s)
	}
	parameter, final, rest := s[2:2+end], s[2+end], s[3+end:]
	if final == 'm' && strings.Trim(parameter, "0123456789;") == "" {
		return rest
	}
	switch parameter + string(final) {
	case "J":
		p.erase()
		for y := p.y + 1; y < len(p.strips); y++ {
			p.strips[y-1].wrapped = false
			p.strips[y].spots = nil
			p.strips[y].wrapped = false
		}
		return rest
	case "K":
		p.erase()
		return rest
	case "H":
		p.y, p.x = p.top, 0
		return rest
	case "2J":
		p.cleared++
		p.strips = p.strips[:p.top]
		p.reach(p.y)
		return rest
	}
	n := 1
	if parameter != "" {
		var err error
		if n, err = strconv.Atoi(parameter); err != nil || n < 1 {
			p.t.Fatalf("the editor sent %q", s[:3+end])
		}
	}
	switch p.x = min(p.x, p.width-1); final {
	case 'A':
		p.y = max(p.top, p.y-n)
	case 'B':
		p.y = min(p.top+p.height-1, p.y+n)
		p.reach(p.y)
	case 'C':
		p.x = min(p.width-1, p.x+n)
	default:
		p.t.Fatalf("the editor sent %q", s[:3+end])
	}
	return rest
}

// erase erases the row from the cursor on. Erased as a whole, it does not go on
// with the one above.
func (p *sheet) erase() {
	s := &p.strips[p.y]
	x := min(p.x, p.width-1)
	s.split(x)
	s.spots = s.spots[:min(x, len(s.spots))]
	if x == 0 && p.y > 0 {
		p.strips[p.y-1].wrapped = false
	}
}

// resize wraps the lines again. The cursor stays on its character, or at the end
// of its line.
func (p *sheet) resize(width, height int) {
	old, y, x := p.strips, p.y, p.x
	p.width, p.height, p.strips = width, height, nil
	for i := 0; i < len(old); i++ {
		var line []spot
		at := -1
		for ; ; i++ {
			if i == y {
				at = len(line) + x
			}
			line = append(line, old[i].spots...)
			if !old[i].wrapped || i+1 == len(old) {
				break
			}
		}
		p.rewrap(line, at)
	}
	for len(p.strips) > p.y+1 && len(p.strips[len(p.strips)-1].spots) == 0 {
		p.strips = p.strips[:len(p.strips)-1] // goes before something scrolls away
	}
	p.top = max(0, min(len(p.strips)-height, p.y))
	p.top = max(p.top, p.y-height+1)
}

// rewrap appends a line. The cursor goes to its cell at, if that is not negative.
func (p *sheet) rewrap(line []spot, at int) {
	row := strip{}
	for i, c := range line {
		if c.width == 0 {
			continue // comes with its character
		}
		if len(row.spots)+c.width > p.width {
			row.wrapped = true
			p.strips = append(p.strips, row)
			row = strip{}
		}
		if i <= at && at < i+c.width {
			p.y, p.x = len(p.strips), len(row.spots)
		}
		row.spots = append(row.spots, c)
		for range c.width - 1 {
			row.spots = append(row.spots, spot{})
		}
	}
	if at >= len(line) {
		p.y, p.x = len(p.strips), min(p.width, len(row.spots)+at-len(line))
		switch {
		case p.x < p.width:
		case p.after == lastColumn:
			p.x--
		case p.after == nextRow:
			row.wrapped = true
			p.strips = append(p.strips, row)
			row = strip{}
			p.y, p.x = p.y+1, 0
		}
	}
	p.strips = append(p.strips, row)
}

// content is everything printed, what has scrolled away too, without the empty
// rows at the end; and where the cursor is.
func (p *sheet) content() (rows []string, y, x int) {
	for _, s := range p.strips {
		rows = append(rows, strings.TrimRight(s.text(), " "))
	}
	for len(rows) > p.y+1 && rows[len(rows)-1] == "" {
		rows = rows[:len(rows)-1]
	}
	return rows, p.y, p.x
}

// visible is the part of the content that is on the screen.
func (p *sheet) visible() (rows []string, y, x int) {
	rows, y, x = p.content()
	return rows[min(p.top, len(rows)):], y - p.top, x
}

func (s strip) text() string {
	var b strings.Builder
	for _, c := range s.spots {
		b.WriteString(c.text)
	}
	return b.String()
}

// at is what the cell at x of row y shows.
func (p *sheet) at(y, x int) string {
	if y >= len(p.strips) || x >= len(p.strips[y].spots) {
		return ""
	}
	return p.strips[y].spots[x].text
}

func TestTheSheetIsATerminal(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(*sheet)
		want string // with | for the cursor
	}{
		{"text wraps", func(p *sheet) { p.draw("abcdef") }, "abcd\nef|"},
		{"a full row keeps the cursor", func(p *sheet) { p.draw("abcd") }, "abcd|"},
		{"a wide character is not halved", func(p *sheet) { p.draw("abc你") }, "abc\n你|"},
		{"overwriting half a wide character blanks the rest", func(p *sheet) { p.draw("你好\r\x1b[Cx") }, " x|好"},
		{"erasing half a wide character blanks the rest", func(p *sheet) { p.draw("你好\r\x1b[3C\x1b[K") }, "你 |"},
		{"up stops at the top of the screen", func(p *sheet) { p.draw("a\r\nb\r\nc\r\nd\x1b[9A!") }, "a\nb!|\nc\nd"},
		{"erasing below", func(p *sheet) { p.draw("ab\r\ncd\r\nef\x1b[2A\r\x1b[C\x1b[J") }, "a|"},
		{"clearing the screen leaves what scrolled away", func(p *sheet) { p.draw("a\r\nb\r\nc\r\nd\x1b[H\x1b[2Jx") }, "a\nx|"},
		{"a narrower screen wraps again", func(p *sheet) { p.draw("abcd"); p.resize(3, 3) }, "abc\nd|"},
		{"a wider screen joins again", func(p *sheet) { p.draw("abcdef\r\x1b[C"); p.resize(8, 3) }, "abcde|f"},
		{"line ends stay", func(p *sheet) { p.draw("ab\r\ncd"); p.resize(8, 3) }, "ab\ncd|"},
		{"a row erased as a whole is not joined", func(p *sheet) { p.draw("abcdef\r\x1b[Kx"); p.resize(8, 3) }, "abcd\nx|"},
		{"the cursor stays at the end of a row that is full now", func(p *sheet) { p.draw("abc"); p.resize(3, 3) }, "abc|"},
		{"or goes to the next", func(p *sheet) { p.draw("abc"); p.after = nextRow; p.resize(3, 3) }, "abc\n|"},
		{"or to its last column", func(p *sheet) { p.draw("abc"); p.after = lastColumn; p.resize(3, 3) }, "ab|c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newSheet(t, 4, 3)
			tt.do(p)
			rows, y, x := p.content()
			rows[y] = withBar(rows[y], x)
			if got := strings.Join(rows, "\n"); got != tt.want {
				t.Errorf("got\n%s\n\nwant\n%s", got, tt.want)
			}
		})
	}
	t.Run("code points are measured one by one", func(t *testing.T) {
		for text, want := range map[string]int{"👍🏽": 4, "❤️": 1, "1️⃣": 1, "क्षि": 3, "👨‍👩‍👧": 6, "e\u0301": 1, "你": 2} {
			got := 0
			for _, c := range byCodePoint(text) {
				got += c.width
			}
			if got != want {
				t.Errorf("%s takes %d cells, not %d", text, got, want)
			}
		}
	})
}

// same fails the test when two terminals do not show the same.
func same(t testing.TB, what string, got, want device) {
	t.Helper()
	gotRows, gotY, gotX := got.content()
	wantRows, wantY, wantX := want.content()
	if !slices.Equal(gotRows, wantRows) || gotY != wantY || gotX != wantX {
		n := 0
		for n+1 < min(len(gotRows), len(wantRows)) && gotRows[n] == wantRows[n] {
			n++
		}
		t.Fatalf("%s\nshown from row %d, cursor %d,%d:\n%s\n\nwant, cursor %d,%d:\n%s", what, n,
			gotY, gotX, strings.Join(gotRows[n:], "\n"), wantY, wantX, strings.Join(wantRows[n:], "\n"))
	}
}

// Command picture draws a captured terminal screen, with its colours, as SVG. See
// make.sh, which captures one.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"html"
	"image/color"
	"io"
	"os"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// What a cell takes in the picture, in pixels, and what is around all of them.
const (
	cellWidth  = 9
	cellHeight = 20
	fontSize   = 15
	margin     = 16
	bar        = 34 // the title's
)

// The colours of the picture. The terminal's own are those of its 256.
const (
	ground = "#1c1f26"
	ink    = "#d7dae0"
	faded  = "#7d828c"
	frame  = "#2b303b"
)

func main() {
	x := flag.Int("x", 0, "column of the cursor")
	y := flag.Int("y", 0, "row of the cursor")
	title := flag.String("title", "", "what stands above the screen")
	flag.Parse()
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
	out := bufio.NewWriter(os.Stdout)
	draw(out, strings.Split(strings.TrimRight(string(text), "\n"), "\n"), *title, *x, *y)
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "picture:", err)
		os.Exit(1)
	}
}

// columns is how wide a picture is, in cells.
const columns = 84

func draw(out io.Writer, rows []string, title string, x, y int) {
	screen := vt.NewEmulator(columns+1, len(rows)) // a column more: no row wraps
	_, _ = screen.WriteString(strings.Join(rows, "\r\n"))
	width, height := columns*cellWidth+2*margin, len(rows)*cellHeight+2*margin+bar
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="%d">`+"\n", width, height, width, height, fontSize)
	fmt.Fprintf(out, `<rect width="%d" height="%d" rx="8" fill="%s"/><path d="M0 %d V8 Q0 0 8 0 H%d Q%d 0 %d 8 V%d Z" fill="%s"/>`+"\n", width, height, ground, bar, width-8, width, width, bar, frame)
	for n, dot := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(out, `<circle cx="%d" cy="%d" r="6" fill="%s"/>`, 20+20*n, bar/2, dot)
	}
	fmt.Fprintf(out, `<text x="%d" y="%d" fill="%s" text-anchor="middle">%s</text>`+"\n", width/2, bar/2+5, faded, html.EscapeString(title))
	for row := range rows {
		drawRow(out, screen, row)
	}
	fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" opacity="0.8"/>`+"\n</svg>\n", left(x), top(y), cellWidth, cellHeight, ink)
}

func left(x int) int { return margin + x*cellWidth }
func top(y int) int  { return margin + bar + y*cellHeight }

// drawRow draws a row in runs of one style. Each run is given its length, so that
// the columns hold in any font.
func drawRow(out io.Writer, screen *vt.Emulator, y int) {
	for x := 0; x < columns; {
		cell := screen.CellAt(x, y)
		text, begin := cell.Content, x
		x += max(1, cell.Width)
		for alone := cell.Width > 1; x < columns && !alone; x++ {
			next := screen.CellAt(x, y)
			if next.Width != 1 || !next.Style.Equal(&cell.Style) {
				break
			}
			text += next.Content
		}
		drawRun(out, text, begin, x-begin, y, cell.Style)
	}
}

func drawRun(out io.Writer, text string, x, cells, y int, s uv.Style) {
	fill := ink
	switch {
	case s.Fg != nil:
		fill = hex(s.Fg)
	case s.Attrs&uv.AttrFaint != 0:
		fill = faded
	}
	if s.Attrs&uv.AttrReverse != 0 {
		fmt.Fprintf(out, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`, left(x), top(y), cells*cellWidth, cellHeight, fill)
		fill = ground
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	weight := ""
	if s.Attrs&uv.AttrBold != 0 {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(out, `<text x="%d" y="%d" fill="%s"%s textLength="%d" xml:space="preserve">%s</text>`+"\n",
		left(x), top(y)+15, fill, weight, cells*cellWidth, html.EscapeString(text))
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

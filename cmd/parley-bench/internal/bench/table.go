package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// The table is at most this wide.
const (
	tableWidth  = 100
	labelWidth  = 34
	columnWidth = 16 // at least
)

// A row of the table is the sum of some figures, or a heading.
type row struct {
	label   string
	figures []figure
}

// rows are the table, from top to bottom.
func (z *Sizes) rows() []row {
	return []row{
		{fmt.Sprintf("paced: %s receivers, %d senders, %s messages a second for %s s",
			number(float64(z.PacedReceivers)), z.Senders, number(float64(z.Rate)), number(z.Seconds)), nil},
		{"  server CPU per delivery, µs", []figure{pacedCPU}},
		{"  latency, half within, ms", []figure{pacedP50}},
		{"  latency, 99 % within, ms", []figure{pacedP99}},
		{"  lost, repeated, out of order", []figure{pacedLost, pacedRepeated, pacedDisorder, pacedHeld}},
		{fmt.Sprintf("saturated: %s receivers, %d senders, %s messages under way, for %s s",
			number(float64(z.SaturatedReceivers)), z.Senders, number(float64(z.Window)), number(z.Seconds)), nil},
		{"  deliveries per second", []figure{saturatedRate}},
		{"  server CPU per delivery, µs", []figure{saturatedCPU}},
		{"  lost, repeated, out of order", []figure{saturatedLost, saturatedRepeated, saturatedDisorder, saturatedHeld}},
		{fmt.Sprintf("idle: %s connections on raw TCP, %s on ssh", number(float64(z.IdleRaw)), number(float64(z.IdleSSH))), nil},
		{"  server memory per connection, KiB", []figure{idleMemory}},
		{fmt.Sprintf("connect: as many, %d at a time", atOnce), nil},
		{"  connections per second", []figure{connectRate}},
		{"  server CPU per connection, ms", []figure{connectCPU}},
	}
}

// Table writes the report for people, at most 100 columns wide where names are not
// longer than that. What was not measured is a dash.
func (r *Report) Table(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "parley %s on %d cores, %s/%s, %s; measured in %.0f s", r.Version, r.Cores, r.OS, r.Arch, r.Go, r.Seconds)
	if r.Sizes.Rounds > 1 {
		fmt.Fprintf(&b, ", medians of %d rounds", r.Sizes.Rounds)
	}
	b.WriteByte('\n')
	for some := r.Servers; len(some) > 0; {
		n, width := r.columns(some)
		b.WriteByte('\n')
		r.part(&b, some[:n], width)
		some = some[n:]
	}
	b.WriteString(r.howToRead())
	_, err := io.WriteString(w, b.String())
	return err
}

// howToRead says what to compare with what.
func (r *Report) howToRead() string {
	if slices.ContainsFunc(r.Servers, func(s Server) bool { return s.Baseline }) {
		return `
CPU and memory are the server's alone. The clients work on the same cores, so read deliveries,
connections and latency beside the baselines' of the same run, which have no limits and no rooms.
A dash is what was not measured.
`
	}
	return `
The clients work on this machine, and what they cost is in all figures. A dash is what was not
measured: CPU and memory are known only of a server that is started here, without --against.
`
}

// columns is how many of some servers are side by side, and how wide each is.
func (r *Report) columns(some []Server) (n, width int) {
	width = columnWidth
	for _, s := range some {
		width = max(width, utf8.RuneCountInString(s.Name)+2)
	}
	return min(len(some), max(1, (tableWidth-labelWidth)/width)), width
}

// part writes all rows of some servers.
func (r *Report) part(b *strings.Builder, some []Server, width int) {
	line := func(label string, cell func(Server) string) {
		text := fmt.Sprintf("%-*s", labelWidth, label)
		for _, s := range some {
			text += fmt.Sprintf("%*s", width, cell(s))
		}
		b.WriteString(text + "\n")
	}
	line("", func(s Server) string { return string(s.Protocol) })
	line("", func(s Server) string { return s.Name })
	for _, row := range r.Sizes.rows() {
		if row.figures == nil {
			b.WriteString(row.label + "\n")
			continue
		}
		line(row.label, func(s Server) string { return s.cell(row.figures) })
	}
}

// cell is the sum of figures, or a dash if one is not known.
func (s *Server) cell(figures []figure) string {
	total := 0.0
	for _, f := range figures {
		scenario, name := f.split()
		v := s.Figures[scenario][name]
		if v == nil {
			return "-"
		}
		total += *v
	}
	return number(total)
}

// number writes a number with three digits that count, or more before the point.
func number(v float64) string {
	size := math.Abs(v)
	switch {
	case v == math.Trunc(v) || size >= 99.5:
		return grouped(fmt.Sprintf("%.0f", v))
	case size >= 9.95:
		return fmt.Sprintf("%.1f", v)
	case size >= 0.995:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	digits, negative := strings.CutPrefix(digits, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if negative {
		return "-" + digits
	}
	return digits
}

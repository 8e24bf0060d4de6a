package main

import (
	"fmt"
	"io"
	"time"
)

// progress shows what is being measured: on a terminal in one line that is drawn over,
// elsewhere one line for each step.
type progress struct {
	to       io.Writer
	terminal bool
	began    time.Time
}

const eraseLine = "\r\x1b[K"

func (p *progress) show(step, steps int, what string) {
	text := fmt.Sprintf("%d of %d: %s", step, steps, what)
	if done := step - 1; done > 0 {
		left := time.Since(p.began) * time.Duration(steps-done) / time.Duration(done)
		text += fmt.Sprintf(" (about %.0f s left)", left.Seconds())
	}
	if p.terminal {
		fmt.Fprint(p.to, eraseLine+text)
	} else {
		fmt.Fprintln(p.to, text)
	}
}

// clear removes the line from a terminal.
func (p *progress) clear() {
	if p.terminal {
		fmt.Fprint(p.to, eraseLine)
	}
}

package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"parley/cmd/parley-bench/internal/bench"
)

// Flags replace the sizes of the full run, or of the quick one.
func TestConfig_Sizes(t *testing.T) {
	changed := func(z bench.Sizes, change func(*bench.Sizes)) bench.Sizes {
		change(&z)
		return z
	}
	for _, tt := range []struct {
		args  string
		want  bench.Sizes
		limit time.Duration
	}{
		{"", bench.Full(), 10 * time.Minute},
		{"--quick", bench.Quick(), 55 * time.Second},
		{"--receivers 7 --senders 2", changed(bench.Full(), func(z *bench.Sizes) { z.PacedReceivers, z.SaturatedReceivers, z.Senders = 7, 7, 2 }), 10 * time.Minute},
		{"--quick --idle 9 --limit 1m", changed(bench.Quick(), func(z *bench.Sizes) { z.IdleRaw, z.IdleSSH = 9, 9 }), time.Minute},
		{"--duration 1500ms --rounds 2", changed(bench.Full(), func(z *bench.Sizes) { z.Seconds, z.Rounds = 1.5, 2 }), 10 * time.Minute},
		{"--rate 50 --window 60 --size 70", changed(bench.Full(), func(z *bench.Sizes) { z.Rate, z.Window, z.MessageBytes = 50, 60, 70 }), 10 * time.Minute},
	} {
		var c config
		parser, err := kong.New(&c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(strings.Fields(tt.args)); err != nil {
			t.Errorf("%s: %v", tt.args, err)
		}
		if got := c.sizes(); got != tt.want || c.limit() != tt.limit {
			t.Errorf("%s: %+v, %v, want %+v, %v", tt.args, got, c.limit(), tt.want, tt.limit)
		}
	}
}

// A terminal shows one line, which is removed at the end; elsewhere each step has a line.
func TestProgress(t *testing.T) {
	for terminal, want := range map[bool]string{
		false: "1 of 3: a\n2 of 3: b (about 20 s left)\n3 of 3: c (about 5 s left)\n",
		true:  "\r\x1b[K1 of 3: a\r\x1b[K2 of 3: b (about 20 s left)\r\x1b[K3 of 3: c (about 5 s left)\r\x1b[K",
	} {
		var got bytes.Buffer
		p := progress{&got, terminal, time.Now().Add(-10 * time.Second)}
		for i, what := range []string{"a", "b", "c"} {
			p.show(i+1, 3, what)
		}
		p.clear()
		if got.String() != want {
			t.Errorf("%q, want %q", got.String(), want)
		}
	}
}

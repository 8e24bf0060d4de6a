package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"parley/cmd/parley-bench/internal/bench"
)

// config says what to measure. A number that is 0 stands for that of the full run, or of
// the quick one.
type config struct {
	Quick   bool     `help:"Measure less, in under a minute; in full it takes some three."`
	JSON    bool     `name:"json" help:"Print one JSON document instead of the table."`
	Against []target `placeholder:"HOST:PORT" help:"Measure servers that run already, raw or ssh, instead of starting one. People on them receive all that the bench says, thousands of lines. CPU and memory of such a server are not known."`

	Receivers count `placeholder:"N" help:"Connections that listen: 500 paced and 200 saturated; with --quick 200 and 100."`
	Senders   count `placeholder:"N" help:"Connections that send: 4."`
	Rate      count `placeholder:"N" help:"Messages a second of all senders together, paced: 100."`
	Window    count `placeholder:"N" help:"Messages under way, saturated: 1024."`
	Size      count `placeholder:"N" help:"Bytes of a message: 64."`
	Idle      count `placeholder:"N" help:"Connections to open and leave idle: 2000 raw, 500 ssh; with --quick 1000 and 200."`
	Duration  span  `placeholder:"TIME" help:"Duration of each measurement of messages: 5s; with --quick 2s."`
	Rounds    count `placeholder:"N" help:"Times to measure everything, for the median: 3; with --quick 1."`
	Limit     span  `placeholder:"TIME" help:"Maximum duration of the run: 10m; with --quick 55s. Measurements that do not fit are left out, and named."`

	Serve string `enum:",parley,plain-tcp,plain-ssh" default:"" env:"-" placeholder:"WHAT" help:"Measure nothing: run one of the servers that are measured, parley, plain-tcp or plain-ssh, until standard input ends. The bench starts its servers this way."`
}

// Help is what --help says below the flags' own words.
func (*config) Help() string {
	fields := "    " + strings.ReplaceAll(strings.TrimSpace(bench.Fields()), "\n", "\n    ")
	return "Starts a server in a process of its own, and clients, on this machine. Measures four scenarios over raw TCP and over ssh: " +
		"paced (some send, many listen), saturated (as much as the server can deliver), idle and connect. " +
		"Measures two baselines in turn with it: the plainest fan-out on TCP, and the plainest broadcast on gliderlabs/ssh.\n\n" +
		"The exit status is 0 only if everything was measured, and parley delivered each message once and in order.\n\n" +
		"In JSON the figures of a server are in servers[].figures; an unknown one is null:\n\n" + fields
}

// Validate is called by kong when the flags are read.
func (c *config) Validate() error {
	z := c.sizes()
	return z.Check()
}

// sizes are the quick or the full ones, with what was asked for instead.
func (c *config) sizes() bench.Sizes {
	z := bench.Full()
	if c.Quick {
		z = bench.Quick()
	}
	for _, asked := range []struct {
		size *int
		n    count
	}{
		{&z.PacedReceivers, c.Receivers}, {&z.SaturatedReceivers, c.Receivers}, {&z.Senders, c.Senders},
		{&z.Rate, c.Rate}, {&z.Window, c.Window}, {&z.MessageBytes, c.Size},
		{&z.IdleRaw, c.Idle}, {&z.IdleSSH, c.Idle}, {&z.Rounds, c.Rounds},
	} {
		if asked.n != 0 {
			*asked.size = int(asked.n)
		}
	}
	if c.Duration != 0 {
		z.Seconds = time.Duration(c.Duration).Seconds()
	}
	return z
}

func (c *config) limit() time.Duration {
	switch {
	case c.Limit != 0:
		return time.Duration(c.Limit)
	case c.Quick:
		return 55 * time.Second
	}
	return 10 * time.Minute
}

// count is a number of at least 1. The zero value stands for a flag that was not given.
type count int

// UnmarshalText implements [encoding.TextUnmarshaler].
func (c *count) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 32)
	if err != nil || n < 1 {
		return fmt.Errorf("%q is not a number of at least 1", text)
	}
	*c = count(n)
	return nil
}

// span is a duration such as 5s. It cannot be turned off. The zero value stands for a flag
// that was not given.
type span time.Duration

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is not a time: give a number over 0 and its unit, such as 10s or 1m", text)
	}
	*s = span(d)
	return nil
}

// target is a server to measure: HOST:PORT.
type target string

// UnmarshalText implements [encoding.TextUnmarshaler].
func (t *target) UnmarshalText(text []byte) error {
	host, port, err := net.SplitHostPort(string(text))
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || host == "" || bad != nil || n == 0 {
		return fmt.Errorf("%q is no server: give HOST:PORT", text)
	}
	*t = target(text)
	return nil
}

func addresses(all []target) []string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = string(t)
	}
	return out
}

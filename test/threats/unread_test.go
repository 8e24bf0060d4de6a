//go:build e2e

package threats

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hoarding is a way to make the server keep what it has not read.
type hoarding struct {
	name     string
	terminal bool
	begin    []string // what the client sends first
	message  func(channel uint32) [][]byte
	window   uint32 // the client's, for what the server says
	silent   bool   // the client reads nothing from its socket
	holds    int    // what a connection may hold, in bytes
}

// What a connection may hold, in bytes: a few times 16 KiB as they are sent. If a write waits
// for the client, as many packets of one byte as the window lets through.
const (
	holdsUsually = 96 << 10
	holdsStuck   = 450 << 10
)

var hoardings = []hoarding{
	{name: "lines in packets of one byte", message: oneByte("a\n"), window: 1 << 30, holds: holdsUsually},
	{name: "lines typed in packets of one byte", terminal: true, message: oneByte("a\r"), window: 1 << 30, holds: holdsUsually},
	{name: "lines in large packets", message: data(strings.Repeat("a\n", 4<<10)), window: 1 << 30, holds: holdsUsually},
	{name: "packets over the window", message: data(strings.Repeat("a\n", 16<<10)), window: 1 << 30, holds: holdsUsually},
	{name: "packets of one byte while the output is stuck", begin: slices.Repeat([]string{"!help\n"}, 9), message: oneByte("a\n"), window: 1 << 10, holds: holdsStuck},
	{name: "packets of one byte while the socket is stuck", begin: slices.Repeat([]string{"!help\n"}, 9), message: oneByte("a\n"), window: 1 << 30, silent: true, holds: holdsUsually},
	{name: "requests whose answers are not read", message: func(channel uint32) [][]byte {
		return [][]byte{requestMessage(channel, "env", true, make([]byte, 8<<10))}
	}, window: 1 << 30, silent: true, holds: holdsUsually},
}

func data(text string) func(channel uint32) [][]byte {
	return func(channel uint32) [][]byte { return [][]byte{dataMessage(channel, text)} }
}

// oneByte returns text, repeated, in a packet for each byte.
func oneByte(text string) func(channel uint32) [][]byte {
	return func(channel uint32) (all [][]byte) {
		for range 64 {
			for _, b := range text {
				all = append(all, dataMessage(channel, string(b)))
			}
		}
		return all
	}
}

// hoarder begins a session that will hoard.
func (h hoarding) hoarder(s *server, from, nick string) (*wire, error) {
	reach := dial
	if h.silent {
		reach = dialSmall
	}
	nc, err := reach(from, s.ssh)
	if err != nil {
		return nil, err
	}
	w, err := wiredOver(nc, nick)
	if err != nil {
		return nil, err
	}
	channel, err := w.open(h.window)
	if err == nil && h.terminal {
		err = w.ask(channel, "pty-req", ptyRequest())
	}
	if err == nil {
		err = w.ask(channel, "shell", nil)
	}
	for _, line := range h.begin {
		if err == nil {
			err = w.send(dataMessage(channel, line))
		}
	}
	if err != nil {
		_ = w.nc.Close()
		return nil, err
	}
	if !h.silent {
		go w.drain()
	}
	return w, nil
}

// fill sends most bytes, or until nothing is taken any more.
func (h hoarding) fill(w *wire, most int) (sent int) {
	for sent < most {
		var all []byte
		for _, m := range h.message(0) {
			all = w.out.seal(all, m)
		}
		_ = w.nc.SetWriteDeadline(time.Now().Add(2 * time.Second))
		n, err := w.nc.Write(all)
		sent += n
		if err != nil {
			break
		}
	}
	time.Sleep(2 * time.Second) // the server takes what the kernel has
	return sent
}

// TestThreat29_UnreadInputIsBounded has all connections of one address, and of twenty, send what
// their sessions do not read, while others talk.
func TestThreat29_UnreadInputIsBounded(t *testing.T) {
	t.Setenv("GOGC", "10") // collect earlier: live waits for it
	for _, h := range hoardings {
		t.Run(h.name, func(t *testing.T) { h.test(t, 1, 192<<10, 2*time.Second) })
	}
	addresses := either(20, 4) // 620 connections take both cores for some seconds
	h := hoardings[0]
	t.Run(fmt.Sprintf("%s from %d addresses", h.name, addresses), func(t *testing.T) { h.test(t, addresses, 128<<10, 15*time.Second) })
}

// test has 31 connections of each address send most bytes each. It judges what they hold,
// and how late others hear each other during it.
func (h hoarding) test(t *testing.T, addresses, most int, late time.Duration) {
	s := start(t, "--connect-rate", "0", "--max-unauth", "0")
	before := s.quiet()
	near, err := plain(s, address(0), "near", guest())
	if err != nil {
		t.Fatal(err)
	}
	defer near.end()
	far, err := raw(s, address(9999), "far")
	if err != nil {
		t.Fatal(err)
	}
	defer far.end()
	var all []*wire
	end := func() {
		for _, w := range all {
			_ = w.nc.Close()
		}
	}
	defer end()
	for k := range addresses * 31 { // near makes one more
		w, err := h.hoarder(s, address(k/31), fmt.Sprintf("hoards%d", k))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, w)
	}
	s.rests()
	base := s.live()
	var filling sync.WaitGroup
	var sent atomic.Int64
	for _, w := range all {
		filling.Go(func() { sent.Add(int64(h.fill(w, most))) })
	}
	talk(t, near, far, late)
	filling.Wait()
	t.Logf("%d connections send %.1f MiB", len(all), float64(sent.Load())/mib)
	grown(t, "heap and stacks", base, s.live(), len(all)*h.holds)
	end()
	near.end()
	far.end()
	s.returnsTo(before, 5, 30*time.Second)
}

// talk has two people talk for a while, and checks that each hears the other.
func talk(t *testing.T, a, b *person, within time.Duration) {
	t.Helper()
	for n := range 8 {
		text, begun := fmt.Sprintf("meanwhile %d", n), time.Now()
		if err := errors.Join(a.say(text), b.say(text), a.hears(b.nick+": "+text), b.hears(a.nick+": "+text)); err != nil {
			t.Fatal(err)
		}
		if late := time.Since(begun); late > promptly(within) {
			t.Errorf("two people talk, and wait for %s", late)
		}
		time.Sleep(250 * time.Millisecond)
	}
}

// hears reads until a line comes.
func (p *person) hears(want string) error {
	late := time.AfterFunc(promptly(20*time.Second), p.end)
	defer late.Stop()
	for {
		line, err := p.line()
		if err != nil {
			return fmt.Errorf("%s waits for %q: %w", p.nick, want, err)
		}
		if line == want {
			return nil
		}
	}
}

//go:build e2e

package threats

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// drawer is a session on a large terminal, with a draft of the greatest length allowed.
type drawer struct {
	*wire
	channel uint32
	typed   int      // bytes
	room    chan int // bytes by which the server's window has been opened since
	window  int      // bytes that may be typed now
}

// drafts begins such a session. It adds up what the session is sent.
func drafts(s *server, from, nick string, received *atomic.Int64) (*drawer, error) {
	w, err := wired(s, from, nick)
	if err != nil {
		return nil, err
	}
	d := &drawer{wire: w, room: make(chan int, 1<<16), window: 8 << 10}
	if d.channel, err = w.open(1 << 30); err == nil {
		err = w.ask(d.channel, "pty-req", gossh.Marshal(struct {
			Term                         string
			Columns, Rows, Width, Height uint32
			Modes                        string
		}{"xterm", 500, 500, 0, 0, "\x00"}))
	}
	if err == nil {
		err = w.ask(d.channel, "shell", nil)
	}
	if err != nil {
		_ = w.nc.Close()
		return nil, err
	}
	go func() {
		for {
			m, err := w.receive()
			switch {
			case err != nil:
				close(d.room)
				return
			case m[0] == msgChannelData:
				received.Add(int64(len(m) - 9))
			case m[0] == msgWindowAdjust:
				d.room <- int(binary.BigEndian.Uint32(m[5:]))
			}
		}
	}()
	for _, piece := range append(append([]string{"\x1b[200~"}, repeated(strings.Repeat("漢", 1000), 5)...), "\x1b[201~", "\x02\x02") {
		if err := d.press(piece); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func repeated(s string, n int) (all []string) {
	for range n {
		all = append(all, s)
	}
	return all
}

// press types keys once the server's window has room for them.
func (d *drawer) press(keys string) error {
	for d.window < len(keys) {
		more, ok := <-d.room
		if !ok {
			return io.ErrUnexpectedEOF
		}
		d.window += more
	}
	for drained := false; !drained; {
		select {
		case more := <-d.room:
			d.window += more
		default:
			drained = true
		}
	}
	d.window -= len(keys)
	d.typed += len(keys)
	return d.send(dataMessage(d.channel, keys))
}

// TestThreat27_AnAddressDrawsAtABoundedRate has all sessions of an address keep a long draft on
// a wide terminal while others talk. The sessions then press keys, or say that their terminal
// has another size.
func TestThreat27_AnAddressDrawsAtABoundedRate(t *testing.T) {
	s := start(t, "--connect-rate", "0", "--max-unauth", "0")
	var received atomic.Int64
	var all []*drawer
	for k := range 32 {
		d, err := drafts(s, address(0), fmt.Sprintf("draws%d", k), &received)
		if err != nil {
			t.Fatal(err)
		}
		defer d.nc.Close()
		all = append(all, d)
	}
	var talkers []*person
	for k := range 3 {
		p, err := raw(s, address(100+k), fmt.Sprintf("talks%d", k))
		if err != nil {
			t.Fatal(err)
		}
		defer p.end()
		talkers = append(talkers, p)
	}
	n := uint32(0)
	for _, way := range []struct {
		name string
		do   func(*drawer) error
	}{
		{"idle", func(*drawer) error { return nil }},
		{"a key in the middle", func(d *drawer) error { return d.press("x") }},
		{"Ctrl-L", func(d *drawer) error { return d.press("\x0c") }},
		{"another size", func(d *drawer) error {
			d.typed += 16
			n++
			return d.send(requestMessage(d.channel, "window-change", false, windowChange(499+n%2, 500)))
		}},
	} {
		said := 0
		run := func(long time.Duration) {
			for begun := time.Now(); time.Since(begun) < long; time.Sleep(100 * time.Millisecond) {
				if err := talkers[said%len(talkers)].say(fmt.Sprintf("%s %d", way.name, said)); err != nil {
					t.Fatal(err)
				}
				said++
				for _, d := range all {
					for range 5 {
						if err := way.do(d); err != nil {
							t.Fatal(err)
						}
					}
				}
			}
		}
		run(8 * time.Second) // until the burst is used up
		typed := func() (n int) {
			for _, d := range all {
				n += d.typed
			}
			return n
		}
		before, in, begun := received.Load(), typed(), time.Now()
		run(either(6*time.Second, 3*time.Second))
		took := time.Since(begun).Seconds()
		rate, typing := float64(received.Load()-before)/took, float64(typed()-in)/took
		t.Logf("%s: in %.0f B/s, out %.1f KiB/s", way.name, typing, rate/1024)
		// 48 KiB of redraws, what each session draws after at most 5 s, and the messages.
		if most := 100*1024 + 32*10*100.0; rate > most {
			t.Errorf("%s: %.0f bytes a second come for an address, %.0f are allowed", way.name, rate, most)
		}
	}
}

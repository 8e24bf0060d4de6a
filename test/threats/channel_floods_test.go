//go:build e2e

package threats

import (
	"fmt"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// flood is one kind of message. A client sends ten thousand of it.
type flood struct {
	name    string
	message func(channel uint32, i int) []byte
}

const floodOf = 10_000

// openings and requests are the floods of row 5.
func opening(kind string) flood {
	return flood{"open " + kind, func(_ uint32, i int) []byte { return openMessage(kind, uint32(i+1), 2*mib) }}
}

func requests(kind string, reply bool, payload func(i int) []byte) flood {
	return flood{fmt.Sprintf("%s reply=%t", kind, reply), func(channel uint32, i int) []byte {
		return requestMessage(channel, kind, reply, payload(i))
	}}
}

func floods() []flood {
	env := func(i int) []byte {
		return gossh.Marshal(struct{ Name, Value string }{fmt.Sprintf("LC_%d", i), fmt.Sprintf("value %d of many", i)})
	}
	signal := func(int) []byte { return gossh.Marshal(struct{ Name string }{"INT"}) }
	window := func(i int) []byte { return windowChange(uint32(40+i%100), uint32(20+i%30)) }
	return []flood{
		opening("session"), opening("direct-tcpip"), opening("no-such-channel"),
		requests("env", true, env), requests("env", false, env),
		requests("signal", true, signal), requests("signal", false, signal),
		requests("window-change", true, window), requests("window-change", false, window),
	}
}

// stage says how far a session has come: what it has been granted.
type stage []string

var stages = []stage{{}, {"shell"}, {"pty-req"}, {"pty-req", "shell"}}

// reach opens a session and takes it to a stage.
func (g stage) reach(w *wire) (channel uint32, err error) {
	_ = w.nc.SetDeadline(time.Now().Add(10 * time.Second))
	defer func() { _ = w.nc.SetDeadline(time.Time{}) }()
	if channel, err = w.open(1 << 30); err != nil {
		return 0, err
	}
	for _, kind := range g {
		var payload []byte
		if kind == "pty-req" {
			payload = ptyRequest()
		}
		if err := w.ask(channel, kind, payload); err != nil {
			return 0, err
		}
	}
	return channel, nil
}

// Row 5: whatever a client asks for ten thousand times on one connection, the server keeps
// next to nothing of it, whether its answers are read or not.
func TestThreat05_Floods(t *testing.T) {
	t.Setenv("GOGC", "25") // collect sooner: live waits for it
	s := start(t, limitsOff...)
	for _, read := range []bool{true, false} { // the first connections allocate some for good
		flooded(t, s, 0, stages[3], floods()[0], read)
	}
	before := s.quiet()
	from := 1
	for i, f := range floods() {
		for j, g := range stages {
			for k, read := range []bool{true, false} {
				if !full() && (j != i%len(stages) || k != (i+1)%2) { // in the short form each flood meets one case
					continue
				}
				t.Run(fmt.Sprintf("%s %v read=%t", f.name, g, read), func(t *testing.T) {
					grown(t, "heap and stacks", s.live(), flooded(t, s, from, g, f, read), mib)
				})
				from++
			}
		}
	}
	s.returnsTo(before, 5, 5*time.Second)
}

// flooded floods the server from a separate address, and returns what it holds once it is
// done with that and the connection is still open.
func flooded(t *testing.T, s *server, from int, g stage, f flood, read bool) int {
	t.Helper()
	w, channel := staged(t, s, from, g)
	defer w.nc.Close()
	answered := make(chan int, 1)
	if read {
		go func() { answered <- w.drain() }()
	}
	sent := 0
	for sent < floodOf {
		var messages [][]byte
		for range 100 {
			messages = append(messages, f.message(channel, sent))
			sent++
		}
		// A server whose answers are not read may read no more, or close.
		_ = w.nc.SetWriteDeadline(time.Now().Add(either(3*time.Second, time.Second)))
		if err := w.send(messages...); err != nil {
			t.Logf("after %d: %v", sent, err)
			break
		}
	}
	s.rests()
	held := s.live()
	_ = w.nc.Close()
	if read {
		t.Logf("%d sent, %d answered", sent, <-answered)
	}
	return held
}

// staged is a session that has reached a stage. Its client comes from a separate address
// and has little room for answers.
func staged(t *testing.T, s *server, from int, g stage) (w *wire, channel uint32) {
	t.Helper()
	nc, err := dialSmall(address(from), s.ssh)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	if w, err = wiredOver(nc, fmt.Sprintf("staged%d", from)); err == nil {
		channel, err = g.reach(w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w, channel
}

// Row 5: a client that asks for a terminal, changes its size and resets the connection
// leaves nothing of itself, and does not keep the server from stopping.
func TestThreat05_Resets(t *testing.T) {
	s := start(t, limitsOff...)
	before := s.quiet()
	for i := range 200 {
		// With a shell and without: without one, the sizes are not taken.
		w, channel := staged(t, s, i, stages[2+i%2])
		var changes [][]byte
		for j := range 35 {
			changes = append(changes, requestMessage(channel, "window-change", j%2 == 1, windowChange(uint32(80+j), 24)))
		}
		if err := w.send(changes...); err != nil {
			t.Fatal(err)
		}
		if i%4 >= 2 { // half of them once the server has seen all of it
			if err := w.send(requestMessage(channel, "signal", true, nil)); err != nil {
				t.Fatal(err)
			}
			if _, err := w.until(msgRequestFailed); err != nil {
				t.Fatal(err)
			}
		}
		reset(w.nc)
	}
	s.returnsTo(before, 5, 5*time.Second)
	if err := s.stop(time.Second); err != nil {
		t.Error(err)
	}
}

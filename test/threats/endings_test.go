//go:build e2e

package threats

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Row 21: an SSH connection leaves nothing of itself, whatever it was about to say and however
// it ends.
//
// The test is a product: each moment of a connection, each burst that may be under way then,
// and each ending after it in the same write.
func TestThreat21_EndingsLeaveNothing(t *testing.T) {
	s := start(t, limitsOff...)
	all := endings()
	endAll(t, s, all[0], 1) // allocate now what is allocated once
	before, heap := s.quiet(), s.live()
	begun, connections := time.Now(), 0
	for _, e := range all {
		t.Run(e.name, func(t *testing.T) {
			connections += endAll(t, s, e, either(3, 1))
			s.returnsTo(before, 5, 20*time.Second)
		})
	}
	t.Logf("%d connections in %s", connections, time.Since(begun).Round(time.Millisecond))
	s.returnsTo(before, 5, 20*time.Second)
	t.Logf("before %+v, after %+v", before, s.quiet())
	grown(t, "heap and stacks", heap, s.live(), 5*mib)
	if users := s.metric("parley_users"); users != 0 {
		t.Errorf("%g users are left", users)
	}
	if strings.Contains(s.logged(), "panic") {
		t.Error("there was a panic")
	}
	if err := s.stop(promptly(2 * time.Second)); err != nil {
		t.Error(err)
	}
}

// endAll ends connections in one way, at each moment and after each burst, the given number
// of times. It returns how many connections these are. The short form takes a sample of the
// bursts.
func endAll(t *testing.T, s *server, e ending, times int) int {
	t.Helper()
	const atOnce = 16
	cases := make(chan func(nick, from string, hangUp int) error)
	var wg sync.WaitGroup
	var serial atomic.Int64
	for range atOnce {
		wg.Go(func() {
			for end := range cases {
				i := int(serial.Add(1))
				if err := end(fmt.Sprintf("n%d", i), address(i%200), i%hangUps); err != nil {
					t.Error(err)
				}
			}
		})
	}
	n := 0
	for _, m := range moments() {
		for i, b := range m.bursts {
			if !full() && (i+len(e.name))%5 > 0 {
				continue
			}
			for range times {
				n++
				cases <- func(nick, from string, hangUp int) error {
					if err := m.end(s, from, nick, b, e, hangUp); err != nil {
						return fmt.Errorf("%s, %s, %s: %w", m.name, b.name, e.name, err)
					}
					return nil
				}
			}
		}
	}
	close(cases)
	wg.Wait()
	return n
}

// moment is a state of a connection, and what may be under way in it.
type moment struct {
	name   string
	come   func(w *wire, nick string) error // starts with the exchange of versions
	bursts []burst
}

// burst is a set of messages sent at once.
type burst struct {
	name     string
	messages [][]byte
}

// How a client hangs up if the server has not closed the connection.
const (
	byFIN   = iota // it sends no more, and reads what comes
	byReset        // it is gone
	byClose        // it reads no more, so the server's next words are answered by a reset
	hangUps
)

// end brings a connection to the moment, sends the burst and the ending in one write, and
// hangs up.
func (m moment) end(s *server, from, nick string, b burst, e ending, hangUp int) error {
	w, err := greet(s, from)
	if err != nil {
		return err
	}
	defer w.nc.Close()
	_ = w.nc.SetDeadline(time.Now().Add(10 * time.Second))
	if err := m.come(w, nick); err != nil {
		return err
	}
	words := w.sealed(b.messages...)
	_, _ = w.nc.Write(e.words(w, words)) // it may be closed by then
	if e.gone {
		reset(w.nc)
		return nil
	}
	_ = w.nc.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
	if _, err := io.Copy(io.Discard, w.nc); err == nil {
		return nil // it has been closed
	}
	switch hangUp {
	case byFIN:
		_ = w.nc.(interface{ CloseWrite() error }).CloseWrite()
		_ = w.nc.SetReadDeadline(time.Now().Add(time.Second))
		_, _ = io.Copy(io.Discard, w.nc)
	case byReset:
		reset(w.nc)
	}
	return nil
}

// endedBy returns a client that logs in, sends a burst and ends in the way of that name.
func endedBy(b burst, name string) func(s *server, from, nick string) error {
	all := endings()
	e := all[slices.IndexFunc(all, func(e ending) bool { return e.name == name })]
	return func(s *server, from, nick string) error {
		return moment{come: loggedIn}.end(s, from, nick, b, e, byFIN)
	}
}

// ending is the last thing a client sends.
type ending struct {
	name  string
	words func(w *wire, before []byte) []byte
	gone  bool // it then resets the connection at once
}

// endings returns all the ways a client may end a connection.
func endings() []ending {
	last := func(messages ...[]byte) func(*wire, []byte) []byte {
		return func(w *wire, before []byte) []byte { return append(before, w.sealed(messages...)...) }
	}
	plain := func(b ...byte) func(*wire, []byte) []byte {
		return func(w *wire, before []byte) []byte { return w.out.sealPlain(before, b) }
	}
	return []ending{
		{"the end of input", last(), false},
		{"a reset", last(), true},
		{"DISCONNECT", last(disconnect()), false},
		{"DISCONNECT and a reset", last(disconnect()), true},
		{"half a DISCONNECT", last([]byte{msgDisconnect}), false},
		{"a wrong MAC", func(w *wire, before []byte) []byte {
			all := append(before, w.sealed(serviceRequest("nonsense"))...)
			all[len(all)-1] ^= 1
			return all
		}, false},
		{"too long a packet", func(_ *wire, before []byte) []byte { return append(before, "\x7f\xff\xff\xffxxxxxxxxxxxxxxxx"...) }, false},
		{"a packet of no length", func(_ *wire, before []byte) []byte { return append(before, make([]byte, 64)...) }, false},
		{"half a packet", func(w *wire, before []byte) []byte {
			packet := w.sealed(serviceRequest("nonsense"))
			return append(before, packet[:len(packet)/2]...)
		}, false},
		{"more padding than packet", plain(append([]byte{200}, make([]byte, 31)...)...), false},
		{"no message but padding", plain(append([]byte{15}, make([]byte, 15)...)...), false},
		{"UNIMPLEMENTED", last([]byte{3, 0, 0, 0, 0}), false},
		{"a message nobody knows", last([]byte{192, 1, 2, 3, 4, 5}), false},
		{"a login", last(refusedRequest("eve")), false},
		{"NEWKEYS", last([]byte{msgNewKeys}), false},
		{"KEXINIT", last(hello()), false},
		{"KEXINIT twice", last(hello(), hello()), false},
		{"KEXINIT and data", last(hello(), dataMessage(0, "x")), false},
		{"data for no channel", last(dataMessage(99, "x")), false},
		{"a confirmation of nothing", last(toChannel(msgChannelOpened, 0, 7, 1<<20, 1<<15)), false},
		{"a refusal of nothing", last(toChannel(msgChannelRefused, 0, 1)), false},
		{"an answer to nothing", last(toChannel(msgRequestDone, 0), []byte{81}, []byte{82}), false},
		{"a window of more than 4 GiB", last(toChannel(msgWindowAdjust, 0, 1<<32-1), toChannel(msgWindowAdjust, 0, 1<<32-1)), false},
		{"too much data in a packet", last(dataMessage(0, strings.Repeat("x", 1<<15+1))), false},
		{"EOF twice", last(toChannel(msgChannelEOF, 0), toChannel(msgChannelEOF, 0)), false},
		{"CLOSE twice", last(toChannel(msgChannelClose, 0), toChannel(msgChannelClose, 0)), false},
		{"data behind EOF", last(toChannel(msgChannelEOF, 0), dataMessage(0, "x")), false},
		{"data behind CLOSE", last(toChannel(msgChannelClose, 0), dataMessage(0, "x")), false},
		{"requests behind CLOSE", last(toChannel(msgChannelClose, 0), requestMessage(0, "shell", true, nil), disconnect()), false},
	}
}

func disconnect() []byte {
	return gossh.Marshal(struct {
		Reason         uint32 `sshtype:"1"`
		Text, Language string
	}{11, "bye", ""})
}

// toChannel returns a message about a channel, with numbers after it.
func toChannel(message byte, numbers ...uint32) []byte {
	m := []byte{message}
	for _, n := range numbers {
		m = binary.BigEndian.AppendUint32(m, n)
	}
	return m
}

// moments returns the states in which a connection may end.
func moments() []moment {
	early := []burst{
		{"nothing", nil},
		{"a request", [][]byte{serviceRequest("nonsense")}},
		{"a hundred logins", repeat(100, refusedRequest("eve"))},
	}
	key := gossh.Signer(visitor)
	return []moment{
		{"the exchange of versions", func(*wire, string) error { return nil }, early},
		{"KEXINIT", func(w *wire, _ string) error { return w.send(hello()) }, early},
		{"within the key exchange", func(w *wire, _ string) error {
			return w.send(hello(), gossh.Marshal(struct {
				Public []byte `sshtype:"30"`
			}{append([]byte{9}, make([]byte, 31)...)}))
		}, early},
		{"the exchange of keys", func(w *wire, _ string) error { return w.exchange() }, early},
		{"the request for a service", func(w *wire, _ string) error { return beforeLogin(w) }, early},
		{"a key that is offered", func(w *wire, nick string) error {
			if err := beforeLogin(w); err != nil {
				return err
			}
			return w.acceptable(offer(nick, key))
		}, early},
		{"a signature that is wrong", func(w *wire, nick string) error {
			if err := beforeLogin(w); err != nil {
				return err
			}
			return w.send(w.signedBy(nick, key, []byte("something else")))
		}, early},
		{"a signature", func(w *wire, nick string) error {
			if err := beforeLogin(w); err != nil {
				return err
			}
			return w.send(w.signedBy(nick, key, nil))
		}, append(early, opens(1, 18, 0), opens(0, 18, 12000))},
		{"keyboard-interactive", func(w *wire, nick string) error {
			if err := beforeLogin(w); err != nil {
				return err
			}
			return w.send(interactiveRequest(nick))
		}, append(early, opens(1, 18, 0), opens(0, 18, 12000))},
		{"the login", loggedIn, late()},
		{"a session channel", opened(), within()},
		{"a session with a terminal", opened("pty-req"), within()},
		{"a session that talks", opened("shell"), within()},
		{"a terminal that talks", opened("pty-req", "shell"), within()},
	}
}

func loggedIn(w *wire, nick string) error {
	if err := w.exchange(); err != nil {
		return err
	}
	return w.login(nick)
}

// opened opens a session channel, and makes requests on it that are granted.
func opened(requests ...string) func(w *wire, nick string) error {
	return func(w *wire, nick string) error {
		if err := loggedIn(w, nick); err != nil {
			return err
		}
		channel, err := w.open(1 << 20)
		for _, r := range requests {
			if err == nil {
				err = w.ask(channel, r, payloads[r])
			}
		}
		return err
	}
}

// payloads are those of the requests that have one.
var payloads = map[string][]byte{
	"pty-req":       ptyRequest(),
	"window-change": windowChange(100, 30),
	"exec":          gossh.Marshal(struct{ Command string }{"/users"}),
	"env":           gossh.Marshal(struct{ Name, Value string }{"LC_ALL", "C"}),
}

// late returns the bursts after a login. Their counts are around 16, the number of messages
// of each kind that the library takes before it waits.
func late() (all []burst) {
	counts := []int{0, 1, 15, 16, 17, 18, 40}
	for _, before := range counts {
		for _, after := range counts {
			all = append(all, opens(before, after, 0))
		}
	}
	for _, before := range []int{0, 18} {
		for _, after := range []int{16, 17, 18, 40} {
			all = append(all, opens(before, after, 12_000))
		}
	}
	for _, n := range []int{17, 40} {
		all = append(all, burst{fmt.Sprintf("%d global requests", n), append(repeat(n, globalRequest()), openMessage("session", 0, 1<<20))})
	}
	session := [][]byte{openMessage("session", 0, 1<<20)}
	for _, b := range within() {
		all = append(all, burst{"a session and " + b.name, append(session[:1:1], b.messages...)})
	}
	return all
}

// opens returns a burst of channels opened before a session and after it, with payload bytes
// in each.
func opens(before, after, payload int) burst {
	other := append(openMessage("direct-tcpip", 1, 1<<20), make([]byte, payload)...)
	all := append(repeat(before, other), openMessage("session", 0, 1<<20))
	return burst{fmt.Sprintf("%d opens, a session, %d opens of %d bytes", before, after, payload), append(all, repeat(after, other)...)}
}

// within returns the bursts in a session channel, whose number is 0.
func within() (all []burst) {
	all = append(all, burst{"nothing", nil}, burst{"18 opens", opens(0, 18, 0).messages}, burst{"18 global requests", repeat(18, globalRequest())})
	for _, reply := range []bool{true, false} {
		for _, kind := range []string{"pty-req", "env", "exec", "shell", "window-change", "nonsense"} {
			all = append(all, burst{fmt.Sprintf("40 times %s, reply %t", kind, reply), repeat(40, requestMessage(0, kind, reply, payloads[kind]))})
		}
	}
	terminal := [][]byte{requestMessage(0, "pty-req", true, ptyRequest()), requestMessage(0, "shell", true, nil)}
	return append(all,
		burst{"a terminal of many sizes", append(terminal[:2:2], repeat(40, requestMessage(0, "window-change", false, windowChange(90, 30)))...)},
		burst{"a terminal and typing", append(terminal[:2:2], repeat(40, dataMessage(0, "hello\r"))...)},
		burst{"lines", append([][]byte{requestMessage(0, "shell", false, nil)}, repeat(40, dataMessage(0, "hello\n!users\n"))...)},
		burst{"large data", repeat(20, dataMessage(0, strings.Repeat("x", 1<<15)))},
		burst{"more than the window", repeat(65, dataMessage(0, strings.Repeat("x", 1<<15)))},
		burst{"standard error", repeat(40, gossh.Marshal(struct {
			Channel, Kind uint32 `sshtype:"95"`
			Text          string
		}{0, 1, strings.Repeat("x", 2000)}))},
		burst{"a command and its input", append([][]byte{requestMessage(0, "exec", true, gossh.Marshal(struct{ Command string }{"/say"}))}, repeat(40, dataMessage(0, "hello\n"))...)},
	)
}

func repeat(n int, message []byte) (all [][]byte) {
	for range n {
		all = append(all, message)
	}
	return all
}

// visitor is the key of all clients that log in with one.
var visitor = func() gossh.Signer {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		panic(err)
	}
	return signer
}()

// publicKey is a login with a key. Rest is its signature.
type publicKey struct {
	User, Service, Method string `sshtype:"50"`
	Signed                bool
	Algorithm             string
	Key                   []byte
	Rest                  []byte `ssh:"rest"`
}

// offer asks whether a key is welcome.
func offer(user string, key gossh.Signer) []byte {
	return gossh.Marshal(publicKey{user, "ssh-connection", "publickey", false, key.PublicKey().Type(), key.PublicKey().Marshal(), nil})
}

// signedBy returns a login with a key, whose signature is over something else if that is given.
func (w *wire) signedBy(user string, key gossh.Signer, over []byte) []byte {
	m := publicKey{user, "ssh-connection", "publickey", true, key.PublicKey().Type(), key.PublicKey().Marshal(), nil}
	if over == nil {
		over = append(gossh.Marshal(struct{ Session []byte }{w.session}), gossh.Marshal(m)...)
	}
	signature, err := key.Sign(rand.Reader, over)
	if err != nil {
		panic(err)
	}
	m.Rest = gossh.Marshal(struct{ Signature []byte }{gossh.Marshal(signature)})
	return gossh.Marshal(m)
}

// acceptable asks whether a login would be good, and waits for the answer that it would.
func (w *wire) acceptable(question []byte) error {
	if err := w.send(question); err != nil {
		return err
	}
	_, err := w.until(msgKeyWelcome)
	return err
}

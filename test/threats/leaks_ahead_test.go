//go:build e2e

package threats

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// The library reads sixteen packets ahead. If nothing takes these any more, its reading waits
// forever to add the next one, unless the server takes them.

// aheadOf comes as far as the client is taken, and then sends more than the server reads.
func aheadOf(come func(*wire) error, more [][]byte) func(s *server, from, nick string) error {
	return func(s *server, from, _ string) error {
		w, err := greet(s, from)
		if err != nil {
			return err
		}
		defer w.nc.Close()
		if err := come(w); err != nil {
			return err
		}
		if err := w.send(more...); err != nil {
			return err
		}
		_ = w.nc.SetReadDeadline(time.Now().Add(promptly(time.Second)))
		_, _ = io.Copy(io.Discard, w.nc) // until it is closed, or waits for its deadline
		return nil
	}
}

func beforeLogin(w *wire) error {
	if err := w.exchange(); err != nil {
		return err
	}
	if err := w.send(serviceRequest("ssh-userauth")); err != nil {
		return err
	}
	_, err := w.until(msgServiceAccept)
	return err
}

func afterLogin(w *wire) error {
	if err := w.exchange(); err != nil {
		return err
	}
	return w.login("eve")
}

func sixty(message []byte) [][]byte { return slices.Repeat([][]byte{message}, 60) }

func serviceRequest(name string) []byte {
	return gossh.Marshal(struct {
		Name string `sshtype:"5"`
	}{name})
}

// refusedRequest asks to log in by a method that is refused. More than 64 of them end the
// connection, and the library reads no further.
func refusedRequest(user string) []byte {
	return gossh.Marshal(struct {
		User, Service, Method string `sshtype:"50"`
	}{user, "ssh-connection", "hostbased"})
}

func globalRequest() []byte {
	return gossh.Marshal(struct {
		Kind  string `sshtype:"80"`
		Reply bool
	}{"nonsense", true})
}

// openedTooLate makes the answers to its requests fail, so that its session cannot be
// accepted although forty requests wait for it.
func openedTooLate(s *server, from, nick string) error {
	w, err := wired(s, from, nick)
	if err != nil {
		return err
	}
	all := append(slices.Repeat([][]byte{globalRequest()}, 6), openMessage("session", 0, 1<<20))
	all = append(all, slices.Repeat([][]byte{requestMessage(0, "env", false, nil)}, 40)...)
	err = w.send(all...)
	reset(w.nc)
	return err
}

// Row 14: a server stops although requests wait for sessions that were opened too late.
func TestThreat14_StopsWhateverWasOpenedTooLate(t *testing.T) {
	s := start(t, append([]string{"--drain", "2s"}, limitsOff...)...)
	for i := range 50 {
		if err := openedTooLate(s, address(i), fmt.Sprintf("n%d", i)); err != nil {
			t.Error(err)
		}
	}
	if err := s.stop(promptly(4 * time.Second)); err != nil {
		t.Error(err)
	}
}

// Row 5: a client that asks for thirty forwardings at once, as ssh -D does, is refused them
// and chats on. Answers come in the order of the requests.
func TestThreat05_AnswersComeInOrder(t *testing.T) {
	s := start(t, limitsOff...)
	for i := range 10 {
		w, err := wired(s, address(0), fmt.Sprintf("n%d", i))
		if err != nil {
			t.Fatal(err)
		}
		defer w.nc.Close()
		var all [][]byte
		for n := range uint32(30) {
			all = append(all, openMessage("direct-tcpip", n, 1<<20))
		}
		if err := w.send(all...); err != nil {
			t.Fatal(err)
		}
		for n := range uint32(30) {
			if m, err := w.until(msgChannelRefused); err != nil || m[4] != byte(n) {
				t.Fatalf("forwarding %d: %v, %v", n, m, err)
			}
		}
		channel, err := w.open(1 << 20)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.send(requestMessage(channel, "pty-req", true, ptyRequest()),
			requestMessage(channel, "env", true, gossh.Marshal(struct{ Name, Value string }{"LD_PRELOAD", "x"}))); err != nil {
			t.Fatal(err)
		}
		for _, want := range []byte{msgRequestDone, msgRequestFailed} {
			for {
				m, err := w.receive()
				if err != nil {
					t.Fatal(err)
				}
				if m[0] != msgRequestDone && m[0] != msgRequestFailed {
					continue
				}
				if m[0] != want {
					t.Errorf("got message %d, want %d", m[0], want)
				}
				break
			}
		}
	}
}

package conformance

import (
	"io"
	"net"
	"testing"
)

// person takes part in a scene: a name for the reader of a failure, the nick they
// ask for, and the key they have.
type person struct {
	name string
	user string // the nick on the raw port, the user name of ssh
	key  string // whose key; empty for a guest
}

func someone(name string) person { return person{name: name, user: name, key: name} }

// again is the same person with one session more.
func (p person) again() person { p.name += " again"; return p }

// as is the same person under another user name.
func (p person) as(user string) person { p.name += " as " + user; p.user = user; return p }

// withoutKey is a guest who asks for the same nick.
func (p person) withoutKey() person { p.name += " without a key"; p.key = ""; return p }

// withOtherKey is someone else who asks for the same nick.
func (p person) withOtherKey() person { p.name += " with another key"; p.key += "'s rival"; return p }

// Those who play in the scenes.
var ann, bob, cyd, dan = someone("ann"), someone("bob"), someone("cyd"), someone("dan")

// client is one connection of a person.
type client struct {
	tape     *tape // what the server sends; of ssh, what it prints
	in       io.WriteCloser
	endInput func() error        // end of input: half-close
	drop     func()              // the network is lost
	left     func() (end string) // how the program ended, if it is one and did not end well
	status   func() (int, error) // waits for ssh to end; nil on the raw port
	errors   *tape               // what ssh writes to standard error; nil on the raw port
	seated   bool                // has a nick: what it sends is carried out
	inJSON   bool                // is sent JSON
}

// dialer connects people.
type dialer interface {
	// connect opens a connection. On the raw port nothing is sent.
	connect(t testing.TB, s *server, p person) *client
	// introduce tells the nick, where that is not told by connecting.
	introduce(c *client, p person) error
}

// rawPort dials the raw port.
type rawPort struct{}

func (rawPort) connect(t testing.TB, s *server, _ person) *client {
	t.Helper()
	conn, err := net.DialTCP("tcp", nil, s.tcp)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{
		tape: newTape(), in: conn, endInput: conn.CloseWrite,
		drop: func() { _, _ = conn.SetLinger(0), conn.Close() }, // a reset
		left: func() string { return "" },
	}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		_, err := io.Copy(c.tape, conn)
		c.tape.ended(err)
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-heard
	})
	return c
}

func (rawPort) introduce(c *client, p person) error {
	_, err := io.WriteString(c.in, p.user+"\r\n")
	return err
}

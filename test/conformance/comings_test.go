package conformance

import (
	"errors"
	"fmt"
	"slices"
)

// The steps by which people come and go.

// connects opens a connection and sends nothing.
func (p person) connects() step {
	return step{p.name + " connects", func(st *stage) error {
		st.enter(p, st.dialer)
		return nil
	}}
}

// connectsRaw is connects by the raw port, in a scene that is otherwise about ssh.
func (p person) connectsRaw() step {
	return step{p.name + " connects to the raw port", func(st *stage) error {
		st.enter(p, rawPort{})
		return nil
	}}
}

func (st *stage) enter(p person, d dialer) *client {
	c := d.connect(st.t, st.server, p)
	if !slices.Contains(st.order, p) {
		st.order = append(st.order, p)
	}
	st.clients[p] = c
	return c
}

// joins connects, says the nick and waits until that is accepted.
func (p person) joins() step {
	return step{p.name + " joins", func(st *stage) error { return st.seat(p, st.dialer) }}
}

// joinsRaw is joins by the raw port, in a scene that is otherwise about ssh.
func (p person) joinsRaw() step {
	return step{p.name + " joins by the raw port", func(st *stage) error { return st.seat(p, rawPort{}) }}
}

// joinsBySSH is joins by ssh, in a scene that is otherwise about any port.
func (p person) joinsBySSH() step {
	return step{p.name + " joins by ssh", func(st *stage) error {
		needSSH(st.t)
		return st.seat(p, secureShell{})
	}}
}

func (st *stage) seat(p person, d dialer) error {
	c := st.enter(p, d)
	if err := d.introduce(c, p); err != nil {
		return err
	}
	if err := p.nothing().do(st); err != nil {
		return fmt.Errorf("%w %s", err, c.left())
	}
	return nil
}

// ends sends nothing more: end of input, while the connection is still open.
func (p person) ends() step {
	return p.act("ends the input", func(_ *stage, c *client) error {
		c.seated = false
		return c.endInput()
	})
}

// closed finds the connection closed by the server, with nothing before that.
func (p person) closed() step {
	return p.watch("is closed", func(_ *stage, c *client) error {
		c.seated = false
		if err := c.tape.seeEnd(); err != nil {
			return err
		}
		if how := c.left(); how != "" {
			return errors.New(how)
		}
		return nil
	})
}

// drops loses the network.
func (p person) drops() step {
	return p.act("loses the connection", func(_ *stage, c *client) error {
		c.seated = false
		c.drop()
		return nil
	})
}

// leaves ends the input and waits until the server has seen to it.
func (p person) leaves() step {
	return step{p.name + " leaves", func(st *stage) error {
		if err := p.ends().do(st); err != nil {
			return err
		}
		return p.closed().do(st)
	}}
}

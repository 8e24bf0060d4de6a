package conformance

import (
	"fmt"
	"io"
	"regexp"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// step is one line of a scene.
type step struct {
	says string // for the reader of a failure
	do   func(*stage) error
}

// stage is where a scene is played: a server, a way to it, and who is connected.
type stage struct {
	t       testing.TB
	server  *server
	dialer  dialer
	clients map[person]*client
	order   []person // its people, as they came
	asked   int      // barriers so far
}

func newStage(t testing.TB, s *server, d dialer) *stage {
	return &stage{t: t, server: s, dialer: d, clients: make(map[person]*client)}
}

// play plays steps, then makes sure that no one received anything besides.
func (st *stage) play(steps ...step) {
	st.t.Helper()
	for i, s := range steps {
		st.play1(fmt.Sprintf("step %d", i+1), s)
	}
	// The first round has everything carried out, the second finds what came of it.
	for range 2 {
		for _, p := range st.order {
			if st.clients[p].seated {
				st.play1("in the end", p.nothing())
			}
		}
	}
}

func (st *stage) play1(when string, s step) {
	st.t.Helper()
	if err := s.do(st); err != nil {
		st.t.Fatalf("%s, %s: %v", when, s.says, err)
	}
}

// act is a step of someone who is on the stage.
func (p person) act(says string, do func(*stage, *client) error) step {
	return step{p.name + " " + says, func(st *stage) error {
		c := st.clients[p]
		if c == nil {
			return fmt.Errorf("%s is not on the stage", p.name)
		}
		return do(st, c)
	}}
}

// watch is an act of someone who looks at what came.
func (p person) watch(says string, do func(*stage, *client) error) step {
	return p.act(says, func(st *stage, c *client) error {
		err := do(st, c)
		if err != nil {
			err = fmt.Errorf("%w; what came is %s", err, c.tape.shown())
		}
		return err
	})
}

// sends sends exactly these bytes, in one write.
func (p person) sends(text string) step {
	return p.act("sends "+short(text), func(_ *stage, c *client) error {
		_, err := io.WriteString(c.in, text)
		return err
	})
}

// drips sends these bytes one at a time.
func (p person) drips(text string) step {
	return p.act("sends byte by byte "+short(text), func(_ *stage, c *client) error {
		for i := range len(text) {
			if _, err := io.WriteString(c.in, text[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// sees receives exactly these bytes next.
func (p person) sees(text string) step {
	return p.watch("sees "+short(text), func(_ *stage, c *client) error { return c.tape.see(text) })
}

// seesLike receives a line next, and re matches it with its CR LF.
func (p person) seesLike(re string) step {
	return p.watch("sees a line like "+re, func(_ *stage, c *client) error {
		line, err := c.tape.line()
		if err == nil && !regexp.MustCompile(`\A(?:`+re+`)\r\n\z`).MatchString(line) {
			err = fmt.Errorf("%w: %q", errOther, line)
		}
		return err
	})
}

// skipsToLike receives lines up to one that re matches, whatever the others are.
func (p person) skipsToLike(re string) step {
	want := regexp.MustCompile(`\A(?:` + re + `)\r\n\z`)
	return p.watch("skips to a line like "+re, func(_ *stage, c *client) error {
		for {
			line, err := c.tape.line()
			if err != nil || want.MatchString(line) {
				return err
			}
		}
	})
}

// seesWithKey is seesLike of a format with the fingerprint of whose key.
func (p person) seesWithKey(format string, whose person) step {
	return step{p.name + " sees the key of " + whose.name + " in a line like " + format, func(st *stage) error {
		fingerprint := ssh.FingerprintSHA256(keyOf(st.t, whose.key).Signer().PublicKey())
		return p.seesLike(fmt.Sprintf(format, regexp.QuoteMeta(fingerprint))).do(st)
	}}
}

// skipsTo receives lines up to this one, whatever they are.
func (p person) skipsTo(text string) step {
	return p.watch("skips to "+short(text), func(_ *stage, c *client) error {
		for {
			line, err := c.tape.line()
			if err != nil || line == text {
				return err
			}
		}
	})
}

// nothing receives nothing that was not seen yet. It is a barrier too: all that p
// sent before is carried out, for p asks for something and gets the answer next.
func (p person) nothing() step {
	return p.watch("sees nothing more", func(st *stage, c *client) error {
		c.seated = true
		question, answer := st.barrier()
		if _, err := io.WriteString(c.in, question); err != nil {
			return err
		}
		if c.inJSON {
			return p.seesLike(inJSON(answer)).do(st)
		}
		return c.tape.see(answer)
	})
}

// barrier is a question with an answer that nothing else has.
func (st *stage) barrier() (question, answer string) {
	st.asked++
	return fmt.Sprintf("!barrier%d\r\n", st.asked), fmt.Sprintf("!error unknown command: !barrier%d (try !help)\r\n", st.asked)
}

// seesLines asks for something that is answered in several lines, and check
// looks at them.
func (p person) seesLines(question string, check func(lines []string) error) step {
	return p.watch("asks "+short(question), func(st *stage, c *client) error {
		barrier, last := st.barrier()
		if _, err := io.WriteString(c.in, question+barrier); err != nil {
			return err
		}
		var lines []string
		for {
			line, err := c.tape.line()
			if err != nil {
				return err
			}
			if line == last {
				return check(lines)
			}
			lines = append(lines, line)
		}
	})
}

// asksUntil asks until the answer is so: for what the server can only notice some
// time later, as a lost connection.
func (p person) asksUntil(question, answer string) step {
	return p.watch(fmt.Sprintf("asks %q until the answer is %q", question, answer), func(_ *stage, c *client) error {
		last := ""
		for late := time.Now().Add(patience); time.Now().Before(late); {
			if _, err := io.WriteString(c.in, question); err != nil {
				return err
			}
			line, err := c.tape.line()
			if err != nil || line == answer {
				return err
			}
			last = line
		}
		return fmt.Errorf("it is still %q", last)
	})
}

// aSecondPasses has the server tell its news. In use it does so once a second; here it
// never does so by itself, so that no scene depends on the time it takes.
func aSecondPasses() step {
	return step{"a second passes", func(st *stage) error {
		st.server.core.Tick()
		return nil
	}}
}

// theServerStops begins to stop the server, as a signal does.
func theServerStops() step {
	return step{"the server stops", func(st *stage) error {
		go st.server.stop() // the test waits for it in the end
		return nil
	}}
}

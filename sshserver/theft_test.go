package sshserver

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// Row 11: no one can pass for another. Thieves log in under every spelling of the nicks of
// those online: with keys of others for which they cannot sign, with keys of their own, and
// with none. Those who get in say a line, and Bob receives it with its sender.
func TestThreat11_NickTheft(t *testing.T) {
	attempts := 400
	if full {
		attempts = 10_000
	}
	c := newCrime(t)
	for range attempts {
		c.attempt()
		if len(c.tried)%50 == 0 {
			c.judge()
		}
	}
	c.judge()
	c.victimsAreThere()
	t.Logf("%d attempts, %d came to speak: %d as the holder of a victim's key, %d with a key of their own, %d as guests",
		attempts, c.in, c.asThemselves, c.verified, c.in-c.asThemselves-c.verified)
	if c.asThemselves == 0 || c.verified == 0 || c.in == c.asThemselves+c.verified {
		t.Error("some kind of those who may speak never did")
	}
}

// crime is a chat with victims, and what thieves have tried.
type crime struct {
	t testing.TB
	*serverUnderTest
	hostile
	raw     string
	bob     *talker
	ears    *tape
	victims []*victim
	tried   []try

	judged, in, asThemselves, verified int
}

// victim is a person online, or a name that is reserved.
type victim struct {
	nick string
	key  gossh.Signer       // nil if the name is reserved
	old  []*gossh.Signature // signatures that were once valid
	said *talker
	ears *tape
}

// try is what one attempt proved.
type try struct {
	what     string
	identity string // of the key that signed last; empty for a guest
	holder   *victim
}

func newCrime(t testing.TB) *crime {
	c := &crime{t: t, serverUnderTest: newServer(t, nil), hostile: newHostile(11)}
	c.raw = c.rawPort(t)
	c.bob = c.plain(t, "bob", newKey(t))
	c.bob.say(t, "!echo on\n!format json")
	c.ears = record(c.bob.out)
	for _, nick := range []string{"alice", "René", "uve"} {
		v := &victim{nick: nick, key: newKey(t)}
		v.said = c.plain(t, nick, v.key)
		v.ears = record(v.said.out)
		for _, data := range []string{"", "another session"} {
			old, err := v.key.Sign(nil, []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			v.old = append(v.old, old)
		}
		c.victims = append(c.victims, v)
	}
	for _, nick := range []string{"server", "parley", "you"} {
		c.victims = append(c.victims, &victim{nick: nick})
	}
	return c
}

// attempt tries to log in as a victim. If it gets in, it says its mark.
func (c *crime) attempt() {
	v := c.victims[c.IntN(len(c.victims))]
	mark := fmt.Sprintf("mark %d", len(c.tried))
	if c.IntN(5) == 0 {
		c.tried = append(c.tried, try{what: "raw"})
		c.overRaw(v, mark)
		return
	}
	credentials := c.credentials(v)
	user := c.user(v)
	nc := c.inMemory()
	defer nc.Close()
	conn, channels, requests, err := gossh.NewClientConn(nc, "test", credentials.config(user))
	c.tried = append(c.tried, try{fmt.Sprintf("%+q with %s", user, credentials.what), credentials.signed, credentials.holder()})
	if err != nil {
		return
	}
	client := gossh.NewClient(conn, channels, requests)
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		c.t.Fatal(err)
	}
	c.speak(session, v, mark)
}

// speak says mark in a session of some kind, and waits for its end.
func (c *crime) speak(session *gossh.Session, v *victim, mark string) {
	var lines string
	switch c.IntN(4) {
	case 0:
		_ = session.Run(mark) // the exit status does not matter
		return
	case 1:
		if err := session.RequestPty("xterm", 24, 80, nil); err != nil {
			c.t.Fatal(err)
		}
		lines = c.spelling(v) + "\r" + mark + "\r/nick " + c.spelling(v) + "\r" + mark + "\r/quit\r\x04"
	case 2:
		lines = mark + "\n!nick " + c.spelling(v) + "\n" + mark + "\n"
	case 3:
		lines = "!nick someone\n!nick " + c.spelling(v) + "\n" + mark + "\n"
	}
	session.Stdin = strings.NewReader(lines)
	if err := session.Shell(); err != nil {
		c.t.Fatal(err)
	}
	_ = session.Wait()
}

// overRaw takes two nicks on the raw port.
func (c *crime) overRaw(v *victim, mark string) {
	nc := dial(c.t, c.raw)
	defer nc.Close()
	nick := c.spelling(v)
	if c.IntN(2) == 0 {
		nick = "thief"
	}
	_, _ = fmt.Fprintf(nc, "%s\n%s\n!nick %s\n%s\n!quit\n", nick, mark, c.spelling(v), mark) // the connection may be closed by then
	_, _ = io.Copy(io.Discard, nc)
}

// judge checks what was said, and by whom.
func (c *crime) judge() {
	c.t.Helper()
	c.judged++
	last := fmt.Sprintf("judgement %d", c.judged)
	c.bob.say(c.t, "%s", last)
	for line := range strings.Lines(string(c.ears.play(c.t, last, "\r\n"))) {
		var e heard
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			c.t.Fatalf("%v: %q", err, line)
		}
		var n int
		if _, err := fmt.Sscanf(e.Text, "mark %d", &n); err == nil {
			c.judgeOne(e, c.tried[n])
		}
	}
}

// judgeOne checks a thief who got in and spoke.
func (c *crime) judgeOne(e heard, tried try) {
	c.in++
	switch {
	case tried.holder != nil:
		c.asThemselves++
	case tried.identity != "":
		c.verified++
	}
	if e.Identity != tried.identity {
		c.t.Errorf("%s: speaks as %+q of the key %q, and signed with %q", tried.what, e.From, e.Identity, tried.identity)
	}
	if v := c.resembled(e.From); v != nil && v != tried.holder {
		c.t.Errorf("%s: speaks as %s (%+q), who is %s", tried.what, e.From, e.From, v.nick)
	}
}

// victimsAreThere fails the test if a victim's session has ended or lost its identity.
func (c *crime) victimsAreThere() {
	c.t.Helper()
	for _, v := range c.victims {
		if v.key != nil {
			v.said.say(c.t, "!whois %s", v.nick)
			v.ears.play(c.t, " is verified, key "+gossh.FingerprintSHA256(v.key.PublicKey()), "\r\n")
		}
	}
}

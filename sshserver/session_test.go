package sshserver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/chatcore"
	"parley/internal/input"
)

// talker is the client's side of a session that reads lines.
type talker struct {
	*gossh.Session
	in     io.WriteCloser
	out    *bufio.Reader
	errors *bytes.Buffer
}

func open(t testing.TB, c *gossh.Client) *talker {
	t.Helper()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errors := new(bytes.Buffer)
	s.Stderr = errors
	return &talker{s, in, bufio.NewReader(out), errors}
}

// plain begins a session without a terminal.
func (s *serverUnderTest) plain(t testing.TB, user string, key gossh.Signer) *talker {
	t.Helper()
	k := open(t, login(t, s.inMemory(), clientConfig(user, key)))
	if err := k.Shell(); err != nil {
		t.Fatal(err)
	}
	k.say(t, "!help back") // the answer shows that the session exists
	k.expect(t, "! !back", "! say that you are back", "! example: !back")
	return k
}

func (k *talker) say(t testing.TB, format string, args ...any) {
	t.Helper()
	if _, err := fmt.Fprintf(k.in, format+"\n", args...); err != nil {
		t.Fatal(err)
	}
}

func (k *talker) expect(t testing.TB, lines ...string) {
	t.Helper()
	for _, want := range lines {
		got, err := k.out.ReadString('\n')
		if got = strings.TrimRight(got, "\r\n"); err != nil || got != want {
			t.Fatalf("got %q, %v; want %q", got, err, want)
		}
	}
}

// status returns the exit status of a finished session, or -1 if there was none.
func status(err error) int {
	var exit *gossh.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitStatus()
	}
	return -1
}

// run runs a command session.
func (s *serverUnderTest) run(t testing.TB, user string, key gossh.Signer, command, stdin string) (out, complaint string, code int) {
	t.Helper()
	session, err := login(t, s.inMemory(), clientConfig(user, key)).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	session.Stdin, session.Stdout, session.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err = session.Run(command)
	return stdout.String(), stderr.String(), status(err)
}

func TestCommandSessions(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	ann.say(t, "!enter ops")
	ann.say(t, "!notices on")
	bot := newKey(t)
	for _, tt := range []struct {
		name, command, stdin string
		out, complaint       string
		code                 int
		heard                []string // received by ann, who is in ops
	}{
		{"a list goes to standard output", "/users", "", "ann\n", "", 0, nil},
		{"with ! as with /", "!members ops", "", "ann\n", "", 0, nil},
		{"text is said to everyone", "hello all", "", "", "", 0, []string{"bot: hello all"}},
		{"an existing room needs no entering", "@ops done", "", "", "", 0, []string{"@ops bot: done"}},
		{"a private line", "#ann psst", "", "", "", 0, []string{"#bot: psst"}},
		{"//text says /text", "//shrug", "", "", "", 0, []string{"bot: /shrug"}},
		{"an emote", "/me waves", "", "", "", 0, []string{"* bot waves"}},
		{"no such room", "@nowhere hi", "", "", "!error no such room: nowhere\n", 1, nil},
		{"no such user", "#nobody hi", "", "", "!error no such user: nobody\n", 1, nil},
		{"not understood", "/nonsense", "", "", "!error unknown command: !nonsense (try !help)\n", 2, nil},
		{"what is missing", "/enter", "", "", "!error usage: !enter room\n", 2, nil},
		{"nobody is there to enter", "/enter ops", "", "", "!error not online: bot has no session that stays in a room\n", 1, nil},
		{"two lines are no command", "a\nb", "", "", "!error usage: one line; for more use standard input: ssh host /say < file\n", 2, nil},
		{"standard input to a room", "@ops", "one\n\ntwo\r\n three", "", "", 0, []string{"@ops bot: one", "@ops bot: two", "@ops bot:  three"}},
		{"standard input to someone", "#ann", "one\n#two\n", "", "", 0, []string{"#bot: one", "#bot: #two"}},
		{"standard input to everyone", "/say", "!users\n", "", "", 0, []string{"bot: !users"}},
		{"standard input to nobody", "@nowhere", "one\n", "", "!error no such room: nowhere\n", 1, nil},
		{"a line too long is left out and told", "/say", "one\n" + strings.Repeat("x", 5000) + "\ntwo\n", "",
			"!error line too long: 4096 bytes at most\n", 1, []string{"bot: one", "bot: two"}},
		{"a command too long", strings.Repeat("x", 4097), "", "", "!error line too long: 4096 bytes at most\n", 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, complaint, code := s.run(t, "bot", bot, tt.command, tt.stdin)
			if out != tt.out || complaint != tt.complaint || code != tt.code {
				t.Errorf("printed %q, complained %q, status %d", out, complaint, code)
			}
			ann.say(t, "!rooms") // a barrier: the answer shows that nothing else was received
			ann.expect(t, append(tt.heard, "ops")...)
		})
	}
}

func TestSameKeyIsSamePerson(t *testing.T) {
	s := newServer(t, nil)
	key := newKey(t)
	one, bob := s.plain(t, "ann+dev", key), s.plain(t, "bob", newKey(t))
	two := s.plain(t, "ANN", key)
	bob.say(t, "!users")
	bob.expect(t, "ann bob")
	bob.say(t, "!enter dev")
	bob.say(t, "@dev hi")
	one.expect(t, "@dev bob: hi")
	two.expect(t, "@dev bob: hi")
	one.say(t, "to the room")
	bob.expect(t, "@dev ann: to the room")
	two.expect(t, "@dev ann: to the room")
	_ = one.in.Close()
	if code := status(one.Wait()); code != 0 {
		t.Errorf("the first session ended with status %d", code)
	}
	bob.say(t, "!members dev")
	bob.expect(t, "ann bob")
	_ = two.in.Close()
	if code := status(two.Wait()); code != 0 {
		t.Errorf("the second session ended with status %d", code)
	}
	bob.say(t, "!members dev")
	bob.expect(t, "bob")
}

func TestNickOfSomeoneElse(t *testing.T) {
	s := newServer(t, nil)
	s.plain(t, "ann", newKey(t))
	for name, key := range map[string]gossh.Signer{"another key": newKey(t), "a guest": nil} {
		for _, command := range []string{"/users", "/tail"} {
			_, complaint, code := s.run(t, "ann", key, command, "")
			if complaint != "!error nick in use: ann\n" || code != 1 {
				t.Errorf("%s, %s: complained %q, status %d", name, command, complaint, code)
			}
		}
		k := open(t, login(t, s.inMemory(), clientConfig("аnn", key))) // a Cyrillic а
		if err := k.Shell(); err != nil {
			t.Fatal(err)
		}
		if code := status(k.Wait()); k.errors.String() != "!error nick in use: аnn\n" || code != 1 {
			t.Errorf("%s, plain: complained %q, status %d", name, k.errors, code)
		}
	}
}

func TestTail(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	ann.say(t, "!enter ops")
	tail := func(command string) *talker {
		k := open(t, login(t, s.inMemory(), clientConfig("log", newKey(t))))
		if err := k.Start(command); err != nil {
			t.Fatal(err)
		}
		_ = k.in.Close() // the end of its input does not end the session
		return k
	}
	public := tail("/tail")
	ann.waitFor(t, "ann log")
	ann.say(t, "@ops not public")
	ann.say(t, "public")
	public.expect(t, "ann: public")
	_ = public.Close()
	ann.waitFor(t, "ann")

	room := tail("/tail @ops")
	ann.waitFor(t, "ann log")
	ann.say(t, "!members ops")
	ann.expect(t, "ann")
	ann.say(t, "public")
	ann.say(t, "@ops to the room")
	room.expect(t, "@ops ann: to the room")

	for command, want := range map[string]string{
		"/tail @nowhere": "!error no such room: nowhere\n",
		"/tail ops":      "!error usage: /tail [@room]\n",
	} {
		if _, complaint, _ := s.run(t, "x", nil, command, ""); complaint != want {
			t.Errorf("%s: complained %q", command, complaint)
		}
	}
}

// waitFor asks who is online until the answer is want, because sessions begin and end
// concurrently on their own connections.
func (k *talker) waitFor(t *testing.T, want string) {
	t.Helper()
	for range 1000 {
		k.say(t, "!users")
		got, err := k.out.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimRight(got, "\r\n") == want {
			return
		}
	}
	t.Fatalf("%q never were online", want)
}

func TestIdentityIsTheKeyThatSigned(t *testing.T) {
	s := newServer(t, nil)
	offered, signed := newKey(t), newKey(t)
	c := clientConfig("ann", nil)
	c.Auth = []gossh.AuthMethod{gossh.PublicKeys(onlyOffered{offered}, signed)}
	k := open(t, login(t, s.inMemory(), c))
	if err := k.Shell(); err != nil {
		t.Fatal(err)
	}
	k.say(t, "!whois ann")
	k.expect(t, "! ann is verified, key "+gossh.FingerprintSHA256(signed.PublicKey()))

	c.User, c.Auth = "eve", []gossh.AuthMethod{gossh.PublicKeys(onlyOffered{offered}), clientConfig("", nil).Auth[0]}
	k = open(t, login(t, s.inMemory(), c))
	if err := k.Shell(); err != nil {
		t.Fatal(err)
	}
	k.say(t, "!whois eve")
	k.expect(t, "! eve is a guest")
}

// onlyOffered is a key that a client offers but does not sign with. When it is asked the
// second time, after the server has accepted the key, it is a different key.
type onlyOffered struct{ gossh.Signer }

func (o onlyOffered) PublicKey() gossh.PublicKey { return &fleeting{PublicKey: o.Signer.PublicKey()} }

type fleeting struct {
	gossh.PublicKey
	asked int
}

func (f *fleeting) Marshal() []byte {
	if f.asked++; f.asked == 1 {
		return f.PublicKey.Marshal()
	}
	return nil
}

func TestGuestsOff(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Guests = false })
	c, said := clientConfig("ann", nil), ""
	c.BannerCallback = func(message string) error { said += message; return nil }
	if _, _, _, err := gossh.NewClientConn(s.inMemory(), "test", c); err == nil {
		t.Error("a guest was let in")
	}
	if !strings.Contains(said, "ssh-keygen") {
		t.Errorf("a guest is told %q", said)
	}
	s.plain(t, "bob", newKey(t))
}

func TestCertificatesAreRefused(t *testing.T) {
	s := newServer(t, func(o *Options) { o.Guests = false })
	key, authority := newKey(t), newKey(t)
	cert := &gossh.Certificate{Key: key.PublicKey(), CertType: gossh.UserCert, ValidBefore: gossh.CertTimeInfinity}
	if err := cert.SignCert(strings.NewReader(strings.Repeat("x", 64)), authority); err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewCertSigner(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := gossh.NewClientConn(s.inMemory(), "test", clientConfig("ann", signer)); err == nil {
		t.Error("a certificate was let in")
	}
}

func TestShutdownTellsAndEnds(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	s.core.Shutdown("server is going down")
	ann.expect(t, "! server is going down")
	if code := status(ann.Wait()); code != 0 {
		t.Errorf("status %d", code)
	}
}

// With fake time, the deadlines are exact.
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		begun := time.Now()
		after := func(what string, want time.Duration) {
			t.Helper()
			if got := time.Since(begun); got != want {
				t.Errorf("%s: closed after %v, want %v", what, got, want)
			}
			begun = time.Now()
		}
		silent := s.inMemory()
		_, _ = io.Copy(io.Discard, silent)
		after("no handshake", 20*time.Second)

		c := login(t, s.inMemory(), clientConfig("ann", newKey(t)))
		begun = time.Now()
		_ = c.Wait()
		after("no session channel", 50*time.Second)

		c = login(t, s.inMemory(), clientConfig("ann", newKey(t)))
		begun = time.Now()
		sessionChannel(t, c)
		_ = c.Wait()
		after("no shell", 30*time.Second)

		k := s.plain(t, "ann", newKey(t))
		begun = time.Now()
		time.Sleep(10 * time.Minute) // fake time: the client answers keepalives
		k.say(t, "!users")
		k.expect(t, "ann")
	})
}

// Row 12: a client with a dead network is noticed, because it answers no keepalive.
func TestThreat12_DeadNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		ours, theirs := memoryPipe(1 << 20)
		wire, far := memoryPipe(1 << 20)
		s.conns.Handle(theirs, s.serve)
		go func() { _, _ = io.Copy(far, ours) }()
		cut := make(chan struct{})
		go func() { // what the client sends arrives until the network is cut
			buf := make([]byte, 4096)
			for {
				n, err := far.Read(buf)
				if err != nil {
					return
				}
				select {
				case <-cut:
				default:
					_, _ = ours.Write(buf[:n])
				}
			}
		}()
		k := open(t, login(t, wire, clientConfig("ann", newKey(t))))
		if err := k.Shell(); err != nil {
			t.Fatal(err)
		}
		k.say(t, "!users")
		k.expect(t, "ann")
		close(cut)
		time.Sleep(95 * time.Second)
		synctest.Wait()
		if st := s.core.Stats(); st.Users != 0 || st.Closed[chatcore.Dead] != 1 {
			t.Errorf("after 95 s: %d users, closed: %v", st.Users, st.Closed)
		}
		_ = ours.Close()
	})
}

// A client never opens its window, while others talk in the same channel.
func TestStuckReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, nil)
		ann, bob := s.plain(t, "ann", newKey(t)), s.plain(t, "bob", newKey(t))
		stuck := s.plain(t, "stuck", newKey(t)) // its output is not read from here on
		text := strings.Repeat("x", 4000)
		const lines = 1000 // 4 MB: over the window of 2 MiB and the outbox
		go func() {
			for i := range lines {
				_, _ = fmt.Fprintf(ann.in, "%d %s\n", i, text)
			}
		}()
		begun := time.Now()
		for i := range lines {
			bob.expect(t, fmt.Sprintf("ann: %d %s", i, text))
		}
		if d := time.Since(begun); d > time.Second {
			t.Errorf("the other waited %v", d)
		}
		time.Sleep(15 * time.Second)
		synctest.Wait()
		st := s.core.Stats()
		if st.Users != 2 || st.Closed[chatcore.TooSlow]+st.Closed[chatcore.Stalled] != 1 || st.Owed != 0 {
			t.Errorf("%d users, %d bytes owed, closed: %v", st.Users, st.Owed, st.Closed)
		}
		_ = stuck.Close()
	})
}

// With the default rate limit, pasted lines are read later, and none is lost.
func TestPasteIsSlowedNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, func(o *Options) { o.Input = input.Limits{MaxLine: 4096, Rate: 5, Burst: 10} })
		ann, bob := s.plain(t, "ann", newKey(t)), s.plain(t, "bob", newKey(t))
		time.Sleep(time.Minute)
		begun := time.Now()
		go func() {
			for i := range 2000 {
				_, _ = fmt.Fprintf(ann.in, "line %d\n", i)
			}
		}()
		for i := range 2000 {
			bob.expect(t, fmt.Sprintf("ann: line %d", i))
		}
		if d := time.Since(begun).Round(time.Second); d != 398*time.Second {
			t.Errorf("took %v, want 398 s", d)
		}
	})
}

// Pasted lines that are not carried out yet do not outlive the connection, and the nick
// becomes free.
func TestLostConnectionEndsWhatIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(t, func(o *Options) { o.Input = input.Limits{MaxLine: 4096, Rate: 5, Burst: 10} })
		bob := s.plain(t, "bob", newKey(t))
		nc := s.inMemory()
		ann := open(t, login(t, nc, clientConfig("ann", newKey(t))))
		if err := ann.Shell(); err != nil {
			t.Fatal(err)
		}
		ann.say(t, "%s", strings.Repeat("x\n", 5000))
		bob.expect(t, "ann: x")
		_ = nc.Close()
		synctest.Wait()
		if st := s.core.Stats(); st.Users != 1 || st.Closed[chatcore.HungUp] != 1 {
			t.Errorf("%d users, closed: %v", st.Users, st.Closed)
		}
	})
}

// A post whose connection is lost in the middle of a line does not say the half line.
func TestLostPostSaysNoHalfLine(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	nc := s.inMemory()
	bot := open(t, login(t, nc, clientConfig("bot", newKey(t))))
	if err := bot.Start("/say"); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(bot.in, "whole\nhalf of a li")
	ann.expect(t, "bot: whole")
	_ = nc.Close()
	settles(t, "sessions", 1, func() int {
		st := s.core.Stats()
		return st.Sessions[chatcore.Plain] + st.Sessions[chatcore.Command]
	})
	if st := s.core.Stats(); st.Closed[chatcore.HungUp] != 1 {
		t.Errorf("closed: %v", st.Closed)
	}
	ann.say(t, "!rooms")
	ann.expect(t, "")
}

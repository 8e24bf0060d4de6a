//go:build e2e

package threats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// evil is what an attacker would like to see in a log or on another's terminal: a line of
// their own, colours, a title, C1, and text that runs backwards.
const evil = "evil\x1b[31m\ntime=2026-01-01T00:00:00.000Z level=ERROR msg=forged\r\n{\"level\":\"ERROR\",\"msg\":\"forged\"}\n" +
	"\x1b]0;title\a\u009b2J\x9b31m\x00\x7f\b\u202e\u2028\u0085"

// long is more of anything than anyone needs.
var long = strings.Repeat("long\x1b", 6000)

// longUser is nearly as long as a user name may be.
var longUser = long[:240]

// Row 19: what people choose is harmless and bounded wherever it is shown.
func TestThreat19_Injection(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			s := start(t, append([]string{"--log-format", format, "--log-level", "debug"}, limitsOff...)...)
			h := overhear(t, s)
			look := newLooker(t, s)
			injectRaw(t, s)
			injectSSH(t, s)
			look.around(t)
			h.judge(t)
			all, err := s.metrics()
			if err != nil {
				t.Fatal(err)
			}
			for name := range all {
				unsafeLines(t, "a metric", name)
			}
			if err := s.stop(12 * time.Second); err != nil {
				t.Error(err)
			}
			judgeLog(t, s.logged(), format)
		})
	}
}

// injectRaw says evil things wherever the raw port takes words.
func injectRaw(t *testing.T, s *server) {
	t.Helper()
	for i, nick := range []string{evil, long, "e\x1bvil", "e\u009bvil", "e\x9bvil", "evil\x00", "e\u202evil"} {
		nc := mustDial(t, address(100+i), s.tcp)
		_ = nc.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.WriteString(nc, nick+"\n") // fails if it is already closed
		if said, _ := io.ReadAll(nc); len(said) > 0 {
			t.Errorf("%.20q is a nick: the server says %q", nick, said)
		}
	}
	p, err := raw(s, address(200), "rawevil")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	for _, words := range []string{strings.ReplaceAll(strings.ReplaceAll(evil, "\n", "\v"), "\r", "\f"), long[:4000]} {
		for _, before := range []string{"", "!enter ", "!leave ", "!members ", "!topic ", "!topic room ", "!topic ownroom ", "!away ", "!me ", "!me @room ",
			"!nick ", "!whois ", "!ignore ", "!unignore ", "!notices ", "!echo ", "!format ", "!help ", "!", "!say ", "#", "#seated0 ", "@", "@room ", "!enter ownroom\n!away "} {
			if err := p.say(before + words); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := p.say("!enter ownroom\n!topic ownroom " + strings.ReplaceAll(evil, "\n", " ")); err != nil {
		t.Fatal(err)
	}
	quitter, err := raw(s, address(201), "quitter")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(quitter.end)
	if err := quitter.say("!quit " + strings.ReplaceAll(evil, "\n", " ")); err != nil {
		t.Fatal(err)
	}
	_, _ = quitter.rest()
}

// version is a connection that changes the client's version to one its client would not
// send. x/crypto keeps the version in the very bytes it writes, for the hash.
type version struct {
	net.Conn
	with string // replaces the same number of ~
}

func (v *version) Write(p []byte) (int, error) {
	if i := bytes.IndexByte(p, '~'); v.with != "" && i >= 0 {
		copy(p[i:], v.with)
		v.with = ""
	}
	return v.Conn.Write(p)
}

// injectSSH puts evil in the user name, the version, the terminal, the environment and the
// command. A client that got in stays.
func injectSSH(t *testing.T, s *server) {
	t.Helper()
	const marks = "\x1b[2J\x9b\xc2\x9b\x7f\r"
	for i, user := range []string{"sshevil" + evil, "sshlong" + longUser, "sshplain\x1b\nx"} {
		for j, env := range []string{evil, long[:4000]} {
			nc, err := dial(address(300+10*i+j), s.ssh)
			if err != nil {
				t.Fatal(err)
			}
			conn, channels, requests, err := gossh.NewClientConn(&version{nc, marks}, "", &gossh.ClientConfig{
				User: fmt.Sprintf("a%d%d%s", i, j, user), Auth: []gossh.AuthMethod{guest()}, HostKeyCallback: gossh.InsecureIgnoreHostKey(),
				ClientVersion: "SSH-2.0-evil" + strings.Repeat("~", len(marks)),
			})
			if err != nil {
				t.Fatal(err)
			}
			client := gossh.NewClient(conn, channels, requests)
			t.Cleanup(func() { _ = client.Close() })
			evilSession(t, client, env, j)
		}
		evilCommand(t, s, address(400+i), user)
	}
}

// evilSession begins a session with an evil terminal and environment: plain for an even
// number, otherwise with a terminal.
func evilSession(t *testing.T, client *gossh.Client, words string, number int) {
	t.Helper()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"LANG", "TZ", "COLORTERM", "NO_COLOR", "LC_ALL", "LC_" + words, words} {
		_ = session.Setenv(name, words) // most are refused
	}
	if number%2 == 1 {
		_ = session.RequestPty(words, 24, 80, nil) // over 64 bytes it is refused
		_ = session.RequestPty("x\x1b]0;term\a\nforged\u009b", 24, 80, nil)
	}
	in, err := session.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := session.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Shell(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "!away "+strings.ReplaceAll(evil, "\n", " ")+"\r\n#looker hello\r\n"); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
}

// evilCommand runs a session with an evil command.
func evilCommand(t *testing.T, s *server, from, words string) {
	t.Helper()
	for i, command := range []string{evil, "/" + evil, "@" + words, "/whois " + words, "/tail " + words, long} {
		client, err := sshConn(s, from, fmt.Sprintf("c%d%s", i, words), guest())
		if err != nil {
			t.Fatal(err)
		}
		session, err := client.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		var out, complaint bytes.Buffer
		session.Stdout, session.Stderr = &out, &complaint
		late := time.AfterFunc(5*time.Second, func() { _ = client.Close() })
		_ = session.Run(command) // it is refused, or says something
		late.Stop()
		unsafeLines(t, "standard output", out.String())
		unsafeLines(t, "standard error", complaint.String())
		_ = client.Close()
	}
}

// looker is a person who looks at the lists.
type looker struct {
	*person
	asked int
}

func newLooker(t *testing.T, s *server) *looker {
	t.Helper()
	p, err := raw(s, address(50_000), "looker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.end)
	late := time.AfterFunc(time.Minute, p.end)
	t.Cleanup(func() { late.Stop() })
	l := &looker{person: p}
	l.ask(t, "!notices on")
	l.ask(t, "!enter room")
	return l
}

// ask says something, and returns what was heard up to its end. It checks that all is safe.
func (l *looker) ask(t *testing.T, words string) (heard []string) {
	t.Helper()
	l.asked++
	end := fmt.Sprintf("end%d", l.asked)
	if err := l.say(words + "\n!whois " + end); err != nil {
		t.Fatal(err)
	}
	for {
		line, err := l.line()
		if err != nil {
			t.Fatalf("%s: %v", words, err)
		}
		if line == "!error no such user: "+end {
			return heard
		}
		unsafeLines(t, "the answer to "+words, line)
		heard = append(heard, line)
	}
}

// around looks at all lists, in both formats.
func (l *looker) around(t *testing.T) {
	t.Helper()
	l.ask(t, "hello") // what others said meanwhile is heard before its end
	users := l.ask(t, "!users")
	for _, nick := range strings.Fields(strings.Join(users, " ")) {
		if len([]rune(nick)) > 32 {
			t.Errorf("a nick of %d characters: %q", len([]rune(nick)), nick)
		}
		l.ask(t, "!whois "+nick)
		l.ask(t, "#"+nick+" are you away?")
	}
	if n := len(strings.Fields(strings.Join(users, " "))); n < 8 {
		t.Errorf("%d users, and some of the evil ones should be there: %q", n, users)
	}
	rooms := l.ask(t, "!rooms")
	for _, room := range strings.Fields(strings.Join(rooms, " ")) {
		l.ask(t, "!members "+room)
		l.ask(t, "!topic "+room)
	}
	if topic := strings.Join(l.ask(t, "!topic ownroom"), "\n"); !strings.Contains(topic, "forged") {
		t.Errorf("the topic is %q: the test shows nothing", topic)
	}
}

var textLine = regexp.MustCompile(`^time=\S+ level=[A-Z]+ msg=`)

// judgeLog fails the test unless each line of the log is one of the server's own, of
// bounded length, and harmless, also once it is decoded.
func judgeLog(t *testing.T, log, format string) {
	t.Helper()
	unsafeLines(t, "the log", log)
	evils := 0
	for line := range strings.Lines(log) {
		if strings.Contains(line, "evil") {
			evils++
		}
		if len(line) > 1000 {
			t.Errorf("a line of %d bytes: %.200q", len(line), line)
		}
		var record map[string]any
		switch {
		case format == "json" && json.Unmarshal([]byte(line), &record) != nil, format == "text" && !textLine.MatchString(line):
			t.Errorf("this is no line of the server: %q", line)
		case record["msg"] == "forged", strings.Contains(line, "level=ERROR msg=forged") && !strings.Contains(line, `"`):
			t.Errorf("a forged line: %q", line)
		}
		for key, value := range record {
			if why := unsafeIn(fmt.Sprint(value)); why != "" {
				t.Errorf("%s has %s: %q", key, why, value)
			}
		}
		if strings.Contains(line, `\x`) || strings.Contains(line, `\u00`) {
			t.Errorf("escaped in the log, and so not made safe before: %q", line)
		}
	}
	if evils < 6 {
		t.Errorf("%d lines of the log are about those with evil names: the test shows nothing", evils)
	}
}

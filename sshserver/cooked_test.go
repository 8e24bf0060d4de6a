package sshserver

import (
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/time/rate"
)

// onTerminal begins a command session with a terminal.
func (s *serverUnderTest) onTerminal(t testing.TB, user, command string) *talker {
	t.Helper()
	k := open(t, login(t, s.inMemory(), clientConfig(user, newKey(t))))
	if err := k.RequestPty("xterm", 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if err := k.Start(command); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *talker) types(t testing.TB, text string) {
	t.Helper()
	if _, err := io.WriteString(k.in, text); err != nil {
		t.Fatal(err)
	}
}

// sees reads as many bytes as screen has. They must be the same.
func (k *talker) sees(t testing.TB, screen string) {
	t.Helper()
	got := make([]byte, len(screen))
	if n, err := io.ReadFull(k.out, got); err != nil || string(got) != screen {
		t.Fatalf("the terminal is sent %q, %v; want %q", got[:n], err, screen)
	}
}

// ends waits for the end. Nothing else may have been shown.
func (k *talker) ends(t testing.TB, code int, complaint string) {
	t.Helper()
	rest, _ := io.ReadAll(k.out)
	if got := status(k.Wait()); got != code || string(rest) != "" || k.errors.String() != complaint {
		t.Errorf("exit status %d, want %d; shown %q; complained %q, want %q", got, code, rest, k.errors, complaint)
	}
}

// onceListening waits until ann sees the session listed: then it listens.
func (k *talker) onceListening(t testing.TB, ann *talker) {
	t.Helper()
	for {
		ann.say(t, "!users")
		line, err := ann.out.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == "ann log\r\n" {
			return
		}
	}
}

func TestCooked_WhatIsTypedIsSaid(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	ann.say(t, "!enter ops")
	ann.say(t, "!rooms")
	ann.expect(t, "ops")
	for _, command := range []string{"/say", "@ops", "#ann"} {
		who := map[string]string{"/say": "bob: ", "@ops": "@ops bob: ", "#ann": "#bob: "}[command]
		bob := s.onTerminal(t, "bob", command)
		bob.types(t, "one\r")
		bob.sees(t, "one\r\n")
		bob.types(t, "helk\blo 漢\x7f漢\n\x1b[A\x04")
		bob.sees(t, "helk\b \blo 漢\b\b  \b\b漢\r\n")
		ann.expect(t, who+"one", who+"hello 漢")
		bob.ends(t, exitDone, "")
	}
	// Ctrl-C ends it as well, and a line that was begun is not said.
	bob := s.onTerminal(t, "bob", "/say")
	bob.types(t, "no\x03")
	bob.sees(t, "no^C\r\n")
	bob.ends(t, 130, "")
	// Ctrl-D within a line does not end it. The next one does, and the last line counts.
	bob = s.onTerminal(t, "bob", "/say")
	bob.types(t, "last\x04\x04")
	bob.sees(t, "last\r\n")
	bob.ends(t, exitDone, "")
	ann.expect(t, "bob: last")
	ann.say(t, "!users")
	ann.expect(t, "ann")
}

// At the end of the client's input a last line without a newline counts, as it does without
// a terminal.
func TestCooked_ALastLineWithoutANewlineIsSaid(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	ann.say(t, "!enter ops")
	for _, tt := range []struct {
		command, typed, shown string
		heard                 []string
	}{
		{"/say", "m1\nlast", "m1\r\nlast\r\n", []string{"bob: m1", "bob: last"}},
		{"@ops", "last", "last\r\n", []string{"@ops bob: last"}},
		{"#ann", "last\x04", "last\r\n", []string{"#bob: last"}},
		{"/say", "m1\r", "m1\r\n", []string{"bob: m1"}},
		{"/say", "", "", nil},
	} {
		bob := s.onTerminal(t, "bob", tt.command)
		bob.types(t, tt.typed)
		_ = bob.in.Close()
		bob.sees(t, tt.shown)
		ann.expect(t, tt.heard...)
		bob.ends(t, exitDone, "")
	}
}

// The answer of a command and its errors have the line ends of a terminal.
func TestCooked_LinesEndInCRLF(t *testing.T) {
	s := newServer(t, nil)
	s.plain(t, "ann", newKey(t))
	for _, tt := range []struct {
		command, shown, complaint string
		code                      int
	}{
		{"/users", "ann\r\n", "", exitDone},
		{"!help back", "! !back\r\n! say that you are back\r\n! example: !back\r\n", "", exitDone},
		{"#nobody hi", "", "!error no such user: nobody\r\n", exitRefused},
		{"/dance", "", "!error unknown command: !dance (try !help)\r\n", exitNotUnderstood},
		{"scp -t .", "", strings.ReplaceAll(notHere, "\n", "\r\n"), exitNotUnderstood},
		{"/tail @nowhere", "", "!error no such room: nowhere\r\n", exitRefused},
	} {
		k := s.onTerminal(t, "bob", tt.command)
		k.sees(t, tt.shown)
		k.ends(t, tt.code, tt.complaint)
	}
}

func TestCooked_TailEndsByAKeyOrASignal(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	for _, tt := range []struct {
		typed, signal, shown string
		code                 int
	}{
		{"\x03", "", "^C\r\n", 130},
		{"\x1c", "", "^\\\r\n", 130},
		{"\x04", "", "", exitDone},
		{"q\r\x04", "", "q\r\n", exitDone},
		{"\x1b[99;5u", "", "^C\r\n", 130},
		{"\x1b[27;5;99~", "", "^C\r\n", 130},
		{"\x1b[100;5u", "", "", exitDone},
		{"", "INT", "", 130},
		{"", "TERM", "", 143},
		{"", "HUP", "", 129},
	} {
		k := s.onTerminal(t, "log", "/tail")
		k.onceListening(t, ann)
		ann.say(t, "hello")
		k.sees(t, "ann: hello\r\n")
		if tt.typed != "" {
			k.types(t, tt.typed)
		} else if err := k.Signal(gossh.Signal(tt.signal)); err != nil {
			t.Fatal(err)
		}
		k.sees(t, tt.shown)
		k.ends(t, tt.code, "")
	}
}

// Lines wait for their turn, and Ctrl-C does not: lines that wait are not said any more.
// The same holds after Ctrl-D, and for a signal.
func TestCooked_CtrlCIsHeardWhileLinesWait(t *testing.T) {
	for _, end := range []string{"\x03", "\x04\x03", "INT"} {
		synctest.Test(t, func(t *testing.T) {
			s := newServer(t, func(o *Options) { o.Input.Rate, o.Input.Burst = rate.Limit(1), 2 })
			k := s.onTerminal(t, "bob", "/say")
			k.types(t, strings.Repeat("x\r", 50))
			k.sees(t, strings.Repeat("x\r\n", 50))
			begun := time.Now()
			if end == "INT" {
				if err := k.Signal(gossh.SIGINT); err != nil {
					t.Fatal(err)
				}
			} else {
				k.types(t, end)
				k.sees(t, "^C\r\n")
			}
			k.ends(t, 130, "")
			if took := time.Since(begun); took > time.Second {
				t.Errorf("it ended after %s", took)
			}
		})
	}
}

// The end of the client's own input is not a Ctrl-D: /tail goes on.
func TestCooked_TailNeedsNoInput(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	k := s.onTerminal(t, "log", "/tail")
	_ = k.in.Close()
	k.onceListening(t, ann)
	ann.say(t, "hello")
	k.sees(t, "ann: hello\r\n")
}

// Without a terminal, control characters are ordinary bytes, and signals are refused.
func TestCooked_NotWithoutATerminal(t *testing.T) {
	s := newServer(t, nil)
	ann := s.plain(t, "ann", newKey(t))
	if out, complaint, code := s.run(t, "bob", newKey(t), "/say", "a\x03\x04\bb\r\nc\r\n"); out != "" || complaint != "" || code != exitDone {
		t.Errorf("printed %q, complained %q, status %d", out, complaint, code)
	}
	ann.expect(t, "bob: ab", "bob: c")
	k := open(t, login(t, s.inMemory(), clientConfig("bob", newKey(t))))
	if err := k.Start("/say"); err != nil {
		t.Fatal(err)
	}
	if ok, err := k.SendRequest("signal", true, gossh.Marshal(struct{ Signal string }{"INT"})); ok || err != nil {
		t.Errorf("a signal is taken: %v, %v", ok, err)
	}
	k.say(t, "still here")
	ann.expect(t, "bob: still here")
}

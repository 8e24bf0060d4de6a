//go:build e2e

package threats

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	gossh "golang.org/x/crypto/ssh"
)

// Row 8: random bytes, 100 MB in all, are sent wherever bytes can be sent. The server
// lives, nothing panics, and nothing unsafe reaches anyone.
func TestThreat08_RandomBytes(t *testing.T) {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(rand.Uint32())
	}
	t.Logf("seed %x", seed)
	s := start(t, limitsOff...)
	heard := overhear(t, s)
	all := either(100_000_000, 3_000_000)
	for i, g := range []struct {
		where string
		share int // of all bytes, in percent
		send  func(s *server, from string, random io.Reader) int
	}{
		{"raw, before the nick", 7, rawGarbage},
		{"raw, in a session", 55, rawSessionGarbage},
		{"ssh, before the version", 3, sshGarbage},
		{"ssh, behind the version", 4, sshVersionGarbage},
		{"ssh, in requests", 4, requestGarbage},
		{"ssh, in a plain session", 25, plainGarbage},
		{"ssh, in a terminal", 2, terminalGarbage},
	} {
		t.Run(g.where, func(t *testing.T) {
			t.Parallel()
			seed := seed
			seed[0] += byte(i)
			random := &garbage{rand.New(rand.NewChaCha8(seed))}
			sent, connections := 0, 0
			for begun := time.Now(); sent < all/100*g.share; connections++ {
				if time.Since(begun) > 3*time.Minute {
					t.Fatalf("%d bytes sent in 3 minutes, and %d were to be", sent, all/100*g.share)
				}
				sent += g.send(s, address(1000*i+connections%200), random)
			}
			t.Logf("%d bytes on %d connections", sent, connections)
		})
	}
	t.Cleanup(func() { // when the parallel tests are over
		heard.judge(t)
		if log := s.logged(); strings.Contains(log, "panic") {
			t.Errorf("a panic: %s", log[strings.Index(log, "panic"):])
		}
		unsafeLines(t, "the log", s.logged())
		p, err := raw(s, address(9999), "afterwards")
		if err != nil {
			t.Fatalf("nobody gets in any more: %v", err)
		}
		p.end()
	})
}

// garbage makes random bytes: half arbitrary, and half meaningful to a terminal, to
// Unicode, to telnet or to parley.
type garbage struct{ *rand.Rand }

var pieces = []string{
	"\x1b[2J", "\x1b]0;title\a", "\x1b]52;c;aGVsbG8=\a", "\x1bP", "\x1b[?1049h", "\x1b", "\x9b", "\u009b31m", "\u0085",
	"\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u2028", "\u0301\u0301\u0301\u0301\u0301\u0301", "\U000e0041", "\ufffe",
	"\xff\xfd\x01", "\xff\xfa\x18\x01", "\xff\xf0", "\xff\xff", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x00", "\x7f", "\b",
	"\r", "\r\n", "\n", "!", "#", "@", "/", " ", "!users\n", "!enter ", "!me ", "!nick ", "!topic ", "!away ", "!whois ", "!format json\n",
	"!help\n", "#seated0 ", "@room ", "\x03", "\x12", "\t", "\x1b[200~", "\x1b[201~", "\x15", "\x17", "\x19", "hello", "日本", "👍🏽", "ﷺ",
}

// Read fills p with arbitrary bytes, or with pieces.
func (g *garbage) Read(p []byte) (int, error) {
	if g.IntN(2) == 0 {
		for i := range p {
			p[i] = byte(g.Uint32())
		}
		return len(p), nil
	}
	n := 0
	for n < len(p) {
		n += copy(p[n:], pieces[g.IntN(len(pieces))])
	}
	return n, nil
}

// pour sends garbage to w until it fails or most bytes are sent. It returns how many
// were sent.
func pour(w io.Writer, random io.Reader, most int) (sent int) {
	buf := make([]byte, 4<<10)
	for sent < most {
		n, _ := random.Read(buf[:min(len(buf), most-sent)])
		n, err := w.Write(buf[:n])
		sent += n
		if err != nil {
			break
		}
	}
	return sent
}

// first sends garbage on a new connection, after some words. It sends little, because
// the connection is closed as soon as it is seen to be garbage.
func first(from, to, words string, random io.Reader, most int) int {
	nc, err := dial(from, to)
	if err != nil {
		return 0
	}
	defer nc.Close()
	_ = nc.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(nc, words); err != nil {
		return 0
	}
	sent := pour(nc, random, most)
	_ = nc.CloseWrite()
	_, _ = io.Copy(io.Discard, nc)
	return sent
}

func rawGarbage(s *server, from string, random io.Reader) int {
	return first(from, s.tcp, "", random, 4<<10)
}

func sshGarbage(s *server, from string, random io.Reader) int {
	return first(from, s.ssh, "", random, 2<<10)
}

func sshVersionGarbage(s *server, from string, random io.Reader) int {
	return first(from, s.ssh, "SSH-2.0-garbage\r\n", random, 8<<10)
}

// serial numbers the clients that send garbage in sessions.
var serial atomic.Int64

func rawSessionGarbage(s *server, from string, random io.Reader) int {
	p, err := raw(s, from, fmt.Sprintf("garbage%d", serial.Add(1)))
	if err != nil {
		return 0
	}
	return throughout(p, random, 1<<20)
}

func plainGarbage(s *server, from string, random io.Reader) int {
	p, err := plain(s, from, fmt.Sprintf("plain%d", serial.Add(1)), guest())
	if err != nil {
		return 0
	}
	return throughout(p, random, 1<<20)
}

// terminalGarbage types garbage. Ctrl-D leaves, so it often begins anew.
func terminalGarbage(s *server, from string, random io.Reader) int {
	p, err := terminal(s, from, fmt.Sprintf("typist%d", serial.Add(1)), guest())
	if err != nil {
		return 0
	}
	return throughout(p, random, 16<<10)
}

// throughout sends garbage in a session, ends its input, and returns when all of it has
// been carried out: how much it was, or nothing if that took a minute.
func throughout(p *person, random io.Reader, most int) int {
	defer p.end()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, p.in)
	}()
	late := time.AfterFunc(time.Minute, p.end)
	defer late.Stop()
	sent := pour(p.out, random, most)
	switch w := p.out.(type) {
	case interface{ CloseWrite() error }:
		_ = w.CloseWrite()
	case io.Closer:
		_ = w.Close()
	}
	<-ended
	if !late.Stop() {
		return 0
	}
	return sent
}

// requestGarbage puts garbage in what a client may ask for: requests of the connection
// and of a channel, channels, and the names of all of these.
func requestGarbage(s *server, from string, random io.Reader) (sent int) {
	conn, err := sshConn(s, from, fmt.Sprintf("asker%d", serial.Add(1)), guest())
	if err != nil {
		return 0
	}
	defer conn.Close()
	late := time.AfterFunc(20*time.Second, func() { _ = conn.Close() })
	defer late.Stop()
	take := func(n int) []byte {
		b := make([]byte, n)
		_, _ = random.Read(b)
		sent += n
		return b
	}
	for range 5 {
		_, _, _ = conn.SendRequest("tcpip-forward", true, take(64))
		_, _, _ = conn.SendRequest(string(take(20)), true, take(1000))
		if ch, requests, err := conn.OpenChannel(string(take(20)), take(1000)); err == nil {
			go gossh.DiscardRequests(requests)
			_ = ch.Close()
		}
	}
	ch, requests, err := conn.OpenChannel("session", take(100))
	if err != nil {
		return sent
	}
	go gossh.DiscardRequests(requests)
	go func() { _, _ = io.Copy(io.Discard, ch) }()
	for range 20 {
		for _, name := range []string{"pty-req", "env", "window-change", "signal", "subsystem", "x11-req", "auth-agent-req@openssh.com", "break", string(take(20))} {
			_, _ = ch.SendRequest(name, true, take(300))
		}
	}
	_, _ = ch.SendRequest("exec", true, append([]byte{0, 0, 1, 0}, take(256)...))
	_, _ = ch.SendRequest("shell", true, take(10))
	return sent + pour(ch, random, 8<<10)
}

// hearing is what some seated people hear. None of them may hear anything unsafe.
type hearing struct {
	over   sync.WaitGroup
	people []*person
	lines  atomic.Int64

	mu     sync.Mutex
	unsafe []string
	ended  []string
}

// overhear seats people on both ports, and they check each line.
func overhear(t *testing.T, s *server) *hearing {
	t.Helper()
	h := &hearing{people: seat(t, s, 60_000, 3, 2).people}
	if err := h.people[1].say("!format json"); err != nil {
		t.Fatal(err)
	}
	for _, p := range h.people {
		if err := p.say("!enter room"); err != nil {
			t.Fatal(err)
		}
		if err := p.say("!notices on"); err != nil {
			t.Fatal(err)
		}
		h.over.Go(func() { h.listen(p) })
	}
	return h
}

func (h *hearing) listen(p *person) {
	for {
		line, err := p.in.ReadString('\n')
		h.lines.Add(1)
		switch why := unsafeIn(strings.TrimSuffix(line, "\r\n")); {
		case err == nil && why == "" && strings.HasSuffix(line, "\r\n"):
		case err == nil && why == "":
			h.note(&h.unsafe, "%s hears a line without its end: %q", p.nick, line)
		case err == nil:
			h.note(&h.unsafe, "%s hears %s: %q", p.nick, why, line)
		default:
			h.note(&h.ended, "%s hears no more: %v", p.nick, err)
			return
		}
	}
}

func (h *hearing) note(list *[]string, format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*list = append(*list, fmt.Sprintf(format, args...))
}

// judge fails the test if something was unsafe, or if people did not stay.
func (h *hearing) judge(t *testing.T) {
	t.Helper()
	h.mu.Lock()
	ended := h.ended
	h.mu.Unlock()
	for _, p := range h.people {
		p.end()
	}
	h.over.Wait()
	for _, why := range append(ended, h.unsafe[:min(10, len(h.unsafe))]...) {
		t.Error(why)
	}
	t.Logf("%d lines heard by %d people, %d of them unsafe", h.lines.Load(), len(h.people), len(h.unsafe))
	if h.lines.Load() == 0 {
		t.Error("nobody heard anything")
	}
}

// unsafeIn returns what in a text may not reach a terminal; nothing for most texts.
func unsafeIn(text string) string {
	if !utf8.ValidString(text) {
		return "what is not UTF-8"
	}
	for _, r := range text {
		switch {
		case unicode.IsControl(r):
			return fmt.Sprintf("a control character (%U)", r)
		case unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029', r == '\u200b', r == '\ufeff':
			return fmt.Sprintf("a character that is not seen (%U)", r)
		}
	}
	return ""
}

// unsafeLines fails the test if lines hold what may not reach a terminal.
func unsafeLines(t *testing.T, what, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if why := unsafeIn(strings.TrimRight(line, "\r\n")); why != "" {
			t.Errorf("%s has %s: %q", what, why, line)
			return
		}
	}
}

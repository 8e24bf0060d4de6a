package sshserver

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"parley/internal/lineedit"
	"parley/tcpserver"
)

// stage is a chat with everyone in the test of row 9.
type stage struct {
	t testing.TB
	*serverUnderTest
	raw     string // the address of the raw port
	hostile hostile

	ann, kim, tom, ivy *tape
	bot                *tape
	annShown, annWant  *guarded
	tomShown, tomWant  *guarded
	kimShown, ivyShown *guarded
	wrap               *lineedit.Editor // cuts the wanted text into rows; row 26 checks how
	annKeys, ivyKeys   io.Writer
	eve                io.Writer
	ways               []way

	guards, said, heard int
}

// newStage connects everyone.
func newStage(t testing.TB) *stage {
	st := &stage{t: t, serverUnderTest: newServer(t, nil), hostile: newHostile(9)}
	st.raw = st.rawPort(t)
	key := newKey(t)
	bot := st.plain(t, "ann", key)
	bot.say(t, "!enter dev\n!format json")
	st.bot = record(bot.out)
	zone := "TZ=" + zoneOfNoon() // so that no date comes between
	st.annKeys, st.ann = st.seat("ann", key, zone)
	kim, tape := st.seat("kim", nil, zone)
	st.kim = tape
	st.ivyKeys, st.ivy = st.seat("ivy", newKey(t), zone)
	pat := st.plain(t, "pat", nil)
	tom, eve := st.dialRaw("tom"), st.dialRaw("eve")
	st.tom = record(tom)
	st.eve = eve
	for _, unread := range []io.Reader{pat.out, eve} { // a client that does not read is closed
		go func() { _, _ = io.Copy(io.Discard, unread) }()
	}
	st.annShown, st.annWant = guard(t, "Ann", 24), guard(t, "nobody", 24)
	st.tomShown, st.tomWant = guard(t, "Tom", 24), guard(t, "nobody", 24)
	st.kimShown, st.ivyShown = guard(t, "Kim", 24), guard(t, "Ivy", 24)
	st.ways = st.allWays(eve, pat.in)
	st.wrap = lineedit.New(lineedit.Options{Width: 80, Height: 24})
	st.wrap.SetPlain(true) // so that it draws nothing else
	const settle = "/set notices off\r/set notify %s\r/join dev\r/to\r%s\r"
	for w, notify := range map[io.Writer]string{kim: "mention", st.ivyKeys: "mention", st.annKeys: "off"} {
		st.begin(w, func(line string) string { return fmt.Sprintf(settle, notify, line) })
	}
	for _, w := range []io.Writer{pat.in, tom, eve} {
		st.begin(w, func(line string) string { return "!enter dev\n" + line + "\n" })
	}
	st.draw()
	return st
}

// seat logs a person in with a terminal.
func (st *stage) seat(user string, key gossh.Signer, zone string) (keys io.Writer, out *tape) {
	k := open(st.t, login(st.t, st.inMemory(), clientConfig(user, key)))
	name, value, _ := strings.Cut(zone, "=")
	if err := k.Setenv(name, value); err != nil {
		st.t.Fatal(err)
	}
	if err := k.RequestPty("xterm-256color", 24, 80, nil); err != nil {
		st.t.Fatal(err)
	}
	if err := k.Shell(); err != nil {
		st.t.Fatal(err)
	}
	return k.in, record(k.out)
}

// rawPort opens the raw port of the same chat.
func (s *serverUnderTest) rawPort(t testing.TB) (addr string) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	raw := tcpserver.New(tcpserver.Options{
		Core: s.core, Flusher: s.Flusher, Log: s.Log, Input: s.Input, NickTimeout: 30 * time.Second, Drain: time.Second,
	})
	var wg sync.WaitGroup
	wg.Go(func() { _ = raw.Serve(ln) })
	t.Cleanup(func() {
		_ = ln.Close()
		raw.Shutdown(t.Context()) // the test is over: remaining connections are cut
		wg.Wait()
	})
	return ln.Addr().String()
}

func (st *stage) dialRaw(nick string) net.Conn {
	nc := dial(st.t, st.raw)
	st.t.Cleanup(func() { _ = nc.Close() })
	st.send(nc, nick+"\n")
	return nc
}

func (st *stage) send(w io.Writer, text string) {
	st.t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		st.t.Fatal(err)
	}
}

// zoneOfNoon returns a zone in which it is around noon, so that midnight is hours away.
func zoneOfNoon() string { return fmt.Sprintf("%+03d:00", 12-time.Now().UTC().Hour()) }

// begin sends a first line to w, made by with, and waits until the bot receives it.
func (st *stage) begin(w io.Writer, with func(line string) string) {
	line := st.guard()
	st.send(w, with(line))
	st.hear(line)
}

// draw draws what everyone has seen up to the first text.
func (st *stage) draw() {
	last := fmt.Sprintf(guardForm, st.guards)
	raw := st.ann.play(st.t, last, promptEnd)
	_, _ = st.annShown.Write(raw)
	st.follow(raw)
	tom := st.tom.play(st.t, last, "\r\n")
	_, _ = st.tomShown.Write(tom)
	_, _ = st.tomWant.Write(tom)
	for tape, g := range map[*tape]*guarded{st.kim: st.kimShown, st.ivy: st.ivyShown} {
		_, _ = g.Write(tape.play(st.t, last, promptEnd))
	}
}

// promptEnd is the end of an interactive session's output while nothing is typed.
const promptEnd = "> "

// follow draws Ann's screen, without her prompt, on the wanted screen.
func (st *stage) follow(raw []byte) {
	_, _ = st.annWant.Write(raw)
	_, _ = st.annWant.WriteString("\r\x1b[J")
}

// guard returns a new line of the known form.
func (st *stage) guard() string {
	st.guards++
	return fmt.Sprintf(guardForm, st.guards)
}

const guardForm = "guard %06d"

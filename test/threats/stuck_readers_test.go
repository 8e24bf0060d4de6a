//go:build e2e

package threats

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// sticking is a way to come in and then to take nothing of what is said.
type sticking struct {
	nick string
	// begin comes in and returns when it is stuck. untouched says afterwards whether the
	// client really took nothing.
	begin func(s *server, from, nick string) (nc net.Conn, untouched func() error, err error)
}

var stickings = []sticking{
	{"stopped", stopReading},
	{"shut", keepWindowShut},
	{"rekeying", leaveRekeyUnfinished},
}

// The attackers make sure that much is waiting for them at once: they ask who is online,
// a kilobyte each time.
func asking(times int) string { return strings.Repeat("!users\n", times) }

// stopReading reads nothing from its socket, which has little room.
func stopReading(s *server, from, nick string) (net.Conn, func() error, error) {
	nc, err := dialSmall(from, s.tcp)
	if err != nil {
		return nil, nil, err
	}
	_, err = io.WriteString(nc, nick+"\n"+asking(300))
	return nc, func() error { return nil }, err
}

// keepWindowShut opens its channel with a window of 0, and never opens that.
func keepWindowShut(s *server, from, nick string) (net.Conn, func() error, error) {
	w, err := wired(s, from, nick)
	if err != nil {
		return nil, nil, err
	}
	channel, err := w.open(0)
	if err == nil {
		err = w.ask(channel, "shell", nil)
	}
	if err != nil {
		return w.nc, nil, err
	}
	err = w.send(dataMessage(channel, asking(150)))
	return w.nc, w.listenFor(msgChannelData), err
}

// leaveRekeyUnfinished starts a key exchange once it is in, and says no more. Until that
// is finished the server may send nothing else (RFC 4253, section 7.1).
func leaveRekeyUnfinished(s *server, from, nick string) (net.Conn, func() error, error) {
	w, err := wired(s, from, nick)
	if err != nil {
		return nil, nil, err
	}
	channel, err := w.open(1 << 30)
	if err == nil {
		err = w.ask(channel, "shell", nil)
	}
	if err == nil {
		err = w.send(dataMessage(channel, asking(3000)), hello())
	}
	if err == nil {
		_, err = w.until(msgKexInit)
	}
	if err != nil {
		return w.nc, nil, err
	}
	return w.nc, w.listenFor(msgChannelData), nil
}

// listenFor reads to the end. The function it returns waits for that, and fails if a
// message of the given kind came.
func (w *wire) listenFor(kind byte) (none func() error) {
	heard := make(chan error, 1)
	go func() {
		for {
			m, err := w.receive()
			if err != nil {
				heard <- nil
				return
			}
			if m[0] == kind {
				heard <- fmt.Errorf("it got %q", m)
				return
			}
		}
	}()
	return func() error { return <-heard }
}

// Row 6: a hundred people, two hundred messages a second, and three stuck readers, each
// of a different kind. The others notice nothing, and the three are closed: with long lines
// when their outbox is full, with short ones when they take nothing for 10 s.
func TestThreat06_StuckReaders(t *testing.T) {
	for name, pad := range map[string]string{"long lines": strings.Repeat("x", 1000), "short lines": "hello"} {
		t.Run(name, func(t *testing.T) {
			if !full() && name == "short lines" {
				t.Skip("they are stuck for 10 s")
			}
			stuckAmong(t, pad)
		})
	}
}

// stuckAmong has the talk go on for a while, and then the three come.
func stuckAmong(t *testing.T, pad string) {
	t.Setenv("GOGC", "25") // see lives
	s := start(t, limitsOff...)
	all := seat(t, s, 0, 50, 47)
	all.pad = pad
	seated := s.descriptors()
	// A connection keeps the room that its largest packet took. All take it before the measurement.
	if err := all.people[0].say(strings.Repeat("all at once "+strings.Repeat("x", 1000)+"\n", 64)); err != nil {
		t.Fatal(err)
	}
	during := either(30*time.Second, 6*time.Second)
	var three sync.WaitGroup
	three.Go(func() {
		without := s.highest(200*time.Millisecond, s.lives)
		time.Sleep(during / 3)
		before := without()
		with := s.highest(200*time.Millisecond, s.lives)
		var each sync.WaitGroup
		for i, how := range stickings {
			each.Go(func() { stick(t, s, how, address(200+i)) })
		}
		each.Wait()
		grown(t, "what lives, with three stuck", before, with(), 3*512<<10)
	})
	all.talk(either(5*time.Millisecond, 20*time.Millisecond), during) // with other tests running it does not have two cores
	three.Wait()
	all.judge(100 * time.Millisecond)
	if now := s.descriptors(); now > seated {
		t.Errorf("%d descriptors are open, and %d were before the three came", now, seated)
	}
}

// stick has one reader come and be stuck, and waits until the server has ended it.
func stick(t *testing.T, s *server, how sticking, from string) {
	nc, untouched, err := how.begin(s, from, how.nick)
	if nc != nil {
		defer nc.Close()
	}
	if err != nil {
		t.Errorf("%s cannot get stuck: %v", how.nick, err)
		return
	}
	begun := time.Now()
	ended := regexp.MustCompile(`msg="session ends" (nick|user)=` + how.nick + ` .*reason=(\S+)`)
	var end []string
	if !eventually(15*time.Second, func() bool {
		end = ended.FindStringSubmatch(s.logged())
		return end != nil
	}) {
		t.Errorf("%s is stuck and not closed within 15s", how.nick)
		return
	}
	if err := untouched(); err != nil {
		t.Errorf("%s was not stuck: %v", how.nick, err)
	}
	t.Logf("%s is closed after %s: %s", how.nick, time.Since(begun).Round(time.Millisecond), end[2])
	if end[2] != "too-slow" && end[2] != "stalled" {
		t.Errorf("%s was closed as %s", how.nick, end[2])
	}
}

package sshserver

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// In whatever pieces lines are added and taken, each is whole or left out, and never joined
// with another.
func TestAhead_LinesAreWholeOrLeftOut(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		a, took := newAhead(), []byte(nil)
		lines := 0
		for begun := []byte(nil); lines < 4000; {
			piece := begun
			begun = nil
			for range r.IntN(8) {
				piece = fmt.Appendf(piece, "<%d%s>\n", lines, strings.Repeat("x", r.IntN(200)))
				lines++
			}
			if cut := len(piece); r.IntN(2) == 0 && cut > 0 {
				cut = r.IntN(cut)
				piece, begun = piece[:cut], bytes.Clone(piece[cut:])
			}
			a.add(piece)
			p := make([]byte, r.IntN(600))
			n, _ := a.take(p)
			took = append(took, p[:n]...)
			if len(a.text) > 2*maxAhead {
				t.Fatalf("%d bytes wait", len(a.text))
			}
			if lines >= 4000 {
				a.add(begun)
			}
		}
		a.end()
		for p := make([]byte, 512); ; {
			n, more := a.take(p)
			if !more {
				break
			}
			took = append(took, p[:n]...)
		}
		whole := strings.Split(strings.TrimSuffix(string(took), "\n"), "\n")
		for _, line := range whole {
			if strings.Count(line, "<") != 1 || !strings.HasPrefix(line, "<") || !strings.HasSuffix(line, ">") {
				t.Fatalf("seed %d: a line is %q", seed, line)
			}
		}
		if len(whole)+a.leftOut != lines || a.leftOut == 0 {
			t.Fatalf("seed %d: %d lines are whole and %d left out, of %d", seed, len(whole), a.leftOut, lines)
		}
	}
}

// Ctrl-C works after any number of lines. Those that wait are not said.
func TestCooked_CtrlCIsHeardAfterAnyAmountOfLines(t *testing.T) {
	for _, n := range []int{6_000, 9_000, 100_000} {
		for _, end := range []string{"\x03", "\x1c", "\x04\x03", "\x1b[99;5u"} {
			synctest.Test(t, func(t *testing.T) {
				s := newServer(t, func(o *Options) { o.Input.Rate, o.Input.Burst = rate.Limit(5), 10 })
				ann := s.plain(t, "ann", newKey(t))
				k := s.onTerminal(t, "bob", "/say")
				begun := time.Now()
				go func() { _, _ = io.WriteString(k.in, strings.Repeat("x\r", n)+end) }()
				shown := make([]byte, 3*n)
				if n, err := io.ReadFull(k.out, shown); strings.Trim(string(shown), "x\r\n") != "" {
					t.Fatalf("shown are %d bytes of %d, %v", n, len(shown), err)
				}
				got := status(k.Wait())
				if took := time.Since(begun); got != 130 || took > time.Second {
					t.Errorf("%q behind %d lines: it ended after %s, with exit status %d", end, n, took, got)
				}
				ann.say(t, "end")
				ann.say(t, "!users")
				for heard := 0; ; heard++ {
					line, err := ann.out.ReadString('\n')
					if err != nil {
						t.Fatal(err)
					}
					if line == "ann\r\n" {
						break
					}
					if heard > 20 {
						t.Fatalf("%q behind %d lines: more than 20 are said", end, n)
					}
				}
			})
		}
	}
}

// Lines typed too far ahead are left out, and the person is told.
func TestCooked_LinesThatAreLeftOutAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lines = 30_000
		s := newServer(t, func(o *Options) { o.Input.Rate, o.Input.Burst = rate.Limit(100), 10 })
		ann := s.plain(t, "ann", newKey(t))
		heard := ann.counts(t)
		k := s.onTerminal(t, "bob", "/say")
		go func() {
			for i := range lines {
				_, _ = fmt.Fprintf(k.in, "line %d\r", i)
			}
			_, _ = io.WriteString(k.in, "\x04")
		}()
		_, _ = io.Copy(io.Discard, k.out)
		if code := status(k.Wait()); code != exitRefused {
			t.Errorf("exit status %d", code)
		}
		synctest.Wait()
		n := *heard
		if want := fmt.Sprintf("!error too many: %d lines were left out: 65536 bytes may wait for their turn\r\n", lines-n); k.errors.String() != want || n < 4000 || n == lines {
			t.Errorf("%d lines are heard, and told is %q, want %q", n, k.errors, want)
		}
	})
}

// If a client's input is not a terminal, the client has to wait, and nothing is left out.
func TestCooked_AFileIsHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const lines = 30_000
		s := newServer(t, func(o *Options) { o.Input.Rate, o.Input.Burst = rate.Limit(100), 10 })
		ann := s.plain(t, "ann", newKey(t))
		heard := ann.counts(t)
		k := open(t, login(t, s.inMemory(), clientConfig("bob", newKey(t))))
		if err := k.RequestPty("xterm", 0, 0, nil); err != nil {
			t.Fatal(err)
		}
		if err := k.Start("/say"); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		go func() {
			for i := range lines {
				_, _ = fmt.Fprintf(k.in, "line %d\n", i)
			}
			if took := time.Since(begun); took < time.Minute {
				t.Errorf("the file is taken within %s", took)
			}
			_ = k.in.Close()
		}()
		_, _ = io.Copy(io.Discard, k.out)
		if code := status(k.Wait()); code != exitDone || k.errors.String() != "" {
			t.Errorf("exit status %d, complained %q", code, k.errors)
		}
		synctest.Wait()
		if *heard != lines {
			t.Errorf("%d lines are heard, of %d", *heard, lines)
		}
	})
}

// counts counts the lines received from now on. They must be in order, and each whole.
func (k *talker) counts(t *testing.T) *int {
	n, last := new(int), -1
	go func() {
		for {
			line, err := k.out.ReadString('\n')
			if err != nil {
				return
			}
			var i int
			if _, err := fmt.Sscanf(line, "bob: line %d\r\n", &i); err != nil || i <= last {
				t.Errorf("heard %q after %d", line, last)
			}
			last = i
			*n++
		}
	}()
	return n
}

//go:build e2e

package threats

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// jumps is put into the time package of the attacked server. Its wall clock is 400 days
// ahead after 10 s, 800 days further back after 25 s, and two hours ahead of the right time
// after 40 s. The monotonic clock goes on.
const jumps = `
func jumped(since int64) int64 {
	const second, day = 1_000_000_000, 24 * 60 * 60
	switch {
	case since < 10*second:
		return 0
	case since < 25*second:
		return 400 * day
	case since < 40*second:
		return -400 * day
	}
	return 2 * 60 * 60
}
`

// Row 20: the clock jumps, and no one is dropped, order is kept, and limits and keepalives
// go on.
func TestThreat20_ClockJumps(t *testing.T) {
	t.Parallel()
	s := startProgram(t, buildJumping(t), t.TempDir(), nil)
	all := seat(t, s, 0, 20, 20)
	var idle sync.WaitGroup
	for i := range 10 { // these only answer keepalives
		p, err := terminal(s, address(100+i), fmt.Sprintf("idle%d", i), guest())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.end)
		idle.Go(func() { _, _ = p.rest() })
	}
	watcher, err := raw(s, address(200), "watcher")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watcher.end)
	events := make(chan []event, 1)
	if err := watcher.say("!format json"); err != nil {
		t.Fatal(err)
	}
	go func() { events <- watch(watcher) }()

	all.talk(250*time.Millisecond, 55*time.Second)
	all.judge(time.Second)
	if users := s.metric("parley_users"); users != 51 {
		t.Errorf("%g users, want all 51", users)
	}
	newcomer, err := raw(s, address(201), "newcomer")
	if err != nil {
		t.Fatalf("nobody gets in behind the jumps: %v", err)
	}
	t.Cleanup(newcomer.end)
	judgeIdle(t, newcomer)
	watcher.end()
	judgeEvents(t, <-events)
	if err := s.stop(12 * time.Second); err != nil {
		t.Error(err)
	}
	idle.Wait()
}

// buildJumping builds a server whose clock jumps.
func buildJumping(t *testing.T) string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	original := filepath.Join(strings.TrimSpace(string(root)), "src", "time", "time.go")
	source, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	const now = "func Now() Time {\n\tsec, nsec, mono := runtimeNow()\n"
	if !bytes.Contains(source, []byte(now)) {
		t.Fatal("time.Now is not what it was: adapt this test")
	}
	source = bytes.Replace(source, []byte(now), []byte(now+"\tsec += jumped(mono - startNano)\n"), 1)
	dir := t.TempDir()
	replaced, overlay, program := filepath.Join(dir, "time.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "parley")
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{original: replaced}})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{replaced: append(source, jumps...), overlay: replace} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("go", "build", "-overlay", overlay, "-o", program, "parley/cmd/parley").CombinedOutput(); err != nil {
		t.Fatalf("cannot build a server whose clock jumps: %v\n%s", err, out)
	}
	return program
}

// event is an event as a program reads it.
type event struct {
	ID   uint64
	Time time.Time
	From string
}

// watch reads events until the end.
func watch(p *person) (all []event) {
	for {
		line, err := p.line()
		if err != nil {
			return all
		}
		var e event
		if json.Unmarshal([]byte(line), &e) == nil && e.From != "" {
			all = append(all, e)
		}
	}
}

// judgeEvents fails the test unless the clock has jumped and the numbers have not.
func judgeEvents(t *testing.T, all []event) {
	t.Helper()
	forth, back := 0, 0
	for i := 1; i < len(all); i++ {
		if all[i].ID <= all[i-1].ID {
			t.Errorf("event %d comes behind event %d", all[i].ID, all[i-1].ID)
		}
		switch d := all[i].Time.Sub(all[i-1].Time); {
		case d > time.Hour:
			forth++
		case d < -time.Hour:
			back++
		}
	}
	if forth != 2 || back != 1 {
		t.Errorf("the clock has jumped %d times forth and %d times back: the test shows nothing", forth, back)
	}
	t.Logf("%d events in order, over %d jumps forth and %d back", len(all), forth, back)
}

// judgeIdle fails the test unless idle people are shown to be idle for as long as they are.
func judgeIdle(t *testing.T, p *person) {
	t.Helper()
	if err := p.say("!whois idle0"); err != nil {
		t.Fatal(err)
	}
	for {
		line, err := p.line()
		if err != nil {
			t.Fatal(err)
		}
		words, ok := strings.CutPrefix(line, "! idle0 is idle for ")
		if !ok {
			continue
		}
		if d, err := time.ParseDuration(words); err != nil || d < 50*time.Second || d > 100*time.Second {
			t.Errorf("idle for %s (%v), after about 110 s", words, err)
		}
		return
	}
}

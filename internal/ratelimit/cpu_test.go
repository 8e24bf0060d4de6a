package ratelimit

import (
	"testing"
	"testing/synctest"
	"time"
)

// Typing time is paid back at the rate of the share. Beyond the free part, typing has to wait.
func TestCPU_RestsForWhatWasSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewAddressCPU()
		begun := time.Now()
		time.Sleep(105 * time.Millisecond)
		e.Spend(begun)
		if got, want := e.Rest(time.Now()), 500*time.Millisecond; got != want { // (105 - 5 ms) times 5
			t.Errorf("rests for %s, want %s", got, want)
		}
		time.Sleep(500 * time.Millisecond)
		if got := e.Rest(time.Now()); got != 0 {
			t.Errorf("then it rests for %s more", got)
		}
	})
}

func TestCPU_TypingMayTakeATwentiethOfACore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewSessionCPU()
		work := func(took, pause time.Duration) (rest time.Duration) {
			time.Sleep(pause)
			begun := time.Now()
			time.Sleep(took)
			e.Spend(begun)
			rest = e.Rest(time.Now())
			time.Sleep(rest)
			return rest
		}
		begun, worked := time.Now(), time.Duration(0)
		for range 1000 {
			work(3*time.Millisecond, 0)
			worked += 3 * time.Millisecond
		}
		if share := float64(worked) / float64(time.Since(begun)); share < 0.04 || share > 0.055 {
			t.Errorf("it took %.2f of a core", share)
		}
		time.Sleep(time.Minute)
		for range 1000 { // a person
			if rest := work(100*time.Microsecond, 50*time.Millisecond); rest != 0 {
				t.Fatalf("a person waits %v", rest)
			}
		}
		if rest := work(time.Minute, 0); rest != sessionRest {
			t.Errorf("at the longest it is %v", rest)
		}
	})
}

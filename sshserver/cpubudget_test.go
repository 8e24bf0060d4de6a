package sshserver

import (
	"testing"
	"testing/synctest"
	"time"
)

// Typing time is paid back at the rate of the share. Beyond the free part, typing has to wait.
func TestEffort_RestsForWhatWasSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newCPUBudget(addressShare, addressRest)
		begun := time.Now()
		time.Sleep(105 * time.Millisecond)
		e.spend(begun)
		if got, want := e.rest(time.Now()), 500*time.Millisecond; got != want { // (105 - 5 ms) times 5
			t.Errorf("rests for %s, want %s", got, want)
		}
		time.Sleep(500 * time.Millisecond)
		if got := e.rest(time.Now()); got != 0 {
			t.Errorf("then it rests for %s more", got)
		}
	})
}

package ratelimit

import (
	"testing"
	"testing/synctest"
	"time"
)

// Whatever was drawn, no redraw is held longer than RedrawLate.
func TestRedraws_IsForgottenWhereItIsTooMuch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := NewSessionRedraws()
		for range 100 {
			d.Spend(10*RedrawBurst, time.Now())
		}
		if wait := d.Wait(time.Now()); wait != RedrawLate {
			t.Errorf("waits for %s, want %s", wait, RedrawLate)
		}
	})
}

func TestRedraws_IsPaidBackAtItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Redraws{burst: 1000, rate: 100}
		wait := func(want time.Duration) {
			t.Helper()
			if got := d.Wait(time.Now()); got != want {
				t.Errorf("waits for %s, want %s", got, want)
			}
		}
		wait(0)
		d.Spend(1000, time.Now())
		wait(0) // the burst is used up
		d.Spend(500, time.Now())
		wait(5 * time.Second)
		for range 300 { // however often wait is called
			time.Sleep(time.Second / 300)
			d.Wait(time.Now())
		}
		if got := d.Wait(time.Now()); got < 4*time.Second || got > 4*time.Second+10*time.Millisecond {
			t.Errorf("after a second it waits for %s", got)
		}
		time.Sleep(10 * time.Second)
		wait(0)
		if !d.Spent() {
			t.Error("the burst is paid back too early")
		}
		time.Sleep(5 * time.Second)
		if d.Spent() {
			t.Error("all of it is not paid back")
		}
	})
}

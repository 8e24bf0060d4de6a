package ratelimit

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPurse_AllowanceComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(10)
		p := NewPurse(b)
		if p.Spend(4000); b.Spent() {
			t.Error("what a person says takes from the budget of their address")
		}
		if p.Spend(1000); !b.Spent() {
			t.Error("a budget in debt is not spent")
		}
		if got, want := p.Wait(1), 864*time.Second/10; got < want-time.Second || got > want { // 904 bytes, 40 of them at once
			t.Errorf("a line waits for %s, want %s", got, want)
		}
		p.Spend(1 << 20)
		if time.Sleep(maxSpent / allowance * time.Second); p.Wait(allowanceBurst) != 0 {
			t.Error("the allowance is not there again")
		}
	})
}

func TestPurse_NilHasNoLimit(t *testing.T) {
	p := NewPurse(nil)
	p.Spend(1 << 30)
	if d := p.Wait(1 << 30); d != 0 {
		t.Errorf("it waits for %s", d)
	}
}

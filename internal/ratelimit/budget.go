package ratelimit

import (
	"time"

	"golang.org/x/time/rate"
)

// Budget bounds how many bytes the sessions of one address make others receive, all
// together. Each session may say so many lines, and an address may have many sessions. A
// Budget is safe for concurrent use. A nil Budget has no limit.
type Budget struct{ limiter *rate.Limiter }

// budgetBurst is how many seconds' worth of a Budget may be spent at once.
const budgetBurst = 4

// NewBudget returns a Budget of so many bytes a second.
func NewBudget(bytes int) *Budget {
	return &Budget{rate.NewLimiter(rate.Limit(bytes), budgetBurst*bytes)}
}

// spend takes n bytes from the budget. It may lead to a debt.
func (b *Budget) spend(n int) {
	for now := time.Now(); n > 0; n -= b.limiter.Burst() {
		b.limiter.ReserveN(now, min(n, b.limiter.Burst()))
	}
}

// Spent reports whether some of the burst is used up.
func (b *Budget) Spent() bool { return b.limiter.Tokens() < float64(b.limiter.Burst()) }

// debt is how long it takes until the budget is no longer in debt.
func (b *Budget) debt() time.Duration { return b.limiter.ReserveN(time.Now(), 0).Delay() }

// A session may say this much in addition to the budget of its address: 256 bytes a second,
// 4 KiB of it at once, which is more than a person types. So people who share their address
// with one who shouts do not wait for the shouter's debt, and 32 sessions add 8 KiB a second.
const (
	allowance      = 256
	allowanceBurst = 4 << 10
	maxSpent       = 16 * allowanceBurst // so that a session has its allowance again within 5 minutes
)

// Purse is a session's part in the Budget of its address. It belongs to the goroutine
// that carries out the session's lines. A nil Purse has no limit.
type Purse struct {
	budget *Budget
	spent  float64   // bytes that were said, less the allowance since; up to allowanceBurst is free
	at     time.Time // when that was so
}

// NewPurse returns a Purse that has spent nothing; nil if b is nil.
func NewPurse(b *Budget) *Purse {
	if b == nil {
		return nil
	}
	return &Purse{budget: b}
}

// Spend notes that the session has said n bytes. The budget pays for what the allowance
// does not.
func (p *Purse) Spend(n int) {
	if p == nil || n == 0 {
		return
	}
	p.refill()
	free := min(float64(n), max(0, allowanceBurst-p.spent))
	p.spent = min(p.spent+float64(n), maxSpent)
	p.budget.spend(n - int(free))
}

func (p *Purse) refill() {
	now := time.Now()
	p.spent = max(0, p.spent-now.Sub(p.at).Seconds()*allowance)
	p.at = now
}

// Wait returns how long a line of n bytes waits for its turn: 0 if the allowance pays for
// it.
func (p *Purse) Wait(n int) time.Duration {
	if p == nil {
		return 0
	}
	if p.refill(); p.spent+float64(n) <= allowanceBurst {
		return 0
	}
	return p.budget.debt()
}

package input

import (
	"time"

	"golang.org/x/time/rate"
)

// Budget is how many bytes the connections of one address may make others receive,
// together: each session has its lines, and an address may have many sessions. It is safe
// for concurrent use. A nil Budget has no limit.
type Budget struct{ limiter *rate.Limiter }

// budgetBurst is how many seconds' worth of a Budget may be spent at once.
const budgetBurst = 4

// NewBudget returns a Budget of so many bytes a second.
func NewBudget(bytes int) *Budget {
	return &Budget{rate.NewLimiter(rate.Limit(bytes), budgetBurst*bytes)}
}

// Spend notes that n bytes have been said. It may lead to a debt, which the next lines
// wait for.
func (b *Budget) Spend(n int) {
	if b == nil {
		return
	}
	for now := time.Now(); n > 0; n -= b.limiter.Burst() {
		b.limiter.ReserveN(now, min(n, b.limiter.Burst()))
	}
}

// Spent reports whether some of the burst is used up.
func (b *Budget) Spent() bool { return b.limiter.Tokens() < float64(b.limiter.Burst()) }

// debt is how long it takes until nothing is owed.
func (b *Budget) debt() time.Duration {
	if b == nil {
		return 0
	}
	return b.limiter.ReserveN(time.Now(), 0).Delay()
}

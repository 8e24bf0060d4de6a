package ratelimit

import "time"

// Typing charges what a session's typing takes of the processor to the session and to its
// address.
type Typing struct{ session, address *CPU }

// NewTyping returns the charges of a new session. address is shared by the sessions of one
// address.
func NewTyping(address *CPU) *Typing { return &Typing{NewSessionCPU(), address} }

// Spend adds the time from begun until now.
func (t *Typing) Spend(begun time.Time) {
	t.session.Spend(begun)
	t.address.Spend(begun)
}

// Rest waits until typing may take some of the processor again. It returns false if done
// is closed.
func (t *Typing) Rest(done <-chan struct{}) bool {
	now := time.Now()
	rest := max(t.session.Rest(now), t.address.Rest(now))
	select {
	case <-done:
		return false
	default:
	}
	if rest == 0 {
		return true
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-done:
		return false
	}
}

package sshserver

import (
	"golang.org/x/time/rate"

	"parley/internal/ratelimit"
)

// neighbours is what all connections of one address share.
type neighbours struct {
	cpu     *ratelimit.CPU     // what typing may take
	redraws *ratelimit.Redraws // what drawing may send
	wire    *rate.Limiter      // bytes that may come
	refused *rate.Limiter      // certificates that may be refused
}

// What all connections of one address may send, in bytes on the wire. A packet may be of 36
// bytes, and want an answer: with the rate of each connection alone, 32 of them had half
// a core answer 115,000 packets a second. This lets 7,000 through.
const (
	addressWireRate  = 256 << 10
	addressWireBurst = 1 << 20
)

func newNeighbours() *neighbours {
	return &neighbours{
		cpu:     ratelimit.NewAddressCPU(),
		redraws: ratelimit.NewAddressRedraws(),
		wire:    rate.NewLimiter(addressWireRate, addressWireBurst),
		refused: rate.NewLimiter(refusedRate, refusedBurst),
	}
}

// spent reports whether they have used up some of what they may send.
func (n *neighbours) spent() bool {
	return n.wire.Tokens() < addressWireBurst || n.refused.Tokens() < refusedBurst || n.redraws.Spent()
}

package netguard

import (
	"net"
	"net/netip"
	"testing"
)

// from is a connection of an address.
type from struct {
	net.Conn
	prefix netip.Prefix
}

func (f from) Address() netip.Prefix { return f.prefix }
func (from) Authenticated()          {}
func (from) Refused(Refusal)         {}

func TestShares_OneForEachAddress(t *testing.T) {
	all := Shares[int]{New: func() *int { return new(int) }, Spent: func(n *int) bool { return *n > 0 }}
	here, there := from{prefix: netip.MustParsePrefix("192.0.2.1/32")}, from{prefix: netip.MustParsePrefix("192.0.2.2/32")}
	first, leaveFirst := all.Join(here)
	second, leaveSecond := all.Join(here)
	other, leaveOther := all.Join(there)
	if first != second {
		t.Error("two connections of one address do not share")
	}
	if first == other {
		t.Error("two addresses share")
	}
	own, leaveOwn := all.Join(nil)
	if next, _ := all.Join(nil); own == next {
		t.Error("two connections without an address share")
	}
	leaveOwn()
	*first = 1
	leaveFirst()
	leaveSecond()
	leaveOther()
	if got := len(all.all); got != 1 {
		t.Errorf("%d addresses are kept, want the one that is spent", got)
	}
	again, leave := all.Join(here)
	if again != first {
		t.Error("an address got a fresh share by reconnecting")
	}
	*again = 0
	leave()
	if got := len(all.all); got != 0 {
		t.Errorf("%d addresses are kept, want none", got)
	}
}

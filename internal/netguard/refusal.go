package netguard

// Refusal says why a connection was refused, or given up before anybody was let in.
type Refusal string

// The reasons for a refusal. The first ones come before a byte is read, the others
// from the front end that read what came: see [Conn.Refused].
const (
	TooManyOfAddress Refusal = "address"                 // Limits.PerAddress reached
	TooFast          Refusal = "connect-rate"            // Limits.ConnectRate passed
	TooManyUnknown   Refusal = "unauthenticated"         // Limits.Unauthenticated reached, or drawn early
	UnknownOfAddress Refusal = "unauthenticated-address" // too many of them of one address
	Displaced        Refusal = "displaced"               // drawn, by a newcomer
	NoProxyHeader    Refusal = "proxy-header"            // from a proxy that does not say for whom

	Late     Refusal = "deadline" // did not say in time who it is
	Foreign  Refusal = "protocol" // speaks another protocol
	BadLogin Refusal = "login"    // came to no session: a bad nick, a handshake that fails or is given up
)

// Refusals are all reasons, for a table of counts.
var Refusals = []Refusal{
	TooManyOfAddress, TooFast, TooManyUnknown, UnknownOfAddress, Displaced, NoProxyHeader, Late, Foreign, BadLogin,
}

var refusalWords = map[Refusal]string{
	TooManyOfAddress: "too many connections from your address",
	TooFast:          "connecting too often, wait a minute",
	NoProxyHeader:    "a proxy has to send a PROXY header first",
}

// String says it to the person refused.
func (r Refusal) String() string {
	if words, ok := refusalWords[r]; ok {
		return words
	}
	return "too many connections wait to log in, try again"
}

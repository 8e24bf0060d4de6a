package netguard

import (
	"net"
	"net/netip"
)

// Admission is what a front end knows of the guard of a connection, and tells it. [Conn]
// implements it.
type Admission interface {
	// Address returns what counts as the address of the client.
	Address() netip.Prefix
	// Authenticated notes that the client has logged in.
	Authenticated()
	// Refused notes why the client did not come to a session.
	Refused(Refusal)
}

// AdmissionOf returns the admission of a connection. A connection that no guard accepted has
// one that notes nothing, and no address.
func AdmissionOf(nc net.Conn) Admission {
	if a, ok := nc.(Admission); ok {
		return a
	}
	return unguarded{}
}

type unguarded struct{}

func (unguarded) Address() netip.Prefix { return netip.Prefix{} }
func (unguarded) Authenticated()        {}
func (unguarded) Refused(Refusal)       {}

// From returns the address of a client as logs show it; empty if there is none.
func From(a Admission) string {
	if p := a.Address(); p.IsValid() {
		return p.String()
	}
	return ""
}

// Package tutorial is where parley comes from: the echo server of the chat server tutorial and the simple,
// telnet-like client that goes with it: `parley echo` and `parley client`.
//
// Both do what the tutorial's transcripts show, and are finished where the tutorial stops: lines are bounded, a client
// that never reads or never leaves cannot hold the server, what a stranger sends cannot reach a terminal as a control
// sequence. The package knows nothing of the chat server; the client works with anything that speaks lines over TCP.
package tutorial
